"""A half-open stretch of time [start, end) in UTC, and sums over lists of such stretches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


class InvalidPeriod(ValueError):
    """Not a stretch of time: `code` says why (instant_unreadable, instant_without_offset, period_reversed)."""

    def __init__(self, code: str, text: str = "") -> None:
        self.code = code
        super().__init__(f"{code}: {text}" if text else code)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From `start` up to, not including, `end`; aware instants, kept in UTC; never empty."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", in_utc(self.start))
        object.__setattr__(self, "end", in_utc(self.end))
        if self.start >= self.end:
            raise InvalidPeriod("period_reversed", f"{self.start.isoformat()} .. {self.end.isoformat()}")

    @classmethod
    def parse(cls, start: str, end: str) -> Period:
        """Read two ISO 8601 instants, each with its offset."""
        return cls(parse_instant(start), parse_instant(end))

    @property
    def length(self) -> timedelta:
        """The time between start and end."""
        return self.end - self.start

    def overlaps(self, other: Period) -> bool:
        """Whether the two share any instant; touching ends share none."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Period | datetime) -> bool:
        """Whether an instant, or the whole of another period, lies inside."""
        if isinstance(other, Period):
            return self.start <= other.start and other.end <= self.end
        return self.start <= other < self.end

    def intersection(self, other: Period) -> Period | None:
        """What the two share, None when nothing."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None

    def shifted(self, by: timedelta) -> Period:
        """The same length, moved later (or earlier, if `by` is negative)."""
        return Period(self.start + by, self.end + by)

    def widened(self, before: timedelta, after: timedelta) -> Period:
        """With `before` added at the start and `after` at the end, such as set-up and clean-up."""
        return Period(self.start - before, self.end + after)

    def as_json(self) -> dict[str, str]:
        """The shape of interface.md: two instants with their offset."""
        return {"start": self.start.isoformat(), "end": self.end.isoformat()}


def in_utc(instant: datetime) -> datetime:
    """The same instant in UTC; one without an offset is refused, because nobody knows when it is."""
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise InvalidPeriod("instant_without_offset", instant.isoformat())
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise InvalidPeriod("instant_unreadable", instant.isoformat()) from None


def parse_instant(text: str) -> datetime:
    """An ISO 8601 instant with an offset (`Z` or `+08:00`), in UTC."""
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        raise InvalidPeriod("instant_unreadable", text[:40]) from None
    return in_utc(instant)


def merge(periods: Iterable[Period]) -> list[Period]:
    """The same time as few periods as possible, in order: overlapping and touching ones become one."""
    merged: list[Period] = []
    for period in sorted(periods):
        if merged and period.start <= merged[-1].end:
            merged[-1] = Period(merged[-1].start, max(merged[-1].end, period.end))
        else:
            merged.append(period)
    return merged


def subtract(periods: Iterable[Period], holes: Iterable[Period]) -> list[Period]:
    """What is left of the periods outside all holes, merged and in order."""
    left: list[Period] = []
    cuts = merge(holes)
    for period in merge(periods):
        start = period.start
        for cut in cuts:
            if cut.end <= start:
                continue
            if cut.start >= period.end:
                break
            if start < cut.start:
                left.append(Period(start, cut.start))
            start = cut.end
        if start < period.end:
            left.append(Period(start, period.end))
    return left


def intersect(periods: Iterable[Period], others: Iterable[Period]) -> list[Period]:
    """What lies in both lists, merged and in order."""
    right = merge(others)
    found = (period.intersection(other) for period in merge(periods) for other in right)
    return merge(period for period in found if period is not None)
