"""Reading the names around a unit, for whoever may see what happened there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, demand
from marketplace.availability.queries import ASSUMED_ZONE
from marketplace.values.refusal import NotFound

_AROUND = text("""
    SELECT u.id, u.name, u.kind, f.id AS facility_id, f.name AS facility_name, f.slug AS facility_slug,
           f.organisation_id AS host_id, coalesce(f.time_zone, j.time_zone, :assumed) AS zone
      FROM units u JOIN facilities f ON f.id = u.facility_id
      LEFT JOIN jurisdictions j ON j.code = f.jurisdiction_code
     WHERE u.id = :unit
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitAround:
    """A unit with its facility, its host, and the zone whose clocks it goes by."""

    id: UUID
    name: Mapping[str, str]
    kind: str
    facility_id: UUID
    facility_name: Mapping[str, str]
    facility_slug: str
    host_id: UUID
    zone: str


def unit_around(session: Session, unit_id: UUID) -> UnitAround:
    """One unit; raises NotFound."""
    row = session.execute(_AROUND, {"unit": unit_id, "assumed": ASSUMED_ZONE}).mappings().one_or_none()
    if row is None:
        raise NotFound("unit")
    return UnitAround(**row)


def unit_for(session: Session, unit_id: UUID, verb: str, *, by: Actor) -> UnitAround:
    """One unit, for whoever may do this at it; raises NotFound, or Forbidden for who may only see."""
    unit = unit_around(session, unit_id)
    demand(by, verb, host=unit.host_id)
    return unit
