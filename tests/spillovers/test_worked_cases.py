"""The twelve worked cases come out as they were worked, here and through every door."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from marketplace.spillovers.computing import computed
from tests.spillovers.cases import COPY, Case, cases, differences

KEYS = ["metric", "version", "value", "numerator", "denominator", "n", "n_unknown", "suppressed"]


def test_the_copy_is_the_whole_of_the_shared_file(shared_data: Path) -> None:
    assert json.loads(COPY.read_text()) == json.loads((shared_data / "spillover_cases.json").read_text())


def test_there_are_twelve() -> None:
    assert sorted({case.name for case in cases()}) == [f"C{number:02}" for number in range(1, 13)]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_a_worked_case_comes_out_as_expected(case: Case) -> None:
    document = json.loads(json.dumps(computed(case.metric, case.inputs), allow_nan=False))
    assert list(document) == KEYS
    assert not list(differences(case.expected, document["value"], case.tolerance))


@pytest.mark.parametrize(
    ("expected", "found"),
    [({"a": 1}, {}), ([1], [1, 2]), (None, 0), (0, None), (True, 0), (1.0, 1.1), ({"a": {"b": 0}}, {"a": 0}), ([1], 1)],
)
def test_a_difference_is_seen(expected: Any, found: Any) -> None:
    assert list(differences(expected, found, 1e-6))


def _shuffled(value: Any) -> Any:
    return {name: value[name] for name in reversed(value)}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_the_order_of_rows_and_names_changes_nothing(case: Case) -> None:
    """Lists of rows and objects of named things turned round; lists with an order of their own stay."""
    turned = dict(case.inputs)
    for name in ("patent_counts", "flows", "points", "stock", "publications", "instruments", "counts", "jurisdiction"):
        if name in turned:
            turned[name] = _shuffled(turned[name])
    for name in ("rows", "months_event", "facilities", "lags_months", "grace_days", "at"):
        if name in turned:
            turned[name] = turned[name][::-1]
    if isinstance(turned.get("sessions"), list):
        turned["sessions"] = turned["sessions"][::-1]
    assert computed(case.metric, turned) == computed(case.metric, case.inputs)


TWICE: dict[str, Callable[[Any], Any]] = {name: lambda rows: [*rows, *rows] for name in ("rows", "facilities")}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_rows_that_come_twice_count_once(case: Case) -> None:
    twice = {name: TWICE[name](each) if name in TWICE else each for name, each in case.inputs.items()}
    if isinstance(twice.get("sessions"), list):
        twice["sessions"] = [*twice["sessions"], *twice["sessions"][::-1]]
    assert computed(case.metric, twice) == computed(case.metric, case.inputs)
