"""What the clock does to bookings: holds expire, nobody comes, reminders go out; and closures are written on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.availability.actions import extend_series
from marketplace.availability.queries import running_series
from marketplace.bookings.actions import expire_due, miss_due, remind_of_deadlines, remind_of_starts
from marketplace.bookings.actions.feeds import end_feeds_of
from marketplace.worker.registry import every, task


@every(20, "bookings.expire")
def expire(session: Session, now: datetime) -> int:
    """Put down the holds whose time is over. Nobody waits for this: the clock has decided already."""
    return expire_due(session, now=now)


@every(60, "bookings.miss")
def miss(session: Session, now: datetime) -> int:
    """Give back the time of those who did not come."""
    return miss_due(session, now=now)


@every(300, "bookings.remind_of_deadlines")
def remind_deadlines(session: Session, now: datetime) -> int:
    """Remind those who decide."""
    return remind_of_deadlines(session, now=now)


@every(300, "bookings.remind_of_starts")
def remind_starts(session: Session, now: datetime) -> int:
    """Remind those who come."""
    return remind_of_starts(session, now=now)


@task("bookings.end_feeds_of")
def end_feeds(session: Session, arguments: Mapping[str, Any], now: datetime) -> int:
    """Somebody manages an organisation no more: the calendar addresses that they made answer nobody from now on."""
    return end_feeds_of(session, UUID(arguments["organisation"]), UUID(arguments["person"]), now=now)


@every(24 * 3600, "availability.extend_closures")
def extend_closures(session: Session, now: datetime) -> int:
    """Write recurring closures out a day further, so that nobody books into one."""
    return sum(extend_series(session, series.id, now=now) for series in running_series(session))
