"""Reminders: before a gate's deadline to whoever decides, and before the start to whoever comes (settings say when)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from marketplace.bookings.actions.loading import Loaded, loaded
from marketplace.bookings.actions.telling import tell_both, tell_host, tell_user
from marketplace.bookings.models import Booking, BookingState, Gate, GateKind, GateState
from marketplace.permits.models import VaultUse
from marketplace.platform.queries import number
from marketplace.platform.rules import REMIND_OF_DEADLINE, REMIND_OF_START

# Whoever asked or booked within the last hours needs no reminder of it.
JUST_NOW = timedelta(hours=4)
BATCH = 100


def remind_of_deadlines(session: Session, *, now: datetime, batch: int = BATCH) -> int:
    """Remind, once for each deadline, those whose answer a hold waits for; answers how many reminders."""
    ahead = timedelta(hours=number(session, REMIND_OF_DEADLINE))
    waiting = and_(Booking.state == BookingState.HELD, Booking.held_until > now)
    due = and_(Gate.state == GateState.OPEN, Gate.reminded_at.is_(None), Gate.deadline <= now + ahead)
    chosen = (
        select(Gate)
        .join(Booking, Booking.id == Gate.booking_id)
        .where(waiting, due, Gate.opened_at <= now - JUST_NOW)
        .order_by(Gate.deadline)
        .limit(batch)
        .with_for_update(skip_locked=True, of=Gate)
    )
    gates = session.scalars(chosen).all()
    for gate in gates:
        gate.reminded_at = now
        session.flush()
        _remind(session, loaded(session, gate.booking_id), gate, now=now)
    return len(gates)


def remind_of_starts(session: Session, *, now: datetime, batch: int = BATCH) -> int:
    """Remind, once for each start, whom a confirmed booking is for; answers how many reminders."""
    ahead = timedelta(hours=number(session, REMIND_OF_START))
    soon = and_(Booking.starts_at > now, Booking.starts_at <= now + ahead)
    fresh = Booking.reminded_at.is_(None), Booking.updated_at <= now - JUST_NOW
    chosen = (
        select(Booking)
        .where(Booking.state == BookingState.CONFIRMED, soon, *fresh)
        .order_by(Booking.starts_at)
        .limit(batch)
        .with_for_update(skip_locked=True, key_share=True)
    )
    due = session.scalars(chosen).all()
    for booking in due:
        booking.reminded_at = now
        session.flush()
        found = loaded(session, booking.id)
        tell_user(session, booking, found.around, "booking_starts_soon", now=now, by=None)
    return len(due)


def warn_of_approval(session: Session, entry_id: UUID, day: date, *, now: datetime) -> int:
    """An approval of the vault holds until `day`: both sides of each booking that is not over and leans on it are told,
    by its rule and without what it is or whose; answers how many bookings."""
    held = and_(Booking.state == BookingState.HELD, Booking.held_until > now)
    live = or_(held, Booking.state.in_((BookingState.CONFIRMED, BookingState.IN_USE)))
    leaning = (
        select(VaultUse.booking_id, func.min(VaultUse.rule_id))
        .join(Booking, Booking.id == VaultUse.booking_id)
        .where(VaultUse.entry_id == entry_id, VaultUse.ended_at.is_(None), live)
        .group_by(VaultUse.booking_id)
        .order_by(VaultUse.booking_id)
    )
    found = session.execute(leaning).all()
    for booking_id, rule_id in found:
        about = loaded(session, booking_id)
        booking, around, last = about.booking, about.around, day.isoformat()
        tell_both(session, booking, around, "booking_approval_ending", now=now, day=last, rule=rule_id)
    return len(found)


def _remind(session: Session, found: Loaded, gate: Gate, *, now: datetime) -> None:
    more = {"deadline": gate.deadline.isoformat(), "gate": gate.kind.value}
    if gate.kind is GateKind.HOST_APPROVAL:
        tell_host(session, found.booking, found.around, "booking_waits_for_host", now=now, by=None, **more)
    else:
        tell_user(session, found.booking, found.around, "booking_waits_for_user", now=now, by=None, **more)
