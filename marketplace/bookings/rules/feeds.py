"""Whose calendars there are, and for how long what was taken back still stands in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from types import MappingProxyType
from typing import Any

from marketplace.bookings.models import Booking, BookingState
from marketplace.bookings.rules.states import state_at

# A calendar keeps what it was told: what was taken back is told for as long as a program may have missed it.
KEPT_ENDED = timedelta(days=60)
# How an invitation reads that the clock alone has ended.
TAKEN_BACK: Mapping[str, Any] = MappingProxyType({"method": "CANCEL", "tentative": False})


class FeedKind(Enum):
    """Whose calendar it is."""

    PERSON = "person"
    UNIT = "unit"
    ORGANISATION = "organisation"


def changed_at(booking: Booking, now: datetime) -> tuple[datetime, bool]:
    """When a calendar entry last changed, and whether that was by the clock alone: a hold whose time is over is taken
    back, whether or not a job has said so."""
    overdue = booking.state is not state_at(booking.state, booking.held_until, now)
    if overdue and booking.state is BookingState.HELD and booking.held_until:
        return max(booking.updated_at, booking.held_until), True
    return booking.updated_at, False
