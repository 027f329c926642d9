"""Which bookings a changed approval may mean something for."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

# Those that lean on it by their latest plan, and those whose sides or person hold it.
_TOUCHED = text("""
    SELECT b.id
      FROM bookings b
      JOIN units u ON u.id = b.unit_id
      JOIN facilities f ON f.id = u.facility_id
      LEFT JOIN vault_entries v ON v.id = :entry
     WHERE b.state IN ('held', 'confirmed', 'in_use') AND b.flows IS NOT NULL
       AND (b.organisation_id = v.organisation_id OR f.organisation_id = v.organisation_id
            OR b.person_id = v.person_id
            OR b.flows @> jsonb_build_object(
                 'people_flows', jsonb_build_array(jsonb_build_object('person', v.person_id)))
            OR EXISTS (SELECT FROM booking_plans p WHERE p.booking_id = b.id
                        AND p.vault @> jsonb_build_array(jsonb_build_object('id', CAST(:entry AS text)))
                        AND NOT EXISTS (SELECT FROM booking_plans n WHERE n.booking_id = b.id AND n.number > p.number)))
     ORDER BY b.id
""")


def bookings_touched(session: Session, entry_id: UUID) -> list[UUID]:
    """Live bookings that lean on an entry of the vault or whose parties hold it, also when the entry is gone."""
    return list(session.scalars(_TOUCHED, {"entry": entry_id}))
