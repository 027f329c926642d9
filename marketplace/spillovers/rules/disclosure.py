"""What may be published of small figures: rounding, hiding, and percentages only where they can't tell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

BASE: Final = 5
FEWEST_CONTRIBUTORS: Final = 3
FEWEST_FOR_PERCENT: Final = 23
# 1 to 4 in data; pages say it in words.
FEW: Final[dict[str, int]] = {"lt": BASE}


def small(count: int) -> bool:
    """Whether a count is too small to be shown; a true nought may be."""
    return 0 < count < BASE


def rounded(count: int) -> int:
    """To the nearest 5."""
    return BASE * math.floor(Fraction(count, BASE) + Fraction(1, 2))


def round5(count: int) -> int | dict[str, int]:
    """A count as it is published: 0 as 0, 1 to 4 as "fewer than 5", all others rounded."""
    return dict(FEW) if small(count) else rounded(count)


def percent(part: int, whole: int) -> int | None:
    """Whole per cent from rounded figures; None where the whole is below 23, or the part may not be shown (S-06)."""
    if whole < FEWEST_FOR_PERCENT or small(part):
        return None
    return min(100, math.floor(Fraction(100 * rounded(part), rounded(whole)) + Fraction(1, 2)))


def dominated(contributions: Sequence[Fraction], p: Fraction) -> bool:
    """The p% rule: unsafe where the second largest could tell the largest to within p%: total - x1 - x2 < p/100 x1."""
    ordered = sorted(contributions, reverse=True)
    return bool(ordered) and sum(ordered[2:], Fraction(0)) < p / 100 * ordered[0]


def too_few(contributors: int) -> bool:
    """Whether fewer than three stand behind a figure: with two, each could tell the other's."""
    return 0 < contributors < FEWEST_CONTRIBUTORS


def shown(count: int, contributors: int) -> Any:
    """A count as it is published, when so many organisations stand behind it."""
    return dict(FEW) if too_few(contributors) and count < BASE else None if too_few(contributors) else round5(count)
