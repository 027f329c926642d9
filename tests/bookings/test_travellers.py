"""A team that travels: permits for each person, and approvals that count for the one who holds them alone."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select

from marketplace.accounts.models import Membership, Person, Role
from marketplace.accounts.policy import SYSTEM
from marketplace.applications.actions.drafting import draft
from marketplace.applications.models import Application
from marketplace.applications.queries.leaning import bookings_touched
from marketplace.bookings import actions
from marketplace.bookings.models import Booking, BookingPlan, BookingState, PlanCause
from marketplace.bookings.queries.permits import latest_plan, own_ways, plan_again, seen_by
from marketplace.permits.actions.vault import enter
from marketplace.permits.models import VaultEntry, VaultKind
from marketplace.permits.rules.judging import Outcome
from marketplace.permits.rules.travellers import MOST_TRAVELLERS
from marketplace.permits.rules.vault import NewEntry
from marketplace.privacy.actions import erase
from marketplace.privacy.queries import everything_about
from marketplace.values.refusal import Invalid
from tests.bookings.test_permits import NOTHING
from tests.cast import join, make_person
from tests.factories.stage import Stage, hours

# A permanent resident of Hong Kong who is no Chinese national needs the card (PPL-06).
RESIDENT: dict[str, Any] = {
    "from": "HK",
    "to": "CN",
    "nationality": "GB",
    "residence": "HK",
    "pr_hk_mo": True,
    "days_each_stay": 3,
    "hands_on_work": False,
    "talent_class": None,
}


@pytest.fixture
def ivy(across: Stage) -> Person:
    """A colleague of Ada's."""
    found = make_person(across.session, "Ivy Mak", now=across.now)
    join(across.session, found, across.cast.university, Role.RESEARCHER, now=across.now)
    return found


def team(*people: UUID | None) -> dict[str, Any]:
    """What is stated of a team; None is left unnamed."""
    ways = [{**RESIDENT, **({"person": str(each)} if each else {})} for each in people]
    return {**NOTHING, "people_flows": ways}


def card(stage: Stage, person: UUID) -> VaultEntry:
    """The card of one person, verified."""
    new = NewEntry(
        kind=VaultKind.APPROVAL,
        person_id=person,
        rule_id="PPL-06",
        number="C-1",
        issuer="NIA",
        valid_from=date(2026, 1, 1),
        valid_to=date(2030, 12, 31),
    )
    return enter(stage.session, new, now=stage.now, by=SYSTEM, granted=uuid4())


def row_of(stage: Stage, booking: Booking) -> BookingPlan:
    row = latest_plan(stage.session, booking.id)
    assert row is not None
    return row


def told(row: BookingPlan) -> dict[str, Any]:
    return next(each for each in row.requirements if each["rule"] == "PPL-06")


def test_each_approval_counts_for_the_one_who_holds_it(across: Stage, ivy: Person) -> None:
    entry = card(across, ivy.id)
    booking = across.book(hours(30, 9, 12), flows=team(None, ivy.id))
    row = row_of(across, booking)
    assert row.awaited == ["PPL-06"]
    assert (told(row)["outcome"], told(row)["done"]) == ("required", ["people_flows/1"])
    assert told(row)["satisfied_by"] == [str(entry.id)]
    assert [each["holder"] for each in row.vault] == ["people_flows/1"]
    card(across, across.cast.ada.id)
    fresh = actions.replan(across.session, booking.id, PlanCause.VAULT, now=across.now, by=SYSTEM)
    assert fresh is not None and fresh.awaited == [] and told(fresh)["outcome"] == "satisfied"
    assert booking.state is BookingState.CONFIRMED


def test_two_cards_of_one_do_not_serve_the_other(across: Stage, ivy: Person) -> None:
    card(across, across.cast.ada.id)
    card(across, across.cast.ada.id)
    row = row_of(across, across.book(hours(30, 9, 12), flows=team(None, ivy.id)))
    assert (row.awaited, told(row)["done"]) == (["PPL-06"], ["people_flows/0"])


def test_who_travels_is_frozen_with_the_plan_and_read_again(across: Stage, ivy: Person) -> None:
    booking = across.book(hours(30, 9, 12), flows=team(None, ivy.id))
    row = row_of(across, booking)
    assert [each["person"] for each in row.facts["people_flows"]] == [str(across.cast.ada.id), str(ivy.id)]
    again = {each.rule_id: each.outcome for each in plan_again(across.session, row).requirements}
    assert again["PPL-06"] is Outcome.REQUIRED


def test_each_person_applies_for_themselves(across: Stage, ivy: Person) -> None:
    booking = across.book(hours(30, 9, 12), flows=team(None, ivy.id, ivy.id))
    draft(across.session, booking.id, now=across.now)
    rows = across.session.scalars(select(Application).where(Application.rule_id == "PPL-06")).all()
    assert {row.person_id: row.flows for row in rows} == {
        across.cast.ada.id: ["people_flows/0"],
        ivy.id: ["people_flows/1", "people_flows/2"],
    }
    assert draft(across.session, booking.id, now=across.now) == 0


