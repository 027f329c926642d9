"""Making what an import judged: drafts, their units, and changes to those that are there; few statements per batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.catalogue.actions.addresses import readdress, take_slugs
from marketplace.catalogue.actions.keeping import keep_facility, keep_unit
from marketplace.catalogue.models import Facility, FacilityKind, ListingState, Unit, UnitKind, UnitState
from marketplace.catalogue.queries.importing import known_rows, last_positions
from marketplace.catalogue.queries.judging import Judged, Outcome
from marketplace.catalogue.rules.fields import FACILITY, UNIT
from marketplace.catalogue.rules.importing import Decision, remembered, written
from marketplace.database import new_id
from marketplace.history.actions import Event, Subject, record_many
from marketplace.jobs.actions import defer
from marketplace.jurisdictions.models import Jurisdiction

DATES = ("commissioned_on", "decommissioned_on")


def make(session: Session, organisation_id: UUID, judged: Sequence[Judged], *, now: datetime, by: Actor) -> None:
    """Make or change what the judged rows ask for, with history; what is public is told to the search."""
    made = _new_facilities(session, organisation_id, judged, now=now)
    session.flush()
    added = _new_units(session, organisation_id, judged, made, now=now)
    touched = _changes(session, judged, now=now)
    session.flush()
    fresh = [_event(row.id, "listing.imported", kind=row.kind.value) for row in made.values()]
    record_many(session, fresh, now=now, by=by.person_id, fresh=True)
    changed = [_event(facility.id, "unit.imported", unit=str(unit.id)) for unit, facility in added]
    changed += [_event(facility.id, "listing.import_changed", fields=sorted(fields)) for facility, fields in touched]
    record_many(session, changed, now=now, by=by.person_id)
    public = {facility.id for facility, _ in touched if facility.published_at is not None}
    public |= {facility.id for _, facility in added if facility.published_at is not None}
    for id in sorted(public):
        defer(session, "search.refresh_facility", {"facility": str(id)}, now=now)


def _event(facility_id: UUID, verb: str, **details: Any) -> Event:
    return Event(subject=Subject("facility", facility_id), verb=verb, details=details)


def _new_facilities(
    session: Session, organisation_id: UUID, judged: Iterable[Judged], *, now: datetime
) -> dict[str, Facility]:
    """Drafts for the rows that become a facility and have none yet, by key."""
    new = [
        each for each in judged if each.facility is None and each.facility_values and each.outcome is Outcome.CREATED
    ]
    zones = _time_zones(session, new)
    made: dict[str, Facility] = {}
    for each in new:
        place = each.facility_values.get("jurisdiction_code")
        facility = Facility(
            id=new_id(),
            organisation_id=organisation_id,
            kind=FacilityKind.LAB if each.item.facility else FacilityKind.INSTRUMENT,
            state=ListingState.DRAFT,
            time_zone=zones.get(place) if place else None,
            import_key=each.item.key,
            imported={**each.facility_values, "id": each.item.id},
            created_at=now,
            updated_at=now,
        )
        _write(facility, FACILITY, each.facility_values)
        made[each.item.key] = facility
    slugs = take_slugs(session, {facility.id: facility.name for facility in made.values()}) if made else {}
    for facility in made.values():
        facility.slug = slugs[facility.id]
    session.add_all(made.values())
    return made


def _time_zones(session: Session, judged: Iterable[Judged]) -> dict[str, str]:
    codes = {str(each.facility_values.get("jurisdiction_code")) for each in judged}
    found = (session.get(Jurisdiction, code) for code in sorted(codes - {"None"}))
    return {row.code: row.time_zone for row in found if row is not None}


def _new_units(
    session: Session, organisation_id: UUID, judged: Sequence[Judged], made: dict[str, Facility], *, now: datetime
) -> list[tuple[Unit, Facility]]:
    new = [each for each in judged if each.unit is None and each.unit_values and each.outcome is not Outcome.REJECTED]
    if not new:
        return []
    # A row's facility may have come earlier in this file: in this batch, or in one before it.
    missing = {each.parent_key for each in new if each.facility is None and each.parent_key}
    homes = made | known_rows(session, organisation_id, [key for key in missing if key and key not in made]).facilities
    pairs = [(each, each.facility or homes[each.parent_key or each.item.key]) for each in new]
    positions = last_positions(session, {facility.id for _, facility in pairs})
    added: list[tuple[Unit, Facility]] = []
    for each, facility in pairs:
        positions[facility.id] = positions.get(facility.id, -1) + 1
        unit = Unit(
            id=new_id(),
            facility_id=facility.id,
            position=positions[facility.id],
            kind=UnitKind.INSTRUMENT,
            state=UnitState.ACTIVE,
            places=1,
            import_key=each.item.key,
            imported={**each.unit_values, "id": each.item.id},
            created_at=now,
            updated_at=now,
        )
        _write(unit, UNIT, each.unit_values)
        added.append((unit, facility))
    session.add_all(unit for unit, _ in added)
    return added


def _changes(session: Session, judged: Iterable[Judged], *, now: datetime) -> list[tuple[Facility, set[str]]]:
    """Write what is to be written over rows that are there; returns each changed facility with its fields."""
    touched: dict[UUID, tuple[Facility, set[str]]] = {}
    for each in judged:
        if each.outcome is Outcome.REJECTED or each.facility is None:
            continue
        facility = each.facility
        keep_facility(session, facility, _fields(each.facility_decision), now=now)
        fields = _change(facility, each.facility_values, each.facility_decision, now=now)
        if "name" in fields:
            readdress(session, facility)
        if "jurisdiction_code" in fields and (place := session.get(Jurisdiction, facility.jurisdiction_code)):
            facility.time_zone = place.time_zone
        if each.unit is not None:
            keep_unit(session, each.unit, _fields(each.unit_decision), now=now)
            fields |= {f"unit.{name}" for name in _change(each.unit, each.unit_values, each.unit_decision, now=now)}
        if fields:
            touched.setdefault(facility.id, (facility, set()))[1].update(fields)
    return list(touched.values())


def _change(row: Facility | Unit, values: dict[str, Any], decision: Decision, *, now: datetime) -> set[str]:
    after = remembered(row.imported or {}, values, decision)
    if values and after != row.imported:
        row.imported = after
    if not decision.write:
        return set()
    table = FACILITY if isinstance(row, Facility) else UNIT
    _write(row, table, decision.write)
    row.updated_at = now
    return _fields(decision)


def _fields(decision: Decision) -> set[str]:
    return {path.partition(".")[0] for path in decision.write}


def _write(row: Facility | Unit, table: Any, values: dict[str, Any]) -> None:
    present = {name: getattr(row, name) or {} for name in ("name", "description", "address") if name in table}
    for name, value in written(present, values).items():
        if name == "state":
            row.state = UnitState(value)
        elif name in DATES:
            setattr(row, name, dt.date.fromisoformat(value))
        else:
            setattr(row, name, value)
