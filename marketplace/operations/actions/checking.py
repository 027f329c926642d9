"""Checking in and out: what really happened at a unit."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.bookings.actions.loading import demand_on, locked, state_after, touch
from marketplace.bookings.models import Booking
from marketplace.bookings.rules import Verb, arrival_refusals
from marketplace.history.actions import Subject, record
from marketplace.jobs.actions import defer
from marketplace.operations.actions.states import derive_after
from marketplace.operations.models import UseSession
from marketplace.terms.actions.training import note_use
from marketplace.values import refusal

# Figures follow what is used; they stand above, so only the task's name is known here.
MEASURE: Final = "spillovers.measure_use"


def check_in(session: Session, booking_id: UUID, *, now: datetime, by: Actor) -> Booking:
    """The use of a confirmed booking begins: by whom it is for, or by the host's staff; on the day, before the end."""
    found = locked(session, booking_id)
    demand_on(found, "booking.check_in", by)
    booking = found.booking
    state = state_after(booking, Verb.CHECK_IN, now)
    refusal.demand(arrival_refusals(booking.period, ZoneInfo(found.around.zone), now))
    session.add(UseSession(booking_id=booking.id, unit_id=booking.unit_id, checked_in_at=now, checked_in_by=by.id))
    touch(booking, state, None, now)
    session.flush()
    record(session, Subject("booking", booking.id), "booking.checked_in", now=now, by=by.person_id)
    return booking


def check_out(session: Session, booking_id: UUID, *, now: datetime, by: Actor) -> Booking:
    """The use ends and the booking is completed; what is left of its time stays claimed."""
    found = locked(session, booking_id)
    demand_on(found, "booking.check_in", by)
    booking = found.booking
    state = state_after(booking, Verb.CHECK_OUT, now)
    chosen = select(UseSession).where(UseSession.booking_id == booking.id, UseSession.checked_out_at.is_(None))
    use = session.scalars(chosen).one()
    # Clocks of two servers may differ by a little; a session never ends before it begins.
    use.checked_out_at, use.checked_out_by = max(now, use.checked_in_at), by.id
    touch(booking, state, None, now)
    session.flush()
    _note_use(session, booking, use, ZoneInfo(found.around.zone))
    record(session, Subject("booking", booking.id), "booking.checked_out", now=now, by=by.person_id)
    defer(session, MEASURE, {"session": str(use.id)}, now=now)
    derive_after(session, use.unit_id, use.checked_in_at, now=now)
    return booking


def _note_use(session: Session, booking: Booking, use: UseSession, zone: ZoneInfo) -> None:
    """Use keeps a training alive, and makes a novice less of one."""
    assert use.checked_out_at is not None
    minutes = int((use.checked_out_at - use.checked_in_at).total_seconds() // 60)
    day = use.checked_out_at.astimezone(zone).date()
    note_use(session, booking.unit_id, booking.person_id, on=day, minutes=minutes)
