"""Figures of a collaboration follow what becomes of it; they stand above, so only their task's name is known here."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from marketplace.collaborations.models import Collaboration
from marketplace.jobs.actions import defer

MEASURE: Final = "spillovers.measure_collaboration"
# Once for all bookings that join within these minutes.
SETTLING: Final = timedelta(minutes=15)


def measure_anew(session: Session, row: Collaboration, *, now: datetime, settled: bool = False) -> None:
    """Have its figures follow, at once or when bookings have settled."""
    arguments = {"collaboration": str(row.id), "since": now.isoformat()}
    defer(session, MEASURE, arguments, now=now, run_at=now + SETTLING if settled else now)
