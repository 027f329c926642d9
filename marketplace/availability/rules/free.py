"""Free time of a unit: what claims are taken away from, and how what is left is cut to whole days or weeks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from marketplace.availability.models import BookingMode
from marketplace.availability.rules.judging import earliest_after, horizon, on_step
from marketplace.availability.rules.opening import (
    DAY,
    MINUTE,
    Setting,
    blocks,
    local_day,
    local_days,
    open_periods,
    wall_instant,
)
from marketplace.values.period import Period, intersect


@dataclass(frozen=True, slots=True, order=True)
class FreeStretch:
    """A longest stretch in which one place can be booked: any period inside it, in the unit's steps and lengths."""

    period: Period
    place: int


def bookable(setting: Setting, window: Period, now: datetime) -> list[Period]:
    """What of a window could be booked if there were no claims, from the next step after the cut-off to the horizon.

    For a day or week unit that is one stretch from the first block's opening to the last block's closing.
    """
    start = max(window.start, _next_step(setting, earliest_after(setting, now)))
    end = min(window.end, horizon(setting, now))
    if start >= end:
        return []
    inside = Period(start, end)
    if setting.rules.mode is not BookingMode.HOUR:
        return cut_to_blocks(setting, [inside])
    first, last = local_days(inside, setting.zone)
    return intersect(open_periods(setting, first - DAY, last), [inside])


def cut_to_blocks(setting: Setting, pieces: Iterable[Period]) -> list[Period]:
    """The pieces, each shortened to begin and end with a whole block; a piece that holds none is dropped."""
    whole = sorted(pieces)
    if setting.rules.mode is BookingMode.HOUR or not whole:
        return whole
    first, last = local_day(whole[0].start, setting.zone), local_day(whole[-1].end, setting.zone)
    found = []
    candidates = blocks(setting, first - DAY, last)
    for piece in whole:
        inside = [block.period for block in candidates if piece.contains(block.period)]
        if inside:
            found.append(Period(inside[0].start, inside[-1].end))
    return found


def grouped(stretches: Iterable[FreeStretch]) -> list[tuple[Period, int]]:
    """Each stretch with the number of places on which it is free, as the interface tells it; in order."""
    return sorted(Counter(stretch.period for stretch in stretches).items())


@dataclass(frozen=True, slots=True)
class Near:
    """Another period on the same unit: earlier, later or shorter than what was wanted."""

    kind: str
    period: Period


def near_alternatives(setting: Setting, wanted: Period, free: Sequence[Period]) -> list[Near]:
    """The nearest earlier and later period of the same length, and the longest shorter one inside what was wanted."""
    if setting.rules.mode is BookingMode.HOUR:
        same, shorter = _hour_candidates(setting, wanted, free), _shorter(setting, wanted, free)
    else:
        same, shorter = _block_candidates(setting, wanted, free), None
    earlier = max((period for period in same if period.start < wanted.start), default=None)
    later = min((period for period in same if period.start > wanted.start), default=None)
    named = (("earlier", earlier), ("later", later), ("shorter", shorter))
    return [Near(kind, period) for kind, period in named if period is not None]


def _hour_candidates(setting: Setting, wanted: Period, free: Sequence[Period]) -> list[Period]:
    found = []
    for stretch in free:
        if stretch.length < wanted.length:
            continue
        latest = _step_down(setting, min(stretch.end - wanted.length, wanted.start))
        soonest = _step_up(setting, max(stretch.start, wanted.start))
        periods = (Period(start, start + wanted.length) for start in (latest, soonest))
        found += [period for period in periods if stretch.contains(period) and period != wanted]
    return found


def _shorter(setting: Setting, wanted: Period, free: Sequence[Period]) -> Period | None:
    longest: Period | None = None
    for stretch in free:
        common = wanted.intersection(stretch)
        if common is None:
            continue
        start, end = _step_up(setting, common.start), _step_down(setting, common.end)
        long_enough = end - start >= setting.rules.shortest * MINUTE and start < end
        if long_enough and (longest is None or end - start > longest.length):
            longest = Period(start, end)
    return longest if longest != wanted else None


def _block_candidates(setting: Setting, wanted: Period, free: Sequence[Period]) -> list[Period]:
    first, last = local_days(wanted, setting.zone)
    span = last - first
    found = []
    for stretch in free:
        inside = blocks(setting, local_day(stretch.start, setting.zone) - DAY, local_day(stretch.end, setting.zone))
        inside = [block for block in inside if stretch.contains(block.period)]
        for block in inside:
            fitting = [other for other in inside if block.first <= other.last and other.last - block.first <= span]
            found.append(Period(block.period.start, fitting[-1].period.end) if fitting else block.period)
    return [period for period in found if period != wanted]


def _next_step(setting: Setting, instant: datetime) -> datetime:
    """The first point of the grid after an instant: a period may not start at the very moment of its cut-off."""
    return _step_up(setting, instant.replace(microsecond=0) + timedelta(seconds=1))


def _step_up(setting: Setting, instant: datetime) -> datetime:
    return min(point for point in _grid_around(setting, instant) if point >= instant)


def _step_down(setting: Setting, instant: datetime) -> datetime:
    return max(point for point in _grid_around(setting, instant) if point <= instant)


def _grid_around(setting: Setting, instant: datetime) -> list[datetime]:
    """The points of the grid near an instant, each showing of a time that the clocks show twice."""
    wall, step = instant.astimezone(setting.zone), setting.rules.step
    here = (wall.hour * 60 + wall.minute) // step
    # Far enough to find a point on either side of the largest clock change, and past midnight.
    reach = 180 // step + 2
    points = {
        wall_instant(wall.date(), number * step, setting.zone, closing=second)
        for number in range(here - reach, here + reach + 1)
        for second in (False, True)
    }
    return sorted(point for point in points if on_step(setting, point))
