"""Whether what was promised opened when it was promised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from marketplace.spillovers.rules.results import ratio


@dataclass(frozen=True, slots=True)
class Opening:
    """A facility: the first date it was committed for, the latest, and when it opened or was called off."""

    planned: date
    rebaselined: date | None = None
    actual: date | None = None
    cancelled: date | None = None

    def as_known(self, on: date) -> Opening:
        """The same, without what lies after that day."""
        actual = self.actual if self.actual and self.actual <= on else None
        cancelled = self.cancelled if self.cancelled and self.cancelled <= on else None
        return Opening(self.planned, self.rebaselined, actual, cancelled)

    @property
    def left_out(self) -> bool:
        """Called off before the first committed date (S-07); called off later, it missed that date."""
        return self.cancelled is not None and self.cancelled < self.planned

    def delay(self, *, latest: bool = False) -> int | None:
        """Days from the committed date (the first, or the latest) to the opening; None where it has not opened."""
        committed = self.rebaselined if latest and self.rebaselined else self.planned
        return (self.actual - committed).days if self.actual else None

    def on_time(self, grace: int, *, latest: bool = False) -> bool:
        """Whether it opened no later than so many days after the committed date."""
        delay = self.delay(latest=latest)
        return delay is not None and delay <= grace


@dataclass(frozen=True, slots=True)
class Due:
    """The facilities whose first committed date has passed, and how many others there are."""

    facilities: tuple[Opening, ...]
    left_out: int
    not_yet: int

    def on_time(self, grace: int, *, latest: bool = False) -> int:
        """How many opened on time."""
        return sum(1 for each in self.facilities if each.on_time(grace, latest=latest))

    @property
    def delays(self) -> list[int]:
        """The delays of those that have opened, in days, in order."""
        return sorted(delay for each in self.facilities if (delay := each.delay()) is not None)

    def overdue(self, on: date) -> list[int]:
        """For how many days those have been due that neither opened nor were called off."""
        return sorted((on - each.planned).days for each in self.facilities if not (each.actual or each.cancelled))


def due(facilities: Iterable[Opening], on: date) -> Due:
    """Sort facilities by what was due before that day."""
    known = [each.as_known(on) for each in facilities]
    kept = [each for each in known if not each.left_out]
    passed = tuple(each for each in kept if each.planned < on)
    return Due(passed, len(known) - len(kept), len(kept) - len(passed))


def median(values: list[int]) -> Any:
    """The middle of a sorted list, or the mean of its two middles; None of nothing."""
    half, odd = divmod(len(values), 2)
    if not values:
        return None
    return Fraction(values[half]) if odd else Fraction(values[half - 1] + values[half], 2)


def mean(values: list[int]) -> Any:
    """The mean; None of nothing."""
    return ratio(sum(values), len(values))
