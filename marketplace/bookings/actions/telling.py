"""Whom a change of a booking concerns, and what they are told: notices that can be rendered without asking for more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from marketplace.availability.queries import ASSUMED_ZONE
from marketplace.bookings.models import Booking
from marketplace.bookings.queries.facts import people_of_host
from marketplace.notices.actions import tell

_CONTEXT = text("""
    SELECT u.name AS unit, f.id AS facility_id, f.name AS facility, f.slug, f.address, f.organisation_id AS host_id,
           coalesce(f.time_zone, j.time_zone, :assumed) AS zone, o.name AS organisation,
           coalesce(p.name, p.pseudonym) AS person
      FROM bookings b
      JOIN units u ON u.id = b.unit_id
      JOIN facilities f ON f.id = u.facility_id
      LEFT JOIN jurisdictions j ON j.code = f.jurisdiction_code
      JOIN organisations o ON o.id = b.organisation_id
      JOIN people p ON p.id = b.person_id
     WHERE b.id = :booking
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The names around a booking, and whose it is to decide."""

    unit: Mapping[str, str]
    facility: Mapping[str, str]
    facility_id: UUID
    host_id: UUID
    organisation: Mapping[str, str]
    person: str
    zone: str
    address: Mapping[str, str]


def context_of(session: Session, booking: Booking) -> Context:
    """The names around a booking, in one statement."""
    row = session.execute(_CONTEXT, {"booking": booking.id, "assumed": ASSUMED_ZONE}).mappings().one()
    return _context(row)


def _context(row: RowMapping) -> Context:
    names = ("unit", "facility", "facility_id", "host_id", "organisation", "person", "zone", "address")
    return Context(**{name: row[name] for name in names})


def tell_user(
    session: Session, booking: Booking, around: Context, code: str, *, now: datetime, by: UUID | None, **more: Any
) -> None:
    """Tell whom the booking is for, and who made it for them; not whoever did it just now."""
    people = {booking.person_id, booking.booked_by} - {by}
    tell(session, sorted(people), code, details(booking, around, **more), now=now)


def tell_host(
    session: Session, booking: Booking, around: Context, code: str, *, now: datetime, by: UUID | None, **more: Any
) -> None:
    """Tell those who decide for the host; not whoever did it just now."""
    people = set(people_of_host(session, around.host_id, now)) - {by}
    tell(session, sorted(people), code, details(booking, around, **more), now=now)


def tell_both(session: Session, booking: Booking, around: Context, code: str, *, now: datetime, **more: Any) -> None:
    """Tell both sides the same, whoever did it."""
    people = {booking.person_id, booking.booked_by, *people_of_host(session, around.host_id, now)}
    tell(session, sorted(people), code, details(booking, around, **more), now=now)


def details(booking: Booking, around: Context, **more: Any) -> dict[str, Any]:
    """What a notice needs to be read and turned into a calendar invitation. `sequence` rises with each change."""
    return {
        "booking": str(booking.id),
        "reference": booking.reference,
        "path": f"/bookings/{booking.id}",
        "unit": dict(around.unit),
        "facility": dict(around.facility),
        "organisation": dict(around.organisation),
        "person": around.person,
        "start": booking.starts_at.isoformat(),
        "end": booking.ends_at.isoformat(),
        "zone": around.zone,
        "address": dict(around.address),
        "sequence": booking.version,
        "held_until": booking.held_until.isoformat() if booking.held_until else None,
        **{name: value for name, value in more.items() if value is not None},
    }
