"""What a confirmation means for later packages: a task in the same transaction, done once for each version."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking
from marketplace.jobs.actions import defer

CONFIRMED: Final = "booking.confirmed"


def confirmed(session: Session, booking: Booking, host_id: UUID, *, now: datetime) -> None:
    """Leave word that a booking is confirmed; of one that a host made for its own use nobody needs to hear."""
    if booking.organisation_id != host_id:
        arguments = {"booking": str(booking.id), "version": booking.version}
        defer(session, CONFIRMED, arguments, now=now, key=f"{booking.id} {booking.version}")
