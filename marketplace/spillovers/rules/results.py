"""What a metric comes to: its value with all that is needed to judge it, as plain JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from marketplace.values.ratios import ratio
from marketplace.values.refusal import Invalid

__all__ = ["Result", "label", "plain", "ratio", "told"]

# What matrices give is told to so many digits: the last ones differ between machines.
DIGITS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A value, what was divided by what, how many units it rests on, how many are unknown, how many are hidden."""

    value: Any
    numerator: Any = None
    denominator: Any = None
    n: int
    n_unknown: int = 0
    suppressed: int = 0

    def as_json(self) -> dict[str, Any]:
        """The members in their order. Raises Invalid where a number grew beyond what can be written."""
        names = ("value", "numerator", "denominator", "n", "n_unknown", "suppressed")
        return {name: plain(getattr(self, name)) for name in names}


def plain(value: Any) -> Any:
    """A value as JSON has it: whole numbers as such, all others as floating point."""
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, Fraction | Decimal):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise Invalid.one("inputs", "too_large_to_compute")
    return value


def told(value: float) -> float:
    """A number from a matrix or a root, to the digits that all machines agree on."""
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else value


def label(value: Any) -> str:
    """A number as the name of a member: 12, 12.5."""
    return str(plain(Fraction(value)))
