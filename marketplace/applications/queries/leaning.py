"""Which bookings a changed approval may mean something for."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

# Those whose sides or person hold it, and those that lean on it by their latest plan: each by an index of its own.
_TOUCHED = text("""
    WITH held AS (SELECT organisation_id, person_id FROM vault_entries WHERE id = :entry),
         touched AS (
             SELECT b.id FROM held JOIN bookings b USING (organisation_id)
              WHERE b.state IN ('held', 'confirmed', 'in_use') AND b.flows IS NOT NULL
             UNION
             SELECT b.id FROM held JOIN bookings b ON b.person_id = held.person_id
              WHERE b.state IN ('held', 'confirmed', 'in_use') AND b.flows IS NOT NULL
             UNION
             SELECT b.id FROM held JOIN bookings b ON b.flows @> jsonb_build_object(
                    'people_flows', jsonb_build_array(jsonb_build_object('person', held.person_id)))
              WHERE b.state IN ('held', 'confirmed', 'in_use') AND b.flows IS NOT NULL AND held.person_id IS NOT NULL
             UNION
             SELECT b.id FROM held JOIN facilities f USING (organisation_id)
               JOIN units u ON u.facility_id = f.id JOIN bookings b ON b.unit_id = u.id
              WHERE b.state IN ('held', 'confirmed', 'in_use') AND b.flows IS NOT NULL
             UNION
             SELECT b.id FROM booking_plans p JOIN bookings b ON b.id = p.booking_id
              WHERE p.vault @> jsonb_build_array(jsonb_build_object('id', CAST(:entry AS text)))
                AND NOT EXISTS (SELECT FROM booking_plans n WHERE n.booking_id = b.id AND n.number > p.number)
                AND b.state IN ('held', 'confirmed', 'in_use') AND b.flows IS NOT NULL)
    SELECT id FROM touched ORDER BY id
""")


def bookings_touched(session: Session, entry_id: UUID) -> list[UUID]:
    """Live bookings that lean on an entry of the vault or whose parties hold it, also when the entry is gone."""
    return list(session.scalars(_TOUCHED, {"entry": entry_id}))
