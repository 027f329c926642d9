"""Proximity in technology or on markets, and the stocks of others that it gives exposure to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, combinations_with_replacement
from typing import Any, Final

from marketplace.spillovers.rules import given as read
from marketplace.spillovers.rules.given import Given
from marketplace.spillovers.rules.proximity import (
    ClassMatrix,
    Counts,
    both_ways,
    exposure,
    jaffe_of,
    jaffe_pairs,
    known,
    most_pairs,
)
from marketplace.spillovers.rules.results import Result, told
from marketplace.spillovers.rules.stocks import perpetual
from marketplace.values.refusal import Invalid

# Up to so many organisations every pair is told; above it those that share a class, or those that were asked for.
ALL_PAIRS: Final = 200
# For each row that is allowed, so many pairs told, so many looked at, and so many cells of a matrix.
TOLD_PER_ROW: Final = 10
PAIRS_PER_ROW: Final = 50
CELLS_PER_ROW: Final = 100
MOST_YEARS: Final = 200
START_RULES: Final = ("R0/(delta+g)", "R0/divisor")


def jaffe(given: Given) -> Result:
    """prox.jaffe: P_ij = T_i T_j' / sqrt((T_i T_i')(T_j T_j')); null for whoever has no output."""
    counts = counts_of(given, "classes", "patent_counts")
    placed, asked = known(counts), _pairs(given, counts, alone=False)
    if asked is None:
        near = jaffe_pairs(_few(given, counts, TOLD_PER_ROW))
        found: dict[str, float | None] = dict(both_ways((one, other, each) for (one, other), each in near.items()))
    else:
        cosines = jaffe_of(counts, asked)
        found = dict(both_ways((one, other, cosines.get((one, other))) for one, other in asked))
    return Result(value=found, n=len(placed), n_unknown=len(counts) - len(placed))


def mahalanobis(given: Given) -> Result:
    """prox.mahalanobis: N Omega N' for each pair and each organisation with itself, and Omega."""
    counts = counts_of(given, "classes", "patent_counts")
    matrix = _matrix(given, counts)
    asked = _pairs(given, counts, alone=True)
    if asked is None:
        raise Invalid.one("pairs", "required")
    found = dict(both_ways((one, other, matrix.pair(one, other)) for one, other in asked))
    omega = _omega(matrix, _classes(given, "classes"))
    return Result(value={"omega": omega, **found}, n=len(matrix.names), n_unknown=len(counts) - len(matrix.names))


def stock(given: Given) -> Result:
    """stock.perpetual: the stock of each organisation in each year."""
    stocks = stocks_of(given)
    return Result(value={name: [told(each) for each in row] for name, row in stocks.items()}, n=len(stocks))


def technology(given: Given) -> Result:
    """spill.tech: what others hold, weighted by how near they are, by both proximities."""
    counts = counts_of(given, "classes", "patent_counts")
    stocks, unknown = _held(given, counts)
    by_pairs = exposure(_few(given, counts, PAIRS_PER_ROW), stocks)
    by_classes = _matrix(given, counts).exposure(stocks)
    value = {"jaffe": _with_unknown(by_pairs, counts), "mahalanobis": _with_unknown(by_classes, counts)}
    return Result(value=value, n=len(by_pairs), n_unknown=unknown)


def market(given: Given) -> Result:
    """spill.market: what others hold, weighted by how much their sales lie in the same industries."""
    counts = counts_of(given, "industries", "sales")
    stocks, unknown = _held(given, counts)
    found = exposure(_few(given, counts, PAIRS_PER_ROW), stocks)
    return Result(value=_with_unknown(found, counts), n=len(found), n_unknown=unknown)


def counts_of(given: Given, columns: str, rows: str) -> Counts:
    """For each organisation what it has in each class: a list in the order of the classes, or an object by class."""
    named = _classes(given, columns)
    told_rows = given.mapping(rows)
    if len(named) * len(told_rows) > CELLS_PER_ROW * given.most_rows and any(
        isinstance(each, list) for each in told_rows.values()
    ):
        raise Invalid.one(rows, "too_many", max=CELLS_PER_ROW * given.most_rows)
    if any("|" in name for name in told_rows):
        raise Invalid.one(rows, "separator")
    return {name: _row(row, f"{rows}/{name}", named) for name, row in told_rows.items()}


def stocks_of(given: Given) -> dict[str, list[float]]:
    """The stocks of every organisation whose flows are told."""
    years, delta, divisor = _years(given), given.number("delta", least=0, most=1), _divisor(given)
    found = {}
    for name, row in given.mapping("flows").items():
        flows = [read.real(each, f"flows/{name}/{at}") for at, each in enumerate(read.rows(row, f"flows/{name}"))]
        if len(flows) != len(years):
            raise Invalid.one(f"flows/{name}", "same_length", wanted=len(years))
        found[name] = perpetual(flows, float(delta), divisor)
    return found


def _classes(given: Given, name: str) -> list[str]:
    told_names = read.rows(given.value(name), name, read.MOST_CLASSES)
    found = read.names(told_names, name, read.MOST_CLASSES)
    if len(found) < len(told_names):
        raise Invalid.one(name, "named_twice")
    return found


def _row(row: Any, field: str, classes: list[str]) -> dict[str, float]:
    if isinstance(row, Mapping):
        named = read.mapping(row, field)
        if strange := sorted(named.keys() - set(classes)):
            raise Invalid.one(f"{field}/{strange[0]}", "choice")
        return {each: read.real(value, f"{field}/{each}", least=0) for each, value in named.items()}
    values = read.rows(row, field)
    if len(values) != len(classes):
        raise Invalid.one(field, "same_length", wanted=len(classes))
    return {
        each: read.real(value, f"{field}/{at}", least=0)
        for at, (each, value) in enumerate(zip(classes, values, strict=True))
    }


def _few(given: Given, counts: Counts, per_row: int) -> Counts:
    """The same, unless more pairs share a class than may be looked at."""
    if most_pairs(counts) > per_row * given.most_rows:
        raise Invalid.one("classes", "too_many_pairs", max=per_row * given.most_rows)
    return counts


def _matrix(given: Given, counts: Counts) -> ClassMatrix:
    """The matrix of organisations and classes, unless it is larger than may be."""
    found = ClassMatrix(counts)
    if len(found.names) * len(found.classes) > CELLS_PER_ROW * given.most_rows:
        raise Invalid.one("patent_counts", "too_many", max=CELLS_PER_ROW * given.most_rows)
    return found


def _pairs(given: Given, counts: Counts, *, alone: bool) -> list[tuple[str, str]] | None:
    """The pairs that were asked for, else all of a small population; `alone`: each with itself too."""
    if given.has("pairs"):
        return list(_asked(given, counts))
    if len(counts) > ALL_PAIRS:
        return None
    return list((combinations_with_replacement if alone else combinations)(counts, 2))


def _asked(given: Given, counts: Counts) -> Iterator[tuple[str, str]]:
    for at, pair in enumerate(given.rows("pairs")):
        two = [read.text(each, f"pairs/{at}/{side}") for side, each in enumerate(read.rows(pair, f"pairs/{at}", 2))]
        if len(two) != 2:
            raise Invalid.one(f"pairs/{at}", "same_length", wanted=2)
        if strange := [each for each in two if each not in counts]:
            raise Invalid.one(f"pairs/{at}/{two.index(strange[0])}", "choice")
        yield two[0], two[1]


def _omega(matrix: ClassMatrix, classes: list[str]) -> list[list[float | None]]:
    """Omega in the order of the classes that were given; null where nobody has output in a class."""
    place = {each: at for at, each in enumerate(matrix.classes)}
    size = matrix.omega if place else None

    def cell(one: str, other: str) -> float | None:
        return (
            told(float(size[place[one], place[other]])) if size is not None and {one, other} <= place.keys() else None
        )

    return [[cell(one, other) for other in classes] for one in classes]


def _years(given: Given) -> list[int]:
    field = read.rows(given.value("years"), "years", MOST_YEARS)
    found = [read.whole(each, f"years/{at}", least=read.YEARS[0], most=read.YEARS[1]) for at, each in enumerate(field)]
    if not found:
        raise Invalid.one("years", "required")
    if found != list(range(found[0], found[0] + len(found))):
        raise Invalid.one("years", "consecutive")
    return found


def _divisor(given: Given) -> float:
    """What the first flow is divided by: depreciation plus earlier growth, or a number stored with the value."""
    if given.has("initial_rule") and given.text("initial_rule") not in START_RULES:
        raise Invalid.one("initial_rule", "choice")
    if given.has("divisor"):
        return float(given.number("divisor", above=0))
    found = given.number("delta", least=0, most=1) + given.number("pre_sample_growth", least=-1, most=10)
    if found <= 0:
        raise Invalid.one("pre_sample_growth", "above_zero_with_delta")
    return float(found)


def _held(given: Given, counts: Counts) -> tuple[dict[str, float], int]:
    """The stocks in the year that is asked for, and how many organisations lack a stock or a place."""
    years, stocks = _years(given), stocks_of(given)
    year = given.whole("at_year") if given.has("at_year") else years[-1]
    if year not in years:
        raise Invalid.one("at_year", "choice")
    placed = known(counts).keys()
    held = {name: row[years.index(year)] for name, row in stocks.items()}
    return held, len((held.keys() | counts.keys()) - (held.keys() & placed))


def _with_unknown(found: Mapping[str, float], counts: Counts) -> dict[str, float | None]:
    return {name: found.get(name) for name in counts}


COMPUTATIONS: Final = {
    "prox.jaffe": jaffe,
    "prox.mahalanobis": mahalanobis,
    "stock.perpetual": stock,
    "spill.tech": technology,
    "spill.market": market,
}
