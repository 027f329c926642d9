"""From values to places: round ticks, straight scales, and labels moved apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# What lies nearer together than this is one value.
NOTHING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight scale from the values `low`..`high` to the places `start`..`end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a value stands; what lies outside stands at the edge."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)


def round_ticks(low: float, high: float, *, most: int = 5, whole: bool = False) -> tuple[float, ...]:
    """At most about so many ticks at round distances (1, 2 or 5 times a power of ten) that hold low and high."""
    low, high = min(low, high), max(low, high)
    if high - low < NOTHING:
        low, high = min(low, 0.0), max(high, 0.0)
        high = high if high - low >= NOTHING else low + 1.0
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= raw * 0.999)
    step = max(step, 1.0) if whole else step
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(each * step for each in range(first, max(last, first + 1) + 1))


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """The places nearest to those wanted that keep a gap between them and stay within bounds while they can."""
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    placed: list[float] = []
    for index in order:
        placed.append(max(wanted[index], placed[-1] + gap if placed else low))
    over = placed[-1] - high if placed else 0.0
    for back in range(len(placed) - 1, -1, -1):
        bound = high if back == len(placed) - 1 else placed[back + 1] - gap
        placed[back] = min(placed[back], bound) if over > 0 else placed[back]
    result = [0.0] * len(wanted)
    for index, place in zip(order, placed, strict=True):
        result[index] = place
    return result


def thinned(count: int, room: float, each: float) -> int:
    """Every how manieth of so many labels is shown so that none touches the next."""
    fitting = max(1, int(room // max(each, 1.0)))
    return max(1, math.ceil(count / fitting))
