"""A matrix: from rows to columns, shaded by size, with every number printed and hidden ones said in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.wording.charts import words
from marketplace.wording.charts.figures import About, Cell, Figure, Table, drawable
from marketplace.wording.charts.making import columns, figure
from marketplace.wording.charts.marks import Box, Canvas, Drawing, Mark, Paint, Words
from marketplace.wording.charts.texts import ELLIPSIS, broken, shortened, text_width
from marketplace.wording.dictionary import spoken

MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """What the rows and the columns are, their names, the cells, and totals as far as they are shown."""

    down: str
    across: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
    row_totals: tuple[Cell, ...] = ()
    column_totals: tuple[Cell, ...] = ()
    total: Cell = None


def matrix(about: About, told: Matrix, language: str) -> Figure:
    """The chart; rows and columns beyond the twelfth stand in the table alone, totals are never shaded."""
    if len(told.cells) != len(told.rows) or any(len(row) != len(told.columns) for row in told.cells):
        raise ValueError("cells, rows and columns differ in number")
    tongue = spoken(language)
    sums = words.TOTAL[tongue]
    heads = [*told.columns, sums] if told.row_totals else list(told.columns)
    rows = [
        (name, *row, *(told.row_totals[at : at + 1]))
        for at, (name, row) in enumerate(zip(told.rows, told.cells, strict=True))
    ]
    if told.column_totals:
        rows.append((sums, *told.column_totals, *((told.total,) if told.row_totals else ())))
    corner = f"{told.down} ↓ {told.across} →"
    table = Table(columns((corner, "text"), *((each, "number") for each in heads)), tuple(rows))
    drawn = [cell for row in told.cells for cell in row]
    larger = len(told.rows) > MOST or len(told.columns) > MOST
    notes = [words.MORE_IN_TABLE[tongue]] if larger else []
    return figure(
        about, table, lambda canvas: _draw(canvas, told, table, language), language=language,
        cells=[*drawn, told.total] if drawn else [], notes=notes,
    )  # fmt: skip


def _draw(canvas: Canvas, told: Matrix, table: Table, language: str) -> Drawing:
    size, rows, columns_ = canvas.size, min(len(told.rows), MOST), min(len(told.columns), MOST)
    heads = [each.label for each in table.columns[1 : columns_ + 1]]
    names = list(told.rows[:rows])
    shown = [table.rows[at][1 : columns_ + 1] for at in range(rows)]
    if told.row_totals:
        heads.append(table.columns[-1].label)
        shown = [(*row, table.rows[at][-1]) for at, row in enumerate(shown)]
    if told.column_totals:
        names.append(words.TOTAL[spoken(language)])
        last = table.rows[-1]
        shown.append((*last[1 : columns_ + 1], *(last[-1:] if told.row_totals else ())))
    room = min(max((text_width(each, size) for each in names), default=0.0) + 10, canvas.width * 0.28)
    each = min((canvas.width - room) / max(len(heads), 1), 150.0)
    top, tall = size * 4.8, size * 3.2
    corner = shortened(f"{told.down} ↓  {told.across} →", size, canvas.width)
    marks: list[Mark] = [Words(0, size, corner, size, fill="ink-soft")]
    over, below = _heads(heads, room, each, top=top - size * 0.6, size=size)
    marks += over
    largest = max(
        (abs(value) for row in told.cells for cell in row if (value := drawable(cell)) is not None), default=0.0
    )
    for at, (name, row) in enumerate(zip(names, shown, strict=True)):
        y = top + at * tall
        marks += _row_name(name, y + tall / 2, room - 8, size)
        for place, cell in enumerate(row):
            heat = at < rows and place < columns_
            box = (room + place * each, y, each, tall)
            marks += _cell(cell, box, largest if heat else 0.0, canvas=canvas, language=language)
    end = top + tall * len(names)
    marks += [
        Words(0, end + (at + 1.4) * size * 1.4, shortened(line, size, canvas.width), size, fill="ink-soft")
        for at, line in enumerate(below)
    ]
    return canvas.done(end + (size * 1.4 * (len(below) + 1) if below else 4), marks)


def _heads(heads: Sequence[str], left: float, each: float, *, top: float, size: float) -> tuple[list[Mark], list[str]]:
    """The heads of the columns; where one would have to be cut, numbers in their place, and what they stand for."""
    lines = [broken(text, size, each - 4) for text in heads]
    cut = any(line.endswith(ELLIPSIS) for text, said in zip(heads, lines, strict=True) if text for line in said)
    told = [(str(at + 1),) for at in range(len(heads))] if cut else lines
    marks: list[Mark] = []
    for at, said in enumerate(told):
        x = left + each * (at + 0.5)
        for number, line in enumerate(said):
            y = top - (len(said) - 1 - number) * size * 1.2
            marks.append(Words(x, y, line, size, "middle", "ink-soft"))
    return marks, [f"{at + 1}  {text}" for at, text in enumerate(heads)] if cut else []


def _cell(
    cell: Cell, place: tuple[float, float, float, float], largest: float, *, canvas: Canvas, language: str
) -> list[Mark]:
    x, y, width, height = place
    value = drawable(cell)
    marks: list[Mark] = [Box(x + 1, y + 1, width - 2, height - 2, Paint(stroke="line"))]
    if value and largest:
        share = 0.06 + 0.34 * abs(value) / largest
        marks.append(Box(x + 1, y + 1, width - 2, height - 2, Paint(fill="series-1", opacity=round(share, 3))))
    text = words.shown(cell, language)
    if value is not None:  # a number is never cut, but set smaller
        size = canvas.size * min(1.0, (width - 5) / max(text_width(text, canvas.size), 1.0))
        return [*marks, Words(x + width / 2, y + height / 2 + size * 0.35, text, round(size, 2), "middle")]
    size = canvas.size - 1 if width > 44 else canvas.size - 3
    lines = broken(text, size, width - 3)
    first = y + height / 2 + size * 0.35 - (len(lines) - 1) * size * 0.6
    return marks + [
        Words(x + width / 2, first + at * size * 1.2, line, size, "middle", "ink-soft") for at, line in enumerate(lines)
    ]


def _row_name(text: str, middle: float, room: float, size: float) -> list[Mark]:
    lines = broken(text, size, room)
    first = middle + size * 0.35 - (len(lines) - 1) * size * 0.6
    return [Words(0, first + at * size * 1.2, line, size) for at, line in enumerate(lines)]
