"""Sharing a value among those who made it, and what of it would not have come without the programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Final

MOST_DECIMALS: Final = 4
# Of a case, and in their order: what leaks away, displaces and substitutes.
LOSSES: Final = ("leakage", "displacement", "substitution")


def shared_out(value: Fraction, shares: Sequence[Fraction], decimals: int) -> list[Decimal]:
    """The value by shares that sum to 1, to so many decimals, by largest remainders: the parts sum to the value.

    The smallest units that are over go to the largest remainders, among equal ones to the earlier. A value finer than
    the decimals is cut first.
    """
    unit = 10**decimals
    whole = int(value * unit)
    exact = [whole * share for share in shares]
    parts = [int(each) for each in exact]
    order = sorted(range(len(shares)), key=lambda at: (parts[at] - exact[at], at))
    for at in order[: whole - sum(parts)]:
        parts[at] += 1
    return [Decimal(part).scaleb(-decimals) for part in parts]


def net_of_losses(gross: Fraction, case: Mapping[str, Fraction]) -> Fraction:
    """GI (1-L)(1-Dp)(1-S) M of one case (Additionality Guide, 3rd edition 2008)."""
    for loss in LOSSES:
        gross *= 1 - case[loss]
    return gross * case["multiplier"]
