"""Putting a chart together: both pictures, its table, and what must be said beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from marketplace.wording.charts import words
from marketplace.wording.charts.figures import About, Cell, Column, Figure, Hidden, Table, drawable
from marketplace.wording.charts.marks import NARROW, WIDE, Anchor, Box, Canvas, Dot, Drawing, Mark, Paint, Path, Words
from marketplace.wording.charts.scales import Scale
from marketplace.wording.charts.texts import shortened, text_width
from marketplace.wording.dictionary import spoken

GRID = Paint(stroke="line", width=1)
AXIS = Paint(stroke="line-strong", width=1)


def figure(
    about: About,
    table: Table,
    draw: Callable[[Canvas], Drawing],
    *,
    language: str,
    cells: Iterable[Cell],
    notes: Sequence[str] = (),
) -> Figure:
    """The chart, drawn for pages and for telephones; a sentence in place of both where no cell can be drawn."""
    tongue, drawn = spoken(language), list(cells)
    something = any(drawable(each) is not None for each in drawn)
    hidden = any(isinstance(each, Hidden) for each in drawn)
    return Figure(
        about=about,
        language=language,
        table=table,
        wide=draw(Canvas(WIDE)) if something else None,
        narrow=draw(Canvas(NARROW)) if something else None,
        empty="" if something else (words.ALL_HIDDEN if hidden else words.EMPTY)[tongue],
        notes=(*about.notes, *(notes if something else ())),
    )


def columns(*labelled: tuple[str, str]) -> tuple[Column, ...]:
    """Columns of a table from pairs of label and kind."""
    return tuple(Column(label, kind) for label, kind in labelled)  # type: ignore[arg-type]


def levels(
    scale: Scale, ticks: Sequence[float], texts: Sequence[str], *, left: float, right: float, size: float
) -> list[Mark]:
    """Lines across for the ticks of an upright scale, each with its number on the left."""
    marks: list[Mark] = []
    for value, text in zip(ticks, texts, strict=True):
        y = scale.at(value)
        marks.append(Path(((left, y), (right, y)), AXIS if value == 0 else GRID))
        marks.append(Words(left - 6, y + size * 0.35, text, size, "end", "ink-soft"))
    return marks


def words_at(
    x: float,
    y: float,
    text: str,
    *,
    size: float,
    room: float,
    anchor: Anchor = "start",
    soft: bool = False,
    strong: bool = False,
) -> Words:
    """A line of text, shortened to its room."""
    return Words(x, y, shortened(text, size, room), size, anchor, "ink-soft" if soft else "ink", strong)


def key(items: Sequence[tuple[Path | Box | Dot, str]], canvas: Canvas, top: float) -> tuple[list[Mark], float]:
    """A key: each item's mark, drawn around (0, 0) in 24 by 12 units, and its words; and how far down it reaches."""
    marks: list[Mark] = []
    x, y, line = 4.0, top + canvas.size, canvas.size * 1.6
    for sign, text in items:
        said = shortened(text, canvas.size, canvas.width - 40)
        width = 30 + text_width(said, canvas.size) + 16
        if x > 4 and x + width > canvas.width:
            x, y = 4.0, y + line
        marks.append(moved(sign, x + 12, y - canvas.size * 0.35))
        marks.append(Words(x + 30, y, said, canvas.size, fill="ink-soft"))
        x += width
    return marks, y + canvas.size * 0.6 if items else top


def moved(mark: Path | Box | Dot, x: float, y: float) -> Mark:
    """The same mark elsewhere."""
    if isinstance(mark, Path):
        return Path(tuple((px + x, py + y) for px, py in mark.points), mark.paint, mark.closed, mark.says)
    if isinstance(mark, Box):
        return Box(mark.x + x, mark.y + y, mark.width, mark.height, mark.paint, mark.says)
    return Dot(mark.x + x, mark.y + y, mark.shape, mark.size, mark.paint, mark.says)
