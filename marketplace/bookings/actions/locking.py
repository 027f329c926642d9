"""The order in which everybody locks - organisation, person, unit - so that waiting never becomes a circle."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.values.refusal import NotFound

# One statement, three locks in a fixed order: each part is read before the next begins. The organisation is locked only
# where the unit limits its hours, so that one university's bookings do not queue for one another.
_FOR_REQUEST = text("""
    WITH limited AS MATERIALIZED (
      SELECT id FROM organisations
       WHERE id = :organisation AND EXISTS (
             SELECT FROM booking_rules WHERE unit_id = :unit AND organisation_weekly_hours IS NOT NULL)
         FOR NO KEY UPDATE
    ), person AS MATERIALIZED (
      SELECT id FROM people WHERE id = :person AND (SELECT count(*) FROM limited) >= 0 FOR NO KEY UPDATE
    ), unit AS MATERIALIZED (
      SELECT places FROM units WHERE id = :unit AND (SELECT count(*) FROM person) >= 0 FOR NO KEY UPDATE
    )
    SELECT places FROM unit
""")

_FOR_BOOKING = text("""
    SELECT id FROM units WHERE id = (SELECT unit_id FROM bookings WHERE id = :booking) FOR NO KEY UPDATE
""")

_PARTIES = text("SELECT unit_id, person_id, organisation_id FROM bookings WHERE id = :booking")


def lock_for_request(session: Session, unit_id: UUID, *, person_id: UUID, organisation_id: UUID | None) -> None:
    """Lock what a new or longer booking is measured against: organisation (where limited), person, unit."""
    values = {"unit": unit_id, "person": person_id, "organisation": organisation_id}
    if session.execute(_FOR_REQUEST, values).one_or_none() is None:
        raise NotFound("unit")


def lock_for_move(session: Session, booking_id: UUID) -> None:
    """The same locks for a booking that exists; raises NotFound."""
    row = session.execute(_PARTIES, {"booking": booking_id}).one_or_none()
    if row is None:
        raise NotFound("booking")
    lock_for_request(session, row.unit_id, person_id=row.person_id, organisation_id=row.organisation_id)


def lock_booking(session: Session, booking_id: UUID) -> None:
    """Make every other verb on bookings of the same unit wait; a booking never changes its unit. Raises NotFound."""
    if session.execute(_FOR_BOOKING, {"booking": booking_id}).one_or_none() is None:
        raise NotFound("booking")
