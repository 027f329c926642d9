"""When a unit stands open: its weekly hours read in its own zone, with holidays, worked weekends and clock changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from marketplace.availability.models import BookingMode
from marketplace.jurisdictions.rules import PLAIN_WEEK, WorkingCalendar
from marketplace.values.period import Period, intersect, merge

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """One stretch of an ISO weekday in local minutes from midnight; `closes` over 1440 runs into the next day."""

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRules:
    """How one unit may be booked, as `models.BookingRules` keeps it: minutes, and None for no limit."""

    mode: BookingMode = BookingMode.HOUR
    step: int = 30
    shortest: int = 30
    longest: int | None = None
    set_up: int = 0
    clean_up: int = 0
    cut_off: int = 0
    horizon_days: int | None = None
    max_per_day: int | None = None
    max_at_once: int | None = None
    max_future_minutes: int | None = None
    min_gap: int | None = None
    organisation_weekly_hours: int | None = None
    missed_threshold: int | None = None
    approval_days: int = 3
    permit_days: int = 90
    most_permit_holds: int | None = None
    instant: bool = False
    calendar_code: str | None = None
    closed_on_holidays: bool = True
    open_on_worked_weekends: bool = False
    end_grace: int = 60
    asks: Sequence[str] = ()

    def blocked(self, period: Period) -> Period:
        """The period with set-up before and clean-up after it: what a claim holds."""
        return period.widened(self.set_up * MINUTE, self.clean_up * MINUTE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """All that decides when one unit may be used; `calendar` is that of the unit, else that of where it stands."""

    unit_id: UUID
    zone: ZoneInfo
    places: int = 1
    hours: tuple[Hours, ...] = ()
    rules: UnitRules = field(default_factory=UnitRules)
    calendar: WorkingCalendar = PLAIN_WEEK


@dataclass(frozen=True, slots=True)
class Block:
    """The smallest run of a day or week unit: from the first day's opening to the last day's closing."""

    first: date
    last: date
    period: Period


def hours_on(setting: Setting, day: date) -> tuple[Hours, ...]:
    """The stretches that begin on a local day, in order.

    A holiday of the calendar has none, where the unit keeps holidays. A worked weekend without hours of its own has
    those of the nearest weekday that the calendar works (Friday's on Saturday, Monday's on Sunday), where the unit
    opens then.
    """
    rules, calendar = setting.rules, setting.calendar
    if rules.closed_on_holidays and calendar.is_holiday(day):
        return ()
    weekday = day.isoweekday()
    own = _of_weekday(setting, weekday)
    if own or not (rules.open_on_worked_weekends and calendar.is_worked_weekend(day)):
        return own
    nearest = min(calendar.weekdays, key=lambda other: min((other - weekday) % 7, (weekday - other) % 7))
    return _of_weekday(setting, nearest)


def _of_weekday(setting: Setting, weekday: int) -> tuple[Hours, ...]:
    return tuple(sorted(hours for hours in setting.hours if hours.weekday == weekday))


def opening_on(setting: Setting, day: date) -> list[Period]:
    """The open stretches that begin on a local day."""
    return list(_periods_of(hours_on(setting, day), day, setting.zone))


def open_periods(setting: Setting, first: date, last: date) -> list[Period]:
    """All open stretches that begin on the local days `first` to `last`; touching ones are one."""
    return merge(period for day in days(first, last) for period in opening_on(setting, day))


def day_block(setting: Setting, day: date) -> Block | None:
    """An open day from its first opening to its last closing; None when it is closed."""
    stretches = opening_on(setting, day)
    if not stretches:
        return None
    return Block(day, day, Period(stretches[0].start, max(stretch.end for stretch in stretches)))


def week_block(setting: Setting, day: date) -> Block | None:
    """The ISO week around a day, from the first open day's opening to the last open day's closing; None without one."""
    monday = day - (day.isoweekday() - 1) * DAY
    blocks = [block for each in days(monday, monday + 6 * DAY) if (block := day_block(setting, each))]
    if not blocks:
        return None
    return Block(monday, monday + 6 * DAY, Period(blocks[0].period.start, blocks[-1].period.end))


def blocks(setting: Setting, first: date, last: date) -> list[Block]:
    """The blocks of a day or week unit that lie on the local days `first` to `last`, in order."""
    if setting.rules.mode is BookingMode.WEEK:
        start = first - (first.isoweekday() - 1) * DAY
        weeks = range(0, (last - start).days + 1, 7)
        return [block for offset in weeks if (block := week_block(setting, start + offset * DAY))]
    return [block for day in days(first, last) if (block := day_block(setting, day))]


def days(first: date, last: date) -> Iterator[date]:
    """Every day from `first` to `last`, both included."""
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)


def open_minutes(setting: Setting, period: Period) -> int:
    """The minutes of a period in which the unit stands open."""
    first, last = local_days(period, setting.zone)
    inside = intersect(open_periods(setting, first - DAY, last), [period])
    return int(sum((each.length for each in inside), timedelta()) / MINUTE)


def open_days(setting: Setting, period: Period) -> int:
    """The local days on which a stretch that the period touches opens; at least one, for who books a closed day."""
    first, last = local_days(period, setting.zone)
    touched = (any(each.overlaps(period) for each in opening_on(setting, day)) for day in days(first - DAY, last))
    return max(1, sum(touched))


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The date that a wall calendar in `zone` shows."""
    return instant.astimezone(zone).date()


def local_days(period: Period, zone: ZoneInfo) -> tuple[date, date]:
    """The first and the last local day that a period touches; an end at midnight touches the day before only."""
    return local_day(period.start, zone), local_day(period.end - timedelta(microseconds=1), zone)


def local_midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a local day begins."""
    return wall_instant(day, 0, zone)


def wall_instant(day: date, minutes: int, zone: ZoneInfo, *, closing: bool = False) -> datetime:
    """When the clocks of `zone` show so many minutes after midnight of `day`.

    A time that a clock change shows twice is its first showing for an opening and its last for a closing; one that is
    skipped is the moment of the change.
    """
    wall = datetime.combine(day, time()) + minutes * MINUTE
    instant = wall.replace(tzinfo=zone, fold=int(closing)).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    return _clock_change(wall, zone)


@lru_cache(maxsize=256)
def _clock_change(wall: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clocks jumped over `wall`, found by halving."""
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


@lru_cache(maxsize=4096)
def _periods_of(hours: tuple[Hours, ...], day: date, zone: ZoneInfo) -> tuple[Period, ...]:
    # The same few weeks of the same hours are asked for again and again: by every page, and by every search.
    found = []
    for stretch in hours:
        start = wall_instant(day, stretch.opens, zone)
        end = wall_instant(day, stretch.closes, zone, closing=True)
        if start < end:  # a short stretch may lie wholly in the hour that a clock change skips
            found.append(Period(start, end))
    return tuple(found)
