"""What an import would do to each row, before anything is done: the same answer for preview, dry run and the deed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.catalogue.formats.items import BadCell, ListedItem, RejectedItem, facility_key
from marketplace.catalogue.formats.parsing import Parsed
from marketplace.catalogue.models import Facility, Unit
from marketplace.catalogue.queries.importing import Known, known_rows
from marketplace.catalogue.rules.importing import (
    FACILITY_FIELDS,
    UNIT_FIELDS,
    Decision,
    Origin,
    decide,
    facility_values,
    flattened,
    unit_values,
)


class Outcome(Enum):
    """What becomes of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One row: what it says of a facility and of a unit, what stands there, and what is to be written."""

    item: ListedItem
    outcome: Outcome
    facility: Facility | None = None
    unit: Unit | None = None
    facility_values: dict[str, Any] = field(default_factory=dict)
    unit_values: dict[str, Any] = field(default_factory=dict)
    facility_decision: Decision = field(default_factory=Decision)
    unit_decision: Decision = field(default_factory=Decision)
    parent_key: str | None = None
    rejected: RejectedItem | None = None

    @property
    def kept(self) -> tuple[str, ...]:
        """The paths that stay as the host edited them, each once."""
        return tuple(dict.fromkeys(self.facility_decision.kept + self.unit_decision.kept))

    @property
    def written(self) -> tuple[str, ...]:
        """The paths that are written, each once."""
        return tuple(dict.fromkeys([*self.facility_decision.write, *self.unit_decision.write]))


def judge(
    session: Session, organisation_id: UUID, parsed: Parsed, items: Sequence[ListedItem], *, origin: Origin
) -> list[Judged]:
    """Judge some rows of a file, in three statements whatever their number."""
    parents = {facility_key(id) for item in items for id in item.part_of}
    known = known_rows(session, organisation_id, {item.key for item in items} | parents)
    coming = parsed.facility_keys
    judged = []
    for item in items:
        try:
            judged.append(_judged(item, known, coming, origin))
        except BadCell as bad:
            refused = parsed.refused(item, bad.field, bad.reason)
            judged.append(Judged(item=item, outcome=Outcome.REJECTED, rejected=refused))
    return judged


def _judged(item: ListedItem, known: Known, coming: frozenset[str], origin: Origin) -> Judged:
    if item.facility:
        return _facility(item, known, origin)
    if item.part_of:
        return _unit(item, known, coming, origin)
    return _instrument(item, known, origin)


def _facility(item: ListedItem, known: Known, origin: Origin) -> Judged:
    facility = known.facilities.get(item.key)
    if facility is None and item.key in known.units:
        raise BadCell("type", "type_changed")
    values = facility_values(item, origin)
    decision = _decision(facility, FACILITY_FIELDS, values)
    outcome = Outcome.CREATED if facility is None else _outcome(decision)
    return Judged(item=item, outcome=outcome, facility=facility, facility_values=values, facility_decision=decision)


def _unit(item: ListedItem, known: Known, coming: frozenset[str], origin: Origin) -> Judged:
    keys = [facility_key(id) for id in item.part_of]
    parent = next((key for key in keys if key in known.facilities or key in coming), None)
    if parent is None:
        raise BadCell("part_of", "related_facility_unknown")
    unit, facility = known.units.get(item.key, (None, known.facilities.get(parent)))
    if unit is not None and facility is not None and facility.import_key not in keys:
        raise BadCell("part_of", "related_facility_changed")
    values = unit_values(item, origin)
    decision = _decision(unit, UNIT_FIELDS, values)
    outcome = Outcome.CREATED if unit is None else _outcome(decision)
    return Judged(
        item=item,
        outcome=outcome,
        facility=facility,
        unit=unit,
        unit_values=values,
        unit_decision=decision,
        parent_key=parent,
    )


def _instrument(item: ListedItem, known: Known, origin: Origin) -> Judged:
    """A piece of equipment that belongs to no facility: a facility of its own, with one unit."""
    facility = known.facilities.get(item.key)
    unit, home = known.units.get(item.key, (None, facility))
    if home is not facility:
        raise BadCell("part_of", "related_facility_changed")
    of_facility, of_unit = facility_values(item, origin), unit_values(item, origin)
    facility_decision = _decision(facility, FACILITY_FIELDS, of_facility)
    unit_decision = _decision(unit, UNIT_FIELDS, of_unit)
    outcome = Outcome.CREATED if facility is None else _outcome(facility_decision, unit_decision)
    return Judged(
        item=item,
        outcome=outcome,
        facility=facility,
        unit=unit,
        facility_values=of_facility,
        unit_values=of_unit,
        facility_decision=facility_decision,
        unit_decision=unit_decision,
    )


def _decision(row: Facility | Unit | None, fields: Sequence[str], values: dict[str, Any]) -> Decision:
    if row is None:
        return Decision(dict(values))
    return decide(flattened({name: getattr(row, name) for name in fields}), row.imported or {}, values)


def _outcome(*decisions: Decision) -> Outcome:
    if any(decision.write for decision in decisions):
        return Outcome.UPDATED
    return Outcome.KEPT if any(decision.kept for decision in decisions) else Outcome.UNCHANGED
