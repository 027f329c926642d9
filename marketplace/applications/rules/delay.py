"""Whose delay it was when a booking's permits came too late, and whether a refusal ends a booking."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from marketplace.applications.models import ApplicationState
from marketplace.applications.rules.states import PENDING
from marketplace.jurisdictions.rules import WorkingCalendar, add_working_days

# Working days within which an applicant files or answers promptly: a policy of the platform, no law says it.
PROMPT_DAYS: Final = 5

S = ApplicationState


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """One application as far as delay goes. `asked` are the times at which the authority wanted more, each with the day
    of the answer; `due_on` is until when its limit lets the authority take, None where none is published or running.
    `taken_back` says that the platform withdrew it, because nobody asked for it any more; `person` whose own permit it
    is, where people hold."""

    covers: frozenset[str]
    state: ApplicationState
    wanted_on: date
    file_by: date | None
    filed_on: date | None
    asked: tuple[tuple[date, date | None], ...] = ()
    due_on: date | None = None
    self_kept: bool = False
    taken_back: bool = False
    person: UUID | None = None


def filed_in_time(filing: Filing, calendar: WorkingCalendar) -> bool:
    """Whether the applicant did what was theirs: filed by their own date or promptly, and answered promptly."""
    if filing.filed_on is None:
        return False
    prompt = filing.filed_on <= add_working_days(calendar, filing.wanted_on, PROMPT_DAYS)
    by_date = filing.file_by is not None and filing.filed_on <= filing.file_by
    answers = (
        answered is not None and answered <= add_working_days(calendar, asked, PROMPT_DAYS)
        for asked, answered in filing.asked
    )
    return (prompt or by_date) and all(answers)


def waits_for_authority(filing: Filing, today: date) -> bool:
    """Whether the authority has it still, although its published limit has passed or it has none."""
    return filing.state in PENDING and (filing.due_on is None or filing.due_on < today)


def authority_delayed(
    awaited: Iterable[Collection[str]], filings: Sequence[Filing], today: date, calendar: WorkingCalendar
) -> bool:
    """Whether a booking failed by the authority's delay though everything was filed on time.

    `awaited` are the rules that still hold it up, those together of which one is enough. For each of these one way must
    have been gone in time by every side that applies under it and still lie with an authority; one authority at least
    must be late. Where people apply, each of them has gone a way of their own.
    """
    groups = list(awaited)
    ways = [
        [with_authority(rule_id, mine, calendar) for rule_id in sorted(group)]
        for group in groups
        for mine in _by_person(group, filings)
    ]
    in_time = all(any(group) for group in ways)
    late = any(waits_for_authority(each, today) for group in ways for way in group for each in way)
    return bool(groups) and in_time and late


def _by_person(rule_ids: Collection[str], filings: Iterable[Filing]) -> list[list[Filing]]:
    """What was filed under some rules, for each person who still waits under them: with what is of no person."""
    there = [each for each in filings if each.covers & set(rule_ids) and not each.taken_back]
    people = {each.person for each in there if each.person}
    own = {person: [each for each in there if each.person in (None, person)] for person in people}
    waiting = [mine for person, mine in own.items() if not _agreed(rule_ids, mine, person)]
    return waiting or [there]


def _agreed(rule_ids: Collection[str], filings: Sequence[Filing], person: UUID | None) -> bool:
    """Whether a person has what one of the rules asks of them."""
    own = [each for each in filings if each.person == person]
    asked = [[each for each in own if rule_id in each.covers] for rule_id in rule_ids]
    return any(mine and all(each.state in (S.GRANTED, S.DONE) for each in mine) for mine in asked)


def with_authority(rule_id: str, filings: Iterable[Filing], calendar: WorkingCalendar) -> list[Filing]:
    """What lies with authorities under a rule; nothing where a side has not done what was its own: it withdrew, never
    filed, or filed late. What the platform took back nobody asked for."""
    asked = [each for each in filings if rule_id in each.covers and not each.taken_back]
    pending = [each for each in asked if each.state in PENDING and filed_in_time(each, calendar)]
    agreed = [each for each in asked if each.state in (S.GRANTED, S.DONE)]
    return pending if len(pending) + len(agreed) == len(asked) else []


def groups_of(awaited: Collection[str], rows: Iterable[Mapping[str, Any]]) -> list[frozenset[str]]:
    """The awaited rules by choices: the ways of one choice stand together, every other rule alone."""
    ways = {row["rule"]: frozenset([row["rule"], *row["alternatives"]]) for row in rows}
    found = {frozenset(ways.get(rule_id, frozenset([rule_id]))) for rule_id in awaited}
    joined: list[frozenset[str]] = []
    for group in sorted(found, key=sorted):
        touching = [each for each in joined if each & group]
        joined = [each for each in joined if not each & group]
        joined.append(group.union(*touching))
    return joined


def refusal_ends(
    rule_ids: Collection[str], awaited: Collection[str], rows: Sequence[Mapping[str, Any]], refused: Collection[str]
) -> bool:
    """Whether a refusal leaves no lawful way: a rule that is waited for, and no other way of its choice that has not
    been refused as well."""
    lost = set(refused) | set(rule_ids)
    return any(group <= lost and group & set(rule_ids) for group in groups_of(awaited, rows))
