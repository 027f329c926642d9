"""Reading training: what a unit demands, how somebody stands to it, and the trainings of a host's units or a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.accounts.policy import Actor
from marketplace.catalogue.models import Facility, Unit
from marketplace.catalogue.queries.facilities import visible_to
from marketplace.terms.models import Training, TrainingNeed, TrainingState
from marketplace.terms.rules.training import Need, Passed, Standing, Window, standing_of
from marketplace.values.refusal import NotFound

HOME: Final = "Asia/Hong_Kong"
OPEN: Final = (TrainingState.REQUESTED, TrainingState.SCHEDULED)


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """A training with the names around it, and how its person stands to the unit on a day."""

    training: Training
    need: Need | None
    unit_name: Mapping[str, str]
    facility_name: Mapping[str, str]
    facility_id: UUID
    host_id: UUID
    zone: str
    person_name: str
    standing: Standing


def standing(session: Session, unit_id: UUID, person_id: UUID | None, on: date) -> Standing:
    """How a person stands to a unit on a day, in one statement; a stranger to the platform like one never trained."""
    newest = (
        select(Training)
        .where(Training.unit_id == unit_id, Training.person_id == person_id, Training.state == TrainingState.PASSED)
        .order_by(Training.passed_on.desc(), Training.id.desc())
        .limit(1)
        .subquery()
    )
    chosen = (
        select(TrainingNeed, newest.c.passed_on, newest.c.last_used_on, newest.c.used_minutes)
        .join_from(TrainingNeed, newest, newest.c.unit_id == TrainingNeed.unit_id, isouter=True)
        .where(TrainingNeed.unit_id == unit_id)
    )
    row = session.execute(chosen).one_or_none()
    if row is None:
        return Standing()
    passed = None
    if row.passed_on is not None:
        passed = Passed(on=row.passed_on, last_used_on=row.last_used_on, used_minutes=row.used_minutes)
    return standing_of(need_of(row.TrainingNeed), passed, on)


def need_for(session: Session, unit_id: UUID) -> Need | None:
    """What training a unit demands; None where it demands none."""
    row = session.get(TrainingNeed, unit_id)
    return need_of(row) if row else None


def seen(session: Session, unit_id: UUID, *, by: Actor) -> bool:
    """Whether there is such a unit, on a listing that somebody may see."""
    chosen = select(Unit.id).join(Facility, Facility.id == Unit.facility_id)
    return session.scalar(chosen.where(Unit.id == unit_id, visible_to(by))) is not None


def need_of(row: TrainingNeed) -> Need:
    """A need as a value."""
    return Need(
        name=row.name,
        valid_months=row.valid_months,
        idle_days=row.idle_days,
        novice_hours=row.novice_hours,
        windows=tuple(Window(*each) for each in row.windows),
    )


def passed_of(row: Training) -> Passed | None:
    """A training as the rules look at it; None before it was passed."""
    if row.passed_on is None:
        return None
    return Passed(on=row.passed_on, last_used_on=row.last_used_on, used_minutes=row.used_minutes)


def trainings_hosted(
    session: Session, *, by: Actor, on: date, unit_id: UUID | None = None, limit: int = 200
) -> Sequence[TrainingRow]:
    """The trainings on the units of somebody's facilities: those that wait first, then the latest."""
    hosts = by.organisations(Role.HOST_STAFF, Role.HOST_MANAGER)
    chosen = _rows().where(Facility.organisation_id.in_(hosts))
    if unit_id is not None:
        chosen = chosen.where(Training.unit_id == unit_id)
    waits = Training.state.in_(OPEN)
    return _told(
        session, chosen.order_by(waits.desc(), Training.requested_at.desc(), Training.id.desc()).limit(limit), on
    )


def trainings_of(session: Session, person_id: UUID, on: date, *, limit: int = 200) -> Sequence[TrainingRow]:
    """One person's trainings, the latest first."""
    chosen = _rows().where(Training.person_id == person_id)
    return _told(session, chosen.order_by(Training.requested_at.desc(), Training.id.desc()).limit(limit), on)


def training_row(session: Session, training_id: UUID, on: date) -> TrainingRow:
    """One training. Raises NotFound; who may see it is the caller's question."""
    found = _told(session, _rows().where(Training.id == training_id), on)
    if not found:
        raise NotFound(str(training_id))
    return found[0]


def _rows() -> Any:
    return (
        select(Training, TrainingNeed, Unit, Facility, Person.name)
        .join(Unit, Unit.id == Training.unit_id)
        .join(Facility, Facility.id == Unit.facility_id)
        .join(Person, Person.id == Training.person_id)
        .join(TrainingNeed, TrainingNeed.unit_id == Training.unit_id, isouter=True)
    )


def _told(session: Session, chosen: Any, on: date) -> list[TrainingRow]:
    found = []
    for training, needed, unit, facility, person in session.execute(chosen):
        need, passed = need_of(needed) if needed else None, passed_of(training)
        found.append(
            TrainingRow(
                training=training,
                need=need,
                unit_name=unit.name,
                facility_name=facility.name,
                facility_id=facility.id,
                host_id=facility.organisation_id,
                zone=facility.time_zone or HOME,
                person_name=person or "",
                standing=standing_of(need, passed, on),
            )
        )
    return found


def needs_for(session: Session, units: Collection[UUID]) -> Mapping[UUID, Need]:
    """What training some units demand, by unit; those that demand none are missing."""
    if not units:
        return {}
    found = session.scalars(select(TrainingNeed).where(TrainingNeed.unit_id.in_(units)))
    return {row.unit_id: need_of(row) for row in found}
