"""Rates of groups: what is divided belongs together, and means the same whatever rows are grouped by."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace.bookings.models import BookingState
from marketplace.statistics.actions.rolling import mark_everything, roll_up
from marketplace.statistics.queries.looking import page_of, total_of, year_before
from marketplace.statistics.rules.reach import EVERYTHING
from marketplace.statistics.rules.wishes import wish_of
from tests.factories.listings import make_unit
from tests.factories.roll_ups import booked, used
from tests.factories.stage import Stage, at, make_stage

DAYS = (date(2026, 2, 1), date(2026, 3, 31))


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    """A unit listed on 20 February, used before, since and today; one that was booked; one nobody asked for."""
    made = make_stage(session, now)
    made.facility.published_at = made.unit.created_at = at(20, month=2)
    second = make_unit(session, made.facility.id, by=made.actor("bo"), now=at(20, month=2))
    make_unit(session, made.facility.id, by=made.actor("bo"), now=at(20, month=2))
    for day, month in ((10, 2), (24, 2), (2, 3)):
        row = booked(session, made, made.cast.university, at(day, 1, month=month), at(day, 4, month=month))
        used(session, row, at(day, 1, month=month), at(day, 3, month=month))
    booked(session, made, made.cast.university, at(25, 9, month=2), at(25, 12, month=2), unit_id=second.id,
           state=BookingState.NO_SHOW)  # fmt: skip
    mark_everything(session)
    while roll_up(session, now=now):
        pass
    return made


def one(session: Session, group: str, now: datetime) -> dict[str, Any]:
    (row,) = page_of(session, wish_of(DAYS, group), EVERYTHING, now=now, limit=9)
    return row


def test_use_of_open_hours_has_use_of_days_only_whose_open_time_is_known(
    session: Session, stage: Stage, now: datetime
) -> None:
    row = one(session, "facility", now)
    assert (row["used_seconds"], row["listed_used_seconds"], row["listed_external_seconds"]) == (21_600, 7200, 7200)
    assert float(row["use_of_open_hours"]) == pytest.approx(7200 / row["open_seconds"], abs=1e-6)
    assert row["use_of_open_hours"] == row["external_use_of_open_hours"]
    without = wish_of(DAYS, "facility", columns="used_seconds")
    assert page_of(session, without, EVERYTHING, now=now, limit=2) == [{"used_seconds": 21_600}]


def test_units_and_means_are_the_same_whatever_the_grouping(session: Session, stage: Stage, now: datetime) -> None:
    for group in ("facility", "host", "organisation", "user_class", "purpose", "year"):
        columns = f"{group},units,sharing_rate_mean" if group in ("purpose", "user_class", "year") else ""
        columns = columns or f"{group}_id,units,sharing_rate_mean"
        (row,) = page_of(session, wish_of(DAYS, group, columns=columns), EVERYTHING, now=now, limit=9)
        assert (row["units"], row["sharing_rate_mean"]) == (2, 1), group
    whole = total_of(session, wish_of(DAYS), EVERYTHING, now=now)
    assert whole and (whole["units"], whole["sharing_rate_mean"]) == (2, 1)


@pytest.mark.parametrize(
    ("days", "before"),
    [
        ((date(2025, 2, 1), date(2025, 2, 28)), (date(2024, 2, 1), date(2024, 2, 29))),
        ((date(2024, 2, 29), date(2024, 3, 31)), (date(2023, 2, 28), date(2023, 3, 31))),
        ((date(2025, 2, 28), date(2025, 2, 28)), (date(2024, 2, 28), date(2024, 2, 28))),
        ((date(2026, 1, 31), date(2026, 2, 28)), (date(2025, 1, 31), date(2025, 2, 28))),
    ],
)
def test_a_year_before_the_end_of_february_is_its_end(days: tuple[date, date], before: tuple[date, date]) -> None:
    found = year_before(wish_of(days))
    assert (found.first, found.last) == before
