"""Reading faults: those of a host's units, one with its photos, and which units stand still."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, func, select, text
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.accounts.policy import Actor, demand, may
from marketplace.availability.queries import ASSUMED_ZONE
from marketplace.catalogue.models import Facility, Unit
from marketplace.catalogue.queries.facilities import PUBLIC
from marketplace.files.models import StoredFile
from marketplace.operations.models import Fault, FaultPhoto, FaultState
from marketplace.operations.queries.units import UnitAround, unit_around
from marketplace.values.refusal import NotFound

_BOOKED = text("""
    SELECT EXISTS (SELECT FROM bookings b WHERE b.unit_id = :unit AND :person IN (b.person_id, b.booked_by))
""")
# Where one of several faults says nothing of when it is over, nobody knows.
_STANDING = text("""
    SELECT s.unit_id, s.since, s.expected_back, coalesce(f.time_zone, j.time_zone, :assumed) AS zone
      FROM (SELECT unit_id, min(stopped_from) AS since,
                   CASE WHEN bool_and(expected_back IS NOT NULL) THEN max(expected_back) END AS expected_back
              FROM faults WHERE state = 'open' AND stopped_from IS NOT NULL AND unit_id = ANY(:units)
             GROUP BY unit_id) AS s
      JOIN units u ON u.id = s.unit_id JOIN facilities f ON f.id = u.facility_id
      LEFT JOIN jurisdictions j ON j.code = f.jurisdiction_code
""")
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultRow:
    """A fault with the names around it."""

    fault: Fault
    unit_name: Mapping[str, str]
    facility_name: Mapping[str, str]
    reporter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultPage:
    """One fault, its unit and its photos."""

    row: FaultRow
    unit: UnitAround
    photos: Sequence[StoredFile]


@dataclass(frozen=True, slots=True)
class Standstill:
    """A unit that a fault has stopped."""

    since: datetime
    expected_back: datetime | None
    zone: str


def has_booked(session: Session, unit_id: UUID, person_id: UUID) -> bool:
    """Whether somebody ever booked a unit, or was booked for."""
    return bool(session.scalar(_BOOKED, {"unit": unit_id, "person": person_id}))


def is_public(session: Session, facility_id: UUID) -> bool:
    """Whether everybody sees a facility."""
    return session.scalar(select(Facility.id).where(Facility.id == facility_id, PUBLIC)) is not None


def host_faults(
    session: Session, *, by: Actor, state: FaultState | None = None, unit_id: UUID | None = None
) -> list[FaultRow]:
    """The faults of the units that somebody hosts, the newest first; those of one state or unit only, where asked."""
    hosts = by.organisations(Role.HOST_STAFF, Role.HOST_MANAGER)
    chosen = _rows().where(Facility.organisation_id.in_(hosts))
    if state is not None:
        chosen = chosen.where(Fault.state == state)
    if unit_id is not None:
        chosen = chosen.where(Fault.unit_id == unit_id)
    chosen = chosen.order_by(Fault.reported_at.desc(), Fault.id.desc()).limit(MOST)
    return [FaultRow(**_named(row)) for row in session.execute(chosen).mappings()]


def own_faults(session: Session, unit_id: UUID, *, by: Actor) -> list[FaultRow]:
    """What somebody reported of a unit, the newest first."""
    chosen = _rows().where(Fault.unit_id == unit_id, Fault.reported_by == by.person_id)
    chosen = chosen.order_by(Fault.reported_at.desc(), Fault.id.desc()).limit(MOST)
    return [FaultRow(**_named(row)) for row in session.execute(chosen).mappings()]


def fault_page(session: Session, fault_id: UUID, verb: str = "fault.see", *, by: Actor) -> FaultPage:
    """One fault, for whoever may do this with it."""
    row = session.execute(_rows().where(Fault.id == fault_id)).mappings().one_or_none()
    if row is None:
        raise NotFound("fault")
    found = FaultRow(**_named(row))
    unit = unit_around(session, found.fault.unit_id)
    demand(by, verb, owner=found.fault.reported_by, host=unit.host_id)
    photos = select(StoredFile).join(FaultPhoto, FaultPhoto.file_id == StoredFile.id)
    photos = photos.where(FaultPhoto.fault_id == fault_id).order_by(StoredFile.id)
    return FaultPage(row=found, unit=unit, photos=session.scalars(photos).all())


def fault_photo(session: Session, file_id: UUID, *, by: Actor) -> StoredFile | None:
    """A photo of a fault, if `by` may see the fault."""
    chosen = (
        select(StoredFile, Fault.reported_by, Facility.organisation_id)
        .join(FaultPhoto, FaultPhoto.file_id == StoredFile.id)
        .join(Fault, Fault.id == FaultPhoto.fault_id)
        .join(Unit, Unit.id == Fault.unit_id)
        .join(Facility, Facility.id == Unit.facility_id)
        .where(StoredFile.id == file_id)
    )
    for file, owner, host in session.execute(chosen):
        if may(by, "fault.see", owner=owner, host=host):
            found: StoredFile = file
            return found
    return None


def standing_still(session: Session, unit_ids: Iterable[UUID]) -> dict[UUID, Standstill]:
    """Which of some units stand still, since when, and when all that stops them is expected to be over."""
    rows = session.execute(_STANDING, {"units": list(unit_ids), "assumed": ASSUMED_ZONE})
    return {row.unit_id: Standstill(row.since, row.expected_back, row.zone) for row in rows}


def _named(row: RowMapping) -> dict[str, Any]:
    return {name.lower(): value for name, value in row.items()}


def _rows() -> Any:
    return (
        select(
            Fault,
            Unit.name.label("unit_name"),
            Facility.name.label("facility_name"),
            func.coalesce(Person.name, Person.pseudonym).label("reporter"),
        )
        .join(Unit, Unit.id == Fault.unit_id)
        .join(Facility, Facility.id == Unit.facility_id)
        .join(Person, Person.id == Fault.reported_by)
    )
