"""Working days by the published vectors, prices across currencies, and the tree of territories."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.jurisdictions.rules import (
    LONGEST_COUNT,
    PLAIN_WEEK,
    CountTooLong,
    Rates,
    Territory,
    WorkingCalendar,
    add_working_days,
    is_working_day,
    on_or_after,
    on_or_before,
    provisional,
    with_all_below,
)
from marketplace.values.money import Money

CALENDAR = WorkingCalendar(
    "X",
    frozenset({1, 2, 3, 4, 5}),
    off=frozenset({date(2026, 3, 4), date(2026, 3, 7)}),
    worked=frozenset({date(2026, 3, 8)}),
    official_years=frozenset({2026}),
)
dates = st.dates(date(2024, 1, 1), date(2030, 12, 31))


def test_a_day_off_is_skipped_and_a_worked_weekend_counts():
    assert not is_working_day(CALENDAR, date(2026, 3, 4))
    assert is_working_day(CALENDAR, date(2026, 3, 8))
    assert CALENDAR.is_worked_weekend(date(2026, 3, 8))
    assert not CALENDAR.is_worked_weekend(date(2026, 3, 9))
    assert add_working_days(CALENDAR, date(2026, 3, 3), 1) == date(2026, 3, 5)
    assert add_working_days(CALENDAR, date(2026, 3, 5), 2) == date(2026, 3, 8)


def test_a_weekend_may_be_a_holiday_too():
    assert CALENDAR.is_holiday(date(2026, 3, 7))
    assert not CALENDAR.is_holiday(date(2026, 3, 14))


def test_rolling_goes_to_the_nearest_working_day():
    assert on_or_after(CALENDAR, date(2026, 3, 4)) == date(2026, 3, 5)
    assert on_or_before(CALENDAR, date(2026, 3, 7)) == date(2026, 3, 6)
    assert add_working_days(CALENDAR, date(2026, 3, 7), 0) == date(2026, 3, 8)


def test_a_count_is_bounded():
    for count in (-1, LONGEST_COUNT + 1):
        with pytest.raises(CountTooLong):
            add_working_days(PLAIN_WEEK, date(2026, 3, 2), count)


def test_every_year_on_the_way_must_be_official():
    assert not provisional(CALENDAR, date(2026, 1, 1), date(2026, 12, 31))
    assert provisional(CALENDAR, date(2026, 12, 31), date(2027, 1, 4))
    assert provisional(PLAIN_WEEK, date(2026, 3, 2), date(2026, 3, 3))


@given(dates, st.integers(0, 60), st.integers(0, 60))
def test_counting_in_two_steps_is_counting_at_once(start: date, first: int, second: int):
    after_first = add_working_days(CALENDAR, start, first)
    assert is_working_day(CALENDAR, after_first)
    if first:
        assert add_working_days(CALENDAR, after_first, second) == add_working_days(CALENDAR, start, first + second)


@given(dates, st.integers(1, 60))
def test_exactly_so_many_working_days_lie_between(start: date, count: int):
    end = add_working_days(CALENDAR, start, count)
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    assert sum(is_working_day(CALENDAR, day) for day in days) == count


def test_prices_are_compared_by_the_rates_of_the_day():
    rates = Rates({"CNY": Decimal("0.92"), "JPY": Decimal("19.5")})
    assert rates.compare(Money(10000, "HKD"), "CNY") == Money(9200, "CNY")
    assert rates.compare(Money(9200, "CNY"), "HKD") == Money(10000, "HKD")
    assert rates.compare(Money(10000, "HKD"), "JPY") == Money(1950, "JPY")
    assert rates.compare(Money(33, "USD"), "USD") is None
    assert rates.compare(Money(33, "HKD"), "HKD") == Money(33, "HKD")
    assert rates.in_hkd(Money(9200, "CNY")) == 100


def test_a_filter_takes_what_lies_below():
    tree = [Territory("CN", None), Territory("CN-GD", "CN"), Territory("HK", None), Territory("CN-GD-SZ", "CN-GD")]
    assert with_all_below(["CN"], tree) == {"CN", "CN-GD", "CN-GD-SZ"}
    assert with_all_below(["HK", "CN-GD"], tree) == {"HK", "CN-GD", "CN-GD-SZ"}
    assert with_all_below([], tree) == set()
