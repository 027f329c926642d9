"""One number over another, exactly."""

from __future__ import annotations

from fractions import Fraction
from typing import Any


def ratio(above: Any, below: Any) -> Any:
    """One over the other, exactly where both are exact; None over nought: nothing is not 0."""
    if not below:
        return None
    exact = isinstance(above, int | Fraction) and isinstance(below, int | Fraction)
    return Fraction(above) / below if exact else above / below
