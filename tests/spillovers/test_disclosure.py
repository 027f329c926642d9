"""Small figures stay unknown: by themselves, in percentages, and in whole tables to whoever can subtract."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from marketplace.spillovers.rules.disclosure import dominated, percent, round5, shown, small, too_few
from marketplace.spillovers.rules.tables import TOTAL, Cell, Table, hiding, published


@pytest.mark.parametrize(
    ("count", "wanted"),
    [(0, 0), (1, {"lt": 5}), (4, {"lt": 5}), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15), (10**15 + 3, 10**15 + 5)],
)
def test_counts_are_rounded_and_small_ones_hidden(count: int, wanted: Any) -> None:
    assert round5(count) == wanted


@pytest.mark.parametrize(
    ("part", "whole", "wanted"),
    [
        (11, 22, None),
        (12, 23, 40),
        (3, 23, None),
        (0, 23, 0),
        (23, 23, 100),
        (24, 24, 100),
        (50, 100, 50),
        (33, 99, 35),
    ],
)
def test_percentages_stand_only_on_23_and_come_from_rounded_figures(part: int, whole: int, wanted: int | None) -> None:
    assert percent(part, whole) == wanted


def test_one_who_dominates_is_seen() -> None:
    assert dominated([Fraction(80), Fraction(15), Fraction(5)], Fraction(15))
    assert not dominated([Fraction(80), Fraction(15), Fraction(12)], Fraction(15))
    assert dominated([Fraction(5), Fraction(7)], Fraction(1)) and not dominated([], Fraction(15))


def test_fewer_than_three_contributors_publish_nothing() -> None:
    assert [too_few(number) for number in range(5)] == [False, True, True, False, False]
    assert shown(40, 2) is None and shown(40, 3) == 40 and shown(3, 2) == {"lt": 5} and shown(0, 0) == 0


# The attack: what a reader with a solver finds out from a published table.


def told(cell: Cell, value: int | None) -> tuple[float, float | None]:
    """What a published figure says: nought is nought, others lie within the rounding, hidden ones are not nought."""
    if value is None:
        return 1, None
    return (0, 0) if value == 0 else (max(5, value - 2), value + 2)


def attacked(shown_table: dict[Cell, int | None], target: Cell) -> tuple[float, float]:
    """The least and greatest that a cell may be, by linear programming over all sums of the table."""
    cells = sorted(shown_table)
    place = {cell: at for at, cell in enumerate(cells)}
    sums = []
    for line in {row for row, _ in cells}:
        row = np.zeros(len(cells))
        for cell in cells:
            if cell[0] == line:
                row[place[cell]] = -1 if cell[1] == TOTAL else 1
        sums.append(row)
    for line in {column for _, column in cells}:
        row = np.zeros(len(cells))
        for cell in cells:
            if cell[1] == line:
                row[place[cell]] = -1 if cell[0] == TOTAL else 1
        sums.append(row)
    limits = [told(cell, shown_table[cell]) for cell in cells]
    found = []
    for sign in (1, -1):
        aim = np.zeros(len(cells))
        aim[place[target]] = sign
        solved = linprog(aim, A_eq=np.array(sums), b_eq=np.zeros(len(sums)), bounds=limits)
        found.append(float("inf") if solved.status == 3 else sign * solved.fun)
    return found[0], found[1]


def parts(table: Table, cell: Cell) -> int:
    """How many cells that are no nought a cell is the sum of: noughts are public, so it can't be less."""
    row, column = cell
    alike = [each for each in table.counts if row in (TOTAL, each[0]) and column in (TOTAL, each[1])]
    return sum(1 for each in alike if table.counts[each])


def holds(table: Table) -> None:
    shown_table = published(table)
    for cell, count in table.whole.items():
        if small(count):
            assert shown_table[cell] is None
            least, most = attacked(shown_table, cell)
            floor = parts(table, cell)
            assert least <= floor + 1e-6 and most >= max(4, floor + 3) - 1e-6, (cell, count, least, most)
        elif cell in table.primary:
            least, most = attacked(shown_table, cell)
            assert most - least >= 5, (cell, count, least, most)


@pytest.mark.parametrize(
    "rows",
    [
        [[12, 3, 0], [20, 30, 40]],
        [[3, 0, 0], [0, 50, 60]],
        [[5, 2], [5, 40]],
        [[1, 1], [1, 1]],
        [[1, 1, 1], [0, 0, 0]],
        [[4, 4, 4], [4, 4, 4], [4, 4, 4]],
        [[2]],
        [[0, 0], [0, 0]],
        [[3, 100], [100, 100]],
        [[3, 0], [0, 3]],
        [[1, 7, 0, 55], [8, 0, 2, 3], [100, 6, 6, 6]],
    ],
    ids=str,
)
def test_no_difference_tells_a_hidden_figure(rows: list[list[int]]) -> None:
    holds(table_of(rows))


def table_of(rows: list[list[int]], secret: tuple[Cell, ...] = ()) -> Table:
    counts = {(f"r{at}", f"c{to}"): count for at, row in enumerate(rows) for to, count in enumerate(row)}
    return Table(counts, secret)


CELLS = st.one_of(st.integers(0, 6), st.integers(0, 80))


def tables(width: int) -> st.SearchStrategy[list[list[int]]]:
    """Tables of up to four rows."""
    return st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(rows=st.integers(1, 4).flatmap(tables))
def test_no_difference_tells_a_hidden_figure_of_any_table(rows: list[list[int]]) -> None:
    holds(table_of(rows))


def test_a_figure_of_two_contributors_can_not_be_found_either() -> None:
    table = table_of([[40, 12, 30], [8, 25, 70]], secret=(("r0", "c0"),))
    assert published(table)["r0", "c0"] is None
    holds(table)


def test_the_attack_finds_what_is_hidden_alone() -> None:
    """The control: hiding the small cell only, as primary suppression does, gives it away."""
    table = table_of([[5, 2], [5, 40]])
    naive = {cell: None if small(count) else round5(count) for cell, count in table.whole.items()}
    least, most = attacked(naive, ("r0", "c1"))  # type: ignore[arg-type]
    assert most < 4 - 1e-6 and least >= 1 - 1e-6


def test_a_table_without_small_figures_is_shown_whole_and_noughts_always() -> None:
    table = table_of([[12, 30], [0, 41]])
    assert hiding(table) == frozenset()
    assert published(table)["r1", "c0"] == 0
    assert published(table)[TOTAL, TOTAL] == 85
    assert published(table_of([[0, 3], [7, 9]]))["r0", "c0"] == 0


def test_order_changes_nothing() -> None:
    draw = Random(3)
    rows = [[draw.choice((0, 2, 6, 30)) for _ in range(5)] for _ in range(5)]
    table = table_of(rows)
    turned = Table(dict(reversed(list(table.counts.items()))))
    assert hiding(table) == hiding(turned)


def test_a_table_of_thirty_lines_is_no_burden() -> None:
    draw = Random(5)
    rows = [[draw.choice((0, 0, 3, 12, 40, 90)) for _ in range(12)] for _ in range(30)]
    hidden = hiding(table_of(rows))
    assert len(hidden) < 31 * 13
