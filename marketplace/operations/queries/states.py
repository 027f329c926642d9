"""Reading in which states a unit was, and what hosts corrected of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from marketplace.operations.models import StateCorrection, UnitState
from marketplace.values.period import Period
from marketplace.values.refusal import NotFound

_BEGINS = text("""
    SELECT least(u.created_at, (SELECT min(s.checked_in_at) FROM sessions s WHERE s.unit_id = u.id))
      FROM units u WHERE u.id = :unit
""")


def begins_at(session: Session, unit_id: UUID) -> datetime:
    """When a unit's time begins: when it was listed, or was first used; raises NotFound."""
    found: datetime | None = session.scalar(_BEGINS, {"unit": unit_id})
    if found is None:
        raise NotFound("unit")
    return found


def states_between(session: Session, unit_id: UUID, window: Period) -> Sequence[UnitState]:
    """The stretches of a unit that touch a window, by time."""
    chosen = (
        select(UnitState)
        .where(UnitState.unit_id == unit_id, UnitState.ends_at > window.start, UnitState.starts_at < window.end)
        .order_by(UnitState.ends_at)
    )
    return session.scalars(chosen).all()


def known_until(session: Session, unit_id: UUID) -> datetime | None:
    """Up to when a unit's states are worked out; None where they are not yet."""
    return session.scalar(select(func.max(UnitState.ends_at)).where(UnitState.unit_id == unit_id))


def corrections_between(session: Session, unit_id: UUID, window: Period) -> Sequence[StateCorrection]:
    """What hosts said of a window, those taken back too; the latest first."""
    chosen = (
        select(StateCorrection)
        .where(StateCorrection.unit_id == unit_id)
        .where(StateCorrection.ends_at > window.start, StateCorrection.starts_at < window.end)
        .order_by(StateCorrection.made_at.desc(), StateCorrection.id.desc())
    )
    return session.scalars(chosen).all()


def correction_unit(session: Session, correction_id: UUID) -> UUID:
    """The unit that a correction is about; raises NotFound."""
    found = session.scalar(select(StateCorrection.unit_id).where(StateCorrection.id == correction_id))
    if found is None:
        raise NotFound("state")
    return found
