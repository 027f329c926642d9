"""Units of a facility: adding, changing, pausing, archiving. Fewer places are `availability`'s to grant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.catalogue.actions.facilities import locked, touched
from marketplace.catalogue.actions.keeping import keep_unit
from marketplace.catalogue.models import Facility, Unit, UnitState
from marketplace.catalogue.rules.fields import PLACES, UNIT, checked
from marketplace.database import new_id
from marketplace.values.money import EXPONENTS
from marketplace.values.refusal import Invalid, NotFound, StateForbids


def add_unit(
    session: Session,
    facility_id: UUID,
    fields: Mapping[str, Any],
    *,
    now: datetime,
    by: Actor,
    places: int = 1,
    sample: bool = False,
) -> Unit:
    """A new unit at the end of the list, with at least a kind and a name. Raises `Invalid`, `NotFound`, `Forbidden`."""
    facility = locked(session, facility_id, by)
    kept = checked({"kind": None, "name": {}, **fields}, UNIT)
    number = session.scalar(select(func.max(Unit.position)).where(Unit.facility_id == facility_id))
    unit = Unit(
        id=new_id(),
        facility_id=facility_id,
        position=0 if number is None else number + 1,
        state=UnitState.ACTIVE,
        places=PLACES(places, "places"),
        description={},
        techniques=[],
        measured_variables=[],
        sample=sample,
        created_at=now,
        updated_at=now,
    )
    _apply(unit, kept)
    session.add(unit)
    session.flush()
    _note(session, facility, unit, "unit.added", now=now, by=by)
    return unit


def change_unit(session: Session, unit_id: UUID, fields: Mapping[str, Any], *, now: datetime, by: Actor) -> Unit:
    """Change some fields of a unit; its number of places is changed where claims are known."""
    unit, facility = locked_unit(session, unit_id, by)
    kept = checked(fields, UNIT)
    changed = [name for name, value in kept.items() if getattr(unit, name) != value]
    if changed:
        keep_unit(session, unit, changed, now=now)
        _apply(unit, {name: kept[name] for name in changed})
        _note(session, facility, unit, "unit.changed", now=now, by=by, fields=sorted(changed))
    return unit


def pause_unit(session: Session, unit_id: UUID, *, now: datetime, by: Actor) -> Unit:
    """Out of service: no new bookings until it is resumed."""
    return _moved(session, unit_id, UnitState.PAUSED, "unit.paused", now=now, by=by)


def resume_unit(session: Session, unit_id: UUID, *, now: datetime, by: Actor) -> Unit:
    """Back in service; an archived unit returns too."""
    return _moved(session, unit_id, UnitState.ACTIVE, "unit.resumed", now=now, by=by)


def archive_unit(session: Session, unit_id: UUID, *, now: datetime, by: Actor) -> Unit:
    """Take a unit off the listing; its bookings and history stay."""
    return _moved(session, unit_id, UnitState.ARCHIVED, "unit.archived", now=now, by=by)


def locked_unit(session: Session, unit_id: UUID, by: Actor) -> tuple[Unit, Facility]:
    """The unit with its facility, both locked for a change that `by` may make."""
    facility_id = session.scalar(select(Unit.facility_id).where(Unit.id == unit_id))
    if facility_id is None:
        raise NotFound(str(unit_id))
    facility = locked(session, facility_id, by)
    chosen = select(Unit).where(Unit.id == unit_id).with_for_update(key_share=True)
    return session.scalars(chosen.execution_options(populate_existing=True)).one(), facility


def _moved(session: Session, unit_id: UUID, state: UnitState, verb: str, *, now: datetime, by: Actor) -> Unit:
    unit, facility = locked_unit(session, unit_id, by)
    if unit.state is state or (unit.state is UnitState.ARCHIVED and state is UnitState.PAUSED):
        raise StateForbids(unit.state.value, verb)
    unit.state = state
    _note(session, facility, unit, verb, now=now, by=by)
    return unit


def _note(
    session: Session,
    facility: Facility,
    unit: Unit,
    verb: str,
    *,
    now: datetime,
    by: Actor,
    fields: list[str] | None = None,
) -> None:
    unit.updated_at = now
    details: dict[str, Any] = {"unit": str(unit.id)}
    if fields:
        details["fields"] = fields
    touched(session, facility, verb, now=now, by=by, details=details)


def _apply(unit: Unit, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(unit, name, value)
    if (unit.original_value_minor is None) != (unit.original_value_currency is None):
        missing = "original_value_minor" if unit.original_value_minor is None else "original_value_currency"
        raise Invalid.one(missing, "required")
    if unit.original_value_currency and unit.original_value_currency not in EXPONENTS:
        raise Invalid.one("original_value_currency", "choice")
    ends = unit.commissioned_on, unit.decommissioned_on
    if ends[0] is not None and ends[1] is not None and ends[1] < ends[0]:
        raise Invalid.one("decommissioned_on", "range_reversed")
