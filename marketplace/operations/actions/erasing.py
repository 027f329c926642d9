"""Words beside uses, faults, runs and states go with a person who is erased; times and counts stay, for figures lean on
them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from marketplace.operations.models import Fault, LoggerFile, Run, StateCorrection, UseSession

Said = dict[InstrumentedAttribute[Any], ColumnElement[bool]]


def unsay_uses(session: Session, person_id: UUID, *, unsaid: str) -> None:
    """Take away what was said of their use, and what they said of anybody's, in rows that are history too."""
    their_use = UseSession.person_id == person_id
    for column in (UseSession.consumables, UseSession.correction_reason):
        gone = update(UseSession).where(or_(their_use, _said(person_id)), column.is_not(None))
        session.execute(gone.values({column.key: unsaid}))


def unsay_machines(session: Session, person_id: UUID, *, unsaid: str) -> None:
    """Take away what they said of faults, runs and states and named files, and what was answered to their faults."""
    reported, closed = Fault.reported_by == person_id, Fault.closed_by == person_id
    told: list[Said] = [
        {Fault.text: reported, Fault.cause: reported | closed, Fault.resolution: reported | closed},
        {
            Run.notes: _noted(person_id),
            Run.reason: Run.entered_by == person_id,
            Run.taken_back_reason: Run.superseded_by == person_id,
        },
        {
            StateCorrection.reason: StateCorrection.made_by == person_id,
            StateCorrection.taken_back_reason: StateCorrection.taken_back_by == person_id,
        },
        {LoggerFile.name: LoggerFile.uploaded_by == person_id},
    ]
    for said in told:
        theirs = {column: and_(by, column.is_not(None)) for column, by in said.items()}
        blank = {column: case((rows, unsaid), else_=column) for column, rows in theirs.items()}
        table = next(iter(said)).class_
        session.execute(
            update(table).where(or_(*theirs.values())).values(blank), execution_options={"synchronize_session": False}
        )


def worded_by(person_id: UUID) -> ColumnElement[bool]:
    """Rows with words that they wrote."""
    worded = or_(UseSession.consumables.is_not(None), UseSession.correction_reason.is_not(None))
    return and_(UseSession.recorded_by == person_id, worded)


def _said(person_id: UUID) -> ColumnElement[bool]:
    """Rows that they wrote, and those that took over what these said of consumables."""
    first = aliased(UseSession)
    taken_over = (
        select(first.id)
        .where(first.line_id == UseSession.line_id, first.consumables == UseSession.consumables)
        .where(first.recorded_by == person_id, first.correction_reason.is_(None))
        .exists()
    )
    return or_(UseSession.recorded_by == person_id, taken_over)


def _noted(person_id: UUID) -> ColumnElement[bool]:
    """Runs that they entered, and those that took over what these noted."""
    first = aliased(Run)
    taken_over = (
        select(first.id)
        .where(first.unit_id == Run.unit_id, first.notes == Run.notes, first.entered_by == person_id)
        .exists()
    )
    return or_(Run.entered_by == person_id, taken_over)
