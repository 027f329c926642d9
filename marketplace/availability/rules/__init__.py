"""Rules of availability: opening hours, judging a period, free time, and recurring closures."""

from __future__ import annotations

from marketplace.availability.rules.free import FreeStretch, Near, bookable, cut_to_blocks, grouped, near_alternatives
from marketplace.availability.rules.judging import length_minutes, refusals
from marketplace.availability.rules.opening import (
    Block,
    Hours,
    Setting,
    UnitRules,
    blocks,
    day_block,
    hours_on,
    local_day,
    local_days,
    local_midnight,
    open_days,
    open_minutes,
    open_periods,
    wall_instant,
)
from marketplace.availability.rules.recurrence import Recurrence

__all__ = [
    "Block",
    "FreeStretch",
    "Hours",
    "Near",
    "Recurrence",
    "Setting",
    "UnitRules",
    "blocks",
    "bookable",
    "cut_to_blocks",
    "day_block",
    "grouped",
    "hours_on",
    "length_minutes",
    "local_day",
    "local_days",
    "local_midnight",
    "near_alternatives",
    "open_days",
    "open_minutes",
    "open_periods",
    "refusals",
    "wall_instant",
]
