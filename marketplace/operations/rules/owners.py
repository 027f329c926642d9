"""Whose use it was that a machine tells of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from marketplace.bookings.models import Booking, BookingState

# So long before its booked start a machine that starts is the booking's.
EARLY: Final = timedelta(hours=1)
# A controller that was cut off may tell of somebody's use when their booking is taken for missed.
USED: Final = (BookingState.CONFIRMED, BookingState.IN_USE, BookingState.COMPLETED, BookingState.NO_SHOW)


def whose(bookings: Iterable[Booking], at: datetime) -> Booking | None:
    """Of the bookings of a place the one whose use begins at an instant: the one that is on, else the one that begins
    within the hour. Who did not come has given their time away to whoever booked it after them."""
    near = [each for each in bookings if each.starts_at - EARLY <= at < each.ends_at]
    live = [each for each in near if each.state is not BookingState.NO_SHOW]
    stood = [each for each in near if each.state is not BookingState.NO_SHOW or not _given_away(each, live)]
    return min(stood, key=lambda each: (each.starts_at, each.id), default=None)


def _given_away(missed: Booking, live: Iterable[Booking]) -> bool:
    return any(each.starts_at < missed.ends_at and missed.starts_at < each.ends_at for each in live)