def test_whoever_holds_it_applies_for_nothing(across: Stage, ivy: Person) -> None:
    card(across, ivy.id)
    booking = across.book(hours(30, 9, 12), flows=team(None, ivy.id))
    draft(across.session, booking.id, now=across.now)
    assert [row.person_id for row in across.session.scalars(select(Application))] == [across.cast.ada.id]


@pytest.mark.parametrize(
    ("people", "field", "code"),
    [
        ((None, None), "flows/people_flows/1/person", "traveller_unnamed"),
        ((None, "eve"), "flows/people_flows/1/person", "traveller_elsewhere"),
        ((None, "nobody"), "flows/people_flows/1/person", "traveller_elsewhere"),
    ],
)
def test_whoever_travels_is_a_member(across: Stage, people: tuple[str | None, ...], field: str, code: str) -> None:
    known = {None: None, "eve": across.cast.eve.id, "nobody": uuid4()}
    with pytest.raises(Invalid) as invalid:
        across.book(hours(30, 9, 12), flows=team(*(known[each] for each in people)))
    assert [(error.field, error.message_code) for error in invalid.value.errors] == [(field, code)]


@pytest.mark.parametrize(
    ("ways", "field"),
    [
        ([RESIDENT] * (MOST_TRAVELLERS + 1), "flows/people_flows"),
        ([{**RESIDENT, "person": "Ivy"}], "flows/people_flows/0/person"),
        ([{**RESIDENT, "person": 7}], "flows/people_flows/0/person"),
    ],
)
def test_a_team_has_an_end_and_names_are_ids(across: Stage, ways: list[dict[str, Any]], field: str) -> None:
    with pytest.raises(Invalid) as invalid:
        across.book(hours(30, 9, 12), flows={**NOTHING, "people_flows": ways})
    assert [error.field for error in invalid.value.errors] == [field]


def test_one_who_left_no_longer_counts_and_holds_up_no_work(across: Stage, ivy: Person) -> None:
    card(across, ivy.id)
    card(across, across.cast.ada.id)
    booking = across.book(hours(30, 9, 12), flows=team(None, ivy.id))
    assert row_of(across, booking).awaited == []
    across.session.execute(delete(Membership).where(Membership.person_id == ivy.id))
    fresh = actions.replan(across.session, booking.id, PlanCause.VAULT, now=across.now, by=SYSTEM)
    assert fresh is not None and fresh.awaited == ["PPL-06"]


def test_another_team_is_stated_anew(across: Stage, ivy: Person) -> None:
    booking = across.book(hours(30, 9, 12), flows=team(None))
    by = across.actor("ada")
    with pytest.raises(Invalid):
        actions.state_flows(across.session, booking.id, team(None, across.cast.eve.id), now=across.now, by=by)
    row = actions.state_flows(across.session, booking.id, team(None, ivy.id), now=across.now, by=by)
    assert told(row)["flows"] == ["people_flows/0", "people_flows/1"]


def test_an_approval_of_a_colleague_reaches_the_booking(across: Stage, ivy: Person) -> None:
    booking = across.book(hours(30, 9, 12), flows=team(None, ivy.id))
    assert bookings_touched(across.session, card(across, ivy.id).id) == [booking.id]
    assert bookings_touched(across.session, card(across, across.cast.eve.id).id) == []


def test_each_sees_their_own_approvals_and_the_host_no_names(across: Stage, ivy: Person) -> None:
    card(across, ivy.id)
    row = row_of(across, across.book(hours(30, 9, 12), flows=team(None, ivy.id)))
    facts, vault = seen_by(row, {"host"})
    assert vault == [] and all("person" not in each for each in facts["people_flows"])
    assert own_ways(row, ivy.id) == {"people_flows/1"}
    assert own_ways(row, across.cast.ada.id, across.cast.ada.id) == {"people_flows/0"}
    facts, vault = seen_by(row, {"user", "people_flows/0"})
    assert vault == [] and facts["people_flows"][1]["person"] == str(ivy.id)
    assert len(seen_by(row, own_ways(row, ivy.id))[1]) == 1


def test_a_colleague_is_told_and_forgotten(across: Stage, ivy: Person) -> None:
    card(across, ivy.id)
    booking = across.book(hours(30, 9, 12), flows=team(None, ivy.id))
    ways = everything_about(across.session, ivy.id, now=across.now)["travels"]
    assert [(each["booking"], each["nationality"]) for each in ways] == [(str(booking.id), "GB")]
    erase(across.session, ivy.id, now=across.now)
    across.session.expire_all()
    assert booking.flows is not None
    mine, hers = booking.flows["people_flows"]
    assert mine["nationality"] == "GB" and set(hers) == {"from", "to"}
    row = row_of(across, booking)
    assert set(row.facts["people_flows"][1]) == {"from", "to", "date"}
    assert row.facts["people_flows"][0]["nationality"] == "GB" and row.vault == []
