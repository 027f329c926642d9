"""Whoever has a published table, the rules and patience finds out no hidden cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.outcomes.models import OutcomeType
from marketplace.spillovers.rules.disclosure import rounded
from marketplace.spillovers.rules.published import CLASS_OF, Printed, Unpublished, printed
from marketplace.spillovers.rules.tables import TOTAL, Cell

FEW, WITHHELD = Unpublished.FEW, Unpublished.WITHHELD
# As far as an attacker looks: more than any count of the tables below can be.
FAR = 16


def matrix(counts: list[list[int]], behind: list[list[int]] | None = None) -> list[tuple[str, str, int, int]]:
    """The stored cells of a table with totals; each has ten behind it where nothing else is said."""
    rows, columns = range(len(counts)), range(len(counts[0]))
    who = behind or [[10 for _column in columns] for _row in rows]
    cells = [
        (f"r{at}", f"c{to}", counts[at][to], who[at][to] if counts[at][to] else 0) for at in rows for to in columns
    ]
    cells += [(f"r{at}", TOTAL, sum(counts[at]), max(who[at]) if sum(counts[at]) else 0) for at in rows]
    for to in columns:
        column = [counts[at][to] for at in rows]
        cells.append((TOTAL, f"c{to}", sum(column), max(who[at][to] for at in rows) if sum(column) else 0))
    return [*cells, (TOTAL, TOTAL, sum(map(sum, counts)), 10)]


def fitting(shown: Printed) -> range:
    """Every count that may stand behind what is printed of it."""
    if shown is FEW:
        return range(1, 5)
    if shown is WITHHELD:
        return range(1, FAR)
    assert isinstance(shown, int)
    return range(1) if shown == 0 else range(max(5, shown - 2), shown + 3)


def tables(view: Mapping[Cell, Printed]) -> Iterator[dict[Cell, int]]:
    """Every table that looks like this when it is published, found by trying them all."""
    inner = [cell for cell in view if TOTAL not in cell]
    for counts in product(*(fitting(view[cell]) for cell in inner)):
        whole = dict(zip(inner, counts, strict=True))
        for row, column in view:
            if TOTAL in (row, column):
                whole[row, column] = sum(
                    whole[cell] for cell in inner if row in (TOTAL, cell[0]) and column in (TOTAL, cell[1])
                )
        if all(_fits(whole[cell], view[cell]) for cell in view):
            yield whole


def _fits(count: int, shown: Printed) -> bool:
    return count >= 1 if shown is WITHHELD else count in fitting(shown)


@given(st.lists(st.lists(st.integers(0, 9), min_size=2, max_size=2), min_size=2, max_size=2))
@settings(max_examples=120)
def test_no_hidden_cell_is_told_by_trying_every_table(counts: list[list[int]]) -> None:
    view = printed(matrix(counts))
    small = [cell for cell, shown in view.items() if shown is FEW]
    if not small:
        return
    possible: dict[Cell, set[int]] = {cell: set() for cell in small}
    for whole in tables(view):
        for cell in small:
            possible[cell].add(whole[cell])
    assert all({1, 2, 3, 4} <= found for found in possible.values())


@given(st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), min_size=2, max_size=2))
@settings(max_examples=60)
def test_no_hidden_total_is_told_by_trying_every_table(counts: list[list[int]]) -> None:
    view = printed(matrix(counts))
    totals = [cell for cell, shown in view.items() if TOTAL in cell and shown is WITHHELD]
    possible: dict[Cell, set[int]] = {cell: set() for cell in totals}
    for whole in tables(view) if totals else ():
        for cell in totals:
            possible[cell].add(whole[cell])
    assert all(len(found) >= 4 for found in possible.values())


@given(st.lists(st.lists(st.integers(0, 60), min_size=3, max_size=3), min_size=2, max_size=5))
@settings(max_examples=80)
def test_what_is_printed_is_right(counts: list[list[int]]) -> None:
    cells = matrix(counts)
    view = printed(cells)
    for row, column, count, _behind in cells:
        shown = view[row, column]
        assert shown in (rounded(count), FEW, WITHHELD)
        assert (shown is FEW) <= (1 <= count <= 4)
        assert (shown == 0) == (count == 0)
        assert isinstance(shown, Unpublished) or shown % 5 == 0


def test_a_total_from_which_small_cells_could_be_told_is_hidden_with_them() -> None:
    view = printed(matrix([[4, 4], [50, 60]]))  # 10 would say 8 to 12, so that both were 4
    assert view["r0", "c0"] is view["r0", "c1"] is FEW
    assert view["r0", TOTAL] is WITHHELD
    assert printed(matrix([[3, 40], [50, 60]]))["r0", TOTAL] == 45  # rounding leaves 1 to 4 open here


def test_small_totals_are_not_called_small() -> None:
    assert printed(matrix([[1, 1, 1, 1], [50, 60, 70, 80]]))["r0", TOTAL] is WITHHELD  # else each were 1


@pytest.mark.parametrize("behind", [0, 1, 2])
def test_fewer_than_three_contributors_hide_a_figure_whatever_its_size(behind: int) -> None:
    view = printed(matrix([[300, 400], [500, 600]], [[behind, 10], [10, 10]]))
    assert view["r0", "c0"] is WITHHELD
    assert WITHHELD in {view["r0", "c1"], view["r0", TOTAL]} and WITHHELD in {view["r1", "c0"], view[TOTAL, "c0"]}


def test_a_small_figure_of_few_contributors_is_not_even_called_small() -> None:
    assert printed(matrix([[3, 40], [50, 60]], [[2, 10], [10, 10]]))["r0", "c0"] is WITHHELD


def test_order_and_repetition_of_cells_change_nothing() -> None:
    cells = matrix([[3, 40, 7], [50, 0, 1]])
    assert printed(cells) == printed(cells[::-1])


def test_every_type_of_outcome_has_a_class() -> None:
    assert set(CLASS_OF) == {each.value for each in OutcomeType}
