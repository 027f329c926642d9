"""How the chains stand, as far as one look can tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from marketplace.history.models import HistoryEntry, HistorySeal
from marketplace.history.rules import Subject

# Under which the looks at all of history are written down.
WHOLE: Final = Subject("history", UUID("01900000-0000-7000-8000-000000000000"))

# Walks the unique index from one kind to the next: a handful of steps, however many subjects there are.
_KINDS = text("""
    WITH RECURSIVE kinds AS (
      (SELECT kind FROM history_subjects ORDER BY kind LIMIT 1)
      UNION ALL
      SELECT (SELECT h.kind FROM history_subjects h WHERE h.kind > kinds.kind ORDER BY h.kind LIMIT 1)
        FROM kinds WHERE kinds.kind IS NOT NULL
    )
    SELECT kind FROM kinds WHERE kind IS NOT NULL
""")


@dataclass(frozen=True, slots=True)
class ChainState:
    """The last seal, if there is one, and how many entries have been written since."""

    seals: int
    sealed_at: datetime | None
    unsealed: int


def chain_state(session: Session) -> ChainState:
    """The last seal and what has been written since."""
    last = session.scalar(select(HistorySeal).order_by(HistorySeal.number.desc()).limit(1))
    since = last.to_transaction if last else 0
    unsealed = session.scalar(select(func.count()).where(HistoryEntry.written_in >= since)) or 0
    return ChainState(last.number if last else 0, last.sealed_at if last else None, unsealed)


@dataclass(frozen=True, slots=True)
class Verified:
    """When all of history was read the last time, and how many findings there were."""

    at: datetime
    entries: int
    findings: int


def last_verified(session: Session) -> Verified | None:
    """What the last look at all of history found; None before the first."""
    last = session.execute(
        select(HistoryEntry.at, HistoryEntry.details)
        .where(HistoryEntry.subject_kind == WHOLE.kind, HistoryEntry.subject_id == WHOLE.id)
        .order_by(HistoryEntry.number.desc())
        .limit(1)
    ).first()
    return Verified(last.at, int(last.details["entries"]), int(last.details["findings"])) if last else None


def subject_kinds(session: Session) -> list[str]:
    """The kinds of things that have a history."""
    return list(session.scalars(_KINDS))
