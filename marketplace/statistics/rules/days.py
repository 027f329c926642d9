"""Time split at midnight as a place counts days, in whole seconds that add up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


def whole(instant: datetime) -> int:
    """The instant in whole seconds: what is dropped here is dropped on both sides of each midnight."""
    return int(instant.astimezone(UTC).replace(microsecond=0).timestamp())


def parts(begun: datetime, ended: datetime, zone: ZoneInfo) -> Iterator[tuple[date, int, int]]:
    """The local days of a stretch, each with its first and last second; days without a whole second are left out."""
    start, end = whole(begun), whole(ended)
    while start < end:
        day = datetime.fromtimestamp(start, zone).date()
        until = min(whole(midnight(day + DAY, zone)), end)
        yield day, start, until
        start = until


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a local day begins."""
    return datetime.combine(day, time(), tzinfo=zone)


def share(amount: int, whole_length: int, first: int, last: int) -> int:
    """The part of a whole-second amount that falls to a stretch of its length: shares of all stretches add up."""
    if whole_length <= 0:
        return 0
    return amount * last // whole_length - amount * first // whole_length


def inside(first: int, last: int, other: tuple[int, int]) -> int:
    """How many seconds of one stretch lie in another."""
    return max(0, min(last, other[1]) - max(first, other[0]))
