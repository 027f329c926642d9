"""Step curves with confidence band and numbers still observed: retention after Kaplan and Meier, and time lags."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.wording.charts import words
from marketplace.wording.charts.figures import About, Cell, Figure, Number, Table, drawable
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
class Step:
    """The share from month `at` on, its 95 per cent limits where they are known, how many were observed until then."""

    at: Number
    share: Cell
    low: Cell = None
    high: Cell = None
    at_risk: Cell = None


@dataclass(frozen=True, slots=True)
class Curve:
    """One group's steps in the order of time, beginning with the share at month 0."""

    name: str
    steps: tuple[Step, ...]


Run = Sequence[tuple[float, float, Step]]


@dataclass(frozen=True, slots=True)
class StepCurves:
    """At most five groups are drawn, until a month; `rising` curves tell what has happened, others what is left."""

    curves: tuple[Curve, ...]
    until: Number
    rising: bool = False


def step_curves(about: About, told: StepCurves, language: str) -> Figure:
    """The chart: shares between 0 and 1 over months, below it how many were still observed."""
    tongue = spoken(language)
    several = len(told.curves) > 1
    head = [(words.GROUP[tongue], "text")] if several else []
    labels = ((words.MONTH[tongue], "number"), (words.SHARE[tongue], "percent"), (words.LOW[tongue], "percent"))
    table = Table(
        columns(*head, *labels, (words.HIGH[tongue], "percent"), (words.AT_RISK[tongue], "number")),
        tuple(
            (*((curve.name,) if several else ()), step.at, step.share, step.low, step.high, step.at_risk)
            for curve in told.curves
            for step in curve.steps
        ),
    )
    drawn = StepCurves(told.curves[:MOST_SERIES], told.until, told.rising)
    cells = [step.share for curve in drawn.curves for step in curve.steps]
    notes = [words.MORE_IN_TABLE[tongue]] if len(told.curves) > MOST_SERIES else []
    return figure(
        about, table, lambda canvas: _draw(canvas, drawn, language), language=language, cells=cells, notes=notes
    )


def _draw(canvas: Canvas, told: StepCurves, language: str) -> Drawing:
    size, plot = canvas.size, 200.0 if canvas.narrow else 240.0
    until = max(drawable(told.until) or 0.0, 1.0)
    several = len(told.curves) > 1
    ticks = (0.0, 0.25, 0.5, 0.75, 1.0)
    texts = [words.shown(each, language, "percent") for each in ticks]
    names = max((text_width(each.name, size) for each in told.curves), default=0.0) if several else 0.0
    left = max(*(text_width(each, size) + 14 for each in texts), text_width(words.MONTH[spoken(language)], size) + 18)
    right = canvas.width - (min(names + 20, canvas.width * 0.28) if several else 14)
    x, y = Scale(0, until, left, right), Scale(0, 1, plot, 14)
    marks = levels(y, ticks, texts, left=left, right=right, size=size)
    months = _months(until, right - left, size)
    marks += [Words(x.at(each), plot + size * 1.5, f"{each:g}", size, "middle", "ink-soft") for each in months]
    marks.append(Words(left - 12, plot + size * 1.5, words.MONTH[spoken(language)], size, "end", "ink-soft"))
    runs = [_known(curve) for curve in told.curves]
    marks += [mark for number, run in enumerate(runs) for mark in _band(run, x, y, number)]
    marks += [mark for number, run in enumerate(runs) for mark in _steps(run, x, y, number)]
    if several:
        marks += _names(told.curves, runs, x=x, y=y, canvas=canvas)
    below, height = _observed(told.curves, x, months, language=language, top=plot + size * 3.2, canvas=canvas)
    return canvas.done(height, [*marks, *below])


def _months(until: float, room: float, size: float) -> list[float]:
    ticks = [each for each in round_ticks(0, until, most=6, whole=True) if each <= until]
    if until >= 24:  # years are read more easily than tens of months
        step = 12 * max(1, round(until / 12 / 6))
        ticks = [float(each) for each in range(0, int(until) + 1, step)]
    every = thinned(len(ticks), room, text_width("000", size) + 10)
    return ticks[::every]


