"""One figure of each kind, over values that are given or taken as they come."""

from __future__ import annotations

from collections.abc import Callable

from marketplace.wording.charts.bars import Bars, bars
from marketplace.wording.charts.curves import Curve, Step, StepCurves, step_curves
from marketplace.wording.charts.figures import About, Cell, Figure, Hidden
from marketplace.wording.charts.flows import Flow, Flows, sankey
from marketplace.wording.charts.lines import Series, TimeSeries, time_series
from marketplace.wording.charts.matrices import Matrix, matrix
from marketplace.wording.charts.networks import Network, Node, Tie, network

VALUES: tuple[Cell, ...] = (3, 12, None, Hidden.FEW, 40.5, 7, Hidden.WITHHELD, 1200, 0)
NAMES = ("Hong Kong <b>&", "深圳先進半導體材料中試線有限公司（河套）", "=cmd|'/C calc'!A0")


def about(key: str = "chart") -> About:
    return About(key=key, title="Output & <use> by year", description='What "was" recorded')


def lines_of(values: tuple[Cell, ...] = VALUES, language: str = "en") -> Figure:
    periods = tuple(str(2018 + at) for at in range(len(values)))
    told = TimeSeries(periods, tuple(Series(name, values) for name in NAMES))
    return time_series(about("lines"), told, language)


def bars_of(values: tuple[Cell, ...] = VALUES, language: str = "en") -> Figure:
    groups = tuple(f"{NAMES[at % 3]} {at}" for at in range(len(values)))
    return bars(about("bars"), Bars(groups, NAMES[:2], tuple((value, value) for value in values)), language)


def curves_of(values: tuple[Cell, ...] = VALUES, language: str = "en") -> Figure:
    steps = tuple(Step(at * 3, value, 0.2, 0.9, len(values) - at) for at, value in enumerate(values))
    return step_curves(about("curves"), StepCurves((Curve(NAMES[0], steps), Curve(NAMES[1], steps[:2])), 36), language)


def matrix_of(values: tuple[Cell, ...] = VALUES, language: str = "en") -> Figure:
    cells = tuple(tuple(values[(at + to) % len(values)] for to in range(3)) for at in range(3)) if values else ()
    told = Matrix(
        down="User", across="Host", rows=NAMES if values else (), columns=NAMES if values else (), cells=cells,
        row_totals=(1, 2, 3) if values else (), column_totals=(4, 5, 6) if values else (), total=21,
    )  # fmt: skip
    return matrix(about("matrix"), told, language)


def flows_of(values: tuple[Cell, ...] = VALUES, language: str = "en") -> Figure:
    flows = tuple(Flow(f"{NAMES[at % 3]} {at % 11}", f"to {at % 9}", value) for at, value in enumerate(values))
    return sankey(about("flows"), Flows(flows, "hours"), language)


def network_of(values: tuple[Cell, ...] = VALUES, language: str = "en") -> Figure:
    nodes = tuple(Node(f"{NAMES[at % 3]} {at}", ("HK", "CN", "MO")[at % 3]) for at in range(len(values) + 1))
    ties = tuple(Tie(nodes[at].name, nodes[at * 7 % (at + 1) - 1].name, value) for at, value in enumerate(values))
    return network(about("network"), Network(nodes, ties), language)


KINDS: dict[str, Callable[..., Figure]] = {
    "lines": lines_of,
    "bars": bars_of,
    "curves": curves_of,
    "matrix": matrix_of,
    "flows": flows_of,
    "network": network_of,
}
