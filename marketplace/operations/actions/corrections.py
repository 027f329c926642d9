"""Correcting a unit's states: what the host says of a stretch, and why, holds until it is taken back with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, demand
from marketplace.availability.queries import host_of
from marketplace.history.actions import Subject, record
from marketplace.operations.actions.states import derive
from marketplace.operations.models import MachineState, StateCorrection, Substate
from marketplace.operations.queries.states import begins_at
from marketplace.operations.rules.states import fits
from marketplace.values.localized import clean_text
from marketplace.values.period import Period
from marketplace.values.refusal import FieldError, Invalid, NotFound, StateForbids

LONGEST_REASON: Final = 1000
LONGEST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """In which state a unit was in a stretch that is over, what it was spent on, and why the host says so."""

    period: Period
    state: MachineState
    substate: Substate
    reason: str


def correct_state(session: Session, unit_id: UUID, said: Correction, *, now: datetime, by: Actor) -> StateCorrection:
    """Put down what the host says; the states are worked out again at once. Of words that overlap the latest holds."""
    _, host = host_of(session, unit_id)
    demand(by, "state.correct", host=host)
    reason = _reason(said.reason)
    errors = _errors(said, begins_at(session, unit_id), now)
    if errors:
        raise Invalid(errors)
    correction = StateCorrection(
        unit_id=unit_id,
        starts_at=said.period.start,
        ends_at=said.period.end,
        state=said.state,
        substate=said.substate,
        reason=reason,
        made_by=by.id,
        made_at=now,
    )
    session.add(correction)
    session.flush()
    derive(session, {unit_id: correction.starts_at}, now=now)
    details = {"correction": str(correction.id), "state": said.state.value, **said.period.as_json()}
    record(session, Subject("unit", unit_id), "state.corrected", now=now, by=by.id, details=details)
    return correction


def take_back_correction(
    session: Session, correction_id: UUID, reason: str, *, now: datetime, by: Actor
) -> StateCorrection:
    """The host no longer says so, and why; what was recorded holds again."""
    correction = session.scalar(select(StateCorrection).where(StateCorrection.id == correction_id).with_for_update())
    if correction is None:
        raise NotFound("state")
    _, host = host_of(session, correction.unit_id)
    demand(by, "state.correct", host=host)
    if correction.taken_back_at is not None:
        raise StateForbids("taken_back", "take_back")
    correction.taken_back_reason = _reason(reason)
    correction.taken_back_at, correction.taken_back_by = now, by.id
    session.flush()
    derive(session, {correction.unit_id: correction.starts_at}, now=now)
    details = {"correction": str(correction.id)}
    record(session, Subject("unit", correction.unit_id), "state.uncorrected", now=now, by=by.id, details=details)
    return correction


def _reason(text: str) -> str:
    reason = clean_text(text, LONGEST_REASON, field="reason", multiline=True)
    if not reason:
        raise Invalid.one("reason", "required")
    return reason


def _errors(said: Correction, begins: datetime, now: datetime) -> list[FieldError]:
    found = []
    if said.period.end > now:
        found.append(FieldError("end", "not_in_future", "not_in_future"))
    if said.period.start < begins:
        found.append(FieldError("start", "before_unit", "before_unit"))
    if said.period.length > LONGEST:
        found.append(FieldError("end", "too_long_a_time", "too_long_a_time", {"days": LONGEST.days}))
    if not fits(said.state, said.substate):
        found.append(FieldError("substate", "not_of_state", "not_of_state"))
    return found
