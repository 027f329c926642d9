"""Writing rows of sessions: what stands is never written over, but for the end that an open one gets in its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.database import new_id
from marketplace.operations.actions.states import derive_after
from marketplace.operations.models import Source, UseSession
from marketplace.values.refusal import StateForbids

# Of each row its own; all else a row takes over from the one that it replaces.
OWN: Final = frozenset({"id", "recorded_at", "recorded_by", "superseded_at", "replaces_id", "correction_reason"})


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """When a session ended and who says so; `rule` names the rule where nobody does."""

    at: datetime
    source: Source
    rule: str | None = None
    by: UUID | None = None


def running_at(session: Session, unit_id: UUID, place: int) -> UseSession | None:
    """The open session at a place, as it is now."""
    open_ = UseSession.checked_out_at.is_(None), UseSession.superseded_at.is_(None)
    chosen = select(UseSession).where(UseSession.unit_id == unit_id, UseSession.place == place, *open_)
    return session.scalar(chosen.execution_options(populate_existing=True))


def running_of(session: Session, booking_id: UUID) -> UseSession | None:
    """The open session of a booking, as it is now."""
    open_ = UseSession.checked_out_at.is_(None), UseSession.superseded_at.is_(None)
    chosen = select(UseSession).where(UseSession.booking_id == booking_id, *open_)
    return session.scalar(chosen.execution_options(populate_existing=True))


def latest_of(session: Session, booking_id: UUID) -> UseSession | None:
    """The session of a booking that ended last, as it is now."""
    chosen = select(UseSession).where(UseSession.booking_id == booking_id, UseSession.superseded_at.is_(None))
    latest = chosen.order_by(UseSession.checked_out_at.desc(), UseSession.id.desc()).limit(1)
    return session.scalar(latest.execution_options(populate_existing=True))


def close(session: Session, use: UseSession, end: End, *, now: datetime, **details: Any) -> UseSession:
    """End an open session. Only what ends at this moment is written into its row: of what ended earlier, figures of
    the time between knew nothing, so a new row takes its place."""
    changed = {
        "checked_out_at": end.at,
        "checked_out_by": end.by,
        "end_source": end.source,
        "end_rule": end.rule,
    } | details
    if end.at < now:
        return replaced(session, use, now=now, by=end.by, **changed)
    for name, value in changed.items():
        setattr(use, name, value)
    session.flush()
    derive_after(session, use.unit_id, use.checked_in_at, now=now)
    return use


def replaced(
    session: Session, old: UseSession, *, now: datetime, by: UUID | None, reason: str | None = None, **changed: Any
) -> UseSession:
    """Put a new row in the place of one that stands; raises StateForbids where another has taken it."""
    if old.superseded_at is not None:
        raise StateForbids("superseded", "correct")
    kept = {each.key: getattr(old, each.key) for each in UseSession.__mapper__.column_attrs if each.key not in OWN}
    old.superseded_at = max(now, old.recorded_at)
    session.flush()
    row = UseSession(
        **kept | changed,
        id=new_id(),
        recorded_at=old.superseded_at,
        recorded_by=by,
        replaces_id=old.id,
        correction_reason=reason,
    )
    session.add(row)
    session.flush()
    derive_after(session, row.unit_id, min(old.checked_in_at, row.checked_in_at), now=now)
    return row
