"""Reading all that search rows are made of: published facilities with units, rates, places and openings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.availability.models import BookingRules, OpeningHours
from marketplace.availability.queries import ASSUMED_ZONE
from marketplace.availability.rules import UnitRules
from marketplace.catalogue.models import AttachmentKind, Facility, FacilityFile, Unit, UnitState
from marketplace.catalogue.queries.facilities import PUBLISHED
from marketplace.jurisdictions.models import Jurisdiction, Zone
from marketplace.jurisdictions.tables import city_names
from marketplace.pricing.models import Rate
from marketplace.pricing.queries import rates_on
from marketplace.search.rules.patterns import PatternValues, pattern_of
from marketplace.search.rules.rows import Listing, Names


@dataclass(frozen=True, slots=True)
class OpenUnit:
    """A unit that can be booked, and the pattern it follows."""

    unit: Unit
    pattern: PatternValues


@dataclass(frozen=True, slots=True)
class _Places:
    """Territories and zones by code."""

    jurisdictions: Mapping[str, Jurisdiction]
    zones: Mapping[str, Zone]

    def names(self, facility: Facility) -> list[Names]:
        """All places a facility lies in, each by its names."""
        found: list[Names] = [row.name for row in self._territories(facility.jurisdiction_code)]
        code = facility.zone_code
        while code is not None:
            found.append(self.zones[code].name)
            code = self.zones[code].parent_code
        if facility.city:
            found.append(city_names().get(facility.city, {"en": facility.city}))
        return found

    def _territories(self, code: str | None) -> list[Jurisdiction]:
        found = []
        while code is not None:
            found.append(self.jurisdictions[code])
            code = self.jurisdictions[code].parent_code
        return found

    def calendar(self, facility: Facility) -> str | None:
        """The calendar of where a facility stands, as availability takes it."""
        here = self.jurisdictions[facility.jurisdiction_code or ""]
        return here.calendar_code or self.jurisdictions[here.root_code].calendar_code

    def time_zone(self, facility: Facility) -> str:
        """The zone whose clocks its opening hours are read on."""
        here = self.jurisdictions.get(facility.jurisdiction_code or "")
        return facility.time_zone or (here.time_zone if here else ASSUMED_ZONE)


def published_ids(session: Session) -> Sequence[UUID]:
    """Every facility that the search should know."""
    return session.scalars(select(Facility.id).where(*_FOUND).order_by(Facility.id)).all()


_FOUND = (PUBLISHED, Facility.jurisdiction_code.is_not(None))


def listings(session: Session, ids: Iterable[UUID], on: date) -> list[tuple[Listing, list[OpenUnit]]]:
    """The published ones of some facilities with all that their rows need, in a fixed number of statements."""
    chosen = select(Facility, Organisation).join(Organisation, Organisation.id == Facility.organisation_id)
    found = session.execute(chosen.where(Facility.id.in_(list(ids)), *_FOUND).order_by(Facility.id)).all()
    known = [facility.id for facility, _ in found]
    units, photos, places = _units(session, known), _photos(session, known), _places(session)
    unit_ids = [unit.id for listed in units.values() for unit in listed]
    rates, openings = rates_on(session, unit_ids, on), _openings(session, unit_ids)
    result = []
    for facility, organisation in found:
        own = units.get(facility.id, [])
        listing = Listing(
            facility=facility,
            organisation=organisation,
            units=own,
            rates={unit.id: rates[unit.id] for unit in own if unit.id in rates},
            places=places.names(facility),
            root_code=places.jurisdictions[facility.jurisdiction_code or ""].root_code,
            photo=photos.get(facility.id),
        )
        result.append((listing, _open_units(listing, openings, places)))
    return result


def rates_of(session: Session, facility_ids: Sequence[UUID], on: date) -> dict[UUID, list[Rate]]:
    """The public rates of the units of each of some facilities on a day, in two statements."""
    units = _units(session, facility_ids)
    rates = rates_on(session, [unit.id for listed in units.values() for unit in listed], on)
    return {id: [rates[unit.id] for unit in units.get(id, ()) if unit.id in rates] for id in facility_ids}


def _open_units(
    listing: Listing, openings: Mapping[UUID, tuple[UnitRules, list[tuple[int, int, int]]]], places: _Places
) -> list[OpenUnit]:
    zone, calendar = places.time_zone(listing.facility), places.calendar(listing.facility)
    opened = []
    for unit in listing.units:
        rules, hours = openings.get(unit.id, (UnitRules(), []))
        if unit.state is UnitState.ACTIVE and hours:
            code = rules.calendar_code or calendar
            opened.append(OpenUnit(unit, pattern_of(rules, hours, time_zone=zone, calendar_code=code)))
    return opened


def _units(session: Session, facility_ids: Sequence[UUID]) -> dict[UUID, list[Unit]]:
    chosen = select(Unit).where(Unit.facility_id.in_(facility_ids), Unit.state != UnitState.ARCHIVED)
    by_facility: dict[UUID, list[Unit]] = {}
    for unit in session.scalars(chosen.order_by(Unit.facility_id, Unit.position, Unit.id)):
        by_facility.setdefault(unit.facility_id, []).append(unit)
    return by_facility


def _photos(session: Session, facility_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    first = (
        select(FacilityFile.facility_id, FacilityFile.id)
        .where(FacilityFile.facility_id.in_(facility_ids), FacilityFile.kind == AttachmentKind.PHOTO)
        .ext(distinct_on(FacilityFile.facility_id))
        .order_by(FacilityFile.facility_id, FacilityFile.position)
    )
    return {row.facility_id: row.id for row in session.execute(first)}


def _openings(session: Session, unit_ids: Sequence[UUID]) -> dict[UUID, tuple[UnitRules, list[tuple[int, int, int]]]]:
    hours: dict[UUID, list[tuple[int, int, int]]] = {}
    stretches = select(OpeningHours.unit_id, OpeningHours.weekday, OpeningHours.opens, OpeningHours.closes)
    for unit_id, *stretch in session.execute(stretches.where(OpeningHours.unit_id.in_(unit_ids))):
        hours.setdefault(unit_id, []).append((stretch[0], stretch[1], stretch[2]))
    rules = {
        row.unit_id: _unit_rules(row)
        for row in session.scalars(select(BookingRules).where(BookingRules.unit_id.in_(unit_ids)))
    }
    return {unit_id: (rules.get(unit_id, UnitRules()), listed) for unit_id, listed in hours.items()}


def _unit_rules(row: BookingRules) -> UnitRules:
    values: dict[str, Any] = {known.name: getattr(row, known.name) for known in fields(UnitRules)}
    return UnitRules(**values)


def _places(session: Session) -> _Places:
    territories = {row.code: row for row in session.scalars(select(Jurisdiction))}
    return _Places(territories, {row.code: row for row in session.scalars(select(Zone))})
