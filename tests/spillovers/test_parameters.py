"""What figures assume, what may be chosen instead, and the periods that are told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from marketplace.spillovers.registry import metrics
from marketplace.spillovers.rules.parameters import OF, PARAMETERS, parameters_of, with_chosen
from marketplace.spillovers.rules.periods import FIELDS, span_of, year_beginning
from marketplace.spillovers.rules.scopes import Span
from marketplace.values.refusal import Invalid


def test_nobodys_choice_is_what_is_assumed_for_everybody() -> None:
    assert with_chosen(None) == PARAMETERS
    assert with_chosen({}) == {**PARAMETERS, "chosen": []}, "a period of somebody's own"


def test_chosen_ones_are_kept_as_numbers_are_written() -> None:
    told = {"delta": "0.20", "pre_sample_growth": 0.1, "at": "24, 6,24", "grace_days": [0], "quota_special": "900"}
    found = with_chosen({**told, "multiplier": "1e0"})
    assert (found["delta"], found["pre_sample_growth"], found["at"], found["multiplier"]) == ("0.2", "0.1", [6, 24], 1)
    assert found["quota_hours"] == {"general": 1400, "special": 900}
    assert found["chosen"] == ["at", "delta", "grace_days", "multiplier", "pre_sample_growth", "quota_special"]
    assert PARAMETERS["quota_hours"]["special"] == 800


@pytest.mark.parametrize(
    ("told", "faults"),
    [
        ({"delta": "much"}, [("delta", "number")]),
        ({"delta": "1.01"}, [("delta", "between")]),
        ({"delta": "NaN"}, [("delta", "number")]),
        ({"delta": None}, [("delta", "number")]),
        ({"delta": "9" * 99}, [("delta", "number")]),
        ({"nothing": 1}, [("nothing", "choice")]),
        ({"at": "1,,2"}, [("at", "number")]),
        ({"at": list(range(1, 99))}, [("at", "too_many")]),
        ({"stock_years": "1.5"}, [("stock_years", "whole_number")]),
        ({"quota_general": 0, "pairs": {}}, [("quota_general", "above"), ("pairs", "number")]),
        ({"delta": 0, "pre_sample_growth": 0}, [("pre_sample_growth", "above_zero_with_delta")]),
    ],
    ids=range(11),
)
def test_a_fault_names_its_parameter(told: dict[str, Any], faults: list[tuple[str, str]]) -> None:
    with pytest.raises(Invalid) as broken:
        with_chosen(told)
    assert [(each.field, each.rule) for each in broken.value.errors] == faults


def test_every_metric_tells_its_parameters() -> None:
    assert {name for names in OF.values() for name in names} <= metrics().keys()
    assert parameters_of("use.cn.quota_rate")["quota_general"] == 1400
    assert parameters_of("stock.perpetual") == {"delta": "0.15", "pre_sample_growth": "0.05", "stock_years": 10}
    assert parameters_of("out.distinct") == {}


@pytest.mark.parametrize(
    ("begins", "first"),
    [
        ("calendar", date(2025, 1, 1)),
        ("fiscal_cn", date(2025, 1, 1)),
        ("fiscal_hk", date(2025, 4, 1)),
        ("academic_uk", date(2025, 8, 1)),
        ("07-15", date(2025, 7, 15)),
    ],
)
def test_years_begin_where_they_are_kept(begins: str, first: date) -> None:
    assert year_beginning(2025, begins) == Span(first, first.replace(year=2026))


def test_days_are_told_with_the_last_one() -> None:
    found = span_of(None, "calendar", (date(2025, 4, 1), date(2026, 3, 31)), FIELDS)
    assert found == year_beginning(2025, "fiscal_hk")


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ((None, "calendar", (None, None)), ("year", "required")),
        ((None, "calendar", (date(2025, 1, 1), None)), ("last_day", "required")),
        ((None, "calendar", (None, date(2025, 1, 1))), ("first_day", "required")),
        ((2025, "calendar", (date(2025, 1, 1), None)), ("year", "year_or_days")),
        ((2025, "lunar", (None, None)), ("begins", "choice")),
        ((2025, "02-29", (None, None)), ("begins", "choice")),
        ((1, "calendar", (None, None)), ("year", "between")),
        ((None, "calendar", (date(2025, 2, 1), date(2025, 1, 1))), ("last_day", "period_reversed")),
        ((None, "calendar", (date(1, 1, 1), date(2025, 1, 1))), ("first_day", "between")),
        ((None, "calendar", (date(2025, 1, 1), date(9999, 12, 31))), ("last_day", "between")),
        ((None, "calendar", (date(1990, 1, 1), date(2199, 12, 31))), ("last_day", "between")),
    ],
    ids=range(11),
)
def test_other_periods_are_refused_by_name(told: Any, fault: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as broken:
        span_of(*told, FIELDS)
    assert (broken.value.errors[0].field, broken.value.errors[0].rule) == fault
