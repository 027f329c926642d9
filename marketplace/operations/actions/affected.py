"""Whose bookings stand in a stop: they are told that it stands still, and where to look for another time or unit."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking
from marketplace.notices.actions import tell
from marketplace.operations.models import Fault
from marketplace.operations.queries.units import UnitAround
from marketplace.values.period import Period

# By way of the claims: their index knows units and time.
_IN_THE_WAY = text("""
    SELECT DISTINCT c.holder_id FROM claims c
     WHERE uuidrange(c.unit_id, c.unit_id, '[]') && uuidrange(:unit, :unit, '[]')
       AND c.blocked && tstzrange(:start, :end) AND c.kind = 'booking' AND (c.held_until IS NULL OR c.held_until > :now)
""")


def standing_in(session: Session, unit_id: UUID, period: Period, *, now: datetime) -> list[Booking]:
    """The bookings of a unit whose places lie in a period, by start."""
    values = {"unit": unit_id, "start": period.start, "end": period.end, "now": now}
    ids: list[UUID] = list(session.scalars(_IN_THE_WAY, values))
    chosen = select(Booking).where(Booking.id.in_(ids), Booking.ends_at > now)
    return list(session.scalars(chosen.order_by(Booking.starts_at, Booking.id)))


def tell_affected(session: Session, fault: Fault, unit: UnitAround, period: Period, *, now: datetime) -> None:
    """Tell whose bookings stand in a stop; each is led to what is free instead."""
    for booking in standing_in(session, unit.id, period, now=now):
        known = fault.expected_back is not None and fault.expected_back > now
        expected = fault.expected_back.isoformat() if fault.expected_back and known else None
        code = "unit_stopped" if expected else "unit_stopped_open"
        # The form of the same wish shows what is free nearby, and at which other units.
        path = f"/units/{unit.id}/book?copy={booking.id}"
        told = _told(booking, unit) | {"path": path, "expected_back": expected}
        tell(session, [booking.person_id, booking.booked_by], code, told, now=now)


def tell_back(session: Session, fault: Fault, unit: UnitAround, period: Period, *, now: datetime) -> None:
    """Tell whose bookings still stand in the time that a stop held: the unit runs again."""
    for booking in standing_in(session, fault.unit_id, period, now=now):
        told = _told(booking, unit) | {"path": f"/bookings/{booking.id}"}
        tell(session, [booking.person_id, booking.booked_by], "unit_back", told, now=now)


def _told(booking: Booking, unit: UnitAround) -> dict[str, Any]:
    return {
        "booking": str(booking.id),
        "reference": booking.reference,
        "unit": dict(unit.name),
        "facility": dict(unit.facility_name),
        "zone": unit.zone,
        "start": booking.starts_at.isoformat(),
        "end": booking.ends_at.isoformat(),
    }
