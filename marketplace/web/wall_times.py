"""Periods as people type them: days and clock times on the facility's wall, by the mode of the unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from marketplace.availability.models import BookingMode
from marketplace.availability.queries import free_in, setting
from marketplace.availability.rules import Setting, blocks, day_block, local_day, local_midnight, wall_instant
from marketplace.availability.rules.opening import week_block
from marketplace.values.period import Period

DAY = timedelta(days=1)
# Far enough for every horizon; what lies beyond is a slip of the keyboard, and no calendar is read for it.
FARTHEST = timedelta(days=6 * 366)
# How far ahead the first free time is looked for.
SOON = timedelta(days=21)
USUAL_MINUTES = 60


@dataclass(frozen=True, slots=True)
class Wall:
    """A start and an end as they stand in a form; the clock times matter only where hours are booked."""

    start_on: date
    end_on: date
    start_at: time = time()
    end_at: time = time()

    def within_reach(self, now: datetime) -> bool:
        """Whether both days lie where bookings may be spoken of at all."""
        today = now.date()
        return all(abs(day - today) <= FARTHEST for day in (self.start_on, self.end_on))


def setting_around(session: Session, unit_id: UUID, wall: Wall, now: datetime) -> Setting:
    """The unit's hours and rules with the calendar of the days named, and of the present."""
    first, last = min(wall.start_on, now.date()), max(wall.end_on, wall.start_on, now.date())
    utc = ZoneInfo("UTC")
    return setting(session, unit_id, Period(local_midnight(first, utc), local_midnight(last + 2 * DAY, utc)))


def period_of(known: Setting, wall: Wall) -> Period | None:
    """The period that is meant, None where its end does not come after its start.

    Of day and week units it runs from the opening of the first day to the closing of the last; a closed day counts
    whole, so that the rules can say that it is closed.
    """
    if known.rules.mode is BookingMode.HOUR:
        start = wall_instant(wall.start_on, _minutes(wall.start_at), known.zone)
        end = wall_instant(wall.end_on, _minutes(wall.end_at), known.zone, closing=True)
    else:
        block_of = day_block if known.rules.mode is BookingMode.DAY else week_block
        first, last = block_of(known, wall.start_on), block_of(known, wall.end_on)
        start = first.period.start if first else local_midnight(wall.start_on, known.zone)
        end = last.period.end if last else local_midnight(wall.end_on + DAY, known.zone)
    return Period(start, end) if start < end else None


def wall_of(known: Setting, period: Period) -> Wall:
    """A period as a form shows it; an overnight day unit's last day is the one on which its last opening began."""
    start, end = period.start.astimezone(known.zone), period.end.astimezone(known.zone)
    if known.rules.mode is BookingMode.HOUR:
        return Wall(start.date(), end.date(), start.time(), end.time())
    last = local_day(period.end - timedelta(microseconds=1), known.zone)
    block = day_block(known, last - DAY)
    return Wall(start.date(), last - DAY if block and block.period.end == period.end else last)


def first_free(session: Session, known: Setting, now: datetime) -> Period | None:
    """The soonest time that could be booked, no longer than one usually begins with; one statement."""
    stretches = free_in(session, [known], Period(now, now + SOON), now).get(known.unit_id, [])
    found = (beginning(known, stretch.period) for stretch in stretches)
    return next((period for period in found if period is not None), None)


def beginning(known: Setting, stretch: Period) -> Period | None:
    """The first part of a free stretch that is long enough to be booked; None where the stretch is too short."""
    rules = known.rules
    if rules.mode is BookingMode.HOUR:
        usual = max(rules.shortest, min(USUAL_MINUTES, rules.longest or USUAL_MINUTES))
        length = timedelta(minutes=-(-usual // rules.step) * rules.step)
        return Period(stretch.start, stretch.start + length) if length <= stretch.length else None
    inside = blocks(known, local_day(stretch.start, known.zone) - DAY, local_day(stretch.end, known.zone))
    whole = [block for block in inside if stretch.contains(block.period)]
    long_enough = (
        Period(whole[0].period.start, block.period.end)
        for block in whole
        if ((block.last - whole[0].first).days + 1) * 1440 >= rules.shortest
    )
    return next(long_enough, None)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
