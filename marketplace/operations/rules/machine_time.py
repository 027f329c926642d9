"""Machine time: the six states of SEMI E10, and how effective a line was (OEE)."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from marketplace.values.ratios import ratio

STATES: Final = ("productive", "standby", "engineering", "scheduled_down", "unscheduled_down", "nonscheduled")
UP: Final = ("productive", "standby", "engineering")

Hours = Mapping[str, Fraction]
Parts = tuple[Fraction, Fraction]


def operational_uptime(hours: Hours) -> Parts:
    """Uptime over operations time: productive, standby and engineering of all that was scheduled."""
    return uptime(hours), operations(hours)


def total_uptime(hours: Hours) -> Parts:
    """Uptime over all calendar time."""
    return uptime(hours), total(hours)


def operational_utilisation(hours: Hours) -> Parts:
    """Productive time over operations time."""
    return hours["productive"], operations(hours)


def total_utilisation(hours: Hours) -> Parts:
    """Productive time over all calendar time."""
    return hours["productive"], total(hours)


def uptime(hours: Hours) -> Fraction:
    """Hours in which the machine could do its work."""
    return sum((hours[each] for each in UP), Fraction(0))


def total(hours: Hours) -> Fraction:
    """All hours."""
    return sum(hours.values(), Fraction(0))


def operations(hours: Hours) -> Fraction:
    """All hours but those in which nobody meant to use the machine."""
    return total(hours) - hours["nonscheduled"]


def oee(minutes: tuple[Fraction, Fraction, Fraction], units: tuple[Fraction, Fraction]) -> dict[str, Any]:
    """Availability, performance, quality and their product, of (planned, down, ideal cycle) and (all, good units)."""
    (planned, down, cycle), (made, good) = minutes, units
    running = planned - down
    return {
        "availability": ratio(running, planned),
        "performance": ratio(made * cycle, running),
        "quality": ratio(good, made),
        "oee": ratio(good * cycle, planned),
    }
