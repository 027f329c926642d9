"""What may be printed of a table of counts: rounded, in words, or not at all; no difference tells a hidden cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from marketplace.spillovers.rules.disclosure import rounded, small, too_few
from marketplace.spillovers.rules.tables import TOTAL, Cell, Table, hiding

# Classes of outcomes: fine enough to be read, coarse enough that few cells have to be hidden.
CLASSES: Final[Mapping[str, Sequence[str]]] = MappingProxyType(
    {
        "publications": ("publication",),
        "research_objects": ("dataset", "software", "standard"),
        "patents": ("patent_family",),
        "transfer": ("licence", "option", "assignment", "equity_in_kind", "spinoff"),
        "contracts": (
            "contract_research", "collaborative_research", "consultancy", "facility_service", "follow_on_funding",
        ),
        "innovations": ("new_product", "process_improvement", "product_registered", "safety_or_quality_certificate"),
        "people": ("training", "degree", "job"),
        "others": ("policy_citation", "award", "other"),
    }
)  # fmt: skip
CLASS_OF: Final[Mapping[str, str]] = MappingProxyType({kind: name for name, kinds in CLASSES.items() for kind in kinds})


class Unpublished(Enum):
    """Why a count is not printed."""

    FEW = "few"  # 1 to 4, with three or more behind it: "fewer than 5" may be said
    WITHHELD = "withheld"  # fewer than three stand behind it, another cell could be told from it, or a small total


# A row of a stored matrix: row, column, count, how many stand behind it.
Counted = tuple[str, str, int, int]
Printed = int | Unpublished


def printed(cells: Iterable[Counted]) -> Mapping[Cell, Printed]:
    """Each cell and total as it may be printed (S-06). Whoever asks, and in whatever form, gets the same."""
    return _printed(tuple(sorted(cells)))


@lru_cache(maxsize=256)
def _printed(cells: tuple[Counted, ...]) -> Mapping[Cell, Printed]:
    counts = {(row, column): count for row, column, count, _behind in cells if TOTAL not in (row, column)}
    secret = frozenset((row, column) for row, column, _count, behind in cells if too_few(max(behind, 1)))
    table = Table(counts, secret)
    hidden = _with_their_totals(table, hiding(table))
    return MappingProxyType({cell: _one(cell, table, hidden, secret) for cell in table.whole})


def _with_their_totals(table: Table, hidden: frozenset[Cell]) -> frozenset[Cell]:
    """Where all cells of a line are hidden, so is their total: whether it would tell too much would tell something."""
    totals = {cell for cell in table.whole if TOTAL in cell}
    open_cells = [cell for cell, count in table.counts.items() if count and cell not in hidden]
    kept = {total for row, column in open_cells for total in ((row, TOTAL), (TOTAL, column), (TOTAL, TOTAL))}
    return hidden | {total for total in totals if table.whole[total] and total not in kept}


def _one(cell: Cell, table: Table, hidden: frozenset[Cell], secret: frozenset[Cell]) -> Printed:
    count = table.whole[cell]
    if cell not in hidden:
        return rounded(count)
    # Of a small total not even that is said: its cells, each at least 1, could be told from it.
    return Unpublished.FEW if small(count) and TOTAL not in cell and cell not in secret else Unpublished.WITHHELD
