"""Bars: one group of bars per line, each with its value printed at its end and, where there are several, its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.wording.charts import words
from marketplace.wording.charts.figures import About, Cell, ColumnKind, Figure, Hidden, Table, drawable
from marketplace.wording.charts.making import AXIS, columns, figure
from marketplace.wording.charts.marks import MOST_SERIES, SERIES, Box, Canvas, Drawing, Mark, Paint, Path, Words
from marketplace.wording.charts.scales import Scale
from marketplace.wording.charts.texts import shortened, text_width
from marketplace.wording.dictionary import spoken

MOST_GROUPS = 24


@dataclass(frozen=True, slots=True)
class Bars:
    """Groups in their order, the names of their bars, and a value for each group and bar."""

    groups: tuple[str, ...]
    names: tuple[str, ...]
    values: tuple[tuple[Cell, ...], ...]
    kind: ColumnKind = "number"


def bars(about: About, told: Bars, language: str) -> Figure:
    """The chart; groups beyond the 24th and bars beyond the fifth stand in the table alone."""
    if len(told.values) != len(told.groups) or any(len(row) != len(told.names) for row in told.values):
        raise ValueError("values and names of bars differ in number")
    tongue = spoken(language)
    drawn = Bars(
        told.groups[:MOST_GROUPS],
        told.names[:MOST_SERIES],
        tuple(row[:MOST_SERIES] for row in told.values[:MOST_GROUPS]),
        told.kind,
    )
    cells = [cell for row in drawn.values for cell in row]
    table = Table(
        columns((words.GROUP[tongue], "text"), *((name, told.kind) for name in told.names)),
        tuple((group, *row) for group, row in zip(told.groups, told.values, strict=True)),
    )
    notes = [words.NOT_DRAWN[tongue]] if any(isinstance(cell, Hidden) for cell in cells) else []
    if len(told.groups) > MOST_GROUPS or len(told.names) > MOST_SERIES:
        notes.append(words.MORE_IN_TABLE[tongue])
    return figure(
        about, table, lambda canvas: _draw(canvas, drawn, language), language=language, cells=cells, notes=notes
    )


def _draw(canvas: Canvas, told: Bars, language: str) -> Drawing:
    size = canvas.size
    labels = [
        [_label(told, cell, name, language) for cell, name in zip(row, told.names, strict=True)] for row in told.values
    ]
    end_room = min(max(text_width(each, size) for row in labels for each in row) + 10, canvas.width * 0.45)
    group_room = min(max(text_width(each, size) for each in told.groups) + 10, canvas.width * 0.3)
    values = [value for row in told.values for cell in row if (value := drawable(cell)) is not None]
    low, high = min(0.0, *values), max(0.0, *values)
    before = end_room if low < 0 else 0.0  # the words of a bar below nought stand on its left
    x = Scale(low, high if high > low else low + 1, group_room + before, canvas.width - end_room)
    marks: list[Mark] = []
    y = 6.0
    for group, row, texts in zip(told.groups, told.values, labels, strict=True):
        top = y
        for number, cell in enumerate(row):
            marks += _bar(x, y, cell, texts[number], number=number, canvas=canvas)
            y += size * 1.75
        middle = (top + y - size * 0.35) / 2 + size * 0.25
        marks.append(Words(0, middle, shortened(group, size, group_room - 8), size))
        y += size * 0.8
    zero = x.at(0)
    return canvas.done(y, [Path(((zero, 2), (zero, y - 4)), AXIS), *marks])


def _bar(x: Scale, y: float, cell: Cell, text: str, *, number: int, canvas: Canvas) -> list[Mark]:
    value, size = drawable(cell), canvas.size
    zero, end = x.at(0), x.at(value or 0.0)
    marks: list[Mark] = []
    if value:
        box = Box(min(zero, end), y, abs(end - zero), size * 1.4, Paint(fill=SERIES[number]), text)
        marks.append(box)
    room = (canvas.width - end if end >= zero else end) - 8
    place = (end + 6) if end >= zero else (end - 6)
    said = shortened(text, size, room)
    return [*marks, Words(place, y + size * 1.07, said, size, "start" if end >= zero else "end")]


def _label(told: Bars, cell: Cell, name: str, language: str) -> str:
    text = words.shown(cell, language, told.kind)
    return f"{text} · {name}" if len(told.names) > 1 else text


def summed(values: Sequence[Cell]) -> float:
    """The sum of what can be drawn."""
    return sum(value for cell in values if (value := drawable(cell)) is not None)
