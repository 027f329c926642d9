"""Counting working days, comparing prices across currencies, and the tree of territories: sums over frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from marketplace.values.money import Money, exponent_of

LONGEST_COUNT = 5000
ONE_DAY = timedelta(days=1)


class CountTooLong(ValueError):
    """More working days than any deadline has, or fewer than none."""


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """Which days are worked: a week, and the days that differ from it. Years not official are provisional."""

    code: str
    weekdays: frozenset[int]
    off: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()
    official_years: frozenset[int] = frozenset()

    def is_holiday(self, day: date) -> bool:
        """Whether the day is a named day off, on whatever weekday it falls."""
        return day in self.off

    def is_worked_weekend(self, day: date) -> bool:
        """Whether the day is worked although its weekday is not (调休)."""
        return day in self.worked and day.isoweekday() not in self.weekdays


# For a jurisdiction without a calendar of its own: Monday to Friday, and every date counted with it is provisional.
PLAIN_WEEK = WorkingCalendar("", frozenset({1, 2, 3, 4, 5}))


def is_working_day(calendar: WorkingCalendar, day: date) -> bool:
    """Whether the day is worked: a worked weekend, or a weekday of the calendar that is not off (M-02 to M-04)."""
    if day in calendar.worked:
        return True
    return day.isoweekday() in calendar.weekdays and day not in calendar.off


def on_or_after(calendar: WorkingCalendar, day: date) -> date:
    """The day itself if it is worked, else the next that is (M-07)."""
    while not is_working_day(calendar, day):
        day += ONE_DAY
    return day


def on_or_before(calendar: WorkingCalendar, day: date) -> date:
    """The day itself if it is worked, else the last one before: how a user's own duty is shown (CLR-03)."""
    while not is_working_day(calendar, day):
        day -= ONE_DAY
    return day


def add_working_days(calendar: WorkingCalendar, start: date, count: int) -> date:
    """The last of `count` working days, the first being the first one after `start` (M-07); 0 rolls `start` forward."""
    if not 0 <= count <= LONGEST_COUNT:
        raise CountTooLong(f"{count} working days: 0 to {LONGEST_COUNT}")
    day, left, weekdays, off, worked = start, count, calendar.weekdays, calendar.off, calendar.worked
    # As is_working_day tells, without a call for each of many days.
    while left:
        day += ONE_DAY
        if (day.isoweekday() in weekdays and day not in off) or day in worked:
            left -= 1
    return on_or_after(calendar, day)


def provisional(calendar: WorkingCalendar, first: date, last: date) -> bool:
    """Whether a count between two days passes through a year that no official notice covers."""
    return any(year not in calendar.official_years for year in range(first.year, last.year + 1))


@dataclass(frozen=True, slots=True)
class Rates:
    """How much of each currency one Hong Kong dollar bought on a day. For comparing and sorting, never for charging."""

    per_hkd: Mapping[str, Decimal] = field(default_factory=dict, hash=False)

    def in_hkd(self, money: Money) -> Decimal | None:
        """The amount in Hong Kong dollars (major units); None where no rate is known."""
        rate = self._rate(money.currency)
        return None if rate is None else money.major / rate

    def compare(self, money: Money, currency: str) -> Money | None:
        """About what the amount is in another currency, rounded to its minor unit; None where a rate is missing."""
        hkd, rate = self.in_hkd(money), self._rate(currency)
        if hkd is None or rate is None:
            return None
        if currency == money.currency:
            return money
        return Money(1, currency).times(hkd * rate * 10 ** exponent_of(currency))

    def _rate(self, currency: str) -> Decimal | None:
        return Decimal(1) if currency == "HKD" else self.per_hkd.get(currency)


@dataclass(frozen=True, slots=True)
class Territory:
    """One node of a tree of jurisdictions or zones."""

    code: str
    parent_code: str | None


def with_all_below(codes: Iterable[str], tree: Iterable[Territory]) -> set[str]:
    """The codes and everything that lies below them: a filter for CN also finds what stands in CN-GD."""
    children: dict[str | None, list[str]] = {}
    for node in tree:
        children.setdefault(node.parent_code, []).append(node.code)
    found: set[str] = set()
    waiting = list(codes)
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting.extend(children.get(code, ()))
    return found
