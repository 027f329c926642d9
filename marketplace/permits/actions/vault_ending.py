"""What the clock does to the vault: owners are warned before an entry ends, and its end is noticed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.history.actions import Subject, record
from marketplace.jobs.actions import defer
from marketplace.notices.actions import tell
from marketplace.permits.actions.vault import CHANGED, owners_of, told_of
from marketplace.permits.models import VaultEntry, VaultState
from marketplace.permits.queries.vault import HERE
from marketplace.permits.rules.vault import WARNED, due_warning

# As many as one piece of periodic work takes; the next finds the rest.
BATCH: Final = 200
ENDING: Final = "vault.ending"


def warn_of_ends(session: Session, *, now: datetime) -> int:
    """Warn owners 60, 30 and 7 days before an entry ends, once each; one that was entered late gets the nearest
    warning alone. The number of entries."""
    today = now.astimezone(HERE).date()
    near = VaultEntry.valid_to.between(today, today + timedelta(days=WARNED[0]))
    warned = 0
    for row in _due(session, near, limit=None):
        days = due_warning(row.valid_to, row.warned_days, today) if row.valid_to else None
        if days is None or row.valid_to is None:
            continue
        row.warned_days, warned = days, warned + 1
        details = told_of(session, row) | {"day": row.valid_to.isoformat(), "days": (row.valid_to - today).days}
        tell(session, owners_of(session, row, now=now), "vault_ending", details, now=now)
        # Whatever leans on it is warned by whoever knows of it.
        defer(session, ENDING, {"entry": str(row.id), "day": row.valid_to.isoformat()}, now=now)
    session.flush()
    return warned


def end_due(session: Session, *, now: datetime) -> int:
    """Notice entries whose last day is over: their owners are told, and bookings that lean on them are looked at
    again. Nobody waits for this: plans count by dates already. The number of entries."""
    today = now.astimezone(HERE).date()
    rows = _due(session, VaultEntry.valid_to < today, limit=BATCH)
    for row in rows:
        row.ended_at = now
        session.flush()
        details = {"under": row.rule_id or row.list_code or ""}
        record(session, Subject("vault_entry", row.id), "vault.ended", now=now, by=None, details=details)
        defer(session, CHANGED, {"entry": str(row.id)}, now=now)
        tell(session, owners_of(session, row, now=now), "vault_ended", told_of(session, row), now=now)
    return len(rows)


def _due(session: Session, near: object, *, limit: int | None) -> list[VaultEntry]:
    counting = VaultEntry.state == VaultState.VERIFIED, VaultEntry.ended_at.is_(None)
    wanted = select(VaultEntry).where(near, *counting).order_by(VaultEntry.valid_to, VaultEntry.id)  # type: ignore[arg-type]
    return list(session.scalars(wanted.limit(limit).with_for_update(skip_locked=True)))
