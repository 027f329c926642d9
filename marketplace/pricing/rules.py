"""Sums over a public rate: what a period costs, in exact arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction

from marketplace.pricing.models import RatePer
from marketplace.values.money import Money

HOURS_OF = {RatePer.HOUR: 1, RatePer.DAY: 8, RatePer.WEEK: 40, RatePer.RUN: 8}


def total(rate: Money, per: RatePer, *, minutes: int, days: int) -> Money:
    """What a booking costs at a rate. `minutes` are those inside open hours, `days` the open local days it touches;
    a week is seven days or a part of it, a run is the booking itself. Rounded half up to the minor unit."""
    if per is RatePer.HOUR:
        return rate.times(Fraction(minutes, 60))
    if per is RatePer.DAY:
        return rate.times(days)
    if per is RatePer.WEEK:
        return rate.times(math.ceil(Fraction(days, 7)))
    return rate


def per_hour(rate: Money, per: RatePer) -> Fraction:
    """The rate in minor units for one hour of a working day of eight hours: for comparing and sorting only."""
    return Fraction(rate.amount_minor, HOURS_OF[per])
