"""Which rules forbid two sides to talk: before an authority's letter is there, neither says anything of price, scope or
terms to the other (TEC-02, articles 30-35). Whatever carries words from one side to the other asks here."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.bookings.models import Thread
from marketplace.bookings.queries.permits import latest_plan

# A conversation without a booking leads round the booking's own: of whoever the booking is for with its host, about
# whatever; and of others of the organisation that books about the facility that it books.
_BETWEEN = text("""
    SELECT DISTINCT jsonb_array_elements_text(p.letters) AS rule
      FROM bookings b
      JOIN units u ON u.id = b.unit_id
      JOIN facilities f ON f.id = u.facility_id
      JOIN booking_plans p ON p.booking_id = b.id
     WHERE f.organisation_id = :host AND p.letters <> '[]'::jsonb
       AND (b.state IN ('confirmed', 'in_use') OR b.state = 'held' AND b.held_until > :now)
       AND NOT EXISTS (SELECT FROM booking_plans n WHERE n.booking_id = b.id AND n.number > p.number)
       AND (b.person_id = :person OR b.booked_by = :person
            OR f.id = :facility AND (b.organisation_id = :organisation OR EXISTS (
                SELECT FROM memberships m WHERE m.person_id = :person AND m.organisation_id = b.organisation_id)))
     ORDER BY rule
""")

_SILENT = text("""
    SELECT p.booking_id FROM booking_plans p
     WHERE p.booking_id = ANY(:bookings) AND p.letters <> '[]'::jsonb
       AND NOT EXISTS (SELECT FROM booking_plans n WHERE n.booking_id = p.booking_id AND n.number > p.number)
""")


def letters_of(session: Session, booking_id: UUID) -> list[str]:
    """The rules that forbid talks about a booking until their letter is there."""
    row = latest_plan(session, booking_id)
    return list(row.letters) if row is not None else []


def silent(session: Session, bookings: Collection[UUID]) -> set[UUID]:
    """Of some bookings, those about which nothing may be said yet; one statement."""
    return set(session.scalars(_SILENT, {"bookings": list(bookings)})) if bookings else set()


def letters_in(session: Session, thread: Thread, host_id: UUID, *, now: datetime) -> list[str]:
    """The rules that forbid talks in a conversation: those of its booking, else of the bookings between its sides."""
    if thread.booking_id is not None:
        return letters_of(session, thread.booking_id)
    return letters_between(
        session,
        host_id,
        thread.facility_id,
        person_id=thread.person_id,
        organisation_id=thread.organisation_id,
        now=now,
    )


def letters_between(
    session: Session, host_id: UUID, facility_id: UUID, *, person_id: UUID, organisation_id: UUID | None, now: datetime
) -> list[str]:
    """The rules that forbid a person, or the organisation that they ask for, to talk with a host about a facility."""
    values = {
        "host": host_id,
        "facility": facility_id,
        "person": person_id,
        "organisation": organisation_id,
        "now": now,
    }
    return list(session.scalars(_BETWEEN, values))
