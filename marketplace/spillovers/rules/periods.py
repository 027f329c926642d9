"""The period of a figure as people tell it: a year that begins on some day, or a first and a last day (S-04)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from marketplace.spillovers.rules.scopes import YEARS, Span
from marketplace.values.refusal import Invalid

# Month and day on which years begin; others are told as MM-DD.
BEGINS: Final[Mapping[str, tuple[int, int]]] = {
    "calendar": (1, 1),
    "fiscal_cn": (1, 1),
    "fiscal_hk": (4, 1),
    "academic_uk": (8, 1),
}
CALENDAR: Final = "calendar"
FIELDS: Final = ("year", "begins", "first_day", "last_day")
LONGEST: Final = 60  # years
_MONTH_DAY: Final = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])", re.ASCII)


def span_of(year: int | None, begins: str, days: tuple[date | None, date | None], fields: tuple[str, ...]) -> Span:
    """The year that begins in a calendar year, or the days from the first to the last. Raises Invalid by the `fields`
    of year, beginning, first and last day."""
    first, last = days
    if year is not None:
        if first is not None or last is not None:
            raise Invalid.one(fields[0], "year_or_days")
        return year_beginning(year, begins, fields)
    if first is None or last is None:
        missing = fields[0] if first is last else fields[2] if first is None else fields[3]
        raise Invalid.one(missing, "required")
    for field, day in ((fields[2], first), (fields[3], last)):
        if not YEARS[0] <= day.year < YEARS[1]:
            raise Invalid.one(field, "between", min=YEARS[0], max=YEARS[1] - 1)
    if last < first:
        raise Invalid.one(fields[3], "period_reversed")
    if last.year - first.year > LONGEST:
        raise Invalid.one(fields[3], "between", min=first.year, max=first.year + LONGEST)
    return Span(first, last + timedelta(days=1))


def year_beginning(year: int, begins: str, fields: tuple[str, ...] = FIELDS) -> Span:
    """The year that begins in a calendar year, by its kind or on a month and day (not after the 28th). Raises
    Invalid."""
    if not YEARS[0] <= year < YEARS[1]:
        raise Invalid.one(fields[0], "between", min=YEARS[0], max=YEARS[1] - 1)
    told = _MONTH_DAY.fullmatch(begins)
    if begins not in BEGINS and told is None:
        raise Invalid.one(fields[1], "choice")
    month, day = BEGINS[begins] if told is None else (int(told[1]), int(told[2]))
    return Span(date(year, month, day), date(year + 1, month, day))
