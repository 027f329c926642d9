"""When somebody may check in: on the local day of the start, or an hour before it; not after the end."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from marketplace.availability.rules import local_day, local_midnight
from marketplace.values.period import Period
from marketplace.values.refusal import Refusal

EARLY = timedelta(hours=1)


def check_in_opens(period: Period, zone: ZoneInfo) -> datetime:
    """The earliest moment of checking in for a period."""
    return min(local_midnight(local_day(period.start, zone), zone), period.start - EARLY)


def arrival_refusals(period: Period, zone: ZoneInfo, now: datetime) -> Iterator[Refusal]:
    """Too early (`check_in_too_early`) or too late (`check_in_too_late`)."""
    opens = check_in_opens(period, zone)
    if now < opens:
        yield Refusal("check_in_too_early", {"opens": opens.isoformat(), "zone": str(zone)})
    if now >= period.end:
        yield Refusal("check_in_too_late", {"end": period.end.isoformat(), "zone": str(zone)})
