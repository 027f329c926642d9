"""Administrators change rules: alone where nothing blocks, two where something does; broken rows leave nothing."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import PlatformRole
from marketplace.accounts.policy import Actor
from marketplace.database import Database
from marketplace.history.models import HistoryEntry
from marketplace.notices.models import Notice
from marketplace.permits import queries
from marketplace.permits.actions import Wish, agree, editing, propose, reject
from marketplace.permits.library import written_row
from marketplace.permits.models import PermitRule, PermitRuleProposal, ProposalState
from marketplace.permits.rules.book import RuleBook, rule_of
from marketplace.permits.rules.editing import may_block, weight
from marketplace.values.refusal import Invalid, NotFound, Refused, StateForbids
from tests.cast import Cast, actor_of, make_person
from tests.permits.cases import library

BLOCKING, BACKGROUND, EASING = "TEC-02", "EXP-11", "DAT-06"


@dataclass
class Desk:
    """Two administrators and the rules before them."""

    session: Session
    now: datetime
    dee: Actor
    fay: Actor

    def told(self, rule_id: str, **changes: Any) -> dict[str, Any]:
        return {**queries.versions(self.session, rule_id)[0].told, **changes}

    def propose(self, rule_id: str, by: Actor | None = None, **changes: Any) -> PermitRule | PermitRuleProposal:
        return self.propose_text(rule_id, written_row(self.told(rule_id, **changes)), by)

    def propose_text(self, rule_id: str, row: str, by: Actor | None = None) -> PermitRule | PermitRuleProposal:
        base = queries.versions(self.session, rule_id)[0].version
        wish = Wish(rule_id, row, "Gazette 12 of 2026", base)
        return propose(self.session, wish, now=self.now, by=by or self.dee)

    def waiting(self, rule_id: str, **changes: Any) -> PermitRuleProposal:
        made = self.propose(rule_id, **changes)
        assert isinstance(made, PermitRuleProposal)
        return made

    def newest(self, rule_id: str) -> PermitRule:
        return queries.versions(self.session, rule_id)[0]

    def agree(self, row: PermitRuleProposal, by: Actor | None = None, seen: int | None = None) -> PermitRule:
        version = self.newest(row.rule_id).version if seen is None else seen
        return agree(self.session, row.id, seen=version, now=self.now, by=by or self.fay)

    def codes(self, person: Actor) -> list[str]:
        found = select(Notice.code).where(Notice.recipient_id == person.id)
        return list(self.session.scalars(found.order_by(Notice.created_at, Notice.id)))


@pytest.fixture
def desk(session: Session, cast: Cast, now: datetime) -> Desk:
    fay = make_person(session, "Fay Ho", now=now, platform_role=PlatformRole.ADMINISTRATOR)
    later = now + timedelta(hours=1)
    return Desk(session, later, actor_of(session, cast.dee, now=now), actor_of(session, fay, now=now))


def refused(call: Any) -> tuple[str, ...]:
    with pytest.raises(Refused) as found:
        call()
    return found.value.codes


def faults(call: Any) -> list[tuple[str, str, Any]]:
    with pytest.raises(Invalid) as found:
        call()
    return [(error.field, error.rule, dict(error.details)) for error in found.value.errors]


def test_a_row_that_blocks_nothing_changes_at_once(desk: Desk) -> None:
    made = desk.propose(BACKGROUND, reviewed_on="2026-03-02")
    assert isinstance(made, PermitRule)
    assert (made.version, made.entered_by, made.told["reviewed_on"]) == (2, desk.dee.id, "2026-03-02")
    assert desk.newest(BACKGROUND).version == 2
    assert queries.rule_book(desk.session).versions[BACKGROUND][0].version == 2
    assert desk.codes(desk.fay) == []


def test_a_row_that_blocks_waits_for_somebody_else(desk: Desk) -> None:
    row = desk.waiting(BLOCKING, reviewed_on="2026-03-02")
    assert desk.newest(BLOCKING).version == 1
    assert desk.codes(desk.fay) == ["rule_proposed"] and desk.codes(desk.dee) == []
    assert refused(lambda: desk.agree(row, by=desk.dee)) == ("own_proposal",)
    made = desk.agree(row)
    assert (made.version, made.entered_by, made.told["reviewed_on"]) == (2, desk.dee.id, "2026-03-02")
    assert (row.state, row.decided_by) == (ProposalState.AGREED, desk.fay.id)
    assert desk.codes(desk.dee) == ["rule_agreed"]
    verbs = desk.session.scalars(select(HistoryEntry.verb).where(HistoryEntry.subject_kind == "permit_rule"))
    assert sorted(verbs) == ["permit_rule.agreed", "permit_rule.proposed"]


def test_a_rejection_has_a_reason_that_the_proposer_is_told(desk: Desk) -> None:
    row = desk.waiting(BLOCKING, applicant="host")
    with pytest.raises(Invalid):
        reject(desk.session, row.id, " ", now=desk.now, by=desk.fay)
    assert refused(lambda: reject(desk.session, row.id, "no", now=desk.now, by=desk.dee)) == ("own_proposal",)
    reject(desk.session, row.id, "Article 3 says the user", now=desk.now, by=desk.fay)
    assert desk.newest(BLOCKING).version == 1
    assert desk.codes(desk.dee) == ["rule_rejected"]
    for again in (lambda: desk.agree(row), lambda: reject(desk.session, row.id, "x", now=desk.now, by=desk.fay)):
        with pytest.raises(StateForbids):
            again()


def test_the_database_itself_refuses_one_pair_of_eyes(desk: Desk) -> None:
    row = desk.waiting(BLOCKING, applicant="host")
    own = "state = 'agreed', decided_by = proposed_by, decided_at = now()"
    change = f"UPDATE permit_rule_proposals SET {own} WHERE id = :id"
    with pytest.raises(IntegrityError, match="ck_permit_rule_proposals_other_eyes"), desk.session.begin_nested():
        desk.session.execute(text(change), {"id": row.id})


def test_a_background_row_is_confirmed_by_name_day_and_source(desk: Desk) -> None:
    kind = {"kind": "licence", "fires_on": "booking"}
    assert faults(lambda: desk.propose(BACKGROUND, confidence="P", **kind))[0][:2] == ("confirmed", "unconfirmed")
    confirmed = {"on": "2026-03-01", "source": "Cap. 60G, Schedule 1"}
    row = desk.waiting(BACKGROUND, confidence="P", confirmed={"by": str(desk.fay.id), **confirmed}, **kind)
    assert row.told["confirmed"] == {"by": str(desk.dee.id), **confirmed}, "by whom is not for the text to say"
    made = desk.agree(row)
    assert not may_block(rule_of(desk.told(BACKGROUND, confidence="BG")))
    assert may_block(rule_of(made.told))
    assert rule_of(made.told).may_block(date(2026, 3, 2))


def test_a_retired_row_is_law_to_its_last_day_and_leaves_no_older_version_behind(desk: Desk) -> None:
    desk.agree(desk.waiting(BLOCKING, effective_to="2026-06-30"))
    book = queries.rule_book(desk.session)
    last, after = book.at(BLOCKING, date(2026, 6, 30)), book.at(BLOCKING, date(2026, 7, 1))
    assert last is not None and last.version == 2
    assert after is None


def test_a_version_that_begins_later_leaves_the_days_before_to_the_older_one() -> None:
    told = next(rule for rule in library().rules if rule["id"] == BLOCKING)
    book = RuleBook([rule_of(told, 1), rule_of({**told, "effective_from": "2026-07-01"}, 2)])
    found = [book.at(BLOCKING, day) for day in (date(2026, 6, 30), date(2026, 7, 1))]
    assert [each.version if each else None for each in found] == [1, 2]


def test_what_a_correction_no_longer_excludes_arises_again() -> None:
    excluder = next(rule for rule in library().rules if rule.get("excludes"))
    (other,) = [rule for rule in library().rules if rule["id"] == excluder["excludes"][0]]
    day = date(2026, 7, 1)
    law = rule_of(other)
    once = RuleBook([rule_of(excluder), law])
    now = RuleBook([rule_of(excluder), rule_of({**excluder, "excludes": []}, 2), law])
    assert (excluder["id"], True) in once.conditions(law, day)
    assert (excluder["id"], True) not in now.conditions(law, day)


@pytest.mark.parametrize(
    ("changes", "two"),
    [
        ({"title": {"en": "x", "zh-Hant": "x", "zh-Hans": "x"}}, False),
        ({"helps": [{"rule": "DAT-04", "effect": "replaces"}]}, True),
        ({"excludes": ["DAT-04"]}, True),
        ({"kind": "approval"}, True),
        ({"validity": {"years": 3}}, False),
    ],
)
def test_what_reaches_a_blocking_row_needs_two_as_well(changes: dict[str, Any], two: bool) -> None:
    rows = {row["id"]: row for row in library().rules}
    old = {key: value for key, value in rows[BACKGROUND].items() if key not in ("helps", "excludes")}
    old = {**old, "kind": "facilitation", "fires_on": "booking", "confidence": "P"}
    others = [row for name, row in rows.items() if name != BACKGROUND]
    assert weight(old, {**old, **changes}, others).needs_two is two


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"stage": "whenever"}, "stage"),
        ({"secret": 1}, "secret"),
        ({"trigger": {"fact": "shoe_size", "is": 3}}, "no fact shoe_size"),
        ({"after": ["DAT-99"]}, "after/0 names DAT-99"),
        ({"authority": ["AGY-NOBODY"]}, "AGY-NOBODY"),
        ({"sources": ["NOWHERE"]}, "NOWHERE"),
        ({"after": ["TEC-02"]}, "ring"),
        ({"effective_from": "2026-02-30"}, "day"),
        ({"reviewed_on": "2026-13-01"}, "month"),
        ({"effective_from": "2026-02-02", "effective_to": "2026-02-01"}, "is before"),
        ({"clock": [{"max_days": 100_000}]}, "maximum"),
        ({"trigger": {"fact": "mode", "is": float("nan")}}, "no such number"),
        ({"title": {"en": "a\u202eb", "zh-Hant": "x", "zh-Hans": "x"}}, "no_bidi_control"),
        ({"title": {"en": "a\x00b", "zh-Hant": "x", "zh-Hans": "x"}}, "no_nul"),
    ],
)
def test_a_broken_row_is_refused_with_line_and_reason_and_leaves_nothing(
    desk: Desk, change: dict[str, Any], said: str
) -> None:
    found = faults(lambda: desk.propose(BLOCKING, **change))
    assert all(field == "row" and details["line"] >= 1 for field, _rule, details in found)
    assert any(said in details["reason"] for _field, _rule, details in found), found
    assert desk.newest(BLOCKING).version == 1
    assert desk.session.scalar(select(func.count()).select_from(PermitRuleProposal)) == 0


def test_the_line_is_the_one_where_the_fault_stands(desk: Desk) -> None:
    text = written_row(desk.told(BLOCKING))
    broken = text.replace("stage: before_contract", "stage: whenever")
    assert broken != text
    line = next(number for number, each in enumerate(broken.splitlines(), 1) if each.startswith("stage:"))
    assert [details["line"] for _field, _rule, details in faults(lambda: desk.propose_text(BLOCKING, broken))] == [line]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("", "one row"),
        ("[]", "one row"),
        ("- 1", "one row"),
        ("a: [", "expected"),
        ("a: &x [1]\nb: *x", "references"),
        ("[" * 5000, "nested"),
        ("a: !!python/object:os.system {}", "constructor"),
        ("a: " + "9" * 5000, "digits"),
        ("? [a]\n: 1", "unhashable"),
        ("1: 2", "no name"),
        ("a: \ud800", "surrogates"),
        ("x" * 70_000, "longer"),
    ],
)
def test_text_that_is_no_row_is_refused_in_words(desk: Desk, row: str, said: str) -> None:
    found = faults(lambda: desk.propose_text(BLOCKING, row))
    assert any(said in details["reason"] for _field, _rule, details in found), found


def test_one_rule_is_changed_at_a_time_and_only_where_something_differs(desk: Desk) -> None:
    other = written_row({**desk.told(BLOCKING), "id": "TEC-99"})
    assert faults(lambda: desk.propose_text(BLOCKING, other))[0][:2] == ("row", "other_rule")
    assert faults(lambda: desk.propose(BLOCKING))[0][:2] == ("row", "unchanged")
    with pytest.raises(NotFound):
        propose(desk.session, Wish("TEC-99", other, "why", 1), now=desk.now, by=desk.dee)


def test_who_looked_at_an_older_version_looks_again(desk: Desk) -> None:
    row = written_row(desk.told(BACKGROUND, reviewed_on="2026-03-02"))
    desk.propose(BACKGROUND, reviewed_on="2026-03-01")
    wish = Wish(BACKGROUND, row, "why", 1)
    assert refused(lambda: propose(desk.session, wish, now=desk.now, by=desk.dee)) == ("rule_changed",)
    waiting = desk.waiting(BLOCKING, applicant="host")
    assert refused(lambda: desk.agree(waiting, seen=2)) == ("rule_changed",)


def test_one_proposal_of_a_person_waits_per_rule(desk: Desk) -> None:
    first = desk.waiting(BLOCKING, applicant="host")
    second = desk.waiting(BLOCKING, applicant="either")
    assert (first.state, second.state) == (ProposalState.SUPERSEDED, ProposalState.OPEN)
    assert refused(lambda: desk.propose(BLOCKING, by=desk.fay, applicant="self")) == ("proposal_waits",)


def test_a_proposal_that_other_rows_have_overtaken_is_not_agreed_to(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = desk.waiting(BLOCKING, after=["TEC-01"])

    def ring(*_given: Any) -> None:
        raise Invalid.one("row", "rule_row", line=1, reason="rules wait for each other in a ring")

    monkeypatch.setattr(editing, "judge_again", ring)
    assert faults(lambda: desk.agree(row))[0][:2] == ("row", "rule_row")
    assert row.state is ProposalState.OPEN


@pytest.mark.parametrize("who", ["ada", "bo", "cheng", "eve"])
def test_others_cannot(desk: Desk, cast: Cast, who: str, now: datetime) -> None:
    row = desk.waiting(BLOCKING, applicant="host")
    somebody = actor_of(desk.session, cast.people[who], now=now)
    calls = (lambda: desk.propose(BACKGROUND, by=somebody, applicant="host"), lambda: desk.agree(row, by=somebody))
    for call in calls:
        with pytest.raises(Exception, match="permit_rule") as found:
            call()
        assert type(found.value).__name__ in ("Forbidden", "NotFound")


@pytest.fixture
def waiting(committed: Database, now: datetime) -> Iterator[tuple[PermitRuleProposal, list[Actor]]]:
    def lay(session: Session) -> tuple[PermitRuleProposal, list[Actor]]:
        role = PlatformRole.ADMINISTRATOR
        people = [make_person(session, f"Admin{n} Ho", now=now, platform_role=role) for n in range(5)]
        actors = [actor_of(session, person, now=now) for person in people]
        told = {**queries.versions(session, BLOCKING)[0].told, "applicant": "host"}
        made = propose(session, Wish(BLOCKING, written_row(told), "why", 1), now=now, by=actors[0])
        assert isinstance(made, PermitRuleProposal)
        return made, actors[1:]

    yield committed.transact(lay)


def test_of_administrators_who_decide_at_once_one_decides(
    committed: Database, waiting: tuple[PermitRuleProposal, list[Actor]], now: datetime
) -> None:
    row, people = waiting
    gate = Barrier(len(people))

    def decide(number: int) -> str:
        gate.wait()
        try:
            if number % 2:
                committed.transact(lambda session: reject(session, row.id, "no", now=now, by=people[number]))
                return "rejected"
            committed.transact(lambda session: agree(session, row.id, seen=1, now=now, by=people[number]))
        except StateForbids:
            return "late"
        return "agreed"

    with ThreadPoolExecutor(len(people)) as pool:
        answers = list(pool.map(decide, range(len(people))))
    assert answers.count("late") == len(people) - 1
    with committed.reading() as session:
        versions = queries.versions(session, BLOCKING)
        assert len(versions) == 1 + answers.count("agreed")
