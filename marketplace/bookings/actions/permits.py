"""The permits of a booking: stating what crosses a boundary, planning anew when something changed, and the gate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.availability.queries import setting
from marketplace.availability.rules import Setting, local_day
from marketplace.bookings.actions.gates import pass_gate, reopen_gate
from marketplace.bookings.actions.loading import Loaded, demand_on, locked, state_after, touch
from marketplace.bookings.actions.plans import store_plan
from marketplace.bookings.actions.prices import name_price, withhold_price
from marketplace.bookings.models import Booking, BookingPlan, BookingState, GateKind, GateState, PlanCause
from marketplace.bookings.queries.appraisal import CALENDAR_AHEAD, span
from marketplace.bookings.queries.facts import Asker, offer
from marketplace.bookings.queries.permits import (
    Planned,
    Wish,
    contradiction_refusals,
    demand_travellers,
    latest_plan,
    permit_refusals,
    planned,
)
from marketplace.bookings.rules import LIVE, Verb, state_at
from marketplace.bookings.rules.permits import kept
from marketplace.bookings.rules.requests import checked_flows
from marketplace.history.actions import Subject, record
from marketplace.permits.rules.travellers import names
from marketplace.values import refusal
from marketplace.values.refusal import Invalid


def state_flows(
    session: Session, booking_id: UUID, flows: Mapping[str, Any], *, now: datetime, by: Actor
) -> BookingPlan:
    """State what crosses a boundary, for the first time or anew: a new plan beside the old, and only what it awaits is
    asked for. Raises Refused where the rules forbid what is stated; then nothing is changed."""
    found = locked(session, booking_id)
    demand_on(found, "booking.state_flows", by)
    booking = found.booking
    state_after(booking, Verb.STATE_FLOWS, now)
    stated = checked_flows(flows)
    if stated is None:
        raise Invalid.one("flows", "required")
    booking.flows = stated
    around = _setting(session, booking, now)
    demand_travellers(session, _wish(found, around, now))
    plan = _planned(session, found, around, now)
    refusal.demand(
        permit_refusals(session, plan, around, terms_id=booking.terms_version_id, now=now, without=booking.id)
    )
    before = latest_plan(session, booking.id)
    row = store_plan(session, booking.id, plan, PlanCause.FACTS, now=now, by=by)
    touch(booking, booking.state, booking.held_until, now)
    subject, details = Subject("booking", booking.id), {"plan": row.number, "awaited": row.awaited}
    record(session, subject, "booking.flows_stated", now=now, by=by.person_id, details=details)
    session.flush()
    _settle(session, found, around, (before, row), now=now, by=by)
    return row


def replan(session: Session, booking_id: UUID, cause: PlanCause, *, now: datetime, by: Actor) -> BookingPlan | None:
    """Work the plan out again, from the facts as stated and approvals and rules as they are. What is awaited no more
    passes the permits gate, what is awaited again reopens it. None where nothing was stated, the booking is over, or
    nothing changed. Another period is always planned, and refused (Refused) where the rules forbid it on its days."""
    found = locked(session, booking_id)
    booking = found.booking
    if booking.flows is None or state_at(booking.state, booking.held_until, now) not in LIVE:
        return None
    around = _setting(session, booking, now)
    plan = _planned(session, found, around, now, before=True)
    before = latest_plan(session, booking.id)
    if cause is PlanCause.MOVE:
        pinned = booking.terms_version_id
        refusal.demand(permit_refusals(session, plan, around, terms_id=pinned, now=now, without=booking.id))
    elif not _differs(before, plan):
        return None
    version = booking.version
    row = store_plan(session, booking.id, plan, cause, now=now, by=by)
    details = {"plan": row.number, "cause": cause.value, "awaited": row.awaited}
    record(session, Subject("booking", booking.id), "booking.replanned", now=now, by=by.person_id, details=details)
    _settle(session, found, around, (before, row), now=now, by=by)
    if cause is not PlanCause.MOVE and booking.version == version:
        # Another plan, and perhaps another price: who read the booking before has not read this. A move says so itself.
        touch(booking, booking.state, booking.held_until, now)
    return row


def _setting(session: Session, booking: Booking, now: datetime) -> Setting:
    return setting(session, booking.unit_id, span(now, booking.period), ahead=CALENDAR_AHEAD)


def _planned(session: Session, found: Loaded, around: Setting, now: datetime, *, before: bool = False) -> Planned:
    return planned(session, _wish(found, around, now, before=before), local_day(now, around.zone))


def _wish(found: Loaded, around: Setting, now: datetime, *, before: bool = False) -> Wish:
    booking = found.booking
    return Wish(
        facility_id=found.around.facility_id,
        unit_id=booking.unit_id,
        host_id=found.around.host_id,
        organisation_id=booking.organisation_id,
        person_id=booking.person_id,
        stated=booking.flows or {},
        first_day=local_day(booking.starts_at, around.zone),
        now=now,
        booking_id=booking.id,
        before=before,
    )


def _differs(before: BookingPlan | None, plan: Planned) -> bool:
    """Whether a plan says something else than the one before, or knows others who travel: the day from which clocks run
    aside."""
    if before is None or names(before.facts) != names(plan.facts):
        return True
    told = [_timeless(row) for row in before.requirements], before.awaited, before.letters
    return told != ([_timeless(row) for row in kept(plan.plan)], plan.awaited, plan.letters)


def _timeless(row: Mapping[str, Any]) -> dict[str, Any]:
    counted = ("start", "earliest_done", "latest_done", "bound", "milestones", "provisional")
    return {name: value for name, value in row.items() if name not in counted}


def _settle(
    session: Session,
    found: Loaded,
    around: Setting,
    rows: tuple[BookingPlan | None, BookingPlan],
    *,
    now: datetime,
    by: Actor,
) -> None:
    """Bring the gate from what the plan before said to what the new one says; name the price once talks are lawful."""
    booking, gate = found.booking, found.gate(GateKind.PERMITS)
    before, row = rows
    if row.letters:
        withhold_price(booking)
    elif before is not None and before.letters:
        _price(session, booking, around, now=now)
    broken = contradiction_refusals(session, booking.terms_version_id, row.requirements, row.facts)
    blocked = bool(row.awaited or row.denied or broken)
    if blocked and (gate is None or gate.state is GateState.PASSED):
        reopen_gate(session, booking.id, GateKind.PERMITS, now=now, by=by)
    elif not blocked and gate is not None and gate.state is GateState.OPEN and booking.state is BookingState.HELD:
        pass_gate(session, booking.id, GateKind.PERMITS, now=now, by=by)


def _price(session: Session, booking: Booking, around: Setting, *, now: datetime) -> None:
    asker = Asker(
        unit_id=booking.unit_id,
        person_id=booking.person_id,
        organisation_id=booking.organisation_id,
        start=booking.starts_at,
    )
    name_price(booking, around, offer(session, asker, now))
