"""The yearly question: which year is asked about, and when it is asked again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final, Literal

REMINDED_AFTER: Final = timedelta(days=30)
ESCALATED_AFTER: Final = timedelta(days=60)
Step = Literal["remind", "escalate"]


def asked_year(today: date) -> int:
    """The year that is asked about on a day: the one before."""
    return today.year - 1


def span(year: int) -> tuple[date, date]:
    """Its first and its last day."""
    return date(year, 1, 1), date(year, 12, 31)


def next_step(
    asked_at: datetime, reminded_at: datetime | None, escalated_at: datetime | None, now: datetime
) -> Step | None:
    """What an unanswered question is due: a reminder after 30 days, the organisation's own managers after 60."""
    if escalated_at is None and now - asked_at >= ESCALATED_AFTER:
        return "escalate"
    if reminded_at is None and escalated_at is None and now - asked_at >= REMINDED_AFTER:
        return "remind"
    return None
