"""Whether a period fits the rules of a unit, claims and people aside: every reason against it, as data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from marketplace.availability.models import BookingMode
from marketplace.availability.rules.opening import (
    DAY,
    MINUTE,
    Block,
    Setting,
    blocks,
    local_day,
    local_days,
    local_midnight,
    open_periods,
)
from marketplace.values.period import Period
from marketplace.values.refusal import JSON, Refusal

# Nobody books longer than a year at once: it bounds what one request can make us count.
LONGEST_EVER = 366 * 1440
# A host may open no further ahead than this, whatever the unit's own horizon.
HORIZON_EVER = 5 * 366


def refusals(setting: Setting, period: Period, now: datetime) -> list[Refusal]:
    """Every reason of clock, length and opening hours against a period; none of claims or of people."""
    if (period.end - period.start) > LONGEST_EVER * MINUTE:
        return [*clock_refusals(setting, period, now), Refusal("too_long", {"minutes": LONGEST_EVER})]
    fitting = _hour_refusals if setting.rules.mode is BookingMode.HOUR else _block_refusals
    return [*clock_refusals(setting, period, now), *fitting(setting, period)]


def clock_refusals(setting: Setting, period: Period, now: datetime) -> Iterator[Refusal]:
    """Too late to ask, or too early: past, cut_off, beyond_horizon."""
    if period.start <= now:
        yield Refusal("past", {"start": period.start.isoformat(), "zone": str(setting.zone)})
    elif period.start <= earliest_after(setting, now):
        yield Refusal("cut_off", {"minutes": setting.rules.cut_off})
    if period.end > horizon(setting, now):
        yield Refusal("beyond_horizon", {"days": setting.rules.horizon_days or HORIZON_EVER})


def earliest_after(setting: Setting, now: datetime) -> datetime:
    """A period must start later than this: now plus the cut-off."""
    return now + setting.rules.cut_off * MINUTE


def horizon(setting: Setting, now: datetime) -> datetime:
    """Up to when one may book: the end of the last local day of the horizon."""
    ahead = min(setting.rules.horizon_days or HORIZON_EVER, HORIZON_EVER)
    return local_midnight(local_day(now, setting.zone) + (ahead + 1) * DAY, setting.zone)


def length_minutes(setting: Setting, period: Period) -> int:
    """The length that the shortest and longest booking are measured against, in minutes.

    Of a day unit it is 1440 for each calendar day from the first to the last, of a week unit 10080 for each week: its
    closed nights and days count, for they are claimed too.
    """
    if setting.rules.mode is BookingMode.HOUR:
        return int((period.end - period.start) / MINUTE)
    first, last = _first_and_last(setting, period)
    if first is None or last is None:
        start, end = local_days(period, setting.zone)
        return ((end - start).days + 1) * 1440
    return ((last.last - first.first).days + 1) * 1440


def on_step(setting: Setting, instant: datetime) -> bool:
    """Whether an instant lies on the unit's grid: whole steps on the local clock since midnight."""
    wall = instant.astimezone(setting.zone)
    return not (wall.second or wall.microsecond or (wall.hour * 60 + wall.minute) % setting.rules.step)


def _hour_refusals(setting: Setting, period: Period) -> Iterator[Refusal]:
    if not (on_step(setting, period.start) and on_step(setting, period.end)):
        yield Refusal("off_step", {"minutes": setting.rules.step})
    yield from _length_refusals(setting, period)
    first, last = local_days(period, setting.zone)
    # A stretch that began the evening before may still be open.
    if not any(stretch.contains(period) for stretch in open_periods(setting, first - DAY, last + DAY)):
        yield Refusal("closed", _closed_details(setting, first, last))


def _block_refusals(setting: Setting, period: Period) -> Iterator[Refusal]:
    first, last = _first_and_last(setting, period)
    if first is None or last is None:
        yield Refusal("closed", _closed_details(setting, *local_days(period, setting.zone)))
    elif first.period.start != period.start or last.period.end != period.end or last.first < first.first:
        wanted: dict[str, JSON] = {"start": first.period.start.isoformat(), "end": last.period.end.isoformat()}
        wanted["zone"] = str(setting.zone)
        yield Refusal("off_days" if setting.rules.mode is BookingMode.DAY else "off_weeks", wanted)
    yield from _length_refusals(setting, period)


def _length_refusals(setting: Setting, period: Period) -> Iterator[Refusal]:
    length, rules = length_minutes(setting, period), setting.rules
    if length < rules.shortest:
        yield Refusal("too_short", {"minutes": rules.shortest})
    if rules.longest is not None and length > rules.longest:
        yield Refusal("too_long", {"minutes": rules.longest})


def _closed_details(setting: Setting, first: date, last: date) -> dict[str, JSON]:
    return {"from": first.isoformat(), "to": last.isoformat(), "zone": str(setting.zone)}


def _first_and_last(setting: Setting, period: Period) -> tuple[Block | None, Block | None]:
    """The block in which a period begins and that in which it ends; None where that day (or week) is closed."""
    return _block_at(setting, period.start), _block_at(setting, period.end - timedelta(microseconds=1))


def _block_at(setting: Setting, instant: datetime) -> Block | None:
    day = local_day(instant, setting.zone)
    # An overnight block began the day before; where two hold the instant, as at a shared edge, the later one is meant.
    near = blocks(setting, day - DAY, day)
    inside = [block for block in near if block.period.contains(instant)]
    return inside[-1] if inside else next((block for block in near if block.first <= day <= block.last), None)
