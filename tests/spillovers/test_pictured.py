"""What pictures are drawn from: cells with their totals and contributors, ties, curves with limits."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from marketplace.spillovers.computing import computed
from marketplace.values.refusal import Invalid
from tests.spillovers.examples import OUTCOMES

SHARING = {
    "sessions": [
        {"id": 1, "host": "U1", "user": "F1", "hours": 40},
        {"id": 2, "host": "U1", "user": "F3", "hours": "10.5"},
        {"id": 3, "host": "F1", "user": "U1", "hours": 25},
        {"id": 4, "host": "U1", "user": "U1", "hours": 100},
        {"id": 5, "host": "U9", "user": "F1", "hours": 7},
    ],
    "jurisdiction": {"U1": "HK", "F1": "CN-GD", "F3": "HK", "U9": None},
}


def test_sessions_are_counted_from_the_users_territory_to_the_hosts_with_who_stands_behind() -> None:
    told = computed("flow.matrix", SHARING)
    assert (told["n"], told["n_unknown"]) == (4, 1)
    assert told["value"]["cells"] == [
        ["", "", 3, 75.5, 3, 2],
        ["", "CN", 1, 25, 1, 1],
        ["", "HK", 2, 50.5, 2, 1],
        ["CN", "", 1, 40, 1, 1],
        ["CN", "HK", 1, 40, 1, 1],
        ["HK", "", 2, 35.5, 2, 2],
        ["HK", "CN", 1, 25, 1, 1],
        ["HK", "HK", 1, 10.5, 1, 1],
    ]


def test_ties_have_no_direction() -> None:
    told = computed("net.ties", SHARING)["value"]
    assert told["ties"] == [["F1", "U1", 2, 65], ["F3", "U1", 1, 10.5]]
    assert told["territories"] == {"F1": "CN", "U1": "HK", "F3": "HK"}
    assert told["left_out"] == 0


def test_no_more_than_the_strongest_ties_are_told_and_the_others_counted() -> None:
    sessions = [{"id": at, "host": "H", "user": f"U{at:03}", "hours": at + 1} for at in range(310)]
    homes = {"H": "HK", **{f"U{at:03}": "CN" for at in range(310)}}
    told = computed("net.ties", {"sessions": sessions, "jurisdiction": homes})["value"]
    assert len(told["ties"]) == 300 and told["left_out"] == 10
    assert told["ties"][0] == ["H", "U309", 1, 310]


SEEN = [(3, 1), (5, 0), (6, 1), (6, 1), (8, 0), (12, 1), (14, 0), (18, 1), (24, 0), (24, 0)]


def stays(cohort: str | None = None) -> list[dict[str, Any]]:
    return [{"id": at, "months": months, "event": over, "cohort": cohort} for at, (months, over) in enumerate(SEEN)]


def test_a_curve_is_told_at_every_time_with_those_at_risk_and_limits() -> None:
    steps = computed("ret.curve", {"months_event": stays()})["value"]["cohorts"][""]
    assert [row[:3] for row in steps] == [
        [0, 10, 0], [3, 10, 1], [5, 9, 0], [6, 8, 2], [8, 6, 0], [12, 5, 1], [14, 4, 0], [18, 3, 1], [24, 2, 0],
    ]  # fmt: skip
    assert next(row for row in steps if row[0] == 12)[3] == pytest.approx(0.54)  # the worked case C07
    assert all(0 <= row[4] <= row[3] <= row[5] <= 1 for row in steps if row[4] is not None)


def test_the_limits_of_a_curve_are_those_that_lifelines_gives() -> None:
    fitted = KaplanMeierFitter().fit([months for months, _over in SEEN], [over for _months, over in SEEN])
    limits = fitted.confidence_interval_
    for months, _at_risk, _ended, left, low, high in computed("ret.curve", {"months_event": stays()})["value"][
        "cohorts"
    ][""]:
        assert left == pytest.approx(fitted.survival_function_.loc[months].iloc[0])
        assert [low, high] == pytest.approx(list(limits.loc[months]))


def test_cohorts_have_curves_of_their_own_beside_that_of_all() -> None:
    rows = [{**row, "cohort": "2022" if row["id"] % 2 else "2023"} for row in stays()]
    told = computed("lag.curve", {"months_event": rows})
    assert sorted(told["value"]["cohorts"]) == ["", "2022", "2023"]
    assert [told["value"]["cohorts"][name][0][1] for name in ("", "2022", "2023")] == [10, 5, 5]
    assert told["n"] == 10


def test_an_outcome_stands_in_one_cell_and_in_its_totals() -> None:
    told = computed("out.matrix", {"rows": [*OUTCOMES, OUTCOMES[0]]})
    assert (told["n"], told["n_unknown"]) == (3, 1)
    assert told["value"]["cells"] == [
        ["", "", 3, 3], ["", "hire", 1, 0], ["", "publication", 2, 3], ["HQ", "", 1, 2], ["HQ", "publication", 1, 2],
        ["none", "", 1, 0], ["none", "hire", 1, 0], ["several", "", 1, 2], ["several", "publication", 1, 2],
    ]  # fmt: skip


@given(st.permutations(OUTCOMES), st.permutations(SHARING["sessions"]), st.permutations(stays()))
def test_order_changes_nothing(outcomes: list[Any], sessions: list[Any], seen: list[Any]) -> None:
    shuffled = {"rows": outcomes, "months_event": seen, **SHARING, "sessions": sessions}
    straight = {"rows": OUTCOMES, "months_event": stays(), **SHARING}
    for metric in ("flow.matrix", "net.ties", "ret.curve", "out.matrix"):
        assert computed(metric, shuffled) == computed(metric, straight)


@pytest.mark.parametrize(
    ("metric", "inputs", "field"),
    [
        ("flow.matrix", {"sessions": [{"host": "A", "user": "B", "hours": "x"}]}, "sessions/0/hours"),
        ("ret.curve", {"months_event": [{"id": 1, "months": -1, "event": 1}]}, "months_event/0/months"),
        ("ret.curve", {"months_event": [[3, 1]]}, "months_event/0"),
        ("out.matrix", {"rows": [{"row": 1, "places": []}]}, "rows/0/type"),
        ("out.matrix", {}, "rows"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(metric: str, inputs: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        computed(metric, inputs)
    assert refused.value.errors[0].field == field
