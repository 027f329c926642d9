"""Bookings that fail by their permits: one is refused, or an authority took longer than it may."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM, Actor
from marketplace.bookings.actions.ending import end
from marketplace.bookings.actions.loading import locked, state_after
from marketplace.bookings.actions.telling import tell_both
from marketplace.bookings.models import Booking, BookingState, EndCause, GateKind, GateState
from marketplace.bookings.queries.talks import letters_of
from marketplace.bookings.rules import Verb
from marketplace.history.actions import Subject, record


def fail_permits(
    session: Session,
    booking_id: UUID,
    reason: str,
    *,
    now: datetime,
    by: Actor,
    authority: Mapping[str, str],
    outside: bool = False,
) -> Booking | None:
    """An authority refused what the booking cannot do without: it ends, and both sides hear by whom and why. None where
    it waits for permits no more. What one side wrote down of a refusal stays with it while a letter is missing."""
    found = locked(session, booking_id)
    gate = found.gate(GateKind.PERMITS)
    if found.booking.state is not BookingState.HELD or gate is None or gate.state is not GateState.OPEN:
        return None
    state = state_after(found.booking, Verb.FAIL, now)
    reason = "" if outside and letters_of(session, booking_id) else reason
    end(session, found, state, now=now, by=by, reason=reason or None, over=GateKind.PERMITS)
    found.booking.end_cause = EndCause.PERMIT_REFUSED
    session.flush()
    told = {"authority": dict(authority), "reason": reason or None}
    tell_both(session, found.booking, found.around, "booking_permit_refused", now=now, said_by=by.person_id, **told)
    return found.booking


def note_delay(session: Session, booking_id: UUID, *, now: datetime) -> bool:
    """Put down, once, that an expired booking failed by an authority’s delay, and tell both sides: it costs nothing."""
    found = locked(session, booking_id)
    booking = found.booking
    if booking.state is not BookingState.EXPIRED or booking.end_cause is not None:
        return False
    booking.end_cause = EndCause.AUTHORITY_DELAY
    booking.version += 1
    booking.updated_at = now
    session.flush()
    record(session, Subject("booking", booking.id), "booking.authority_delay", now=now, by=SYSTEM.person_id)
    tell_both(session, booking, found.around, "booking_authority_delay", now=now)
    return True
