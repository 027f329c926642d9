"""What a recorded training means for bookings: the gates that waited for it are passed."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.bookings.actions.gates import pass_gate
from marketplace.bookings.models import Booking, BookingState, Gate, GateKind, GateState
from marketplace.terms.actions.training import record_passed
from marketplace.terms.models import Training


def record_training(session: Session, training_id: UUID, *, passed_on: date, now: datetime, by: Actor) -> Training:
    """Record that somebody passed the training of a unit; whatever they hold there waits for it no longer."""
    row = record_passed(session, training_id, passed_on=passed_on, now=now, by=by)
    for booking_id in _waiting(session, row, now):
        pass_gate(session, booking_id, GateKind.TRAINING, now=now, by=by)
    return row


def _waiting(session: Session, row: Training, now: datetime) -> list[UUID]:
    """The person's bookings of the unit that a training gate still holds up, in time."""
    chosen = (
        select(Booking.id)
        .join(Gate, Gate.booking_id == Booking.id)
        .where(Gate.kind == GateKind.TRAINING, Gate.state == GateState.OPEN)
        .where(Booking.unit_id == row.unit_id, Booking.person_id == row.person_id)
        .where(Booking.state == BookingState.HELD, Booking.held_until > now)
        .order_by(Booking.id)
    )
    return list(session.scalars(chosen))
