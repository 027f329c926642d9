"""What somebody sees of applications: all of their own, of the other side's that there is one, of the counterpart's the
steps that may cross."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, may
from marketplace.applications.models import Application, ApplicationEvent, ClockEffect, Verb
from marketplace.applications.queries.agencies import agencies_of, pair_sides, roots, with_account, zone_of
from marketplace.applications.queries.lines import Line, left_of, line, lines, relations
from marketplace.applications.queries.rows import calendar_of, events_by, events_of, limit_of, reading_of
from marketplace.applications.rules.clocks import Reading, too_early
from marketplace.applications.rules.drafting import facts_of
from marketplace.applications.rules.pairs import counterparts, pair_view, side_of
from marketplace.applications.rules.states import open_verbs
from marketplace.availability.rules import local_day
from marketplace.bookings.queries.permits import latest_plan
from marketplace.permits.models import PermitRule
from marketplace.permits.queries.vault import awaiting_others
from marketplace.values.refusal import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One application with everything that its reader may see and do."""

    line: Line
    events: Sequence[ApplicationEvent]
    reading: Reading
    facts: Mapping[str, Mapping[str, Any]]
    verbs: Sequence[Verb]
    officer: bool
    recorder: bool
    rule: Mapping[str, Any]
    today: date
    counterparts: Sequence[Mapping[str, Any]] = field(default=())
    awaits_other: bool = False


def look(session: Session, application_id: UUID, *, by: Actor, now: datetime) -> Look:
    """One application to its applicant, its authority's officers and whoever oversees; NotFound for anybody else."""
    found = session.execute(lines().where(Application.id == application_id)).one_or_none()
    if found is None:
        raise NotFound("application")
    row: Application = found.Application
    codes = agencies_of(session, by)
    # A draft is nobody's business but the applicant's.
    officer = row.agency_code in codes and row.filed_on is not None
    around = relations(row, found.person_id, by)
    if not officer and not may(by, "application.know", **around):
        raise NotFound("application")
    applicant = may(by, "application.file", **around)
    outside = row.filed_outside or not with_account(session, [row.agency_code] if row.agency_code else [])
    recorder = applicant and outside and not officer
    events = events_of(session, row.id)
    overseen = applicant or may(by, "application.know", **around)
    today = local_day(now, zone_of(session, row.agency_code))
    days = {limit_of(row).calendar: calendar_of(session, row)}
    return Look(
        line=line(found, by, whole=True, left=left_of(row, today, days)),
        events=events if overseen else of_office(events, codes),
        reading=reading_of(session, row, events),
        facts=_facts(session, row),
        verbs=_fitting(row, events, applicant=applicant, agency=(officer and not applicant) or recorder),
        officer=officer,
        recorder=recorder,
        rule=_told(session, row),
        today=today,
        counterparts=_counterparts(session, row, codes) if officer else (),
        awaits_other=bool(awaiting_others(session, [UUID(each) for each in row.entries], today)),
    )


def of_office(events: Sequence[ApplicationEvent], codes: frozenset[str]) -> list[ApplicationEvent]:
    """The steps that an authority's officers see: what went on with another one, before it was drafted anew and filed
    with theirs, stays there."""
    begun = [n for n, each in enumerate(events) if n == 0 or each.effect is ClockEffect.RESET]
    courses = [events[first:last] for first, last in zip(begun, [*begun[1:], len(events)], strict=True)]
    filed = [{each.details.get("agency") for each in course if each.verb is Verb.FILE} for course in courses]
    last = len(courses) - 1
    return [each for n, course in enumerate(courses) if n == last or filed[n] & codes for each in course]


def _fitting(row: Application, events: Sequence[ApplicationEvent], *, applicant: bool, agency: bool) -> list[Verb]:
    """The verbs that may be done now: time that is not counted begins only where the rule names some, and ends once."""
    offered = open_verbs(row.state, self_kept=row.agency_code is None, applicant=applicant, agency=agency)
    steps = limit_of(row).excluded_steps
    running = False
    for event in events:
        running = (running or event.verb is Verb.BEGIN_STEP) and event.verb is not Verb.END_STEP
        running = running and event.effect is not ClockEffect.RESET
    unfit = {Verb.BEGIN_STEP} if running or not steps else set()
    unfit |= {verb for verb in offered if too_early(verb, limit_of(row), row.state)}
    return [verb for verb in offered if verb not in (unfit | ({Verb.END_STEP} if not running else set()))]


def _facts(session: Session, row: Application) -> dict[str, Mapping[str, Any]]:
    """What was stated of its flows. What the exporter transferred in the year is the exporter's own to tell."""
    plan = latest_plan(session, row.booking_id)
    told = dict(facts_of(plan.facts, row.flows)) if plan else {}
    return {flow: entry if entry.get("exporter") == row.side else _untold(entry) for flow, entry in told.items()}


def _untold(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in entry.items() if not name.startswith("pi_ytd_")}


def _told(session: Session, row: Application) -> Mapping[str, Any]:
    version = PermitRule.rule_id == row.rule_id, PermitRule.version == row.rule_version
    return session.scalar(select(PermitRule.told).where(*version)) or {}


def _counterparts(session: Session, row: Application, codes: frozenset[str]) -> list[Mapping[str, Any]]:
    """The other side's applications of the same booking under the same pair, as far as they may cross."""
    if row.pair_code is None or row.agency_code is None or row.agency_code not in codes:
        return []
    sides, seats = pair_sides(session, row.pair_code), roots(session)
    mine = side_of(row.agency_code, seats.get(row.agency_code), sides)
    wanted = lines().where(
        Application.booking_id == row.booking_id,
        Application.pair_code == row.pair_code,
        Application.id != row.id,
        Application.filed_on.is_not(None),
    )
    found = [
        each
        for each in session.execute(wanted.order_by(Application.rule_id, Application.id)).all()
        if counterparts(
            mine, side_of(each.Application.agency_code or "", seats.get(each.Application.agency_code or ""), sides)
        )
    ]
    events = events_by(session, [each.Application.id for each in found])
    return [_crossed(session, each, events.get(each.Application.id, ())) for each in found]


def _crossed(session: Session, found: Any, events: Sequence[ApplicationEvent]) -> Mapping[str, Any]:
    row: Application = found.Application
    told = {
        "rule": row.rule_id,
        "rule_version": row.rule_version,
        "covers": list(row.covers),
        "flows": list(row.flows),
        "agency": dict(found.agency or {}),
        "pair": row.pair_code,
        "applicant": dict(found.applicant),
        "side": row.side,
        "state": row.state.value,
        "filed_on": row.filed_on,
        "due_on": row.due_on,
        "due_provisional": row.due_provisional,
        "decided_on": row.decided_on,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "number": row.number,
        "reason": row.reason,
        "conditions": row.conditions,
        "timeline": [{"verb": each.verb.value, "on": each.happened_on, "note": each.note} for each in events],
    }
    return pair_view(told, _facts(session, row))
