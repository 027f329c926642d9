"""Use of Bo's unit for tests of statistics: bookings and sessions as rows, told in few words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.bookings.actions.request import new_reference
from marketplace.bookings.models import Booking, BookingState, Purpose
from marketplace.database import new_id
from marketplace.operations.models import Source, UseSession
from tests.factories.stage import Stage


def booked(session: Session, stage: Stage, who: Organisation, start: datetime, end: datetime, **more: Any) -> Booking:
    """A booking of Bo's unit, completed unless said otherwise."""
    given: dict[str, Any] = {
        "unit_id": stage.unit.id, "place": 1, "state": BookingState.COMPLETED, "purpose": Purpose.RESEARCH,
        "person_id": stage.cast.ada.id, "booked_by": stage.cast.ada.id,
    }  # fmt: skip
    row = Booking(
        id=new_id(), reference=new_reference(), organisation_id=who.id, starts_at=start, ends_at=end,
        created_at=start - timedelta(days=9), updated_at=start, **(given | more),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def used(session: Session, booking: Booking, start: datetime, end: datetime | None, **more: Any) -> UseSession:
    """A session of a booking."""
    id: UUID = new_id()
    row = UseSession(
        id=id, line_id=more.pop("line_id", id), booking_id=booking.id, unit_id=booking.unit_id, place=booking.place,
        organisation_id=booking.organisation_id, person_id=booking.person_id, checked_in_at=start,
        checked_in_by=booking.person_id, checked_out_at=end, recorded_at=start, start_source=Source.PERSON,
        end_source=more.pop("end_source", Source.PERSON) if end else None, **more,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row
