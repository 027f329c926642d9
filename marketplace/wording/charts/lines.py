"""Time series: at most five lines with points, each named at its end, with gaps where a figure is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.wording.charts import words
from marketplace.wording.charts.figures import About, Cell, ColumnKind, Figure, Hidden, Table, drawable
from marketplace.wording.charts.making import columns, figure, levels
from marketplace.wording.charts.marks import (
    DASHES,
    MOST_SERIES,
    SERIES,
    SHAPES,
    Canvas,
    Dot,
    Drawing,
    Mark,
    Paint,
    Path,
    Point,
    Words,
)  # fmt: skip
from marketplace.wording.charts.scales import Scale, round_ticks, spread, thinned
from marketplace.wording.charts.texts import shortened, text_width
from marketplace.wording.dictionary import spoken


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name, and a value for each period."""

    name: str
    values: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class TimeSeries:
    """Periods in their order, and the lines over them."""

    periods: tuple[str, ...]
    series: tuple[Series, ...]
    kind: ColumnKind = "number"


@dataclass(frozen=True, slots=True)
class _Frame:
    canvas: Canvas
    x: Scale
    y: Scale
    ticks: tuple[float, ...]
    texts: tuple[str, ...]


def time_series(about: About, told: TimeSeries, language: str) -> Figure:
    """The chart; series beyond the fifth stand in the table alone."""
    if any(len(each.values) != len(told.periods) for each in told.series):
        raise ValueError("a series has another number of values than there are periods")
    tongue, drawn = spoken(language), told.series[:MOST_SERIES]
    cells = [cell for each in drawn for cell in each.values]
    notes = []
    if any(cell is None or isinstance(cell, Hidden) for cell in cells):
        notes.append(words.GAPS[tongue])
    if len(told.series) > MOST_SERIES:
        notes.append(words.MORE_IN_TABLE[tongue])
    table = Table(
        columns((words.PERIOD[tongue], "text"), *((each.name, told.kind) for each in told.series)),
        tuple((period, *(each.values[at] for each in told.series)) for at, period in enumerate(told.periods)),
    )

    def draw(canvas: Canvas) -> Drawing:
        return _draw(canvas, TimeSeries(told.periods, drawn, told.kind), language)

    return figure(about, table, draw, language=language, cells=cells, notes=notes)


def _draw(canvas: Canvas, told: TimeSeries, language: str) -> Drawing:
    height = 260.0 if canvas.narrow else 300.0
    frame = _frame(canvas, told, language, height)
    marks: list[Mark] = levels(
        frame.y, frame.ticks, frame.texts, left=frame.x.start, right=frame.x.end, size=canvas.size
    )
    marks += _periods(frame, told.periods, height)
    for number, each in enumerate(told.series):
        marks += _line(frame, each, number, told=told, language=language)
    marks += _names(frame, told.series)
    return canvas.done(height, marks)


def _frame(canvas: Canvas, told: TimeSeries, language: str, height: float) -> _Frame:
    values = [value for each in told.series for cell in each.values if (value := drawable(cell)) is not None]
    whole = told.kind == "number" and all(value == int(value) for value in values)
    ticks = round_ticks(min(0.0, *values), max(0.0, *values), whole=whole)
    texts = tuple(words.shown(round(each, 9), language, told.kind) for each in ticks)
    left = max(text_width(text, canvas.size) for text in texts) + 10
    names = max((text_width(each.name, canvas.size) for each in told.series), default=0.0)
    right = canvas.width - min(names + 18, canvas.width * 0.28)
    x = Scale(0, max(len(told.periods) - 1, 1), left + 8, right - 8)
    return _Frame(canvas, x, Scale(ticks[0], ticks[-1], height - 34, 14), ticks, texts)


def _periods(frame: _Frame, periods: Sequence[str], height: float) -> list[Mark]:
    size = frame.canvas.size
    widest = max(text_width(each, size) for each in periods) + 12
    every = thinned(len(periods), frame.x.end - frame.x.start + widest, widest)
    last = len(periods) - 1
    return [
        Words(frame.x.at(at), height - 12, shortened(each, size, frame.canvas.width / 2), size, "middle", "ink-soft")
        for at, each in enumerate(periods)
        if (last - at) % every == 0
    ]


def _line(frame: _Frame, series: Series, number: int, *, told: TimeSeries, language: str) -> list[Mark]:
    token = SERIES[number]
    marks: list[Mark] = []
    for run in _runs([drawable(cell) for cell in series.values]):
        points: tuple[Point, ...] = tuple((frame.x.at(at), frame.y.at(value)) for at, value in run)
        if len(points) > 1:
            marks.append(Path(points, Paint(stroke=token, width=2, dash=DASHES[number])))
        for (at, _value), (x, y) in zip(run, points, strict=True):
            text = f"{series.name}, {told.periods[at]}: {words.shown(series.values[at], language, told.kind)}"
            marks.append(Dot(x, y, SHAPES[number], 4, Paint(fill=token, stroke="paper"), text))
    return marks


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """The stretches of periods whose values are known: between two of them the line breaks."""
    runs: list[list[tuple[int, float]]] = []
    for at, value in enumerate(values):
        if value is None:
            continue
        if runs and runs[-1][-1][0] == at - 1:
            runs[-1].append((at, value))
        else:
            runs.append([(at, value)])
    return runs


def _names(frame: _Frame, series: Sequence[Series]) -> list[Mark]:
    size, ends = frame.canvas.size, []
    for number, each in enumerate(series):
        known = [(at, value) for at, cell in enumerate(each.values) if (value := drawable(cell)) is not None]
        if known:
            at, value = known[-1]
            ends.append((number, each.name, frame.x.at(at), frame.y.at(value)))
    places = spread([y for _number, _name, _x, y in ends], size * 1.3, frame.y.end, frame.y.start)
    marks: list[Mark] = []
    left = frame.x.end + 16
    for (number, name, x, y), place in zip(ends, places, strict=True):
        if abs(place - y) > 3 or x < frame.x.end - 1:
            marks.append(Path(((x + 6, y), (left - 4, place)), Paint(stroke=SERIES[number], width=0.75)))
        text = shortened(name, size, frame.canvas.width - left)
        marks.append(Words(left, place + size * 0.35, text, size))
    return marks
