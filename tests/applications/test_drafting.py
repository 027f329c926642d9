"""Drafts: what a plan asks for, of whom and by whom; once each, also when the plan is made anew."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from marketplace.accounts.policy import SYSTEM
from marketplace.applications.actions.clocking import drafts_left
from marketplace.applications.actions.drafting import NOT_ASKED, draft
from marketplace.applications.models import Application, ApplicationState, Verb
from marketplace.applications.queries.rows import events_of
from marketplace.applications.rules.drafting import Ground, Law, office, sides, wanted
from marketplace.bookings.actions import cancel
from marketplace.bookings.actions.permits import replan, state_flows
from marketplace.bookings.models import PlanCause
from marketplace.jobs.models import Task
from marketplace.notices.models import Notice
from marketplace.permits.actions.vault import revoke
from marketplace.permits.models import VaultState
from marketplace.permits.rules.facts import Territories
from tests.applications.conftest import LICENCE, NOTHING, RESTRICTED, Office
from tests.factories.stage import hours

S, V = ApplicationState, Verb
AGENCIES = {"AGY-CN-NHC": "CN", "AGY-HK-DPO": "HK", "AGY-CN-CAC-GD": "CN", "AGY-HK-TID": "HK"}
TERRITORIES = Territories({"HK": "HK", "CN-GD": "CN", "CN": "CN", "MO": "MO"})
SIDES: dict[str, Any] = {"user": {"jurisdiction": "HK"}, "host": {"jurisdiction": "CN-GD"}}


def row(rule: str, **more: Any) -> dict[str, Any]:
    """What a plan says of a rule that asks for an approval."""
    usual = {
        "rule": rule, "version": 1, "kind": "approval", "outcome": "required", "blocks": True, "stage": "before_use",
        "applicant": "mainland_party", "authority": ["AGY-CN-NHC"], "flows": [], "alternatives": [],
        "conditional_on": None, "milestones": [],
    }  # fmt: skip
    return usual | more


def ground(*rows: dict[str, Any], laws: dict[str, Law] | None = None, **facts: Any) -> Ground:
    return Ground(rows=rows, facts={**SIDES, **facts}, laws=laws or {}, territories=TERRITORIES, agencies=AGENCIES)


@pytest.mark.parametrize(
    ("applicant", "flow", "expected"),
    [
        ("user", "", ["user"]),
        ("host", "", ["host"]),
        ("individual", "people_flows/0", ["user"]),
        ("mainland_party", "", ["host"]),
        ("exporter", "goods_flows/0", ["user"]),
        ("importer", "goods_flows/0", ["host"]),
        ("exporter", "goods_flows/0/return", ["host"]),
        ("importer", "goods_flows/0/return", ["user"]),
    ],
)
def test_the_row_says_which_side_applies(applicant: str, flow: str, expected: list[str]) -> None:
    on = ground(goods_flows=[{"exporter": "user"}])
    assert sides(row("X", applicant=applicant), on, flow) == expected


def test_where_either_may_it_is_the_side_of_the_authority_and_both_where_each_has_an_office() -> None:
    both = row("DAT-04", applicant="either", authority=["AGY-CN-CAC-GD", "AGY-HK-DPO"])
    assert sides(both, ground()) == ["user", "host"]
    assert sides(row("EXP-08", applicant="either", authority=["AGY-HK-TID"]), ground()) == ["user"]
    assert sides(row("X", applicant="either", authority=["AGY-CN-NHC"]), ground()) == ["host"]
    offices = {each.side: each.agency for each in wanted(ground(both))}
    assert offices == {"user": "AGY-HK-DPO", "host": "AGY-CN-CAC-GD"}


def test_the_office_is_the_one_at_home_else_the_first() -> None:
    assert office(["AGY-CN-CAC-GD", "AGY-HK-DPO"], "HK", AGENCIES) == "AGY-HK-DPO"
    assert office(["AGY-CN-CAC-GD", "AGY-HK-DPO"], "MO", AGENCIES) == "AGY-CN-CAC-GD"
    assert office([], "HK", AGENCIES) is None


def test_rules_that_are_decided_together_share_one_application() -> None:
    laws = {"HGR-03": Law(decided_with=("HGR-01",))}
    found = wanted(ground(row("HGR-01"), row("HGR-03", flows=["goods_flows/0"]), laws=laws))
    assert [(each.rule, each.covers, each.flows) for each in found] == [
        ("HGR-01", ("HGR-01", "HGR-03"), ("goods_flows/0",))
    ]
    alone = wanted(ground(row("HGR-01", outcome="satisfied"), row("HGR-03"), laws=laws))
    assert [each.rule for each in alone] == ["HGR-03"]


@pytest.mark.parametrize(
    ("more", "asked"),
    [
        ({}, True),
        ({"outcome": "alternative"}, True),
        ({"outcome": "satisfied"}, False),
        ({"outcome": "needs_answer"}, False),
        ({"outcome": "planned_only"}, False),
        ({"outcome": "denied"}, False),
        ({"blocks": False}, False),
        ({"kind": "prohibition"}, False),
        ({"kind": "tax"}, False),
        ({"kind": "platform_duty"}, False),
        ({"kind": "facilitation"}, False),
        ({"kind": "record"}, False),
        ({"kind": "record", "authority": []}, True),
        ({"kind": "record", "authority": [], "stage": "continuous"}, False),
        ({"stage": "after_event"}, True),
        ({"conditional_on": "CUS-01"}, False),
    ],
)
def test_what_is_an_application_and_what_is_not(more: dict[str, Any], asked: bool) -> None:
    assert bool(wanted(ground(row("X", **more)))) is asked


def test_the_first_of_the_applicants_own_dates_counts() -> None:
    dates = [{"kind": "leave_by", "date": "2026-03-01"}, {"kind": "file_by", "date": "2026-04-02"}]
    later = [*dates, {"kind": "notify_by", "date": "2026-05-01"}]
    [found] = wanted(ground(row("X", milestones=later)))
    assert found.file_by == date(2026, 4, 2)


@given(st.permutations(["A", "B", "C"]))
def test_the_order_of_rows_never_matters(order: list[str]) -> None:
    laws = {"B": Law(decided_with=("A",))}
    assert wanted(ground(*(row(rule) for rule in order), laws=laws)) == wanted(
        ground(row("A"), row("B"), row("C"), laws=laws)
    )


def test_a_stored_plan_asks_for_its_applications_to_be_drafted(office: Office) -> None:
    booking = office.stage.book(hours(30, 10, 12, month=7), flows=RESTRICTED)
    task = office.session.scalars(select(Task).where(Task.name == "booking.planned")).one()
    assert task.arguments == {"booking": str(booking.id)}


def test_drafting_again_changes_nothing(office: Office) -> None:
    booking = office.book()
    before = {key: each.version for key, each in office.applications(booking).items()}
    assert LICENCE in before
    assert draft(office.session, booking.id, now=office.now) == 0
    assert {key: each.version for key, each in office.applications(booking).items()} == before
    drafted = select(func.count()).select_from(Notice).where(Notice.code == "application_drafted")
    assert office.session.scalar(drafted) == len(before)


def test_a_plan_made_anew_withdraws_drafts_and_leaves_what_is_filed(office: Office) -> None:
    booking, other = office.book(), office.book(day=31)
    row, filed = office.applications(booking)[LICENCE], office.applications(other)[LICENCE]
    office.step(filed, V.FILE, "bo")
    for each in (booking, other):
        state_flows(office.session, each.id, NOTHING, now=office.now, by=office.actor("ada"))
        draft(office.session, each.id, now=office.now)
        draft(office.session, each.id, now=office.now)
    assert (row.state, filed.state) == (S.WITHDRAWN, S.FILED)
    said = [each for each in events_of(office.session, filed.id) if each.details.get("said") == NOT_ASKED]
    assert len(said) == 1
    assert events_of(office.session, row.id)[-1].by is None


def test_what_the_platform_withdrew_is_drafted_again_when_it_is_asked_for_again(office: Office) -> None:
    booking = office.book()
    row = office.applications(booking)[LICENCE]
    for flows in (NOTHING, RESTRICTED):
        state_flows(office.session, booking.id, flows, now=office.now, by=office.actor("ada"))
        draft(office.session, booking.id, now=office.now)
    assert (row.state, row.entries) == (S.DRAFT, [])
    assert [each.verb for each in events_of(office.session, row.id)] == [V.DRAFT, V.WITHDRAW, V.REDRAFT]


def test_what_the_applicant_withdrew_stays_withdrawn_until_they_draft_it_again(office: Office) -> None:
    booking = office.book()
    row = office.applications(booking)[LICENCE]
    office.step(row, V.WITHDRAW, "bo")
    draft(office.session, booking.id, now=office.now)
    assert row.state is S.WITHDRAWN
    office.step(row, V.REDRAFT, "bo")
    assert row.state is S.DRAFT


def test_an_approval_that_ended_is_asked_for_anew(office: Office) -> None:
    booking = office.book()
    row = office.applications(booking)[LICENCE]
    office.step(row, V.FILE, "bo")
    office.step(row, V.GRANT, "cheng", number="L-7")
    draft(office.session, booking.id, now=office.now)
    assert row.state is S.GRANTED
    entry = revoke(office.session, UUID(row.entries[0]), "Not used.", now=office.now, by=office.actor("bo"))
    assert entry.state is VaultState.REVOKED
    assert replan(office.session, booking.id, PlanCause.VAULT, now=office.now, by=SYSTEM) is not None
    draft(office.session, booking.id, now=office.now)
    assert (row.state, row.number, row.decided_on) == (S.DRAFT, "", None)


def test_drafts_of_a_booking_that_is_over_are_taken_back(office: Office) -> None:
    booking = office.book()
    row = office.applications(booking)[LICENCE]
    assert drafts_left(office.session) == []
    cancel(office.session, booking.id, now=office.now, by=office.actor("ada"))
    assert drafts_left(office.session) == [booking.id]
    draft(office.session, booking.id, now=office.now)
    assert row.state is S.WITHDRAWN
    assert drafts_left(office.session) == []
    assert office.session.scalar(select(func.count()).select_from(Application)) == 1
