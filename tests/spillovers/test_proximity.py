"""Jaffe and Mahalanobis against plain loops, their pools, and that only pairs that share a class are looked at."""

from __future__ import annotations

import math
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.spillovers.computing import computed
from marketplace.spillovers.rules.proximity import ClassMatrix, exposure, jaffe_pairs, known, most_pairs

CLASSES = "ABCDE"
COUNTS = st.dictionaries(
    st.sampled_from([f"o{number}" for number in range(8)]),
    st.fixed_dictionaries({}, optional={each: st.integers(0, 50) for each in CLASSES}),
    min_size=2,
    max_size=8,
)
Rows = dict[str, dict[str, int]]


def jaffe_by_loops(counts: Rows, one: str, other: str) -> float | None:
    """The cosine as it is written in books, over raw counts."""
    dot = sum(counts[one].get(each, 0) * counts[other].get(each, 0) for each in CLASSES)
    sizes = [sum(counts[name].get(each, 0) ** 2 for each in CLASSES) for name in (one, other)]
    return dot / math.sqrt(sizes[0] * sizes[1]) if all(sizes) else None


def mahalanobis_by_loops(counts: Rows, one: str, other: str) -> float:
    """N Omega N' cell by cell."""
    placed = {name: row for name, row in counts.items() if any(row.values())}
    shares = {name: [row.get(each, 0) / sum(row.values()) for each in CLASSES] for name, row in placed.items()}
    met = [[sum(row[t] * row[u] for row in shares.values()) for u in range(5)] for t in range(5)]
    total = 0.0
    for t in range(5):
        for u in range(5):
            if met[t][t] and met[u][u]:
                omega = met[t][u] / math.sqrt(met[t][t] * met[u][u])
                total += _unit(shares[one])[t] * omega * _unit(shares[other])[u]
    return total


def _unit(row: list[float]) -> list[float]:
    length = math.sqrt(sum(each * each for each in row))
    return [each / length for each in row]


@settings(deadline=None)
@given(counts=COUNTS)
def test_jaffe_is_what_plain_loops_give(counts: Rows) -> None:
    near = jaffe_pairs(counts)
    names = sorted(counts)
    for at, one in enumerate(names):
        for other in names[at + 1 :]:
            wanted = jaffe_by_loops(counts, one, other)
            assert ((one, other) in near) == bool(wanted)
            assert near.get((one, other), 0) == pytest.approx(wanted or 0, abs=1e-11)
            assert near.get((one, other), 0) <= 1 + 1e-11


@settings(deadline=None)
@given(counts=COUNTS)
def test_mahalanobis_is_what_plain_loops_give(counts: Rows) -> None:
    matrix = ClassMatrix(counts)
    for one in counts:
        for other in counts:
            if any(counts[one].values()) and any(counts[other].values()):
                assert matrix.pair(one, other) == pytest.approx(mahalanobis_by_loops(counts, one, other), abs=1e-10)
                assert matrix.pair(one, other) == matrix.pair(other, one)
            else:
                assert matrix.pair(one, other) is None


@settings(deadline=None)
@given(counts=COUNTS, stocks=st.lists(st.integers(0, 1000), min_size=8, max_size=8))
def test_a_pool_is_the_sum_over_all_others(counts: Rows, stocks: list[int]) -> None:
    held = {f"o{number}": float(each) for number, each in enumerate(stocks)}
    by_jaffe, by_classes = exposure(counts, held), ClassMatrix(counts).exposure(held)
    placed = [name for name in counts if any(counts[name].values())]
    assert by_jaffe.keys() == by_classes.keys() == set(placed)
    for one in placed:
        others = [other for other in placed if other != one]
        wanted = sum((jaffe_by_loops(counts, one, other) or 0) * held[other] for other in others)
        assert by_jaffe[one] == pytest.approx(wanted, abs=1e-7)
        wanted = sum(mahalanobis_by_loops(counts, one, other) * held[other] for other in others)
        assert by_classes[one] == pytest.approx(wanted, abs=1e-7)


@settings(deadline=None)
@given(counts=COUNTS, factor=st.integers(1, 9), order=st.randoms(use_true_random=False))
def test_order_and_scale_change_nothing(counts: Rows, factor: int, order: Random) -> None:
    turned = {name: dict(reversed(counts[name].items())) for name in order.sample(sorted(counts), len(counts))}
    inputs = {"classes": list(CLASSES), "patent_counts": counts}
    for metric in ("prox.jaffe", "prox.mahalanobis"):
        assert computed(metric, inputs) == computed(metric, inputs | {"patent_counts": turned})
    scaled = {name: {each: count * factor for each, count in row.items()} for name, row in counts.items()}
    assert jaffe_pairs(scaled) == pytest.approx(jaffe_pairs(counts), abs=1e-11)


def test_lists_and_objects_tell_the_same() -> None:
    rows = {"U": [8, 2, 0], "F": [0, 5, 5]}
    named = {"U": {"A": 8, "B": 2}, "F": {"B": 5, "C": 5}}
    inputs = {"classes": ["A", "B", "C"], "patent_counts": rows}
    for metric in ("prox.jaffe", "prox.mahalanobis"):
        assert computed(metric, inputs) == computed(metric, inputs | {"patent_counts": named})


def test_pairs_are_told_when_asked_for() -> None:
    counts = {"U": [8, 2], "F": [0, 5], "Z": [0, 0]}
    inputs = {"classes": ["A", "B"], "patent_counts": counts, "pairs": [["U", "F"], ["F", "Z"]]}
    assert set(computed("prox.jaffe", inputs)["value"]) == {"U|F", "F|U", "F|Z", "Z|F"}
    assert computed("prox.jaffe", inputs)["value"]["F|Z"] is None
    assert set(computed("prox.mahalanobis", inputs)["value"]) == {"omega", "U|F", "F|U", "F|Z", "Z|F"}


def population(size: int, classes: int, own: int) -> dict[str, dict[str, float]]:
    """Organisations that are each at home in a few of many classes."""
    draw = Random(7)
    names = [f"c{number}" for number in range(classes)]
    return {
        f"o{number:04}": {each: float(draw.randint(1, 30)) for each in draw.sample(names, own)}
        for number in range(size)
    }


def test_two_thousand_organisations_cost_only_the_pairs_that_share_a_class() -> None:
    counts = population(2000, 600, 4)
    near = jaffe_pairs(counts)
    assert len(near) <= most_pairs(counts) < 2000 * 1999 / 2 / 10
    some = sorted(near)[:: len(near) // 50]
    rows = {name: list(known(counts)[name]) for pair in some for name in pair}
    assert all(set(rows[one]) & set(rows[other]) for one, other in some)
    pools = ClassMatrix(counts).exposure(dict.fromkeys(counts, 1.0))
    matrix = ClassMatrix(counts)
    one = "o0007"
    assert pools[one] == pytest.approx(math.fsum(matrix.pair(one, other) or 0 for other in counts if other != one))


def test_a_large_population_tells_pairs_that_share_a_class_or_those_asked_for() -> None:
    counts = population(300, 400, 2)
    inputs = {"classes": [f"c{number}" for number in range(400)], "patent_counts": counts}
    value = computed("prox.jaffe", inputs)["value"]
    assert 0 < len(value) < 300 * 299 and all(value.values())
    assert computed("prox.mahalanobis", inputs | {"pairs": [["o0000", "o0001"]]})["n"] == 300
