"""What the row of a session says beside its times."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking
from marketplace.operations.models import Source, UseSession


def marked(booking: Booking, began: datetime, ended: datetime | None) -> dict[str, Any]:
    """The columns of a session of a booking that somebody began, and ended where it has."""
    return {
        "place": booking.place,
        "organisation_id": booking.organisation_id,
        "person_id": booking.person_id,
        "start_source": Source.PERSON,
        "end_source": Source.PERSON if ended else None,
        "recorded_at": began,
    }


def free_place(session: Session, unit_id: UUID, began: datetime, ended: datetime | None) -> int:
    """The lowest place at which nobody is in session then: the database forbids two at one."""
    stretch = func.tstzrange(UseSession.checked_in_at, UseSession.checked_out_at, "[)")
    there = stretch.op("&&")(func.tstzrange(began, ended, "[)")), UseSession.superseded_at.is_(None)
    taken = set(session.scalars(select(UseSession.place).where(UseSession.unit_id == unit_id, *there)))
    return next(place for place in range(1, len(taken) + 2) if place not in taken)
