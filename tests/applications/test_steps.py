"""Steps through the verbs: who may take them, what follows for the clock, the vault and the booking."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from marketplace.applications.models import ApplicationEvent, ApplicationState, ClockEffect, Verb
from marketplace.applications.queries.rows import events_of
from marketplace.bookings.models import BookingState, EndCause, Gate, GateKind, GateState
from marketplace.bookings.queries.permits import latest_plan
from marketplace.permits.models import VaultEntry, VaultState
from marketplace.values.refusal import Forbidden, Invalid, NotFound, StateForbids
from tests.applications.conftest import LICENCE, MOFCOM, Office, close_agency

S, V = ApplicationState, Verb


def gate(office: Office, booking_id: object) -> Gate:
    found = office.session.scalar(select(Gate).where(Gate.booking_id == booking_id, Gate.kind == GateKind.PERMITS))
    assert found is not None
    return found


def test_a_grant_enters_the_vault_verified_and_passes_the_gate(office: Office) -> None:
    booking = office.book()
    row = office.applications(booking)[LICENCE]
    assert (row.state, row.agency_code, row.side, row.covers) == (S.DRAFT, MOFCOM, "host", [LICENCE])
    assert gate(office, booking.id).state is GateState.OPEN
    office.step(row, V.FILE, "bo", number="F-1")
    assert (row.state, row.due_on) == (S.FILED, date(2026, 5, 8))  # 45 working days from receipt, by the tables
    office.step(row, V.GRANT, "cheng", number="L-7", conditions="Only this line.", valid_to=date(2026, 12, 31))
    assert (row.state, row.due_on, row.number) == (S.GRANTED, None, "L-7")
    entry = office.session.get_one(VaultEntry, UUID(row.entries[0]))
    assert (entry.state, entry.rule_id, entry.issuer_code) == (VaultState.VERIFIED, LICENCE, MOFCOM)
    assert (entry.organisation_id, entry.number, entry.valid_to) == (row.applicant_id, "L-7", date(2026, 12, 31))
    assert entry.parties == [booking.organisation_id]
    plan = latest_plan(office.session, booking.id)
    assert plan is not None
    assert LICENCE not in plan.awaited
    assert gate(office, booking.id).state is (GateState.OPEN if plan.awaited else GateState.PASSED)


def test_a_refusal_that_leaves_no_way_ends_the_booking_with_its_reason(office: Office) -> None:
    booking = office.book()
    row = office.applications(booking)[LICENCE]
    office.step(row, V.FILE, "bo")
    office.step(row, V.REFUSE, "cheng", note="On the prohibited list since March.")
    assert (booking.state, booking.end_cause) == (BookingState.DECLINED, EndCause.PERMIT_REFUSED)
    assert booking.end_reason == "On the prohibited list since March."
    assert gate(office, booking.id).state is GateState.FAILED


def test_a_revocation_reopens_the_gate_and_keeps_the_claim(office: Office) -> None:
    booking = office.book()
    row = office.applications(booking)[LICENCE]
    office.step(row, V.FILE, "bo")
    office.step(row, V.GRANT, "cheng")
    office.step(row, V.REVOKE, "cheng", note="Given in error.")
    entry = office.session.get_one(VaultEntry, UUID(row.entries[0]))
    assert (row.state, entry.state) == (S.REVOKED, VaultState.REVOKED)
    assert gate(office, booking.id).state is GateState.OPEN
    assert booking.state is BookingState.HELD


@pytest.mark.parametrize("verb", [V.ACCEPT, V.GRANT, V.REFUSE, V.ASK])
def test_officers_act_on_their_own_authority_alone_and_strangers_find_nothing(office: Office, verb: Verb) -> None:
    row = office.applications(office.book())[LICENCE]
    office.step(row, V.FILE, "bo")
    for stranger in ("fan", "eve"):
        with pytest.raises(NotFound):
            office.step(row, verb, stranger, note="No.")
    for onlooker in ("bo", "dee"):
        with pytest.raises(Forbidden):
            office.step(row, verb, onlooker, note="No.")
    # Ada's side of the booking sees that there is one, and nothing of it.
    with pytest.raises(NotFound):
        office.step(row, verb, "ada", note="No.")


def test_an_officer_finds_no_draft_and_files_for_nobody(office: Office) -> None:
    row = office.applications(office.book())[LICENCE]
    with pytest.raises(NotFound):
        office.step(row, V.FILE, "cheng")
    office.step(row, V.FILE, "bo")
    with pytest.raises(Forbidden):
        office.step(row, V.WITHDRAW, "cheng")


def test_every_step_is_a_row_that_the_due_date_follows_from(office: Office) -> None:
    row = office.applications(office.book())[LICENCE]
    office.step(row, V.FILE, "bo")
    office.step(row, V.ASK, "cheng", note="The contract, please.", now=office.now + timedelta(days=2))
    assert row.due_on == date(2026, 5, 8), "this rule does not stop its clock for papers"
    office.step(row, V.ANSWER, "bo", now=office.now + timedelta(days=3))
    office.step(row, V.EXTEND, "cheng", days=5, now=office.now + timedelta(days=4))
    assert (row.state, row.due_on) == (S.EXTENDED, date(2026, 5, 14))
    told = [(each.number, each.verb, each.effect) for each in events_of(office.session, row.id)]
    assert told == [
        (1, V.DRAFT, ClockEffect.NONE),
        (2, V.FILE, ClockEffect.START),
        (3, V.ASK, ClockEffect.NONE),
        (4, V.ANSWER, ClockEffect.NONE),
        (5, V.EXTEND, ClockEffect.EXTEND),
    ]


@pytest.mark.parametrize(
    ("verb", "told", "field"),
    [
        (V.ASK, {}, "note"),
        (V.REFUSE, {}, "note"),
        (V.GRANT, {"on": date(2026, 3, 3)}, "on"),
        (V.GRANT, {"on": date(2026, 3, 1)}, "on"),
        (V.GRANT, {"valid_to": date(2026, 2, 1)}, "valid_to"),
        (V.GRANT, {"number": "x" * 101}, "number"),
        (V.EXTEND, {"days": 0}, "days"),
        (V.GRANT, {"valid_from": date(1200, 1, 1)}, "valid_from"),
    ],
)
def test_what_cannot_be_is_named_by_its_field(office: Office, verb: Verb, told: dict[str, object], field: str) -> None:
    row = office.applications(office.book())[LICENCE]
    office.step(row, V.FILE, "bo")
    events = len(events_of(office.session, row.id))
    with pytest.raises(Invalid) as invalid:
        office.step(row, verb, "cheng", **told)
    assert field in {error.field for error in invalid.value.errors}
    assert len(events_of(office.session, row.id)) == events
    assert row.state is S.FILED


def test_a_file_is_the_actors_own(office: Office) -> None:
    row = office.applications(office.book())[LICENCE]
    with pytest.raises(Invalid):
        office.step(row, V.FILE, "bo", file_id=office.file("eve"))
    office.step(row, V.FILE, "bo", file_id=office.file("bo"))
    event = office.session.scalars(
        select(ApplicationEvent).where(ApplicationEvent.application_id == row.id, ApplicationEvent.verb == V.FILE)
    ).one()
    assert event.file_id is not None


def test_nothing_is_decided_for_a_booking_that_is_over(office: Office) -> None:
    booking = office.book()
    row = office.applications(booking)[LICENCE]
    office.step(row, V.FILE, "bo")
    with pytest.raises(StateForbids) as forbidden:
        office.step(row, V.GRANT, "cheng", now=booking.held_until)
    assert forbidden.value.state == "expired"


def test_where_the_authority_has_no_account_its_decision_waits_for_an_administrator(office: Office) -> None:
    close_agency(office.session, MOFCOM)
    booking = office.book()
    row = office.applications(booking)[LICENCE]
    office.step(row, V.FILE, "bo", number="F-1")
    assert row.filed_outside
    with pytest.raises(Invalid) as invalid:
        office.step(row, V.GRANT, "bo")
    assert {error.field for error in invalid.value.errors} == {"file", "number"}
    office.step(row, V.GRANT, "bo", number="L-7", file_id=office.file("bo"))
    entry = office.session.get_one(VaultEntry, UUID(row.entries[0]))
    assert entry.state is VaultState.UNVERIFIED
    assert events_of(office.session, row.id)[-1].outside
    assert gate(office, booking.id).state is GateState.OPEN, "nobody lifts their own obstacle"
