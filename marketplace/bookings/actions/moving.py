"""Moving a booking to another period: the same rules, the same claim, and the host asked again where it got more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, demand, may
from marketplace.availability.actions import Wanted, claim, hold_until, release
from marketplace.availability.queries import setting
from marketplace.availability.rules import Setting
from marketplace.bookings.actions.gates import reopen
from marketplace.bookings.actions.loading import Loaded, demand_on, loaded, state_after, touch
from marketplace.bookings.actions.locking import lock_for_move
from marketplace.bookings.actions.permits import replan
from marketplace.bookings.actions.prices import name_price
from marketplace.bookings.actions.talking import demand_talks, said
from marketplace.bookings.actions.telling import tell_both, tell_host, tell_user
from marketplace.bookings.models import Booking, BookingState, GateKind, GateState, PlanCause
from marketplace.bookings.queries.appraisal import CALENDAR_AHEAD, alternatives, span, taken
from marketplace.bookings.queries.facts import Asker, Offer, offer
from marketplace.bookings.queries.moves import reasons_against
from marketplace.bookings.queries.training import training_for
from marketplace.bookings.rules import Verb, deadline, held_until, set_aside
from marketplace.bookings.rules.requests import demand_near
from marketplace.history.actions import Subject, record
from marketplace.terms.actions.training import ask as ask_training
from marketplace.values import refusal
from marketplace.values.period import Period
from marketplace.values.refusal import Refused, StateForbids


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Where a booking shall go. A host says why; `override` lets a host set limits aside for that reason."""

    period: Period
    reason: str | None = None
    override: bool = False

    def __post_init__(self) -> None:
        demand_near(self.period)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """A change on its way: the booking as it stands, and what the new period is judged by."""

    found: Loaded
    around: Setting
    known: Offer
    change: Change
    now: datetime
    by: Actor

    @property
    def by_host(self) -> bool:
        """Whether somebody moves it who could approve it as well."""
        return may(self.by, "booking.approve", host=self.found.around.host_id)


def move(session: Session, booking_id: UUID, change: Change, *, now: datetime, by: Actor) -> Booking:
    """Change the period of a booking that has not begun.

    The place is kept where it is free, else the lowest free one is taken. Host approval reopens unless the new period
    lies inside the old one or the host itself moves it; the price is counted anew.
    """
    lock_for_move(session, booking_id)
    found = loaded(session, booking_id)
    demand_on(found, "booking.move", by)
    booking, old = found.booking, found.booking.period
    state_after(booking, Verb.MOVE, now)
    if booking.starts_at <= now:
        raise StateForbids(booking.state.value, Verb.MOVE.value)
    reason = _reason(session, change, found, by)
    if change.period == old:
        return booking
    asker = Asker(
        unit_id=booking.unit_id,
        person_id=booking.person_id,
        organisation_id=booking.organisation_id,
        start=change.period.start,
    )
    around = setting(session, booking.unit_id, span(now, change.period), ahead=CALENDAR_AHEAD)
    known = offer(session, asker, now)
    moving = Moving(found=found, around=around, known=known, change=change, now=now, by=by)
    overridden = _judged(session, moving)
    booking.place = _claimed(session, moving)
    booking.starts_at, booking.ends_at = change.period.start, change.period.end
    booking.overridden = sorted({*booking.overridden, *overridden})
    booking.reminded_at = None
    name_price(booking, around, known)
    _gates(session, moving, ask_again=not (moving.by_host or old.contains(change.period)))
    _train(session, moving)
    session.flush()
    _write_down(session, moving, old, reason)
    # The days of the flows move with it, and each is judged by the law of its own day.
    replan(session, booking.id, PlanCause.MOVE, now=now, by=by)
    if reason is not None:
        demand_talks(session, booking.id)
    return booking


