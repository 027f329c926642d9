"""A team that travels: permits for each person, and approvals that count for the one who holds them alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select

from marketplace.accounts.actions.administering import readmit_person, suspend_person
from marketplace.accounts.actions.members import set_roles
from marketplace.accounts.models import Membership, Person, Role
from marketplace.accounts.policy import SYSTEM
from marketplace.applications.actions.drafting import draft
from marketplace.applications.models import Application
from marketplace.applications.queries.leaning import bookings_touched
from marketplace.bookings import actions
from marketplace.bookings.actions.plans import REPLAN
from marketplace.bookings.models import Booking, BookingPlan, BookingState, PlanCause
from marketplace.bookings.queries.pages import copy_of
from marketplace.bookings.queries.permits import flows_told, latest_plan, own_ways, plan_again, seen_by
from marketplace.jobs.models import Task
from marketplace.permits.actions.vault import enter
from marketplace.permits.models import MatchState, ScreenedFor, ScreenedParty, ScreeningMatch, VaultEntry, VaultKind
from marketplace.permits.rules.judging import Outcome
from marketplace.permits.rules.travellers import MOST_TRAVELLERS, known_still
from marketplace.permits.rules.vault import NewEntry
from marketplace.privacy.actions import erase
from marketplace.privacy.queries import everything_about
from marketplace.search.queries.starts import asker_of
from marketplace.search.rules.starts import StartWish
from marketplace.values.refusal import Invalid
from marketplace.worker.vault import look_at_travels
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


def card(stage: Stage, person: UUID, rule: str = "PPL-06") -> VaultEntry:
    """The card of one person, verified."""
    new = NewEntry(
        kind=VaultKind.APPROVAL,
        person_id=person,
        rule_id=rule,
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


def listed(stage: Stage, person: UUID) -> None:
    """Somebody who is on the screening list, as a reviewer confirmed."""
    party = ScreenedParty(
        id=uuid4(), names=["Mak"], identifiers=[], listed_for=ScreenedFor.WATCHLIST, source="List 1", note="",
        listed_from=date(2026, 1, 1), entered_at=stage.now,
    )  # fmt: skip
    stage.session.add(party)
    stage.session.flush()
    match = ScreeningMatch(
        id=uuid4(), party_id=party.id, person_id=person, score=100, listed="Mak", found="Mak",
        state=MatchState.CONFIRMED, found_at=stage.now, reviewed_at=stage.now,
    )  # fmt: skip
    stage.session.add(match)
    stage.session.flush()


def test_whoever_travels_is_screened_like_who_books(across: Stage, ivy: Person) -> None:
    listed(across, ivy.id)
    alone = row_of(across, across.book(hours(30, 9, 12), flows=team(None)))
    together = row_of(across, across.book(hours(30, 13, 15), flows=team(None, ivy.id)))
    assert (alone.facts["user"]["on_watchlist"], together.facts["user"]["on_watchlist"]) == (False, True)


def test_whoever_asks_in_the_search_is_screened_too(across: Stage) -> None:
    wish = StartWish(day=date(2026, 12, 1))
    ada = across.actor("ada")
    assert asker_of(across.session, wish, by=ada, now=across.now).facts["on_watchlist"] is False
    listed(across, across.cast.ada.id)
    assert asker_of(across.session, wish, by=ada, now=across.now).facts["on_watchlist"] is True


@pytest.mark.parametrize("written", [str.upper, "{{{}}}".format, "urn:uuid:{}".format])
def test_a_name_is_written_in_one_way(across: Stage, ivy: Person, written: Callable[[str], str]) -> None:
    ways = [{**RESIDENT, "person": written(str(ivy.id))}]
    with pytest.raises(Invalid) as invalid:
        across.book(hours(30, 9, 12), flows={**NOTHING, "people_flows": ways})
    assert [error.field for error in invalid.value.errors] == ["flows/people_flows/0/person"]


@pytest.mark.parametrize("ways", ["unknown", "none", None, [RESIDENT] * (MOST_TRAVELLERS + 1)])
def test_what_was_stated_before_is_planned_again(across: Stage, ways: Any) -> None:
    booking = across.book(hours(30, 9, 12), flows=team(None))
    booking.flows = {**NOTHING, "people_flows": ways}
    actions.replan(across.session, booking.id, PlanCause.RULES, now=across.now, by=SYSTEM)
    assert row_of(across, booking).number == 2


def test_what_is_known_still_keeps_who_travels(ivy: Person) -> None:
    known = {"people_flows[].from": {"kind": "text"}}
    stated = {"people_flows": [{"from": "HK"}, {"from": "HK", "person": str(ivy.id)}], "gone": True}
    assert known_still(stated, known) == {"people_flows": [{"from": "HK"}, {"from": "HK", "person": str(ivy.id)}]}
    assert known_still({"people_flows": "unknown"}, known) == {"people_flows": "unknown"}


def test_a_retry_is_answered_though_one_of_the_team_left(across: Stage, ivy: Person) -> None:
    told = {"flows": team(None, ivy.id), "idempotency_key": "k1"}
    booking = across.book(hours(30, 9, 12), **told)
    across.session.execute(delete(Membership).where(Membership.person_id == ivy.id))
    assert across.book(hours(30, 9, 12), **told).id == booking.id


def tasks(stage: Stage, name: str) -> list[Any]:
    return [row.arguments for row in stage.session.scalars(select(Task).where(Task.name == name).order_by(Task.id))]


def test_whoever_leaves_or_is_kept_out_has_their_bookings_planned_anew(across: Stage, ivy: Person) -> None:
    booking = across.book(hours(30, 9, 12), flows=team(None, ivy.id))
    across.book(hours(30, 13, 15), flows=team(None))
    across.session.execute(delete(Task))
    suspend_person(across.session, ivy.id, "Lost card", now=across.now, by=across.actor("dee"))
    readmit_person(across.session, ivy.id, "Found", now=across.now, by=across.actor("dee"))
    set_roles(across.session, across.cast.university.id, ivy.id, roles=[], now=across.now, by=across.actor("dee"))
    assert tasks(across, "bookings.replan_named") == [{"person": str(ivy.id)}] * 3
    assert look_at_travels(across.session, {"person": str(ivy.id)}, across.now) == 1
    assert tasks(across, REPLAN) == [{"booking": str(booking.id)}]


def test_bookings_of_others_are_planned_without_the_erased(across: Stage, ivy: Person) -> None:
    booking = across.book(hours(30, 9, 12), flows=team(None, ivy.id))
    across.session.execute(delete(Task))
    erase(across.session, ivy.id, now=across.now)
    assert {"booking": str(booking.id)} in tasks(across, REPLAN)


@pytest.mark.parametrize("erased", [False, True])
def test_who_books_applies_for_nobody_who_left(across: Stage, ivy: Person, erased: bool) -> None:
    booking = across.book(hours(30, 9, 12), flows=team(None, ivy.id))
    draft(across.session, booking.id, now=across.now)
    if erased:
        erase(across.session, ivy.id, now=across.now)
        across.session.expire_all()
    across.session.execute(delete(Membership).where(Membership.person_id == ivy.id))
    actions.replan(across.session, booking.id, PlanCause.RULES, now=across.now, by=SYSTEM)
    draft(across.session, booking.id, now=across.now)
    rows = across.session.scalars(select(Application).where(Application.rule_id == "PPL-06"))
    assert {(row.person_id, row.state.value, *row.flows) for row in rows} == {
        (across.cast.ada.id, "draft", "people_flows/0"),
        (ivy.id, "withdrawn", "people_flows/1"),
    }


def test_what_is_granted_for_the_other_sides_traveller_counts(across: Stage) -> None:
    guest = {**RESIDENT, "from": "CN", "to": "HK", "residence": "CN", "nationality": "CN", "pr_hk_mo": False}
    booking = across.book(hours(30, 9, 12), flows={**NOTHING, "people_flows": [{**guest, "days_each_stay": 10}]})
    assert "PPL-02" in row_of(across, booking).awaited
    draft(across.session, booking.id, now=across.now)
    row = across.session.scalars(select(Application).where(Application.rule_id == "PPL-02")).one()
    assert row.person_id == across.cast.ada.id
    card(across, across.cast.ada.id, "PPL-02")
    fresh = actions.replan(across.session, booking.id, PlanCause.VAULT, now=across.now, by=SYSTEM)
    assert fresh is not None and "PPL-02" not in fresh.awaited
    assert "person" not in fresh.facts["people_flows"][0], "nobody is named"


def test_a_copy_of_the_hosts_names_nobody(across: Stage, ivy: Person) -> None:
    booking = across.book(hours(30, 9, 12), flows=team(None, ivy.id))
    for name, named in (("ada", True), ("dee", True), ("bo", False)):
        told = flows_told(booking, across.actor(name))
        assert told is not None and ("person" in told["people_flows"][1]) is named
    wish = copy_of(across.session, booking.id, by=across.actor("bo"), now=across.now)
    assert wish.flows == flows_told(booking, across.actor("bo"))
