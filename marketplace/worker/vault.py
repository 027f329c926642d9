"""An approval was entered, verified, revoked or ended: bookings that lean on it, or whose parties hold it, are planned
anew, which passes or reopens their permits gate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM
from marketplace.applications.queries.leaning import bookings_touched
from marketplace.bookings.actions.permits import replan
from marketplace.bookings.models import PlanCause
from marketplace.jobs.actions import defer
from marketplace.permits.actions.vault import CHANGED
from marketplace.worker.registry import task

REPLAN: Final = "booking.replan"


@task(CHANGED)
def look_again(session: Session, arguments: Mapping[str, Any], now: datetime) -> int:
    """Have each booking planned anew that a changed entry may mean something for, in a transaction of its own; answers
    how many."""
    touched = bookings_touched(session, UUID(arguments["entry"]))
    for booking_id in touched:
        defer(session, REPLAN, {"booking": str(booking_id)}, now=now)
    return len(touched)


@task(REPLAN)
def plan_anew(session: Session, arguments: Mapping[str, Any], now: datetime) -> bool:
    """Plan a booking anew with the vault as it is now; whether anything changed."""
    return replan(session, UUID(arguments["booking"]), PlanCause.VAULT, now=now, by=SYSTEM) is not None