def _reason(session: Session, change: Change, found: Loaded, by: Actor) -> str | None:
    booking = found.booking
    theirs = may(by, "booking.accept_terms", owner=booking.person_id, organisation=booking.organisation_id)
    reason = said(session, booking.id, change.reason, required=change.override or not theirs)
    if change.override and reason is None:
        # Limits are set aside for a reason that the other side reads: not before anything may be said.
        demand_talks(session, booking.id)
    return reason


def _judged(session: Session, moving: Moving) -> list[str]:
    booking, change = moving.found.booking, moving.change
    reasons = reasons_against(session, booking, moving.around, moving.known, period=change.period, now=moving.now)
    if not change.override:
        refusal.demand(reasons)
        return []
    demand(moving.by, "booking.override", organisation=booking.organisation_id, host=moving.found.around.host_id)
    remaining, overridden = set_aside(reasons)
    refusal.demand(remaining)
    return overridden


def _claimed(session: Session, moving: Moving) -> int:
    booking, around, period = moving.found.booking, moving.around, moving.change.period
    # Its own claim must not stand in its way. Should no place be free, all of this is undone with the transaction.
    release(session, booking.id)
    wanted = Wanted(
        unit_id=booking.unit_id,
        places=around.places,
        blocked=around.rules.blocked(period),
        holder_id=booking.id,
        held_until=booking.held_until,
        preferred=booking.place,
    )
    place = claim(session, wanted, now=moving.now)
    if place is None:
        near = alternatives(session, around, moving.known, period, now=moving.now, without=booking.id)
        raise Refused([taken(near)])
    return place


def _gates(session: Session, moving: Moving, *, ask_again: bool) -> None:
    found, now = moving.found, moving.now
    booking, approval = found.booking, found.gate(GateKind.HOST_APPROVAL)
    for gate in found.open_gates:
        if gate.kind is GateKind.PERMITS and ask_again:
            # Another slot is held for the permits: the host's time for that begins anew, and nothing of what was filed
            # is lost.
            gate.opened_at = now
        limit = deadline(moving.around, gate.kind, booking.period, gate.opened_at, now=now)
        gate.deadline, gate.provisional, gate.reminded_at = limit.at, limit.provisional, None
    if approval is not None and approval.state is GateState.PASSED:
        if ask_again:
            reopen(session, found, GateKind.HOST_APPROVAL, now=now)
        elif moving.by_host:
            booking.approved_start, booking.approved_end = booking.starts_at, booking.ends_at
    waiting = held_until(gate.deadline for gate in found.open_gates)
    hold_until(session, booking.id, waiting)
    touch(booking, BookingState.CONFIRMED if waiting is None else BookingState.HELD, waiting, now)


def _train(session: Session, moving: Moving) -> None:
    """A training that does not hold on the new days is asked for as it is with a request."""
    booking, gate = moving.found.booking, moving.found.gate(GateKind.TRAINING)
    untrained = training_for(session, moving.known, moving.around, booking.period).untrained
    if untrained and (gate is None or gate.state is GateState.PASSED):
        reopen(session, moving.found, GateKind.TRAINING, now=moving.now)
        ask_training(session, booking.unit_id, now=moving.now, by=moving.by, person_id=booking.person_id)


def _write_down(session: Session, moving: Moving, old: Period, reason: str | None) -> None:
    booking, around, now, by = moving.found.booking, moving.found.around, moving.now, moving.by.person_id
    details = {"from": old.as_json(), "to": booking.period.as_json(), "place": booking.place}
    text = {"reason": reason} if reason else None
    record(session, Subject("booking", booking.id), "booking.moved", now=now, by=by, details=details, text=text)
    more = {"old_start": old.start.isoformat(), "old_end": old.end.isoformat(), "reason": reason}
    if booking.state is BookingState.CONFIRMED:
        tell_both(session, booking, around, "booking_moved", now=now, said_by=by, **more)
        return
    tell_host(session, booking, around, "booking_move_requested", now=now, by=by, **more)
    tell_user(session, booking, around, "booking_moved", now=now, by=by, **more)
