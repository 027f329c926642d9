"""Whom a change of a booking concerns, and what they are told: notices that can be rendered without asking for more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from marketplace.availability.queries import ASSUMED_ZONE
from marketplace.bookings.models import Booking, BookingState
from marketplace.bookings.queries.facts import people_of_host
from marketplace.bookings.rules import CLAIMING
from marketplace.notices.actions import of_people, tell
from marketplace.values.localized import LANGUAGES, pick

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
    _tell(session, people, code, (booking, around), now=now, said_by=by, **more)


def tell_host(
    session: Session, booking: Booking, around: Context, code: str, *, now: datetime, by: UUID | None, **more: Any
) -> None:
    """Tell those who decide for the host; not whoever did it just now."""
    people = set(people_of_host(session, around.host_id, now)) - {by}
    _tell(session, people, code, (booking, around), now=now, said_by=by, **more)


def tell_both(
    session: Session,
    booking: Booking,
    around: Context,
    code: str,
    *,
    now: datetime,
    said_by: UUID | None = None,
    **more: Any,
) -> None:
    """Tell both sides the same, whoever did it; `said_by` wrote what is said with it."""
    people = {booking.person_id, booking.booked_by, *people_of_host(session, around.host_id, now)}
    _tell(session, people, code, (booking, around), now=now, said_by=said_by, **more)


# Only these change what stands in a calendar; all others are mere messages.
INVITING = frozenset(
    {
        "booking_confirmed", "booking_moved", "booking_gate_reopened", "booking_cancelled", "booking_declined",
        "booking_expired", "booking_missed",
    }
)  # fmt: skip


# Free text that a notice may carry.
SAID = ("reason", "note")


def _tell(
    session: Session,
    people: Iterable[UUID | None],
    code: str,
    about: tuple[Booking, Context],
    *,
    now: datetime,
    said_by: UUID | None,
    **more: Any,
) -> None:
    booking, around = about
    if code in INVITING:
        more["invitation"] = invitation(booking, around)
    said = {name: said_by for name in SAID if more.get(name)}
    more |= of_people(named={"person": booking.person_id}, worded=said)
    known = sorted(person for person in people if person is not None)
    tell(session, known, code, details(booking, around, **more), now=now)


def details(booking: Booking, around: Context, **more: Any) -> dict[str, Any]:
    """What a notice needs to be read without asking for more."""
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
        "held_until": booking.held_until.isoformat() if booking.held_until else None,
        **{name: value for name, value in more.items() if value is not None},
    }


def invitation(booking: Booking, around: Context) -> dict[str, Any]:
    """The booking as a calendar entry: one per booking, replaced by each change and taken back by its end.

    The address is told once the booking is confirmed, not before.
    """
    confirmed = booking.state is BookingState.CONFIRMED
    return {
        "uid": str(booking.id),
        "sequence": booking.version,
        "method": "REQUEST" if booking.state in CLAIMING else "CANCEL",
        "tentative": booking.state is BookingState.HELD,
        "start": booking.starts_at.isoformat(),
        "end": booking.ends_at.isoformat(),
        "summary": {each: f"{pick(around.unit, each).text}, {pick(around.facility, each).text}" for each in LANGUAGES},
        "location": dict(around.address) if confirmed else {},
        "description": booking.reference,
    }
