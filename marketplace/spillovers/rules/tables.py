"""A two-way table of counts with totals as it may be published: no hidden figure can be found by differences.

Small cells are hidden first, then others beside them, until whoever knows the rules, every published figure and all
sums still can't tell any small cell from any other from 1 to 4. Noughts stay noughts, so that of a total a reader knows
that it is no less than the number of its parts that are none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import networkx as nx

from marketplace.spillovers.rules.disclosure import BASE, rounded, small

TOTAL: Final = ""  # the name of the line of totals, which no row or column has
_WITHOUT_END: Final = 10**9

# A cell by its row and column; either may be the total.
Cell = tuple[str, str]


@dataclass(frozen=True)
class Table:
    """Counts by row and column, and cells that are secret for another reason (too few or dominating contributors)."""

    counts: Mapping[Cell, int]
    secret: Collection[Cell] = ()

    @cached_property
    def rows(self) -> Sequence[str]:
        """The names of the rows."""
        return sorted({row for row, _ in self.counts})

    @cached_property
    def columns(self) -> Sequence[str]:
        """The names of the columns."""
        return sorted({column for _, column in self.counts})

    @cached_property
    def whole(self) -> Mapping[Cell, int]:
        """All cells with the totals of rows and columns and of everything."""
        found = {(row, column): self.counts.get((row, column), 0) for row in self.rows for column in self.columns}
        sides = {(row, TOTAL): sum(found[row, each] for each in self.columns) for row in self.rows}
        feet = {(TOTAL, column): sum(found[each, column] for each in self.rows) for column in self.columns}
        return found | sides | feet | {(TOTAL, TOTAL): sum(found.values())}

    def floor(self, cell: Cell) -> int:
        """What a cell that is no nought can't be below: 1, and for a total the number of its parts that are none."""
        row, column = cell
        if TOTAL not in cell:
            return 1
        parts = [each for each, count in self.whole.items() if count and TOTAL not in each]
        return sum(1 for each in parts if row in (TOTAL, each[0]) and column in (TOTAL, each[1]))

    @cached_property
    def primary(self) -> frozenset[Cell]:
        """The cells that may not be shown."""
        return frozenset(cell for cell, count in self.whole.items() if small(count) or (count and cell in self.secret))


def published(table: Table) -> dict[Cell, int | None]:
    """Each cell and total rounded to 5, None where it is hidden; noughts stay noughts."""
    hidden = hiding(table)
    return {cell: None if cell in hidden else rounded(count) for cell, count in table.whole.items()}


def hiding(table: Table) -> frozenset[Cell]:
    """The cells that have to be hidden so that each of `primary` stays unknown."""
    hidden = set(table.primary)
    for cell in sorted(table.primary, key=lambda each: (table.whole[each], each)):
        while not protected(table, hidden, cell):
            more = next(_beside(table, hidden, cell), None)
            if more is None:
                break
            hidden.add(more)
    return frozenset(hidden)


def protected(table: Table, hidden: Collection[Cell], cell: Cell) -> bool:
    """Whether all that is published leaves a cell as wide as it must be: 1 to 4, or 5 to each side of a larger one."""
    least, most = bounds(table, hidden, cell)
    count, floor = table.whole[cell], table.floor(cell)
    if small(count):
        return least <= floor and most >= max(BASE - 1, floor + BASE - 2)
    return least <= max(floor, count - BASE) and most >= count + BASE


def bounds(table: Table, hidden: Collection[Cell], cell: Cell) -> tuple[int, int]:
    """The least and the greatest that a cell may be, for whoever knows what is published and how tables add up.

    A table with its totals is a circulation, and its counts one that fits; how far a cell may move is a greatest flow
    through what the others leave (integral, because such matrices are totally unimodular).
    """
    graph, (tail, head) = _leeway(table, hidden, cell), _ends(cell)
    least, most = _open(cell, table.whole[cell], cell in hidden)
    up = min(most - table.whole[cell], _flow(graph, head, tail))
    down = min(table.whole[cell] - least, _flow(graph, tail, head))
    return table.whole[cell] - down, table.whole[cell] + up


def _leeway(table: Table, hidden: Collection[Cell], but: Cell) -> nx.DiGraph:
    graph = nx.DiGraph()
    for cell, count in table.whole.items():
        tail, head = _ends(cell)
        graph.add_nodes_from((tail, head))
        if cell == but:
            continue
        least, most = _open(cell, count, cell in hidden)
        _add(graph, tail, head, most - count)
        _add(graph, head, tail, count - least)
    return graph


def _add(graph: nx.DiGraph, tail: str, head: str, room: int) -> None:
    if room > 0:
        old = graph.get_edge_data(tail, head, {"capacity": 0})["capacity"]
        graph.add_edge(tail, head, capacity=old + room)


def _flow(graph: nx.DiGraph, source: str, sink: str) -> int:
    return int(nx.maximum_flow_value(graph, source, sink))


def _ends(cell: Cell) -> tuple[str, str]:
    """Counts flow from their row to their column, from a start to each row, from columns to an end, and back."""
    row, column = cell
    if TOTAL in (row, column):
        return ("start", f"row {row}") if row else (f"column {column}", "end") if column else ("end", "start")
    return f"row {row}", f"column {column}"


def _open(cell: Cell, count: int, hidden: bool) -> tuple[int, int]:
    """What a reader knows of one cell by itself: noughts exactly, others to the rounding, hidden ones that they are."""
    if count == 0:
        return 0, 0
    if hidden:  # small cells are told to be "fewer than 5"; of totals nothing is told
        return 1, BASE - 1 if small(count) and TOTAL not in cell else _WITHOUT_END
    return max(BASE, rounded(count) - BASE // 2), rounded(count) + BASE // 2


def _beside(table: Table, hidden: Collection[Cell], cell: Cell) -> Iterator[Cell]:
    """What may be hidden next: the smallest in the same row or column before the rest, totals last."""
    open_cells = [each for each, count in table.whole.items() if count and each not in hidden]
    near = {each for each in open_cells if each[0] == cell[0] or each[1] == cell[1]}
    return iter(sorted(open_cells, key=lambda each: (each not in near, TOTAL in each, table.whole[each], each)))
