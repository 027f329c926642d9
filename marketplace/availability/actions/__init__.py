"""Verbs of availability: hours and rules, closures, and the claims that hold places."""

from __future__ import annotations

from marketplace.availability.actions.claims import Wanted, claim, hold_until, lock_unit, release
from marketplace.availability.actions.closures import (
    ClosureRequest,
    against,
    close,
    end_series,
    extend_series,
    lift,
    set_places,
)
from marketplace.availability.actions.hours import set_opening_hours, set_rules

__all__ = [
    "ClosureRequest",
    "Wanted",
    "against",
    "claim",
    "close",
    "end_series",
    "extend_series",
    "hold_until",
    "lift",
    "lock_unit",
    "release",
    "set_opening_hours",
    "set_places",
    "set_rules",
]
