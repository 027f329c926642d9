"""What plans and the clock do to applications: drafts, reminders, silence that decides, and whose delay it was."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.applications.actions.clocking import decide_silent, drafts_left, judge_delay, recount_all, remind
from marketplace.applications.actions.drafting import draft
from marketplace.bookings.actions.ending import OVERDUE_FOR_PERMITS
from marketplace.bookings.actions.plans import PLANNED
from marketplace.worker.registry import every, task


@task(PLANNED)
def draft_for(session: Session, arguments: Mapping[str, Any], now: datetime) -> int:
    """A plan was made, for the first time or anew: applications follow it."""
    return draft(session, UUID(arguments["booking"]), now=now)


@task(OVERDUE_FOR_PERMITS)
def judge(session: Session, arguments: Mapping[str, Any], now: datetime) -> bool:
    """A hold ended while permits were awaited: find out whose delay it was."""
    return judge_delay(session, UUID(arguments["booking"]), now=now)


@every(300, "applications.withdraw_drafts")
def withdraw_drafts(session: Session, now: datetime) -> int:
    """Take back the drafts of bookings that are over."""
    return sum(draft(session, booking_id, now=now) for booking_id in drafts_left(session))


@every(300, "applications.decide_silent")
def decide(session: Session, now: datetime) -> int:
    """Put down what an authority's silence means where its rule says so."""
    return decide_silent(session, now=now)


@every(3600, "applications.remind")
def remind_of_dates(session: Session, now: datetime) -> int:
    """Remind those who decide, and those who file."""
    return remind(session, now=now)


@every(6 * 3600, "applications.recount")
def recount_dates(session: Session, now: datetime) -> int:
    """Count due dates by the calendars as they are known by now."""
    return recount_all(session, now=now)
