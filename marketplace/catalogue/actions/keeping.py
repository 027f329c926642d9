"""What a listing said is kept when it changes, where figures as of an earlier instant read it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Facility, FormerFacility, FormerUnit, Unit

OF_FACILITY: Final = tuple(each.name for each in FormerFacility.__table__.columns if not each.primary_key)
OF_UNIT: Final = tuple(each.name for each in FormerUnit.__table__.columns if not each.primary_key)
# A facility's time zone follows its jurisdiction.
_MOVING: Final = frozenset({*OF_FACILITY, "jurisdiction_code"})


def keep_facility(session: Session, facility: Facility, changing: Collection[str], *, now: datetime) -> None:
    """Keep where a facility stands and when it opens, before these of its fields change."""
    if _MOVING.intersection(changing):
        kept = insert(FormerFacility).values(facility_id=facility.id, until=now, **_told(facility, OF_FACILITY))
        session.execute(kept.on_conflict_do_nothing())


def keep_unit(session: Session, unit: Unit, changing: Collection[str], *, now: datetime) -> None:
    """Keep what a unit is, before these of its fields change."""
    if set(OF_UNIT).intersection(changing):
        kept = insert(FormerUnit).values(unit_id=unit.id, until=now, **_told(unit, OF_UNIT))
        session.execute(kept.on_conflict_do_nothing())


def _told(row: Facility | Unit, names: Collection[str]) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}
