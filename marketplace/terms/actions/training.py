"""Training on a unit: demanded by its host, asked for by a person, scheduled, recorded or declined, and kept by use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.queries.organisations import people_with_role
from marketplace.catalogue.actions.units import locked_unit
from marketplace.catalogue.models import Facility, Unit
from marketplace.database import new_id
from marketplace.history.actions import Subject, record
from marketplace.notices.actions import of_people, tell
from marketplace.terms.models import Training, TrainingNeed, TrainingState
from marketplace.terms.queries.training import OPEN, seen
from marketplace.terms.rules.training import Need
from marketplace.values.localized import clean_text, normalise
from marketplace.values.refusal import FieldError, Invalid, NotFound, Refusal, Refused, StateForbids

LONGEST_NAME: Final = 200
LONGEST_REASON: Final = 1000
MOST_WINDOWS: Final = 50
# A month's or a day's count that no host means.
_MOST: Final = {"valid_months": 600, "idle_days": 3660, "novice_hours": 10_000}
_LEAST: Final = {"valid_months": 1, "idle_days": 1, "novice_hours": 0}
FARTHEST: Final = timedelta(days=366 * 2)


def set_need(session: Session, unit_id: UUID, need: Need | None, *, now: datetime, by: Actor) -> None:
    """Say what training a unit demands from now on; None: none. Bookings made before keep their gates."""
    unit, facility = locked_unit(session, unit_id, by)
    row = session.get(TrainingNeed, unit_id)
    if need is None:
        if row is not None:
            session.delete(row)
    else:
        values = _checked(need)
        values |= {"set_at": now, "set_by": by.person_id}
        put = insert(TrainingNeed).values(unit_id=unit_id, **values)
        session.execute(put.on_conflict_do_update(index_elements=["unit_id"], set_=values))
        if row is not None:
            session.expire(row)
    session.flush()
    verb = "unit.training_needed" if need else "unit.training_dropped"
    details = {"unit": str(unit.id)}
    record(session, Subject("facility", facility.id), verb, now=now, by=by.person_id, details=details)


def ask(session: Session, unit_id: UUID, *, now: datetime, by: Actor, person_id: UUID | None = None) -> Training:
    """Ask for the training of a unit, for oneself or for whom a booking is made; one that waits already is answered.
    Raises Refused (`no_training`) where the unit demands none."""
    demand(by, "training.request")
    if not seen(session, unit_id, by=by):
        raise NotFound(str(unit_id))
    if session.get(TrainingNeed, unit_id) is None:
        raise Refused([Refusal("no_training")])
    row, made = _wish(session, unit_id, person_id or by.id, now)
    if made:
        record(session, Subject("training", row.id), "training.asked", now=now, by=by.person_id)
        _tell_host(session, row, now=now, by=by)
    return row


def enter(session: Session, unit_id: UUID, person_id: UUID, *, now: datetime, by: Actor) -> Training:
    """The wish of somebody whom the host trained without being asked, for the host to record; one that waits already
    is answered. Raises Refused (`no_training`) where the unit demands none."""
    demand(by, "training.manage", host=_facility(session, unit_id).organisation_id)
    if session.get(TrainingNeed, unit_id) is None:
        raise Refused([Refusal("no_training")])
    return _wish(session, unit_id, person_id, now)[0]


def _wish(session: Session, unit_id: UUID, person_id: UUID, now: datetime) -> tuple[Training, bool]:
    """The one wish of a person that waits, and whether it is new."""
    values = {"unit_id": unit_id, "person_id": person_id, "state": TrainingState.REQUESTED, "requested_at": now}
    made = session.scalar(
        insert(Training).values(id=new_id(), used_minutes=0, **values).on_conflict_do_nothing().returning(Training.id)
    )
    waiting = (Training.unit_id == unit_id) & (Training.person_id == person_id) & Training.state.in_(OPEN)
    return session.scalars(select(Training).where(waiting)).one(), made is not None


def schedule(session: Session, training_id: UUID, *, at: datetime, trainer: str, now: datetime, by: Actor) -> Training:
    """Say when a training takes place and with whom; the person is told. It may be scheduled anew."""
    row = _waiting(session, training_id, by, "training.schedule")
    if not now - timedelta(days=1) <= at <= now + FARTHEST:
        raise Invalid.one("at", "out_of_range")
    who = clean_text(trainer, LONGEST_NAME, field="trainer")
    row.state, row.scheduled_at, row.trainer = TrainingState.SCHEDULED, at, who or None
    _note(session, row, "training.scheduled", now=now, by=by)
    said = {"at": at.isoformat(), "trainer": who, **of_people(worded={"trainer": by.person_id})}
    _tell_person(session, row, "training_scheduled", said, now=now)
    return row


def decline(
    session: Session, training_id: UUID, reason: str, *, now: datetime, by: Actor, silent: bool = False
) -> Training:
    """Decline a training, with a reason that the person is told; `silent` where nothing may be said between the two."""
    row = _waiting(session, training_id, by, "training.decline")
    given = clean_text(reason, LONGEST_REASON, field="reason", multiline=True)
    if not (given or silent):
        raise Invalid.one("reason", "required")
    row.state, row.reason, row.decided_at, row.decided_by = TrainingState.DECLINED, given, now, by.person_id
    _note(session, row, "training.declined", now=now, by=by, text={"reason": given})
    said = {"reason": given, **of_people(worded={"reason": by.person_id})}
    _tell_person(session, row, "training_declined", said, now=now)
    return row


def record_passed(session: Session, training_id: UUID, *, passed_on: date, now: datetime, by: Actor) -> Training:
    """Record that a training was passed on a day; the hours of use of an earlier one count on."""
    row = _waiting(session, training_id, by, "training.record")
    if not date(2000, 1, 1) <= passed_on <= now.date() + timedelta(days=1):
        raise Invalid.one("passed_on", "out_of_range")
    before = newest_passed(session, row.unit_id, row.person_id)
    row.used_minutes = before.used_minutes if before else 0
    row.state, row.passed_on, row.decided_at, row.decided_by = TrainingState.PASSED, passed_on, now, by.person_id
    _note(session, row, "training.passed", now=now, by=by, details={"on": passed_on.isoformat()})
    _tell_person(session, row, "training_passed", {"day": passed_on.isoformat()}, now=now)
    return row


def note_use(session: Session, unit_id: UUID, person_id: UUID, *, on: date, minutes: int) -> None:
    """Keep the training of somebody who used a unit alive, and count the time towards a novice's hours; less than none
    where they were there for less than was counted."""
    row = newest_passed(session, unit_id, person_id)
    if row is not None:
        row.last_used_on = max(row.last_used_on or on, on)
        row.used_minutes = max(row.used_minutes + minutes, 0)
        session.flush()


@dataclass(frozen=True, slots=True)
class Use:
    """Somebody used a unit on a day, for so long."""

    person_id: UUID
    on: date
    minutes: int


def note_uses(session: Session, unit_id: UUID, uses: Sequence[Use]) -> None:
    """The same of many uses of one unit, in two statements whatever their number."""
    passed = (Training.unit_id == unit_id) & Training.person_id.in_({use.person_id for use in uses})
    chosen = select(Training).where(passed, Training.state == TrainingState.PASSED)
    ordered = chosen.order_by(Training.passed_on, Training.id).with_for_update()
    newest = {row.person_id: row for row in session.scalars(ordered.execution_options(populate_existing=True))}
    for use in uses:
        row = newest.get(use.person_id)
        if row is not None:
            row.last_used_on = max(row.last_used_on or use.on, use.on)
            row.used_minutes += max(use.minutes, 0)
    session.flush()


def newest_passed(session: Session, unit_id: UUID, person_id: UUID) -> Training | None:
    """The latest training that somebody passed on a unit, locked."""
    passed = (Training.unit_id == unit_id) & (Training.person_id == person_id)
    chosen = select(Training).where(passed, Training.state == TrainingState.PASSED)
    newest = chosen.order_by(Training.passed_on.desc(), Training.id.desc()).limit(1)
    return session.scalar(newest.with_for_update().execution_options(populate_existing=True))


def _checked(need: Need) -> dict[str, Any]:
    counts = {name: getattr(need, name) for name in _MOST}
    errors = [
        FieldError(name, "out_of_range", "out_of_range")
        for name, value in counts.items()
        if value is not None and not _LEAST[name] <= value <= _MOST[name]
    ]
    if len(need.windows) > MOST_WINDOWS or not all(each.fits for each in need.windows):
        errors.append(FieldError("windows", "windows", "windows"))
    if errors:
        raise Invalid(errors)
    name = normalise(dict(need.name), field="name", max_length=LONGEST_NAME, required=True)
    windows = [[each.weekday, each.opens, each.closes] for each in need.windows]
    return {"name": name, "windows": windows, **counts}


def _waiting(session: Session, training_id: UUID, by: Actor, verb: str) -> Training:
    """A training that has not come to its end, locked for a host of its unit."""
    chosen = select(Training).where(Training.id == training_id).with_for_update()
    row = session.scalar(chosen.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(str(training_id))
    demand(by, "training.manage", host=_facility(session, row.unit_id).organisation_id)
    if row.state not in OPEN:
        raise StateForbids(row.state.value, verb)
    return row


def _facility(session: Session, unit_id: UUID) -> Facility:
    chosen = select(Facility).join(Unit, Unit.facility_id == Facility.id).where(Unit.id == unit_id)
    return session.scalars(chosen).one()


def _note(session: Session, row: Training, verb: str, *, now: datetime, by: Actor, **more: Any) -> None:
    session.flush()
    record(session, Subject("training", row.id), verb, now=now, by=by.person_id, **more)


def _tell_host(session: Session, row: Training, *, now: datetime, by: Actor) -> None:
    host = _facility(session, row.unit_id).organisation_id
    staff = people_with_role(session, host, [Role.HOST_MANAGER, Role.HOST_STAFF], now)
    details = {"unit": session.get_one(Unit, row.unit_id).name, "who": by.name, "path": "host/training"}
    tell(session, staff, "training_asked", {**details, **of_people(named={"who": by.person_id})}, now=now)


def _tell_person(session: Session, row: Training, code: str, more: dict[str, Any], *, now: datetime) -> None:
    unit = session.get_one(Unit, row.unit_id)
    zone = _facility(session, row.unit_id).time_zone
    details = {"unit": unit.name, "zone": zone, "path": "account/training", **more}
    tell(session, [row.person_id], code, details, now=now)
