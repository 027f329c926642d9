"""Ending a booking before its time: declined, cancelled, expired or missed; its claim is given back at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM, Actor, may
from marketplace.availability.actions import release
from marketplace.bookings.actions.loading import Loaded, demand_on, locked, state_after, touch
from marketplace.bookings.actions.talking import said
from marketplace.bookings.actions.telling import tell_both, tell_host, tell_user
from marketplace.bookings.models import Booking, BookingState, GateKind, GateState
from marketplace.bookings.rules import Verb
from marketplace.history.actions import Subject, record
from marketplace.jobs.actions import defer
from marketplace.permits.actions.vault_uses import note_uses
from marketplace.values.refusal import StateForbids

# Whose delay it was is found out by who knows the authorities.
OVERDUE_FOR_PERMITS = "booking.expired_for_permits"
# Each one's unit stays locked until all are done, so few at a time.
BATCH = 50

# Nobody checked in, and the host said how long it waits.
_MISSED = text("""
    SELECT b.id FROM bookings b JOIN booking_rules r ON r.unit_id = b.unit_id
     WHERE b.state = 'confirmed' AND r.missed_threshold IS NOT NULL
       AND b.starts_at BETWEEN :since AND :now AND b.starts_at + r.missed_threshold * interval '1 minute' <= :now
     ORDER BY b.starts_at LIMIT :batch
""")


def decline(session: Session, booking_id: UUID, reason: str, *, now: datetime, by: Actor) -> Booking:
    """The host says no, and why; before a letter that a rule asks for, without a word."""
    found = locked(session, booking_id)
    demand_on(found, "booking.decline", by)
    state = state_after(found.booking, Verb.DECLINE, now)
    why = said(session, booking_id, reason, required=True)
    end(session, found, state, now=now, by=by, reason=why)
    tell_user(session, found.booking, found.around, "booking_declined", now=now, by=by.person_id, reason=why)
    return found.booking


def cancel(session: Session, booking_id: UUID, reason: str | None = None, *, now: datetime, by: Actor) -> Booking:
    """Whoever it is for, their organisation's manager, or the host calls it off; the host must say why."""
    found = locked(session, booking_id)
    demand_on(found, "booking.cancel", by)
    booking = found.booking
    state = state_after(booking, Verb.CANCEL, now)
    if booking.ends_at <= now:
        raise StateForbids(booking.state.value, Verb.CANCEL.value)
    theirs = may(by, "booking.accept_terms", owner=booking.person_id, organisation=booking.organisation_id)
    why = said(session, booking_id, reason, required=not theirs)
    end(session, found, state, now=now, by=by, reason=why, side="user" if theirs else "host")
    if theirs:
        tell_host(session, booking, found.around, "booking_cancelled", now=now, by=by.person_id, reason=why)
    tell_user(session, booking, found.around, "booking_cancelled", now=now, by=by.person_id, reason=why)
    return booking


def expire(session: Session, booking_id: UUID, *, now: datetime) -> bool:
    """Put down that a hold's time is over, and tell everyone; False where it is not."""
    found = locked(session, booking_id)
    booking = found.booking
    if booking.state is not BookingState.HELD or booking.held_until is None or booking.held_until > now:
        return False
    late = [gate.kind.value for gate in found.open_gates if gate.deadline <= now]
    end(session, found, BookingState.EXPIRED, now=now, by=SYSTEM, reason=None)
    tell_both(session, booking, found.around, "booking_expired", now=now, gates=late)
    if GateKind.PERMITS.value in late:
        defer(session, OVERDUE_FOR_PERMITS, {"booking": str(booking.id)}, now=now, key=str(booking.id))
    return True


def miss(session: Session, booking_id: UUID, *, now: datetime) -> bool:
    """Nobody came: the rest of the time is given back; False where it was checked in or moved on meanwhile."""
    found = locked(session, booking_id)
    if found.booking.state is not BookingState.CONFIRMED or found.booking.starts_at > now:
        return False
    end(session, found, state_after(found.booking, Verb.MISS, now), now=now, by=SYSTEM, reason=None)
    tell_both(session, found.booking, found.around, "booking_missed", now=now)
    return True


def expire_due(session: Session, *, now: datetime, batch: int = BATCH) -> int:
    """Expire the holds whose time is over, oldest first; answers how many. The clock has decided: this tidies."""
    overdue = Booking.state == BookingState.HELD, Booking.held_until <= now
    chosen = select(Booking.id).where(*overdue).order_by(Booking.held_until).limit(batch)
    return sum(expire(session, booking_id, now=now) for booking_id in sorted(session.scalars(chosen)))


def miss_due(session: Session, *, now: datetime, batch: int = BATCH) -> int:
    """Put down the bookings that nobody came for, where the host set a time to wait; answers how many."""
    values = {"now": now, "since": now - timedelta(days=60), "batch": batch}
    due = list(session.scalars(_MISSED, values))
    return sum(miss(session, booking_id, now=now) for booking_id in sorted(due))


def end(
    session: Session,
    found: Loaded,
    state: BookingState,
    *,
    now: datetime,
    by: Actor,
    reason: str | None,
    over: GateKind = GateKind.HOST_APPROVAL,
    side: str | None = None,
) -> None:
    """Put a booking into a state in which it has ended; `reason` is put down at the gate that it failed at, and `side`
    in its history where one of the two called it off."""
    booking = found.booking
    booking.end_reason = reason
    for gate in found.open_gates:
        gate.state, gate.decided_at, gate.decided_by = GateState.FAILED, now, by.person_id
        gate.reason = reason if gate.kind is over else None
    touch(booking, state, None, now)
    session.flush()
    release(session, booking.id)
    if booking.flows is not None:
        # What never takes place has saved nobody an approval, and leaves one for single use to others.
        note_uses(session, booking.id, [], now=now)
    verb = f"booking.{ENDED[state]}"
    text = {"reason": reason} if reason else None
    details = {"side": side} if side else None
    record(session, Subject("booking", booking.id), verb, now=now, by=by.person_id, details=details, text=text)


ENDED = {
    BookingState.DECLINED: "declined",
    BookingState.CANCELLED: "cancelled",
    BookingState.EXPIRED: "expired",
    BookingState.NO_SHOW: "missed",
}
