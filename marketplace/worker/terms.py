"""What the clock does to terms: trainings and framework agreements that end soon."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from marketplace.terms.actions.ending import warn_of_frameworks, warn_of_trainings
from marketplace.worker.registry import every

HOUR: Final = 3600


@every(HOUR, "trainings.warn_of_ends")
def warn_trained(session: Session, now: datetime) -> int:
    """Warn people whose training ends soon."""
    return warn_of_trainings(session, now=now)


@every(HOUR, "frameworks.warn_of_ends")
def warn_parties(session: Session, now: datetime) -> int:
    """Warn both sides of agreements that end soon."""
    return warn_of_frameworks(session, now=now)
