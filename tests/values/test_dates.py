"""Dates that are known in part: how they read, their last day, and how far apart they are at the least."""

from datetime import date

import pytest

from marketplace.values.dates import KnownDate

YEAR = KnownDate(date(2024, 1, 1), "year")
FEBRUARY = KnownDate(date(2024, 2, 1), "month")
DAY = KnownDate(date(2025, 3, 5), "day")


@pytest.mark.parametrize(
    ("known", "text", "last"),
    [
        (YEAR, "2024", date(2024, 12, 31)),
        (FEBRUARY, "2024-02", date(2024, 2, 29)),
        (DAY, "2025-03-05", date(2025, 3, 5)),
    ],
    ids=["year", "month", "day"],
)
def test_a_date_shows_what_is_known_of_it(known: KnownDate, text: str, last: date):
    assert (str(known), known.last) == (text, last)


def test_the_distance_is_the_least_that_it_may_be():
    assert YEAR.days_from(FEBRUARY) == FEBRUARY.days_from(YEAR) == 0
    assert YEAR.days_from(DAY) == DAY.days_from(YEAR) == 64
