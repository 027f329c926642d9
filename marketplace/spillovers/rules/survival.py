"""How long things last when some are still going on: Kaplan-Meier, with what it rests on."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

# How far rounding may lift a share that reaches one half exactly.
_ROUNDING: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Drop:
    """A time at which something ended: how many were at risk, how many ended, what is left and its standard error."""

    time: float
    at_risk: int
    events: int
    left: float
    error: float | None


@dataclass(frozen=True)
class Curve:
    """S(t) = the product over t_k <= t of (1 - d_k/n_k), right-continuous, of (time, whether it ended) each.

    Whoever is last seen at the time of another's end was at risk then. Errors are Greenwood's.
    """

    seen: Sequence[tuple[float, bool]]

    @cached_property
    def last(self) -> float:
        """The last time at which anything was seen."""
        return max((time for time, _ in self.seen), default=0.0)

    @cached_property
    def drops(self) -> Sequence[Drop]:
        """Each time at which something ended, in order."""
        ended = Counter(time for time, over in self.seen if over)
        leaving = Counter(time for time, _ in self.seen)
        found, risk, left, variance = [], len(self.seen), 1.0, 0.0
        for time in sorted(leaving):
            if events := ended[time]:
                left *= 1 - events / risk
                variance = variance + events / (risk * (risk - events)) if events < risk else math.inf
                error = left * math.sqrt(variance) if math.isfinite(variance) else None
                found.append(Drop(time, risk, events, left, error))
            risk -= leaving[time]
        return found

    def knows(self, time: float) -> bool:
        """Whether the curve reaches that time: nobody was watched longer than the last, unless all have ended."""
        return bool(self.seen) and (time <= self.last or (self.drops[-1:] != [] and self.drops[-1].left == 0))

    def at(self, time: float) -> float | None:
        """The share that is left; at a time of an end it has dropped already."""
        return self._before(time).left if self.knows(time) else None

    def error(self, time: float) -> float | None:
        """The standard error of that share; None too where all have ended."""
        return self._before(time).error if self.knows(time) else None

    @cached_property
    def median(self) -> float | None:
        """The first time at which no more than half is left; None where that never comes."""
        return next((drop.time for drop in self.drops if drop.left <= 0.5 + _ROUNDING), None)

    def mean_until(self, time: float) -> float | None:
        """The restricted mean: the area under the curve from 0 to that time."""
        if not self.knows(time):
            return None
        steps = [(0.0, 1.0), *((drop.time, drop.left) for drop in self.drops if drop.time < time), (time, 0.0)]
        return math.fsum(left * (steps[at + 1][0] - begun) for at, (begun, left) in enumerate(steps[:-1]))

    def naive(self, time: float) -> tuple[int, int]:
        """Known to be going on, of those whose state at that time is known: shown only to warn against it."""
        going = sum(1 for last, over in self.seen if last > time or (last == time and not over))
        ended = sum(1 for last, over in self.seen if over and last <= time)
        return going, going + ended

    def _before(self, time: float) -> Drop:
        start = Drop(0.0, len(self.seen), 0, 1.0, 0.0)
        return next((drop for drop in reversed(self.drops) if drop.time <= time), start)


def curve(seen: Iterable[tuple[float, bool]]) -> Curve:
    """The curve of what was seen, in any order."""
    return Curve(sorted(seen))
