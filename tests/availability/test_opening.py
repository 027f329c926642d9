"""Opening hours on the clocks of the world: overnight, over holidays and worked weekends, over clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.availability.models import BookingMode
from marketplace.availability.rules import (
    Hours,
    Setting,
    UnitRules,
    blocks,
    day_block,
    hours_on,
    local_midnight,
    open_days,
    open_minutes,
    open_periods,
    wall_instant,
)
from marketplace.jurisdictions.rules import WorkingCalendar
from marketplace.values.period import Period

HONG_KONG, LONDON, APIA = ZoneInfo("Asia/Hong_Kong"), ZoneInfo("Europe/London"), ZoneInfo("Pacific/Apia")
LORD_HOWE, BEIRUT = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Beirut")
OFFICE = tuple(Hours(day, 9 * 60, 18 * 60) for day in range(1, 6))
ALWAYS = tuple(Hours(day, 0, 1440) for day in range(1, 8))
MAINLAND = WorkingCalendar(
    "CN",
    frozenset({1, 2, 3, 4, 5}),
    off=frozenset({date(2026, 2, 16), date(2026, 2, 17), date(2026, 2, 18)}),
    worked=frozenset({date(2026, 2, 14), date(2026, 2, 28), date(2026, 1, 4)}),
)


def setting(zone: ZoneInfo = HONG_KONG, hours: tuple[Hours, ...] = OFFICE, **more: object) -> Setting:
    """A unit of the given week."""
    return Setting(unit_id=UUID(int=1), zone=zone, hours=hours, **more)  # type: ignore[arg-type]


def utc(*parts: int) -> datetime:
    """An instant in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def test_a_plain_day_opens_and_closes_by_the_local_clock() -> None:
    assert open_periods(setting(), date(2026, 3, 2), date(2026, 3, 2)) == [
        Period(utc(2026, 3, 2, 1), utc(2026, 3, 2, 10)),
    ]
    assert open_periods(setting(), date(2026, 3, 7), date(2026, 3, 8)) == []


def test_touching_stretches_are_one_so_that_a_night_can_be_booked() -> None:
    found = open_periods(setting(hours=ALWAYS), date(2026, 3, 2), date(2026, 3, 4))
    assert found == [Period(utc(2026, 3, 1, 16), utc(2026, 3, 4, 16))]


def test_an_overnight_stretch_belongs_to_the_day_it_opens_on() -> None:
    night = setting(hours=(Hours(5, 22 * 60, 30 * 60),))
    assert open_periods(night, date(2026, 3, 6), date(2026, 3, 6)) == [Period(utc(2026, 3, 6, 14), utc(2026, 3, 6, 22))]
    assert open_periods(night, date(2026, 3, 7), date(2026, 3, 7)) == []


def test_holidays_close_unless_the_unit_works_through_them() -> None:
    keeps = setting(calendar=MAINLAND)
    works = setting(calendar=MAINLAND, rules=UnitRules(closed_on_holidays=False))
    assert hours_on(keeps, date(2026, 2, 16)) == ()
    assert hours_on(works, date(2026, 2, 16)) == (Hours(1, 540, 1080),)


@pytest.mark.parametrize(
    ("day", "weekday"),
    [(date(2026, 2, 14), 5), (date(2026, 1, 4), 1)],
    ids=["Saturday has Friday's hours", "Sunday has Monday's"],
)
def test_worked_weekends_open_like_the_nearest_working_day(day: date, weekday: int) -> None:
    week = tuple(Hours(number, 480 + number, 1000) for number in range(1, 6))
    assert hours_on(setting(hours=week, calendar=MAINLAND), day) == ()
    opened = setting(hours=week, calendar=MAINLAND, rules=UnitRules(open_on_worked_weekends=True))
    assert hours_on(opened, day) == (Hours(weekday, 480 + weekday, 1000),)


def test_a_worked_weekend_keeps_hours_of_its_own() -> None:
    week = (Hours(1, 540, 600), Hours(6, 600, 700))
    opened = setting(hours=week, calendar=MAINLAND, rules=UnitRules(open_on_worked_weekends=True))
    assert hours_on(opened, date(2026, 2, 14)) == (Hours(6, 600, 700),)


