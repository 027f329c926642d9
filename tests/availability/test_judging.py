"""Every reason of clock, length and hours against a period; and free time, which must promise neither more nor less."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.availability.models import BookingMode
from marketplace.availability.rules import (
    Hours,
    Recurrence,
    Setting,
    UnitRules,
    bookable,
    length_minutes,
    near_alternatives,
    refusals,
)
from marketplace.values.period import Period
from marketplace.values.refusal import Invalid

HONG_KONG, LONDON = ZoneInfo("Asia/Hong_Kong"), ZoneInfo("Europe/London")
NOW = datetime(2026, 3, 2, 9, tzinfo=HONG_KONG)
OFFICE = tuple(Hours(day, 9 * 60, 18 * 60) for day in range(1, 6))


def unit(zone: ZoneInfo = HONG_KONG, hours: tuple[Hours, ...] = OFFICE, **rules: object) -> Setting:
    """A unit with office hours and some rules."""
    return Setting(unit_id=UUID(int=1), zone=zone, hours=hours, rules=UnitRules(**rules))  # type: ignore[arg-type]


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """An instant of March 2026 in Hong Kong."""
    return datetime(2026, 3, day, hour, minute, tzinfo=HONG_KONG)


def codes(setting: Setting, start: datetime, end: datetime, now: datetime = NOW) -> list[str]:
    """The codes of all refusals."""
    return [reason.code for reason in refusals(setting, Period(start, end), now)]


@pytest.mark.parametrize(
    ("rules", "start", "end", "expected"),
    [
        ({}, local(3, 9), local(3, 18), []),
        ({}, local(3, 8), local(3, 10), ["closed"]),
        ({}, local(3, 17), local(3, 18, 30), ["closed"]),
        ({}, local(3, 17), local(4, 10), ["closed"]),
        ({}, local(7, 10), local(7, 12), ["closed"]),
        ({}, local(2, 8), local(2, 9), ["past", "closed"]),
        ({}, local(2, 9), local(2, 10), ["past"]),
        ({}, local(2, 9, 30), local(2, 10), []),
        ({}, local(3, 9, 10), local(3, 10), ["off_step"]),
        ({"step": 15}, local(3, 9, 15), local(3, 10), []),
        ({"step": 60}, local(3, 9, 30), local(3, 10, 30), ["off_step"]),
        ({"shortest": 120}, local(3, 9), local(3, 10), ["too_short"]),
        ({"shortest": 120}, local(3, 9), local(3, 11), []),
        ({"longest": 120}, local(3, 9), local(3, 11), []),
        ({"longest": 120}, local(3, 9), local(3, 11, 30), ["too_long"]),
        ({"cut_off": 60}, local(2, 10), local(2, 11), ["cut_off"]),
        ({"cut_off": 60}, local(2, 10, 30), local(2, 11), []),
        ({"horizon_days": 7}, local(9, 17), local(9, 18), []),
        ({"horizon_days": 7}, local(10, 9), local(10, 10), ["beyond_horizon"]),
        ({"longest": 60, "step": 60}, local(7, 9, 30), local(7, 12), ["off_step", "too_long", "closed"]),
    ],
)
def test_hours(rules: dict[str, int], start: datetime, end: datetime, expected: list[str]) -> None:
    assert codes(unit(**rules), start, end) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (local(6, 9), local(9, 18), []),
        (local(6, 9), local(6, 18), []),
        (local(6, 10), local(9, 18), ["off_days"]),
        (local(6, 9), local(9, 17), ["off_days"]),
        (local(7, 9), local(9, 18), ["closed"]),
        (local(6, 9), local(8, 18), ["closed"]),
        (local(6, 9), local(10, 18), ["too_long"]),
    ],
)
def test_days_run_over_a_closed_weekend_between_two_open_days(
    start: datetime, end: datetime, expected: list[str]
) -> None:
    daily = unit(mode=BookingMode.DAY, shortest=1440, longest=4 * 1440)
    assert codes(daily, start, end) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (local(9, 9), local(13, 18), []),
        (local(9, 9), local(20, 18), []),
        (local(10, 9), local(13, 18), ["off_weeks"]),
        (local(9, 9), local(12, 18), ["off_weeks"]),
        (local(7, 9), local(13, 18), ["off_weeks"]),
    ],
)
def test_weeks(start: datetime, end: datetime, expected: list[str]) -> None:
    assert codes(unit(mode=BookingMode.WEEK), start, end) == expected


def test_nights_and_weekends_count_in_the_length_of_days_and_weeks() -> None:
    daily = unit(mode=BookingMode.DAY)
    assert length_minutes(daily, Period(local(6, 9), local(9, 18))) == 4 * 1440
    weekly = unit(mode=BookingMode.WEEK)
    assert length_minutes(weekly, Period(local(9, 9), local(20, 18))) == 2 * 10080


def test_nothing_longer_than_a_year_is_even_looked_at() -> None:
    assert codes(unit(), local(3, 9), local(3, 9) + timedelta(days=400)) == ["too_long"]


def test_a_night_is_booked_in_a_unit_that_never_closes() -> None:
    always = unit(hours=tuple(Hours(day, 0, 1440) for day in range(1, 8)))
    assert codes(always, local(3, 22), local(4, 6)) == []


def test_alternatives_lie_nearest_to_what_was_wanted() -> None:
    free = [Period(local(3, 9), local(3, 12)), Period(local(3, 14), local(3, 18)), Period(local(4, 9), local(4, 18))]
    found = {each.kind: each.period for each in near_alternatives(unit(), Period(local(3, 11), local(3, 13)), free)}
    assert found == {
        "earlier": Period(local(3, 10), local(3, 12)),
        "later": Period(local(3, 14), local(3, 16)),
        "shorter": Period(local(3, 11), local(3, 12)),
    }


def test_alternatives_of_days_keep_their_number() -> None:
    daily = unit(mode=BookingMode.DAY)
    free = [Period(local(9, 9), local(13, 18))]
    found = {each.kind: each.period for each in near_alternatives(daily, Period(local(4, 9), local(5, 18)), free)}
    assert found == {"later": Period(local(9, 9), local(10, 18))}


class TestRecurrence:
    """Recurring closures."""

    def test_weekly_dates_keep_their_weekday(self) -> None:
        rule = Recurrence("WEEKLY", weekdays=(2, 4))
        dates = list(rule.dates(date(2026, 3, 3), date(2026, 3, 13)))
        assert dates == [date(2026, 3, 3), date(2026, 3, 5), date(2026, 3, 10), date(2026, 3, 12)]

    def test_months_without_the_day_are_left_out(self) -> None:
        dates = list(Recurrence("MONTHLY").dates(date(2026, 1, 31), date(2026, 5, 31)))
        assert dates == [date(2026, 1, 31), date(2026, 3, 31), date(2026, 5, 31)]

    @pytest.mark.parametrize(
        "rule",
        [Recurrence("DAILY", 3), Recurrence("WEEKLY", 2, (1, 7)), Recurrence("MONTHLY", until=date(2027, 1, 1))],
    )
    def test_what_is_written_can_be_read(self, rule: Recurrence) -> None:
        assert Recurrence.parse(rule.as_rule()) == rule

    @pytest.mark.parametrize(
        "rule", ["FREQ=SECONDLY", "FREQ=DAILY;COUNT=9", "", "FREQ=DAILY;INTERVAL=0", "FREQ=WEEKLY;BYDAY=XX"]
    )
    def test_anything_else_is_refused(self, rule: str) -> None:
        with pytest.raises(Invalid):
            Recurrence.parse(rule)

    def test_a_series_is_never_endless(self) -> None:
        assert len(list(Recurrence("DAILY").dates(date(2026, 1, 1), date(2100, 1, 1)))) == 400


STEPS = st.sampled_from([15, 30, 60, 120])


@settings(max_examples=200, deadline=None)
@given(
    zone=st.sampled_from([HONG_KONG, LONDON]),
    step=STEPS,
    opens=st.integers(0, 22).map(lambda hour: hour * 60),
    length=st.integers(1, 30).map(lambda hours: hours * 60),
    cut_off=st.integers(0, 3000),
    start=st.integers(0, 14 * 48),
    steps=st.integers(1, 40),
    now=st.datetimes(datetime(2026, 3, 20), datetime(2026, 4, 2)),
)
def test_open_time_is_exactly_what_the_rules_accept(
    zone: ZoneInfo, step: int, opens: int, length: int, cut_off: int, start: int, steps: int, now: datetime
) -> None:
    """A period on the grid is accepted if and only if it lies inside a bookable stretch (claims aside)."""
    length = min(length, 1440)
    week = tuple(Hours(day, opens, opens + length) for day in (1, 2, 4, 7))
    setting = unit(zone, week, step=step, shortest=step, cut_off=cut_off, horizon_days=20)
    moment = now.replace(tzinfo=zone)
    first = datetime(2026, 3, 23, tzinfo=zone).astimezone(ZoneInfo("UTC")) + timedelta(minutes=30 * start)
    wanted = Period(first, first + timedelta(minutes=step * steps))
    window = Period(wanted.start - timedelta(days=3), wanted.end + timedelta(days=3))
    reasons = {reason.code for reason in refusals(setting, wanted, moment)} - {"off_step"}
    inside = any(stretch.contains(wanted) for stretch in bookable(setting, window, moment))
    on_grid = "off_step" not in {reason.code for reason in refusals(setting, wanted, moment)}
    if on_grid:
        assert inside == (not reasons)


@settings(max_examples=150, deadline=None)
@given(
    mode=st.sampled_from([BookingMode.DAY, BookingMode.WEEK]),
    zone=st.sampled_from([HONG_KONG, LONDON]),
    weekdays=st.sets(st.integers(1, 7), min_size=1),
    first=st.integers(0, 25),
    days=st.integers(0, 20),
)
def test_whole_days_and_weeks_too(mode: BookingMode, zone: ZoneInfo, weekdays: set[int], first: int, days: int) -> None:
    """Any run of blocks inside the stretch is accepted, and every accepted run lies inside it."""
    setting = unit(zone, tuple(Hours(day, 540, 1080) for day in sorted(weekdays)), mode=mode)
    moment = datetime(2026, 3, 16, tzinfo=zone)
    start = datetime(2026, 3, 16, 9, tzinfo=zone) + timedelta(days=first)
    wanted = Period(start, datetime(2026, 3, 16, 18, tzinfo=zone) + timedelta(days=first + days))
    window = Period(moment - timedelta(days=14), moment + timedelta(days=90))
    accepted = not refusals(setting, wanted, moment)
    stretches = bookable(setting, window, moment)
    assert len(stretches) == 1
    if accepted:
        assert stretches[0].contains(wanted)
    assert not refusals(setting, stretches[0], moment) or stretches[0].length > timedelta(days=366)
