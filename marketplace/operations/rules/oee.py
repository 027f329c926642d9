"""How effective a line was over some runs (OEE): each factor pooled over the runs, and the mean of the runs beside it.

Source: availability x performance x quality = good units x ideal cycle / planned time. Pooled over runs, each factor is
a sum over a sum, so a long run weighs more than a short one, and the product of the factors is still OEE; the ideal
cycle of each run counts for what that run made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from marketplace.operations.rules import machine_time
from marketplace.values.ratios import ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What OEE reads of one run: seconds, the ideal seconds of one piece, and pieces."""

    planned: int
    down: int
    ideal_cycle: Decimal
    total: int
    good: int


@dataclass(frozen=True, slots=True)
class Oee:
    """The three factors and their product; None where nothing was divided by."""

    availability: Fraction | None
    performance: Fraction | None
    quality: Fraction | None
    oee: Fraction | None


def of_run(run: RunFacts) -> Oee:
    """One run."""
    minutes = (Fraction(run.planned), Fraction(run.down), Fraction(run.ideal_cycle))
    return Oee(**machine_time.oee(minutes, (Fraction(run.total), Fraction(run.good))))


def pooled(runs: Sequence[RunFacts]) -> Oee:
    """Several runs as one: quality is by ideal time, so that pieces of different runs can be summed."""
    planned = sum((Fraction(run.planned) for run in runs), Fraction(0))
    running = planned - sum(run.down for run in runs)
    made = sum((run.total * Fraction(run.ideal_cycle) for run in runs), Fraction(0))
    good = sum((run.good * Fraction(run.ideal_cycle) for run in runs), Fraction(0))
    return Oee(ratio(running, planned), ratio(made, running), ratio(good, made), ratio(good, planned))


def mean(runs: Sequence[RunFacts]) -> Fraction | None:
    """The mean of the runs' own OEE; every run of some planned time counts the same."""
    known = [each for run in runs if (each := of_run(run).oee) is not None]
    found: Fraction | None = ratio(sum(known, Fraction(0)), len(known))
    return found
