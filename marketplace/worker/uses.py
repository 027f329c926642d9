"""What the clock does to sessions of use: those that nobody ended are ended by rule."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.operations.actions.ends import end_due
from marketplace.worker.registry import every


@every(60, "operations.end_sessions")
def end_sessions(session: Session, now: datetime) -> int:
    """End by rule the sessions of those who said nothing. Nobody waits for this: the clock has decided already."""
    return end_due(session, now=now)
