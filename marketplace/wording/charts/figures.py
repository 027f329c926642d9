"""What a chart is made of: a title, what it shows in words, its picture in two widths, and its table."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Literal

from marketplace.wording.charts.marks import Drawing

Number = int | float | Decimal | Fraction
ColumnKind = Literal["text", "number", "percent"]
# Beyond this no figure of ours lies; a picture that had to hold it would show nothing else.
LARGEST = 1e15


class Hidden(Enum):
    """Why a cell's number is not shown."""

    FEW = "few"  # between 1 and 4
    WITHHELD = "withheld"  # from it another hidden number could be told


Cell = str | Number | Hidden | None  # None: nothing is recorded


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a chart's table."""

    label: str
    kind: ColumnKind = "number"


@dataclass(frozen=True, slots=True)
class Table:
    """All that a chart shows, and what its picture has no room for, as rows."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a chart is called, in the reader's language; `key` is unique on its page and names its files."""

    key: str
    title: str
    description: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart with its table; where there is nothing to draw, both pictures are None and `empty` says so."""

    about: About
    language: str
    table: Table
    wide: Drawing | None
    narrow: Drawing | None
    empty: str
    notes: tuple[str, ...] = ()

    @property
    def drawings(self) -> Iterator[tuple[str, Drawing]]:
        """Both pictures with their names; none where there is nothing to draw."""
        for name, drawing in (("wide", self.wide), ("narrow", self.narrow)):
            if drawing is not None:
                yield name, drawing


def drawable(cell: Cell) -> float | None:
    """The number that a cell puts into a picture; None for one that is hidden, missing, text or out of all reason."""
    settled = finite(cell)
    if settled is None or isinstance(settled, str | Hidden):
        return None
    return float(settled) if -LARGEST <= settled <= LARGEST else None


def finite(cell: Cell) -> Cell:
    """The cell, or None where it is a number that says nothing (not a number, infinite)."""
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else None
    if isinstance(cell, Decimal):
        return cell if cell.is_finite() else None
    return cell
