"""On-schedule opening at its edges: what is due, what was called off, and what is not known yet."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from marketplace.spillovers.computing import computed
from marketplace.spillovers.rules.opening import Opening, due, median


def facility(planned: str, **dates: str) -> dict[str, Any]:
    return {"planned": planned, **dates}


def rate(*facilities: dict[str, Any], grace: int = 0, as_of: str = "2026-06-30") -> dict[str, Any]:
    inputs = {"as_of": as_of, "facilities": list(facilities), "grace_days": [grace]}
    value: dict[str, Any] = computed("open.on_time_rate", inputs)["value"]
    return value


def test_what_is_due_today_is_not_due_yet() -> None:
    assert rate(facility("2026-06-30"))["not_yet_due"] == 1
    assert rate(facility("2026-06-29"))["due"] == 1
    assert rate()["grace"] == {"0": None}


@pytest.mark.parametrize(
    ("cancelled", "left_out", "counted"), [("2026-02-28", 1, 0), ("2026-03-01", 0, 1), ("2026-04-01", 0, 1)]
)
def test_only_what_was_called_off_before_its_date_is_left_out(cancelled: str, left_out: int, counted: int) -> None:
    value = rate(facility("2026-03-01", cancelled=cancelled))
    assert (value["cancelled_excluded"], value["due"]) == (left_out, counted)
    assert value["grace"]["0"] == (0 if counted else None)


def test_what_lies_after_the_day_of_the_count_is_not_known_then() -> None:
    """A figure of a day stays as it was, whatever happened later."""
    later = facility("2026-03-01", actual="2026-07-01", cancelled="2026-08-01")
    assert rate(later) == rate(facility("2026-03-01"))
    inputs = {"as_of": "2026-06-30", "facilities": [later]}
    assert computed("open.delay_days", inputs)["value"]["overdue_unopened"] == 1


def test_grace_is_inclusive_and_counts_from_the_first_date_or_the_latest() -> None:
    moved = facility("2026-03-01", rebaselined="2026-04-01", actual="2026-04-08")
    assert rate(moved, grace=37)["grace"]["37"] == 0
    assert rate(moved, grace=38)["grace"]["38"] == 1
    assert rate(moved, grace=6)["grace_latest_baseline"]["6"] == 0
    assert rate(moved, grace=7)["grace_latest_baseline"]["7"] == 1


def test_early_ones_have_a_negative_delay_and_no_lateness() -> None:
    inputs = {"as_of": "2026-06-30", "facilities": [facility("2026-03-01", actual="2026-02-19")]}
    value = computed("open.delay_days", inputs)["value"]
    assert (value["mean_signed"], value["mean_lateness"], value["median"]) == (-10, 0, -10)
    nothing = computed("open.delay_days", inputs | {"facilities": []})["value"]
    assert nothing == dict.fromkeys(("mean_signed", "mean_lateness", "median")) | {
        "overdue_unopened": 0,
        "max_overdue": 0,
    }


def test_the_middle_of_an_even_number_is_between_its_two() -> None:
    assert median([1, 4]) == 2.5 and median([3]) == 3 and median([]) is None


def test_facilities_are_sorted_into_due_left_out_and_not_yet() -> None:
    found = due([Opening(date(2026, 1, 1)), Opening(date(2027, 1, 1))], date(2026, 6, 30))
    assert (len(found.facilities), found.left_out, found.not_yet) == (1, 0, 1)
    assert found.overdue(date(2026, 6, 30)) == [180]


def test_sessions_must_add_up() -> None:
    counts = {"scheduled": 3, "opened_within_15min": 1, "late": 0, "cancelled_by_host": 1}
    for user, fits in ((1, True), (0, False), (2, False)):
        inputs = {"sessions": counts | {"cancelled_by_user_24h_before": user}}
        if fits:
            assert computed("open.session_on_schedule", inputs)["value"] == 0.5
        else:
            with pytest.raises(ValueError, match="partition"):
                computed("open.session_on_schedule", inputs)
