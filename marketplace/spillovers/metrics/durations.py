"""How long partners stay, spin-offs live, and first outcomes take: all with censoring."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import fsum
from typing import Any, Final

from marketplace.spillovers.rules import given as read
from marketplace.spillovers.rules.given import Given
from marketplace.spillovers.rules.results import Result, label, ratio
from marketplace.spillovers.rules.survival import Curve, curve
from marketplace.values.refusal import Invalid

MOST_MONTHS: Final = 12_000
THREE_YEARS: Final = 36
MOST_TIMES: Final = 200


def retention(given: Given) -> Result:
    """ret.km: S(t) with its table, standard errors, median, and the naive share as a warning."""
    found, times = _curve(given), _times(given, "at")
    value = {
        "table_t_atrisk_events_S_se": [
            [Fraction(each.time), each.at_risk, each.events, each.left, each.error] for each in found.drops
        ],
        "S": {label(time): found.at(float(time)) for time in times},
        "se": {label(time): found.error(float(time)) for time in times},
        "median_months": _months(found.median),
        "naive": {label(time): ratio(*found.naive(float(time))) for time in times},
    }
    unknown = sum(1 for time in times if not found.knows(float(time)))
    return Result(value=value, n=len(found.seen), n_unknown=unknown)


def restricted_mean(given: Given) -> Result:
    """ret.rmst: months stayed on average within a horizon."""
    found, until = _curve(given), given.number("rmst_to", above=0, most=MOST_MONTHS)
    mean = found.mean_until(float(until))
    return Result(value={label(until): mean}, n=len(found.seen), n_unknown=int(mean is None))


def alive_after_three_years(given: Given) -> Result:
    """out.spinoff.active3: S(36 months) of spin-offs; null where nobody was watched so long."""
    found = _curve(given)
    alive = found.at(THREE_YEARS)
    return Result(value=alive, n=len(found.seen), n_unknown=int(alive is None))


def lag(given: Given) -> Result:
    """lag.median: months from the first session to the first outcome; those still without one are censored."""
    if given.has("lags_months") and not given.has("months_event"):
        seen = [(_month(each, f"lags_months/{at}"), True) for at, each in enumerate(given.rows("lags_months"))]
        found = curve(seen)
    else:
        found = _curve(given)
    over = [time for time, ended in found.seen if ended]
    complete = bool(over) and len(over) == len(found.seen)
    mean = fsum(over) / len(over) if complete else None
    value = {"median_months": _months(found.median), "mean_months": mean}
    return Result(value=value, numerator=len(over), denominator=len(found.seen), n=len(found.seen))


def _curve(given: Given) -> Curve:
    """Rows of (months, 1 for an end or 0 for last seen going on), or objects with an id, which count once."""
    rows = given.rows("months_event")
    if rows and all(isinstance(each, Mapping) for each in rows):
        objects = given.objects("months_event")
        return curve(
            (
                _month(read.member(row, "months", field), f"{field}/months"),
                read.flag(read.member(row, "event", field), f"{field}/event"),
            )
            for field, row in objects
        )
    return curve(_observation(each, f"months_event/{at}") for at, each in enumerate(rows))


def _observation(value: Any, field: str) -> tuple[float, bool]:
    two = read.rows(value, field, 2)
    if len(two) != 2:
        raise Invalid.one(field, "same_length", wanted=2)
    return _month(two[0], f"{field}/0"), read.flag(two[1], f"{field}/1")


def _month(value: Any, field: str) -> float:
    return read.real(value, field, least=0, most=MOST_MONTHS)


def _months(value: float | None) -> Any:
    return None if value is None else Fraction(value)


def _times(given: Given, name: str) -> list[Fraction]:
    told = read.rows(given.value(name), name, MOST_TIMES) if given.has(name) else []
    found = {read.number(each, f"{name}/{at}", least=0, most=MOST_MONTHS) for at, each in enumerate(told)}
    return sorted(found)


COMPUTATIONS: Final = {
    "ret.km": retention,
    "ret.rmst": restricted_mean,
    "out.spinoff.active3": alive_after_three_years,
    "lag.median": lag,
}
