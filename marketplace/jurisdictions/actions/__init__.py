"""Changing what is known of territories: loading the data files, correcting calendars, entering rates."""

from marketplace.jurisdictions.actions.calendars import DayOverride, confirm_year, override_day
from marketplace.jurisdictions.actions.rates import enter_rate
from marketplace.jurisdictions.actions.reference import load_reference

__all__ = ["DayOverride", "confirm_year", "enter_rate", "load_reference", "override_day"]
