"""Flows from the left to the right (a Sankey diagram): bands as high as what flows, small ones gathered as others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.wording.charts import words
from marketplace.wording.charts.figures import About, Cell, Column, Figure, Hidden, Table, drawable
from marketplace.wording.charts.making import figure
from marketplace.wording.charts.marks import SERIES, Box, Canvas, Drawing, Mark, Paint, Ribbon, Token, Words
from marketplace.wording.charts.texts import shortened
from marketplace.wording.dictionary import spoken

MOST = 7  # on each side, before the others
GAP, BAR = 10.0, 12.0
LINES = 2.2  # a name and its number, in sizes of type


@dataclass(frozen=True, slots=True)
class Flow:
    """So much from one to another."""

    source: str
    target: str
    value: Cell


@dataclass(frozen=True, slots=True)
class Flows:
    """All flows, and what their numbers count."""

    flows: tuple[Flow, ...]
    unit: str


@dataclass(frozen=True, slots=True)
class Band:
    """A drawn flow, after the small ones are gathered."""

    source: str
    target: str
    value: float


def sankey(about: About, told: Flows, language: str) -> Figure:
    """The chart; flows that are hidden stand in the table alone."""
    tongue = spoken(language)
    table = Table(
        (Column(words.FROM[tongue], "text"), Column(words.TO[tongue], "text"), Column(told.unit)),
        tuple((each.source, each.target, each.value) for each in told.flows),
    )
    bands = gathered(told.flows, words.OTHERS[tongue])
    notes = [words.NOT_DRAWN[tongue]] if any(isinstance(each.value, Hidden) for each in told.flows) else []
    cells: list[Cell] = [band.value for band in bands] or [
        each.value for each in told.flows if isinstance(each.value, Hidden)
    ]
    return figure(
        about, table, lambda canvas: _draw(canvas, bands, language), language=language, cells=cells, notes=notes
    )


def gathered(flows: Sequence[Flow], others: str) -> tuple[Band, ...]:
    """Flows above nought, the same pair added up, all but the seven largest of either side under one name."""
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for each in flows:
        value = drawable(each.value)
        if value is not None and value > 0:
            sums[each.source, each.target] += value
    sources, targets = _kept(sums, 0), _kept(sums, 1)
    bands: dict[tuple[str, str], float] = defaultdict(float)
    for (source, target), value in sums.items():
        bands[source if source in sources else others, target if target in targets else others] += value
    return tuple(Band(source, target, value) for (source, target), value in sorted(bands.items()))


def _kept(sums: dict[tuple[str, str], float], side: int) -> frozenset[str]:
    whole: dict[str, float] = defaultdict(float)
    for pair, value in sums.items():
        whole[pair[side]] += value
    largest = sorted(whole, key=lambda name: (-whole[name], name))
    return frozenset(largest if len(largest) <= MOST + 1 else largest[:MOST])


def _order(bands: Sequence[Band], *, right: bool, others: str) -> list[tuple[str, float]]:
    whole: dict[str, float] = defaultdict(float)
    for each in bands:
        whole[each.target if right else each.source] += each.value
    return sorted(whole.items(), key=lambda item: (item[0] == others, -item[1], item[0]))


def _draw(canvas: Canvas, bands: Sequence[Band], language: str) -> Drawing:
    others = words.OTHERS[spoken(language)]
    size = canvas.size
    left, right = _order(bands, right=False, others=others), _order(bands, right=True, others=others)
    room = canvas.width * (0.28 if canvas.narrow else 0.25)
    most = max(len(left), len(right))
    line = size * LINES
    tall = max(200.0, most * (line + GAP))
    scale = min(_scale(side, line, tall) for side in (left, right))
    start_x, end_x = room, canvas.width - room - BAR
    tokens: dict[str, Token] = {
        name: SERIES[at] if at < len(SERIES) else "slate-mark" for at, (name, _) in enumerate(left)
    }
    top = size * 2.2
    marks: list[Mark] = [
        Words(start_x + BAR, size, words.FROM[spoken(language)], size, "end", "ink-soft", True),
        Words(end_x, size, words.TO[spoken(language)], size, "start", "ink-soft", True),
    ]
    sides = _places(left, scale, top, tall, line=line), _places(right, scale, top, tall, line=line)
    marks += _bands(bands, sides, ends=(start_x + BAR, end_x), look=(scale, tokens), language=language)
    marks += _nodes(left, sides[0], x=start_x, scale=scale, language=language, canvas=canvas, room=room, tokens=tokens)
    marks += _nodes(right, sides[1], x=end_x, scale=scale, language=language, canvas=canvas, room=room, tokens=None)
    return canvas.done(top + tall + size, marks)


def _scale(nodes: Sequence[tuple[str, float]], line: float, tall: float) -> float:
    """Units of height for one of what flows, so that every node has room for its two lines of words."""
    room, rest = tall - GAP * (len(nodes) - 1), sum(value for _name, value in nodes)
    for _name, value in sorted(nodes, key=lambda node: node[1]):
        if value * room / rest >= line:
            break
        room, rest = room - line, rest - value
    return room / rest


def _places(
    nodes: Sequence[tuple[str, float]], scale: float, top: float, tall: float, *, line: float
) -> dict[str, float]:
    """Where each node begins: spread over the whole height, the largest first, each in the middle of its room."""
    rooms = {name: max(value * scale, line) for name, value in nodes}
    left = tall - sum(rooms.values())
    gap = left / (len(nodes) - 1) if len(nodes) > 1 else 0.0
    places, y = {}, top + (0.0 if len(nodes) > 1 else left / 2)
    for name, value in nodes:
        places[name] = y + (rooms[name] - value * scale) / 2
        y += rooms[name] + gap
    return places


def _bands(
    bands: Sequence[Band],
    sides: tuple[dict[str, float], dict[str, float]],
    *,
    ends: tuple[float, float],
    look: tuple[float, dict[str, Token]],
    language: str,
) -> list[Mark]:
    scale, tokens = look
    left, right = dict(sides[0]), dict(sides[1])
    marks: list[Mark] = []
    for each in sorted(bands, key=lambda band: (sides[0][band.source], sides[1][band.target])):
        height = each.value * scale
        text = f"{each.source} → {each.target}: {words.shown(_round(each.value), language)}"
        paint = Paint(fill=tokens[each.source], opacity=0.32)
        marks.append(Ribbon((ends[0], left[each.source]), (ends[1], right[each.target]), height, paint, text))
        left[each.source] += height
        right[each.target] += height
    return marks


def _nodes(
    nodes: Sequence[tuple[str, float]],
    places: dict[str, float],
    *,
    x: float,
    scale: float,
    language: str,
    canvas: Canvas,
    room: float,
    tokens: dict[str, Token] | None,
) -> list[Mark]:
    size = canvas.size
    marks: list[Mark] = []
    for name, value in nodes:
        y, height = places[name], value * scale
        fill: Token = tokens[name] if tokens else "slate-mark"
        marks.append(Box(x, y, BAR, max(height, 0.75), Paint(fill=fill)))
        middle, figure_ = y + height / 2, words.shown(_round(value), language)
        place, anchor = (x - 6, "end") if tokens else (x + BAR + 6, "start")
        said = shortened(name, size, room - 8)
        marks.append(Words(place, middle - size * 0.15, said, size, anchor))  # type: ignore[arg-type]
        marks.append(Words(place, middle + size * 1.0, figure_, size - 1, anchor, "ink-soft"))  # type: ignore[arg-type]
    return marks


def _round(value: float) -> float:
    return int(value) if value == int(value) else round(value, 3)
