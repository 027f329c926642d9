"""Past years are measured once they are over, and the platform's once the sides have had time to answer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.spillovers.actions.publishing import defer_due
from marketplace.worker.registry import every


@every(24 * 60 * 60, "spillovers.publishing")
def publishing(session: Session, now: datetime) -> int:
    """Every night: years that are to be published, and past years that nobody has measured since."""
    return defer_due(session, now=now)
