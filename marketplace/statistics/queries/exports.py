"""The log of exports, and as of when roll-ups stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.statistics.models import UsageExport, UsageMark
from marketplace.values.refusal import NotFound


def as_of(session: Session, now: datetime) -> datetime:
    """Until when all that was recorded is in the roll-ups: now, or since the oldest change that still waits."""
    oldest = session.scalar(select(func.min(UsageMark.at)))
    return now if oldest is None or oldest > now else oldest


def waiting(session: Session) -> int:
    """How many changes wait to be summed."""
    return session.scalar(select(func.count()).select_from(UsageMark)) or 0


def export_for(session: Session, export_id: UUID, *, by: Actor) -> UsageExport:
    """An export of one's own; any of them for administrators and auditors. Raises NotFound."""
    row = session.get(UsageExport, export_id)
    if row is None or not (by.administrator or by.auditor or row.asked_by == by.person_id):
        raise NotFound("usage")
    return row


def exports_of(session: Session, *, by: Actor, limit: int = 20) -> Sequence[UsageExport]:
    """The newest exports of one's own, of all for administrators and auditors."""
    chosen = select(UsageExport).order_by(UsageExport.asked_at.desc(), UsageExport.id.desc()).limit(limit)
    if not (by.administrator or by.auditor):
        chosen = chosen.where(UsageExport.asked_by == by.id)
    return session.scalars(chosen).all()
