"""Whatever the values, marks stay within their picture, and pictures say what their values say."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.wording.charts.bars import Bars, bars
from marketplace.wording.charts.curves import Curve, Step, StepCurves, step_curves
from marketplace.wording.charts.figures import Cell, Figure, Hidden, drawable
from marketplace.wording.charts.flows import BAR, Flow, gathered
from marketplace.wording.charts.lines import Series, TimeSeries, time_series
from marketplace.wording.charts.marks import PALETTE, Box, Dot, Path, Ribbon, Words
from marketplace.wording.charts.matrices import Matrix, matrix
from marketplace.wording.charts.networks import Network, Node, Tie, layout, strongest
from marketplace.wording.charts.scales import Scale, round_ticks, spread
from marketplace.wording.charts.texts import broken, shortened, text_width
from tests.wording.charts.samples import KINDS, VALUES, about, flows_of, network_of

NUMBERS = st.one_of(
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-(10**20), 10**20),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.fractions(),
    st.none(),
    st.sampled_from(Hidden),
)
CELLS = st.lists(NUMBERS, max_size=14).map(tuple)
NAMES = st.text(max_size=60)


def inside(figure: Figure) -> bool:
    for _name, drawing in figure.drawings:
        for mark in drawing.marks:
            for x, y in mark.reach():
                if not (math.isfinite(x) and math.isfinite(y)):
                    return False
                if not (-1 <= x <= drawing.width + 1 and -1 <= y <= drawing.height + 1):
                    return False
    return True


@pytest.mark.parametrize("kind", KINDS)
@given(values=CELLS)
@settings(max_examples=40)
def test_no_mark_leaves_its_picture(kind: str, values: tuple[Cell, ...]) -> None:
    assert inside(KINDS[kind](values))


@pytest.mark.parametrize("kind", KINDS)
def test_only_colours_of_the_palette_are_used(kind: str) -> None:
    figure = KINDS[kind](VALUES)
    assert figure.wide is not None and figure.narrow is not None
    for mark in figure.wide.marks:
        tokens = [mark.fill] if isinstance(mark, Words) else [mark.paint.fill, mark.paint.stroke]
        assert {each for each in tokens if each} <= set(PALETTE)


@given(flows=st.lists(st.tuples(NAMES, NAMES, NUMBERS), max_size=60))
@settings(max_examples=60)
def test_gathering_small_flows_loses_nothing(flows: list[tuple[str, str, Cell]]) -> None:
    told = [Flow(*each) for each in flows]
    whole = sum(value for each in told if (value := drawable(each.value)) is not None and value > 0)
    bands = gathered(told, "the others")
    assert sum(each.value for each in bands) == pytest.approx(whole)
    assert len({each.source for each in bands}) <= 8 and len({each.target for each in bands}) <= 8


def test_a_band_is_as_high_as_what_flows_on_both_sides() -> None:
    values = tuple(range(1, 40))
    figure = flows_of(values)
    assert figure.wide is not None
    bands = [mark for mark in figure.wide.marks if isinstance(mark, Ribbon)]
    bars_ = [mark for mark in figure.wide.marks if isinstance(mark, Box) and mark.width == BAR]
    left = min(mark.x for mark in bars_)
    per_unit = sum(mark.height for mark in bars_ if mark.x == left) / sum(values)
    assert sum(mark.height for mark in bars_ if mark.x != left) == pytest.approx(sum(values) * per_unit)
    assert sum(band.height for band in bands) == pytest.approx(sum(values) * per_unit)
    for bar in bars_:
        touching = [band for band in bands if _begins_in(band, bar, at_left=bar.x == left)]
        assert sum(band.height for band in touching) == pytest.approx(bar.height)


@given(values=st.lists(st.integers(1, 10**6), min_size=2, max_size=40))
@settings(max_examples=40)
def test_names_beside_flows_never_run_into_each_other(values: list[int]) -> None:
    for _name, drawing in flows_of(tuple(values)).drawings:
        places: dict[float, list[float]] = {}
        for mark in drawing.marks:
            if isinstance(mark, Words):
                places.setdefault(mark.x, []).append(mark.y)
        size = min(mark.size for mark in drawing.marks if isinstance(mark, Words))
        for heights in places.values():
            assert all(below - above >= size for above, below in pairwise(sorted(heights)))


def _begins_in(band: Ribbon, bar: Box, *, at_left: bool) -> bool:
    y = band.left[1] if at_left else band.right[1]
    return bar.y - 1e-6 <= y <= bar.y + bar.height - band.height + 1e-6


@given(values=st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=10))
def test_bars_are_as_long_as_their_values(values: list[int]) -> None:
    groups = tuple(str(at) for at in range(len(values)))
    figure = bars(about(), Bars(groups, ("one",), tuple((value,) for value in values)), "en")
    assert figure.wide is not None
    drawn = [mark for mark in figure.wide.marks if isinstance(mark, Box)]
    wanted = [abs(value) for value in values if value]
    assert len(drawn) == len(wanted)
    if wanted and max(wanted) > 0:
        per_unit = max(mark.width for mark in drawn) / max(wanted)
        for mark, value in zip(drawn, wanted, strict=True):
            assert mark.width == pytest.approx(value * per_unit, abs=1e-6)


def test_a_hidden_figure_is_a_gap_and_no_point() -> None:
    told = TimeSeries(("2020", "2021", "2022", "2023"), (Series("Papers", (5, Hidden.FEW, 10, 15)),))
    figure = time_series(about(), told, "en")
    assert figure.wide is not None
    points = [mark for mark in figure.wide.marks if isinstance(mark, Dot)]
    lines = [mark for mark in figure.wide.marks if isinstance(mark, Path) and mark.paint.stroke == "series-1"]
    assert len(points) == 3
    assert [len(line.points) for line in lines] == [2]
    assert figure.notes == ("Where a figure is hidden or missing, the picture has a gap; the table says which.",)


def test_a_curve_steps_down_where_it_is_told_and_shows_who_was_left() -> None:
    steps = tuple(Step(*each) for each in ((0, 1, 1, 1, 10), (6, 0.8, 0.5, 0.9, 8), (12, 0.5, 0.2, 0.7, 4)))
    figure = step_curves(about(), StepCurves((Curve("all", steps),), 12), "en")
    assert figure.wide is not None
    line = next(mark for mark in figure.wide.marks if isinstance(mark, Path) and mark.paint.stroke == "series-1")
    heights = [y for _x, y in line.points]
    assert heights == sorted(heights)  # downwards: the picture's y grows downwards
    heading = next(at for at, mark in enumerate(figure.wide.marks) if isinstance(mark, Words) and mark.strong)
    below = [mark.text for mark in figure.wide.marks[heading + 1 :] if isinstance(mark, Words)]
    assert below == ["10", "8", "8", "8", "4", "4", "4"]  # at months 0, 2, 4, 6, 8, 10 and 12
    assert [row[-1] for row in figure.table.rows] == [10, 8, 4]


def test_hidden_cells_of_a_matrix_are_words_in_it() -> None:
    cells = ((10, Hidden.FEW), (Hidden.WITHHELD, 5))
    told = Matrix(down="User", across="Host", rows=("HK", "CN"), columns=("HK", "CN"), cells=cells)
    figure = matrix(about(), told, "en")
    assert figure.wide is not None and figure.narrow is not None
    said = " ".join(mark.text for mark in figure.narrow.marks if isinstance(mark, Words))
    assert "fewer than 5" in said and "not published" in said


def test_the_same_rows_in_any_order_make_the_same_network() -> None:
    nodes = tuple(Node(f"organisation {at}", "HK" if at % 2 else "CN") for at in range(12))
    ties = tuple(Tie(nodes[at].name, nodes[(at * 5 + 1) % 12].name, at % 4 + 1) for at in range(12))
    one, other = Network(nodes, ties), Network(nodes[::-1], ties[::-1])
    assert layout(strongest(one)) == layout(strongest(other))


def test_ties_across_a_boundary_differ_by_more_than_colour_and_names_never_overlap() -> None:
    figure = network_of(tuple(range(1, 60)))
    assert figure.wide is not None
    dashes = {mark.paint.dash for mark in figure.wide.marks if isinstance(mark, Path)}
    assert dashes == {"", "5 4"}
    names = [mark for mark in figure.wide.marks if isinstance(mark, Words) and mark.halo]
    boxes = [(m.x, m.y - m.size * 0.85, m.x + text_width(m.text, m.size), m.y + m.size * 0.25) for m in names]
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]


@given(low=st.floats(-1e12, 1e12), high=st.floats(-1e12, 1e12), whole=st.booleans())
def test_ticks_hold_what_they_are_for(low: float, high: float, whole: bool) -> None:
    ticks = round_ticks(low, high, whole=whole)
    assert 2 <= len(ticks) <= 9
    slack = 1e-6 * max(abs(low), abs(high), 1)
    assert ticks[0] <= min(low, high) + slack and ticks[-1] >= max(low, high) - slack


@given(wanted=st.lists(st.floats(0, 100), max_size=6))
def test_labels_keep_their_distance(wanted: list[float]) -> None:
    placed = spread(wanted, 10, 0, 100)
    ordered = sorted(placed)
    assert all(after - before >= 10 - 1e-6 for before, after in pairwise(ordered))
    assert all(-1e-6 <= each <= 100 + 1e-6 for each in placed)


@given(text=st.text(max_size=80), room=st.floats(20, 400))
def test_shortened_text_fits(text: str, room: float) -> None:
    assert text_width(shortened(text, 13, room), 13) <= room
    assert all(text_width(line, 13) <= room for line in broken(text, 13, room))


def test_numbers_of_every_kind_can_be_drawn_and_nothing_else() -> None:
    assert [drawable(each) for each in (3, 2.5, Decimal("1.5"), Fraction(1, 4))] == [3.0, 2.5, 1.5, 0.25]
    nothing: list[Cell] = [
        None,
        Hidden.FEW,
        "12",
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("1e400"),
        10**300,
    ]
    assert [drawable(each) for each in nothing] == [None] * len(nothing)


def test_a_scale_never_leaves_its_range() -> None:
    scale = Scale(0, 10, 100, 20)
    assert [scale.at(each) for each in (-5, 0, 5, 10, 50)] == [100, 100, 60, 20, 20]
