"""What follows from the ends of many sessions of a unit at once, in a number of statements that does not grow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.bookings.actions.loading import touch
from marketplace.bookings.models import Booking, BookingState
from marketplace.history.actions import Event, Subject, record_many
from marketplace.jobs.actions import defer_many
from marketplace.operations.actions.ends import MEASURE
from marketplace.operations.actions.states import derive_after
from marketplace.operations.models import UseSession
from marketplace.operations.queries.doors import door
from marketplace.terms.actions.training import Use, note_uses


def settle_many(
    session: Session, uses: Sequence[UseSession], bookings: Sequence[Booking], *, now: datetime, by: UUID | None
) -> None:
    """Complete the bookings of sessions that have ended, keep training alive, and have states and figures follow."""
    if not uses:
        return
    unit_id = uses[0].unit_id
    begun = _begun(uses, bookings, now)
    running = _running(session, bookings)
    for booking in {booking.id: booking for booking in bookings}.values():
        # As by hand it is checked in and then out: two changes. What a logger tells before the booked end ends no use.
        if booking.id in begun:
            touch(booking, BookingState.IN_USE, None, now)
        if booking.state is BookingState.IN_USE and booking.ends_at <= now and booking.id not in running:
            touch(booking, BookingState.COMPLETED, None, now)
    session.flush()
    waiting = {booking.id for booking in bookings if booking.state is BookingState.CONFIRMED}
    record_many(session, _events([use for use in uses if use.booking_id not in waiting], begun), now=now, by=by)
    note_uses(session, unit_id, list(_trained(uses, ZoneInfo(door(session, unit_id).zone))))
    derive_after(session, unit_id, min(use.checked_in_at for use in uses), now=now)
    defer_many(session, MEASURE, [{"session": str(use.id)} for use in uses], now=now)


def _begun(uses: Sequence[UseSession], bookings: Sequence[Booking], now: datetime) -> set[UUID]:
    """The bookings whose use has begun by these: what was warmed up before its booking leaves it to be checked in."""
    left: dict[UUID | None, datetime] = {}
    for use in uses:
        assert use.checked_out_at is not None
        left[use.booking_id] = max(left.get(use.booking_id, use.checked_out_at), use.checked_out_at)
    waiting = (booking for booking in bookings if booking.state is BookingState.CONFIRMED)
    return {each.id for each in waiting if each.ends_at <= now or left[each.id] > each.starts_at}


def _running(session: Session, bookings: Sequence[Booking]) -> set[UUID | None]:
    """The bookings of which a session is open."""
    open_ = UseSession.checked_out_at.is_(None), UseSession.superseded_at.is_(None)
    of_these = UseSession.booking_id.in_({booking.id for booking in bookings})
    return set(session.scalars(select(UseSession.booking_id).where(of_these, *open_)))


def _events(uses: Sequence[UseSession], begun: set[UUID]) -> Iterator[Event]:
    for use in uses:
        if use.booking_id is None:
            continue
        subject = Subject("booking", use.booking_id)
        if use.booking_id in begun:
            begun.discard(use.booking_id)
            yield Event(subject=subject, verb="booking.checked_in")
        yield Event(subject=subject, verb="booking.checked_out")


def _trained(uses: Sequence[UseSession], zone: ZoneInfo) -> Iterator[Use]:
    for use in uses:
        if use.person_id is not None and use.checked_out_at is not None:
            minutes = int((use.checked_out_at - use.checked_in_at).total_seconds() // 60)
            yield Use(use.person_id, use.checked_out_at.astimezone(zone).date(), minutes)
