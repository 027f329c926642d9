"""A recurring closure: a small part of RFC 5545's RRULE, written out as dates on the local calendar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, Final, Literal, cast

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule

from marketplace.values.refusal import FieldError, Invalid

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY"]
FREQUENCIES: Final[dict[str, Any]] = {"DAILY": DAILY, "WEEKLY": WEEKLY, "MONTHLY": MONTHLY}
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_DATES = 400
# How far ahead a series is written out as closures; a daily job carries it on.
WRITTEN_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Every `interval` days, weeks (on `weekdays`, ISO) or months, up to and including the day `until`."""

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    until: date | None = None

    def __post_init__(self) -> None:
        errors = list(_errors(self))
        if errors:
            raise Invalid(errors)

    def as_rule(self) -> str:
        """The RRULE as it is kept."""
        parts = [f"FREQ={self.frequency}", f"INTERVAL={self.interval}"]
        if self.weekdays:
            parts.append("BYDAY=" + ",".join(WEEKDAYS[day - 1] for day in self.weekdays))
        if self.until:
            parts.append(f"UNTIL={self.until:%Y%m%d}")
        return ";".join(parts)

    @classmethod
    def parse(cls, rule: str) -> Recurrence:
        """Read a rule of our own writing; anything else is `Invalid`."""
        parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
        if parts.keys() - {"FREQ", "INTERVAL", "BYDAY", "UNTIL"} or parts.get("FREQ") not in FREQUENCIES:
            raise Invalid.one("rule", "recurrence")
        try:
            weekdays = tuple(WEEKDAYS.index(day) + 1 for day in parts.get("BYDAY", "").split(",") if day)
            until = datetime.strptime(parts["UNTIL"], "%Y%m%d").date() if "UNTIL" in parts else None  # noqa: DTZ007
            return cls(cast(Frequency, parts["FREQ"]), int(parts.get("INTERVAL", "1")), weekdays, until)
        except ValueError as error:
            raise Invalid.one("rule", "recurrence") from error

    def dates(self, start: date, last: date) -> Iterator[date]:
        """The dates from `start` (the first, whether or not the rule names it) to `last`, at most 400.

        A month that lacks the day is left out, as RFC 5545 says.
        """
        yield start
        days = [day - 1 for day in self.weekdays] or None
        limit = min(last, self.until) if self.until else last
        rule = rrule(
            FREQUENCIES[self.frequency],
            dtstart=datetime(start.year, start.month, start.day),  # noqa: DTZ001 - a wall calendar's date
            interval=self.interval,
            byweekday=days if self.frequency == "WEEKLY" else None,
            until=datetime(limit.year, limit.month, limit.day),  # noqa: DTZ001
        )
        later = (found.date() for found in rule if found.date() > start)
        yield from islice(later, MOST_DATES - 1)


def _errors(rule: Recurrence) -> Iterator[FieldError]:
    if rule.frequency not in FREQUENCIES:
        yield FieldError("frequency", "unknown", "unknown")
    if not 1 <= rule.interval <= 52:
        yield FieldError("interval", "between", "between", {"min": 1, "max": 52})
    if any(not 1 <= day <= 7 for day in rule.weekdays):
        yield FieldError("weekdays", "between", "between", {"min": 1, "max": 7})
