"""An approval was entered, verified, revoked or ended: bookings that lean on it, or whose parties hold it, are planned
anew, which passes or reopens their permits gate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM
from marketplace.applications.queries.leaning import bookings_touched
from marketplace.bookings.actions.permits import replan
from marketplace.bookings.actions.plans import REPLAN
from marketplace.bookings.actions.reminding import warn_of_approval
from marketplace.bookings.models import PlanCause
from marketplace.bookings.queries.permits import naming, planned_bookings
from marketplace.jobs.actions import defer
from marketplace.permits.actions.vault import CHANGED
from marketplace.permits.actions.vault_ending import ENDING
from marketplace.permits.actions.versions import LAW_CHANGED
from marketplace.worker.registry import task


@task(CHANGED)
def look_again(session: Session, arguments: Mapping[str, Any], now: datetime) -> int:
    """Have each booking planned anew that a changed entry may mean something for, in a transaction of its own; answers
    how many."""
    touched = bookings_touched(session, UUID(arguments["entry"]))
    for booking_id in touched:
        defer(session, REPLAN, {"booking": str(booking_id)}, now=now)
    return len(touched)


@task(ENDING)
def warn_leaning(session: Session, arguments: Mapping[str, Any], now: datetime) -> int:
    """An entry ends soon: the bookings that lean on it are warned; answers how many."""
    return warn_of_approval(session, UUID(arguments["entry"]), date.fromisoformat(arguments["day"]), now=now)


@task("bookings.replan_named")
def look_at_travels(session: Session, arguments: Mapping[str, Any], now: datetime) -> int:
    """Somebody left, was suspended or readmitted: have the bookings that name them planned anew; their number."""
    named = list(session.scalars(planned_bookings(now).where(naming(UUID(arguments["person"])))))
    for booking_id in named:
        defer(session, REPLAN, {"booking": str(booking_id)}, now=now)
    return len(named)


@task(LAW_CHANGED)
def look_at_all(session: Session, _arguments: Mapping[str, Any], now: datetime) -> int:
    """A rule, or what is known of a party, changed: have every booking that is not over planned anew; their number."""
    live = list(session.scalars(planned_bookings(now)))
    for booking_id in live:
        defer(session, REPLAN, {"booking": str(booking_id), "cause": PlanCause.RULES.value}, now=now)
    return len(live)


@task(REPLAN)
def plan_anew(session: Session, arguments: Mapping[str, Any], now: datetime) -> bool:
    """Plan a booking anew with the vault and the rules as they are now; whether anything changed."""
    cause = PlanCause(arguments.get("cause", PlanCause.VAULT.value))
    return replan(session, UUID(arguments["booking"]), cause, now=now, by=SYSTEM) is not None