def _known(curve: Curve) -> Run:
    found = []
    for step in curve.steps:
        at, share = drawable(step.at), drawable(step.share)
        if at is not None and share is not None:
            found.append((at, share, step))
    return sorted(found, key=lambda each: each[0])


def _stairs(places: Sequence[tuple[float, float]], end: float) -> list[Point]:
    points: list[Point] = []
    for x, y in places:
        if points:
            points.append((x, points[-1][1]))
        points.append((x, y))
    if points and points[-1][0] < end:
        points.append((end, points[-1][1]))
    return points


def _steps(run: Run, x: Scale, y: Scale, number: int) -> list[Mark]:
    points = _stairs([(x.at(at), y.at(share)) for at, share, _step in run], x.end)
    if len(points) < 2:
        return []
    marks: list[Mark] = [Path(tuple(points), Paint(stroke=SERIES[number], width=2, dash=DASHES[number]))]
    end_x, end_y = points[-1]
    return [*marks, Dot(end_x, end_y, SHAPES[number], 3.5, Paint(fill=SERIES[number]))]


def _band(run: Run, x: Scale, y: Scale, number: int) -> list[Mark]:
    limits = [(x.at(at), drawable(step.low), drawable(step.high)) for at, _share, step in run]
    low = [(at, y.at(below)) for at, below, above in limits if below is not None and above is not None]
    high = [(at, y.at(above)) for at, below, above in limits if below is not None and above is not None]
    if len(low) < 2:
        return []
    outline = (*_stairs(high, x.end), *reversed(_stairs(low, x.end)))
    return [Path(outline, Paint(fill=SERIES[number], opacity=0.14), closed=True)]


def _names(curves: Sequence[Curve], runs: Sequence[Run], *, x: Scale, y: Scale, canvas: Canvas) -> list[Mark]:
    ends = [(curve.name, y.at(run[-1][1])) for curve, run in zip(curves, runs, strict=True) if run]
    places = spread([place for _name, place in ends], canvas.size * 1.3, y.end, y.start)
    room = canvas.width - x.end - 10
    return [
        Words(x.end + 10, place + canvas.size * 0.35, shortened(name, canvas.size, room), canvas.size)
        for (name, _y), place in zip(ends, places, strict=True)
    ]


def _observed(
    curves: Sequence[Curve], x: Scale, months: Sequence[float], *, language: str, top: float, canvas: Canvas
) -> tuple[list[Mark], float]:
    """Below the picture, how many of each group were still observed at each month of the axis."""
    size, line = canvas.size, canvas.size * 1.5
    if not any(step.at_risk is not None for curve in curves for step in curve.steps):
        return [], top - size * 0.8
    marks: list[Mark] = [Words(4, top, words.AT_RISK[spoken(language)], size, fill="ink-soft", strong=True)]
    y = top
    for number, curve in enumerate(curves):
        if len(curves) > 1:
            y += line
            marks.append(Dot(8, y - size * 0.35, SHAPES[number], 3.5, Paint(fill=SERIES[number])))
            marks.append(Words(18, y, shortened(curve.name, size, canvas.width - 24), size, fill="ink-soft"))
        y += line
        for month in months:
            text = _at_risk(curve, month, language, narrow=canvas.narrow)
            marks.append(Words(x.at(month), y, text, size, "middle", "ink-soft"))
    return marks, y + size


def _at_risk(curve: Curve, month: float, language: str, *, narrow: bool) -> str:
    """How many were observed just before a month: the count of the first step at or after it."""
    for step in curve.steps:
        at = drawable(step.at)
        if at is not None and at >= month:
            count = drawable(step.at_risk)
            if count is None:
                return "–" if narrow or step.at_risk is None else words.shown(step.at_risk, language)
            return words.shown(step.at_risk, language)
    return "–"
