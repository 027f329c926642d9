"""Words beside sessions of use go with a person who is erased; times and counts stay, for figures lean on them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session, aliased

from marketplace.operations.models import UseSession


def unsay_uses(session: Session, person_id: UUID, *, unsaid: str) -> None:
    """Take away what was said of their use, and what they said of anybody's, in rows that are history too."""
    their_use = UseSession.person_id == person_id
    for column in (UseSession.consumables, UseSession.correction_reason):
        gone = update(UseSession).where(or_(their_use, _said(person_id)), column.is_not(None))
        session.execute(gone.values({column.key: unsaid}))


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
