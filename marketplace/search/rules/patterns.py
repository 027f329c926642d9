"""Opening patterns: units that are open alike share one, and a search judges the pattern instead of every unit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from marketplace.availability.models import BookingMode
from marketplace.availability.rules import Hours, Setting, UnitRules, blocks, bookable, local_days, refusals
from marketplace.availability.rules.opening import DAY
from marketplace.jurisdictions.rules import WorkingCalendar
from marketplace.values.period import Period

# The rules of a unit that say when it could be used. Those about people are judged when somebody books.
OF_OPENING: Final = (
    "step",
    "shortest",
    "longest",
    "set_up",
    "clean_up",
    "cut_off",
    "horizon_days",
    "closed_on_holidays",
    "open_on_worked_weekends",
)
# A search by the clock need not know a unit's grid: a slot off the step is booked a little wider.
_TOLERATED: Final = frozenset({"off_step"})
_NOBODY: Final = UUID(int=0)
REMEMBERED: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternValues:
    """A pattern as it is kept."""

    time_zone: str
    calendar_code: str | None
    hours: list[list[int]]
    rules: dict[str, Any]

    @property
    def digest(self) -> str:
        """What makes two patterns the same row."""
        parts = [self.time_zone, self.calendar_code, self.hours, self.rules]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def pattern_of(
    rules: UnitRules, hours: Iterable[tuple[int, int, int]], *, time_zone: str, calendar_code: str | None
) -> PatternValues:
    """The pattern of one unit, from its rules and weekly hours."""
    kept = {name: getattr(rules, name) for name in OF_OPENING} | {"mode": rules.mode.value}
    listed = [list(stretch) for stretch in sorted(hours)]
    return PatternValues(time_zone=time_zone, calendar_code=calendar_code, hours=listed, rules=kept)


def setting_of(pattern: PatternValues, calendar: WorkingCalendar) -> Setting:
    """The pattern as availability judges it; it belongs to no single unit."""
    rules = UnitRules(**{**pattern.rules, "mode": BookingMode(pattern.rules["mode"])})
    hours = tuple(Hours(*stretch) for stretch in pattern.hours)
    return Setting(unit_id=_NOBODY, zone=ZoneInfo(pattern.time_zone), hours=hours, rules=rules, calendar=calendar)


def slot_of(setting: Setting, wanted: Period, now: datetime) -> Period | None:
    """What a claim would hold if the wanted period were booked, set-up and clean-up included; None if it can't be.

    On a day or week unit that is the run of whole blocks around it.
    """
    period = wanted if setting.rules.mode is BookingMode.HOUR else _blocks_around(setting, wanted)
    if period is None:
        return None
    against = {refusal.code for refusal in refusals(setting, period, now)} - _TOLERATED
    return None if against else setting.rules.blocked(period)


def _blocks_around(setting: Setting, wanted: Period) -> Period | None:
    first, last = local_days(wanted, setting.zone)
    touched = [block.period for block in blocks(setting, first - DAY, last) if block.period.overlaps(wanted)]
    if not touched:
        return None
    around = Period(touched[0].start, touched[-1].end)
    return around if around.contains(wanted) else None


@dataclass(frozen=True, slots=True)
class Opened:
    """What of a window one pattern leaves open: stretches and, where it books whole days or weeks, its blocks."""

    stretches: Sequence[Period]
    blocks: Sequence[Period]
    need: int


def opened(setting: Setting, window: Period, now: datetime, *, minutes: int) -> Opened | None:
    """The open part of a window in which `minutes` running could be had; None if there is none."""
    need = max(minutes, 0 if setting.rules.mode is not BookingMode.HOUR else setting.rules.shortest)
    if setting.rules.longest is not None and minutes > setting.rules.longest:
        return None
    stretches = bookable(setting, window, now)
    if not any(stretch.length.total_seconds() >= need * 60 for stretch in stretches):
        return None
    if setting.rules.mode is BookingMode.HOUR:
        return Opened(stretches, (), need)
    first, last = local_days(Period(stretches[0].start, stretches[-1].end), setting.zone)
    whole = [block.period for block in blocks(setting, first, last)]
    inside = [period for period in whole if any(stretch.contains(period) for stretch in stretches)]
    return Opened(stretches, inside, need)


@lru_cache(maxsize=REMEMBERED)
def setting_told(told: str, calendar: WorkingCalendar) -> Setting:
    """A pattern as availability judges it, from `[time zone, hours, rules]` in JSON: they are few, and asked often."""
    zone, hours, rules = json.loads(told)
    return setting_of(PatternValues(time_zone=zone, calendar_code=calendar.code, hours=hours, rules=rules), calendar)
