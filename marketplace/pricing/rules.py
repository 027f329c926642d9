"""Sums over a public rate: what a period costs, in exact arithmetic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from marketplace.pricing.models import RatePer
from marketplace.values.money import Money

HOURS_OF = {RatePer.HOUR: 1, RatePer.DAY: 8, RatePer.WEEK: 40, RatePer.RUN: 8}


@dataclass(frozen=True, slots=True)
class Priced:
    """A sum and how it came about: so many hours, days, weeks or runs at a rate."""

    rate: Money
    per: RatePer
    quantity: Fraction

    @property
    def total(self) -> Money:
        """Rounded half up to the minor unit."""
        return self.rate.times(self.quantity)


def priced(rate: Money, per: RatePer, *, minutes: int, days: int) -> Priced:
    """What a booking costs at a rate. `minutes` are those inside open hours, `days` the open local days it touches;
    a week is seven days or a part of it, a run is the booking itself."""
    if per is RatePer.HOUR:
        quantity = Fraction(minutes, 60)
    elif per is RatePer.DAY:
        quantity = Fraction(days)
    elif per is RatePer.WEEK:
        quantity = Fraction(math.ceil(Fraction(days, 7)))
    else:
        quantity = Fraction(1)
    return Priced(rate, per, quantity)
