"""Dates of which only the year or the month may be known."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Literal

Precision = Literal["year", "month", "day"]


@dataclass(frozen=True, slots=True)
class KnownDate:
    """A date as far as it is known; `day` is the first day of the year or month where no more is known."""

    day: date
    precision: Precision

    @property
    def last(self) -> date:
        """The last day that it may be."""
        if self.precision == "day":
            return self.day
        month = 12 if self.precision == "year" else self.day.month
        return date(self.day.year, month, calendar.monthrange(self.day.year, month)[1])

    def days_from(self, other: KnownDate) -> int:
        """How many days lie between the two at the least; 0 where they may be the same day."""
        return max((self.day - other.last).days, (other.day - self.last).days, 0)

    def __str__(self) -> str:
        return self.day.isoformat()[: {"year": 4, "month": 7, "day": 10}[self.precision]]
