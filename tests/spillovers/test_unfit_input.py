"""Whatever strangers send: a metric answers, or names field and rule; never with a fault of another kind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.spillovers.computing import COMPUTATIONS, computed
from marketplace.spillovers.rules.given import MOST_ROWS
from marketplace.values.refusal import Invalid
from marketplace.wording.refusals import sentence_of_error
from tests.hostile import DAYS, NUMBERS, ODD, TEXTS
from tests.spillovers.examples import examples

HOSTILE = (*NUMBERS, *TEXTS, *DAYS, *ODD)
TRIES = 12


def answer(metric: str, inputs: Any) -> dict[str, Any] | None:
    """The result as JSON, None where the inputs are refused with field, rule and a sentence."""
    try:
        found = computed(metric, inputs)
    except Invalid as broken:
        assert broken.errors
        for error in broken.errors:
            assert error.field and "\x00" not in error.field
            error.field.encode("utf-8")
            assert "%(" not in sentence_of_error(error, "zh-Hant")
            assert "(" + error.message_code + ")" not in sentence_of_error(error, "en")
        return None
    json.dumps(found, allow_nan=False).encode("utf-8")
    return found


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document."""
    yield at
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in members:
        yield from places(each, (*at, name))


def put(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    """The document with another value at a place."""
    if not place:
        return value
    changed = deepcopy(document)
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return changed


def without(document: Any, place: tuple[Any, ...]) -> Any:
    """The document without what stands at a place."""
    changed = deepcopy(document)
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    del inner[place[-1]]
    return changed


@pytest.mark.parametrize("metric", sorted(COMPUTATIONS))
def test_nothing_at_any_place_is_answered_with_a_fault(metric: str) -> None:
    draw, inputs = Random(metric), examples()[metric]
    assert answer(metric, inputs) is not None
    for place in places(inputs):
        for value in draw.sample(HOSTILE, TRIES):
            answer(metric, put(inputs, place, value))
        if place:
            answer(metric, without(inputs, place))


@pytest.mark.parametrize("metric", sorted(COMPUTATIONS))
def test_names_of_strangers_are_held_to_the_same(metric: str) -> None:
    inputs = examples()[metric]
    for place in places(inputs):
        inner = inputs
        for step in place:
            inner = inner[step]
        if isinstance(inner, dict) and inner:
            for name in ("", "\x00", "\ud800", "a|b", "x" * 5000, "\u202e", "total"):
                answer(metric, put(inputs, (*place, name), next(iter(inner.values()))))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates().map(str),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(metric=st.sampled_from(sorted(COMPUTATIONS)), put_in=st.lists(JSON, min_size=1, max_size=3), seed=st.integers())
def test_any_json_in_place_of_any_input_is_answered(metric: str, put_in: list[Any], seed: int) -> None:
    inputs, draw = dict(examples()[metric]), Random(seed)
    for value in put_in:
        inputs[draw.choice(sorted(inputs))] = value
    answer(metric, inputs)


def sample(n: int, near: int) -> dict[str, int]:
    """So many citations, of which some come from the same region."""
    return {"n": n, "same_region": near}


@pytest.mark.parametrize("document", [None, [], "x", 1, True], ids=repr)
def test_inputs_are_an_object(document: Any) -> None:
    with pytest.raises(Invalid, match="inputs: mapping"):
        computed("ret.km", document)


def test_more_rows_than_allowed_are_refused_before_anything_is_computed() -> None:
    with pytest.raises(Invalid, match="months_event: too_many"):
        computed("ret.km", {"months_event": [[1, 1]] * (MOST_ROWS + 1)})
    rows = {"months_event": [[1, 1]] * (MOST_ROWS + 1)}
    assert computed("ret.km", rows, most_rows=MOST_ROWS + 1)["n"] == MOST_ROWS + 1


def test_pairs_that_are_too_many_are_refused_before_they_are_made() -> None:
    everybody = {"classes": ["A"], "patent_counts": {f"o{number}": [1] for number in range(2000)}}
    with pytest.raises(Invalid, match="too_many_pairs"):
        computed("prox.jaffe", everybody)


@pytest.mark.parametrize(
    ("metric", "inputs", "said"),
    [
        ("ret.km", {"months_event": [[1, 1]], "at": list(range(201))}, "at: too_many"),
        (
            "open.on_time_rate",
            {"as_of": "2026-06-30", "facilities": [], "grace_days": [0] * 51},
            "grace_days: too_many",
        ),
        ("prox.jaffe", {"classes": ["c"] * 1001, "patent_counts": {}}, "classes: too_many"),
    ],
    ids=["times", "graces", "classes"],
)
def test_what_is_computed_for_each_row_is_bounded(metric: str, inputs: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        computed(metric, inputs)


def test_a_matrix_that_is_too_large_is_refused() -> None:
    names = [f"c{number}" for number in range(1000)]
    counts = {f"o{number}": {names[number % 1000]: 1} for number in range(2000)}
    inputs = {"classes": names, "patent_counts": counts, "pairs": [["o1", "o2"]]}
    with pytest.raises(Invalid, match="patent_counts: too_many"):
        computed("prox.mahalanobis", inputs)
    assert computed("prox.jaffe", inputs)["n"] == 2000


def test_what_is_nested_too_deep_is_refused() -> None:
    deep: list[Any] = []
    other: list[Any] = []
    for _ in range(100_000):
        deep, other = [deep], [other]
    rows = [{"row": "R", "type": "report", "x": deep}, {"row": "R", "type": "report", "x": other}]
    with pytest.raises(Invalid, match="inputs: too_deep"):
        computed("out.distinct", {"rows": rows})


@pytest.mark.parametrize(
    ("metric", "inputs", "said"),
    [
        ("use.e10.mtbf", {"month_hours": 1, "states": {"idle": 1}, "failures": 1}, "states: state_unknown"),
        ("spill.localisation", {"citations": sample(4, 2), "controls": sample(5, 1)}, "controls/n: equal_n"),
        ("spill.localisation", {"citations": sample(4, 5), "controls": sample(4, 1)}, "citations/same_region: between"),
        ("attr.share", {"value": 10, "shares": [0.1, 0.2, 0.7000000001]}, "shares: sum_to_one"),
        ("attr.share", {"value": 10, "shares": [0.1] * 9}, "shares: sum_to_one"),
        ("sdc.round5", {"counts": {"a": 1, "total": 2}}, "counts/total: partition"),
        ("sdc.round5", {"counts": {"a": 1.5}}, "counts/a: whole_number"),
        ("net.ei", {"sessions": [{"host": "a", "user": "b", "hours": True}], "jurisdiction": {}}, "hours: number"),
        ("geo.decay", {"points": {"X": [91, 0]}, "origin": "X", "half_distance_km": 1}, "points/X/0: between"),
        ("prox.jaffe", {"classes": ["A", "A"], "patent_counts": {}}, "classes: named_twice"),
        ("prox.jaffe", {"classes": ["A"], "patent_counts": {"a|b": [1]}}, "patent_counts: separator"),
        ("stock.perpetual", {"years": [2020, 2022], "flows": {}, "delta": 0, "divisor": 1}, "years: consecutive"),
        ("stock.perpetual", {"years": [2020], "flows": {}, "delta": 0, "pre_sample_growth": 0}, "above_zero"),
        ("out.income.received", {"from": "2026-01-01", "to": "2027-01-01", "currency": "HKD", "receipts": [
            {"amount": 1, "currency": "CNY"}]}, "receipts/0/currency: one_currency"),
        ("flow.net_hours", {"sessions": [{"id": 1, "host": "a", "user": "b", "hours": 1},
                                         {"id": 1, "host": "a", "user": "b", "hours": 2}], "jurisdiction": {}},
         "sessions/1: same_row_differs"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_a_rule_of_a_metric_is_named_with_its_field(metric: str, inputs: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        computed(metric, inputs)


@pytest.mark.parametrize("broken", [1, -1, 0.0000001], ids=str)
def test_states_that_do_not_partition_the_month_are_refused(broken: float) -> None:
    inputs = examples()["use.e10.total_uptime"]
    with pytest.raises(Invalid, match="states: partition"):
        computed("use.e10.total_uptime", inputs | {"month_hours": inputs["month_hours"] + broken})


def test_tenths_are_tenths() -> None:
    """0.1 + 0.2 is 0.3 here: decimals are read as they are written."""
    states = dict.fromkeys(("productive", "standby"), 0.1) | dict.fromkeys(
        ("engineering", "scheduled_down", "unscheduled_down", "nonscheduled"), 0.2
    )
    assert computed("use.e10.total_utilisation", {"month_hours": 1, "states": states})["value"] == 0.1
    assert computed("attr.share", {"value": 10, "shares": [0.1, 0.2, 0.7]})["value"] == {"attributed": [1, 2, 7]}
