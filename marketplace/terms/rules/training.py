"""Training on a unit: who needs it, until when it holds, and what is open to somebody who is new to the unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from marketplace.values.period import Period

DAY_MINUTES: Final = 1440
WARNED: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a weekday (ISO: 1 Monday) in local minutes from midnight."""

    weekday: int
    opens: int
    closes: int

    @property
    def fits(self) -> bool:
        """Whether it is a stretch of a day at all."""
        return 1 <= self.weekday <= 7 and 0 <= self.opens < self.closes <= DAY_MINUTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a host demands of those who use a unit; None where it never ends by time, or by lack of use."""

    name: Mapping[str, str]
    valid_months: int | None = None
    idle_days: int | None = None
    novice_hours: int = 0
    windows: Sequence[Window] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A training that was passed, and the use of the unit since."""

    on: date
    last_used_on: date | None = None
    used_minutes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How somebody stands to a unit on a day: `expires_on` is the last day on which a training holds, as far as known
    today; `windows` are the hours of a novice, none where any hour is open."""

    needed: bool = False
    trained: bool = False
    expires_on: date | None = None
    novice: bool = False
    windows: Sequence[Window] = ()

    @property
    def untrained(self) -> bool:
        """Whether a training has to be passed first."""
        return self.needed and not self.trained


def standing_of(need: Need | None, passed: Passed | None, on: date) -> Standing:
    """How somebody stands to a unit on a day: one whose training has ended is to be trained anew, but is no novice."""
    if need is None:
        return Standing()
    novice = (passed.used_minutes if passed else 0) < need.novice_hours * 60
    windows = tuple(need.windows) if novice else ()
    if passed is None:
        return Standing(needed=True, novice=novice, windows=windows)
    end = expires_on(need, passed)
    trained = passed.on <= on and (end is None or on <= end)
    return Standing(needed=True, trained=trained, expires_on=end, novice=novice, windows=windows)


def expires_on(need: Need, passed: Passed) -> date | None:
    """The last day: so many months after it was passed, or so many days after the last use, whichever is first."""
    ends = []
    if need.valid_months is not None:
        ends.append(passed.on + relativedelta(months=need.valid_months))
    if need.idle_days is not None:
        ends.append(max(passed.on, passed.last_used_on or passed.on) + timedelta(days=need.idle_days))
    return min(ends, default=None)


def due_warning(need: Need, passed: Passed, on: date, *, warned_of: date | None) -> date | None:
    """The end that somebody is to be warned of on a day, None where none is near: thirty days before, or half of the
    time without use after which a training ends, whichever is shorter; once for each end."""
    end = expires_on(need, passed)
    if end is None or end == warned_of or end < on:
        return None
    ahead = WARNED if need.idle_days is None else min(WARNED, timedelta(days=need.idle_days // 2))
    return end if end - on <= ahead else None


def inside(windows: Sequence[Window], period: Period, zone: ZoneInfo) -> bool:
    """Whether a period lies within one of the windows of its local day; any does where there are none."""
    start, end = period.start.astimezone(zone), period.end.astimezone(zone)
    first = _minutes(start)
    last = _minutes(end) + DAY_MINUTES * (end.date() - start.date()).days
    weekday = start.isoweekday()
    return not windows or any(
        each.weekday == weekday and each.opens <= first and last <= each.closes for each in windows
    )


def _minutes(at: datetime) -> float:
    return at.hour * 60 + at.minute + at.second / 60
