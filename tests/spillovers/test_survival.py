"""Kaplan-Meier against published tables, against lifelines on its own data, and at its edges."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.spillovers.computing import computed
from marketplace.spillovers.rules.survival import Curve, curve

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from lifelines import KaplanMeierFitter
    from lifelines.datasets import load_larynx, load_leukemia, load_waltons
    from lifelines.utils import restricted_mean_survival_time

# Miller (1981): acute myelogenous leukaemia. R's survival prints the tables below in tests/doaml.Rout.save.
MAINTAINED = "9 13 13+ 18 23 28+ 31 34 45+ 48 161+"
NOT_MAINTAINED = "5 5 8 8 12 16+ 23 27 30 33 43 45"
PUBLISHED: dict[str, list[tuple[float, int, int, float, float | None]]] = {
    MAINTAINED: [
        (9, 11, 1, 0.909, 0.0867), (13, 10, 1, 0.818, 0.1163), (18, 8, 1, 0.716, 0.1397), (23, 7, 1, 0.614, 0.1526),
        (31, 5, 1, 0.491, 0.1642), (34, 4, 1, 0.368, 0.1627), (48, 2, 1, 0.184, 0.1535),
    ],
    NOT_MAINTAINED: [
        (5, 12, 2, 0.8333, 0.1076), (8, 10, 2, 0.6667, 0.1361), (12, 8, 1, 0.5833, 0.1423), (23, 6, 1, 0.4861, 0.1481),
        (27, 5, 1, 0.3889, 0.1470), (30, 4, 1, 0.2917, 0.1387), (33, 3, 1, 0.1944, 0.1219), (43, 2, 1, 0.0972, 0.0919),
        (45, 1, 1, 0.0, None),
    ],
}  # fmt: skip
MEDIANS = {MAINTAINED: 31, NOT_MAINTAINED: 23}


def observed(text: str) -> list[tuple[float, bool]]:
    """Times; a plus marks one that was still going on."""
    return [(float(each.rstrip("+")), not each.endswith("+")) for each in text.split()]


@pytest.mark.parametrize("text", list(PUBLISHED), ids=["maintained", "not maintained"])
def test_the_published_table_comes_out(text: str) -> None:
    found = curve(observed(text))
    assert [(each.time, each.at_risk, each.events) for each in found.drops] == [row[:3] for row in PUBLISHED[text]]
    for drop, (_, _, _, left, error) in zip(found.drops, PUBLISHED[text], strict=True):
        assert drop.left == pytest.approx(left, abs=5e-4)
        assert drop.error == (None if error is None else pytest.approx(error, abs=5e-5))
    assert found.median == MEDIANS[text]


def samples() -> Iterator[tuple[str, Sequence[float], Sequence[int]]]:
    """Data sets that lifelines brings, whole and by group."""
    waltons, leukemia, larynx = load_waltons(), load_leukemia(), load_larynx()
    for name, rows in (("waltons", waltons), *((f"waltons {key}", part) for key, part in waltons.groupby("group"))):
        yield name, rows["T"].tolist(), rows["E"].tolist()
    for name, rows in (("leukemia", leukemia), *((f"leukemia {key}", part) for key, part in leukemia.groupby("Rx"))):
        yield name, rows["t"].tolist(), rows["status"].tolist()
    yield "larynx", larynx["time"].tolist(), larynx["death"].tolist()


SAMPLES = list(samples())


def test_the_data_are_the_published_ones() -> None:
    """Freireich's 42 patients (gehan.dat): 30 relapses in 541 weeks."""
    _, times, events = next(each for each in SAMPLES if each[0] == "leukemia")
    assert (len(times), sum(events), sum(times)) == (42, 30, 541)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample[0])
def test_lifelines_says_the_same(sample: tuple[str, Sequence[float], Sequence[int]]) -> None:
    _, times, events = sample
    fitted = KaplanMeierFitter(alpha=0.05).fit(times, events)
    found = curve((time, bool(event)) for time, event in zip(times, events, strict=True))
    table = fitted.event_table[fitted.event_table["observed"] > 0]
    assert [each.time for each in found.drops] == table.index.tolist()
    assert [each.at_risk for each in found.drops] == table["at_risk"].tolist()
    assert [each.events for each in found.drops] == table["observed"].tolist()
    for drop in found.drops:
        assert drop.left == pytest.approx(float(fitted.predict(drop.time)), abs=1e-12)
        assert drop.error == _error(fitted, drop.time, drop.left)
    assert found.median == (None if math.isinf(fitted.median_survival_time_) else fitted.median_survival_time_)
    until = found.last * 0.75
    assert found.mean_until(until) == pytest.approx(float(restricted_mean_survival_time(fitted, t=until)), rel=1e-9)


def _error(fitted: Any, time: float, left: float) -> Any:
    """Greenwood's error out of lifelines' log(-log) interval, whose half width is z se / (S |log S|)."""
    if left in (0, 1):
        return None
    low, high = (float(each) for each in fitted.confidence_interval_.loc[time])
    width = abs(math.log(-math.log(low)) - math.log(-math.log(high)))
    return pytest.approx(width / 2 / 1.959963984540054 * left * abs(math.log(left)), rel=1e-6)


def test_beyond_the_last_observation_nothing_is_known() -> None:
    going = Curve([(3, True), (10, False)])
    assert going.at(10) == 0.5 and going.at(10.5) is None and going.error(11) is None and going.mean_until(11) is None
    ended = Curve([(3, True), (10, True)])
    assert ended.at(99) == 0 and ended.mean_until(99) == ended.mean_until(10) == 6.5


def test_nobody_watched_is_nothing_known() -> None:
    result = computed("ret.km", {"months_event": [], "at": [0, 12]})
    assert result["value"]["S"] == {"0": None, "12": None} and result["n"] == 0 and result["n_unknown"] == 2
    assert computed("lag.median", {"lags_months": []})["value"] == {"median_months": None, "mean_months": None}


def test_rows_with_an_id_count_once_and_those_without_each() -> None:
    row = {"id": "T1", "months": 3, "event": 1}
    assert computed("ret.km", {"months_event": [row, row]})["n"] == 1
    assert computed("ret.km", {"months_event": [[3, 1], [3, 1]]})["n"] == 2


def test_a_lag_that_is_still_running_has_a_median_and_no_mean() -> None:
    value = computed("lag.median", {"months_event": [[6, 1], [9, 1], [12, 0]]})["value"]
    assert value == {"median_months": 9, "mean_months": None}


TIMES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 1)), min_size=1, max_size=40)


@settings(deadline=None)
@given(seen=TIMES, order=st.randoms(use_true_random=False))
def test_order_changes_nothing(seen: list[tuple[int, int]], order: Any) -> None:
    turned = order.sample(seen, len(seen))
    one, other = (
        computed("ret.km", {"months_event": [list(each) for each in rows], "at": [6, 24]}) for rows in (seen, turned)
    )
    assert one == other


@settings(deadline=None)
@given(seen=TIMES)
def test_the_curve_only_falls_and_without_censoring_is_the_share_that_is_left(seen: list[tuple[int, int]]) -> None:
    found = curve((time, bool(event)) for time, event in seen)
    left = [each.left for each in found.drops]
    assert left == sorted(left, reverse=True) and all(0 <= each <= 1 for each in left)
    whole = curve((time, True) for time, _ in seen)
    for time in range(0, 61, 10):
        assert whole.at(time) == pytest.approx(sum(1 for each, _ in seen if each > time) / len(seen), abs=1e-12)