class TestClockChanges:
    """Days of 23, 25, 23.5 and 24.5 hours, one that never was, and midnights that are skipped."""

    @pytest.mark.parametrize(
        ("zone", "day", "hours"),
        [
            (LONDON, date(2026, 3, 29), 23),
            (LONDON, date(2026, 10, 25), 25),
            (LORD_HOWE, date(2026, 10, 4), 23.5),
            (LORD_HOWE, date(2026, 4, 5), 24.5),
            (BEIRUT, date(2026, 3, 29), 23),
            (HONG_KONG, date(2026, 3, 29), 24),
        ],
    )
    def test_a_day_that_is_open_throughout_is_as_long_as_the_clocks_make_it(
        self, zone: ZoneInfo, day: date, hours: float
    ) -> None:
        (period,) = open_periods(setting(zone, ALWAYS), day, day)
        assert period.length == timedelta(hours=hours)
        week = open_periods(setting(zone, ALWAYS), day - timedelta(days=3), day + timedelta(days=3))
        assert len(week) == 1, "no hole at a change of the clocks"

    def test_a_time_shown_twice_opens_at_its_first_and_closes_at_its_last(self) -> None:
        day = date(2026, 10, 25)  # 01:00 to 02:00 comes twice
        assert wall_instant(day, 90, LONDON) == utc(2026, 10, 25, 0, 30)
        assert wall_instant(day, 90, LONDON, closing=True) == utc(2026, 10, 25, 1, 30)

    def test_a_time_that_is_skipped_is_the_moment_of_the_change(self) -> None:
        day = date(2026, 3, 29)  # 01:00 to 02:00 does not come
        assert wall_instant(day, 90, LONDON) == utc(2026, 3, 29, 1)
        assert wall_instant(day, 75, LONDON, closing=True) == utc(2026, 3, 29, 1)

    def test_a_stretch_inside_the_skipped_hour_is_no_stretch(self) -> None:
        skipped = setting(LONDON, (Hours(7, 65, 115),))
        assert open_periods(skipped, date(2026, 3, 29), date(2026, 3, 29)) == []

    def test_a_day_that_was_left_out_of_the_calendar(self) -> None:
        gone = date(2011, 12, 30)  # Samoa went from the 29th straight to the 31st
        assert day_block(setting(APIA, ALWAYS), gone) is None
        assert local_midnight(gone, APIA) == local_midnight(date(2011, 12, 31), APIA)

    def test_an_evening_is_the_same_wall_time_before_and_after(self) -> None:
        evening = setting(LONDON, tuple(Hours(day, 18 * 60, 22 * 60) for day in range(1, 8)))
        found = open_periods(evening, date(2026, 3, 28), date(2026, 3, 29))
        assert [each.start.astimezone(LONDON).hour for each in found] == [18, 18]
        assert found[1].start - found[0].start == timedelta(hours=23)


class TestBlocks:
    """Runs of days and weeks."""

    def test_a_day_runs_from_its_first_opening_to_its_last_closing(self) -> None:
        split = setting(hours=(Hours(1, 540, 720), Hours(1, 780, 1080)), rules=UnitRules(mode=BookingMode.DAY))
        (block,) = blocks(split, date(2026, 3, 2), date(2026, 3, 8))
        assert block.period == Period(utc(2026, 3, 2, 1), utc(2026, 3, 2, 10))

    def test_a_week_begins_with_its_first_open_day_and_leaves_holidays_out(self) -> None:
        weekly = setting(calendar=MAINLAND, rules=UnitRules(mode=BookingMode.WEEK))
        (block,) = blocks(weekly, date(2026, 2, 18), date(2026, 2, 18))
        assert (block.first, block.last) == (date(2026, 2, 16), date(2026, 2, 22))
        assert block.period == Period(utc(2026, 2, 19, 1), utc(2026, 2, 20, 10))


def test_open_minutes_and_days_leave_closed_time_out() -> None:
    friday_to_monday = Period(utc(2026, 3, 6, 1), utc(2026, 3, 9, 10))
    assert open_minutes(setting(), friday_to_monday) == 18 * 60
    assert open_days(setting(), friday_to_monday) == 2


@settings(deadline=None)
@given(
    zone=st.sampled_from([HONG_KONG, LONDON, LORD_HOWE, BEIRUT, ZoneInfo("America/New_York")]),
    day=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    opens=st.integers(0, 1439),
    length=st.integers(1, 1440),
)
def test_a_stretch_opens_and_closes_when_the_wall_clock_says_so(
    zone: ZoneInfo, day: date, opens: int, length: int
) -> None:
    """Except inside a change of the clocks, the wall shows exactly the hours that were set."""
    weekly = tuple(Hours(number, opens, opens + length) for number in range(1, 8))
    for period in open_periods(
        Setting(unit_id=UUID(int=1), zone=zone, hours=weekly[day.isoweekday() - 1 :][:1]), day, day
    ):
        start, end = (each.astimezone(zone).replace(tzinfo=None) for each in (period.start, period.end))
        midnight = datetime(day.year, day.month, day.day)
        drift = timedelta(hours=1)
        assert abs(start - (midnight + timedelta(minutes=opens))) <= drift
        assert abs(end - (midnight + timedelta(minutes=opens + length))) <= drift
        assert abs(period.length - timedelta(minutes=length)) <= drift
