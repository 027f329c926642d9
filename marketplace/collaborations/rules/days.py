"""Which day it is: for whoever acts or reads."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from marketplace.accounts.policy import Actor

# Collaborations and outcomes are dated as in Hong Kong, Macao and the mainland, which share their clock; elsewhere the
# day may come some hours early or late.
HERE: Final = ZoneInfo("Asia/Hong_Kong")


def today_of(by: Actor, now: datetime) -> date:
    """The day that it is for whoever acts."""
    return now.astimezone(ZoneInfo(by.time_zone)).date()


def day_here(at: datetime) -> date:
    """The day on which something happened, as the parties count days."""
    return at.astimezone(HERE).date()


def day_after(on: date) -> datetime:
    """The first instant after a day of the parties."""
    return datetime.combine(on + timedelta(days=1), time(), HERE)
