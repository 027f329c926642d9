"""The network of organisations: who works with whom, shapes by jurisdiction, broken lines across a boundary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import networkx

from marketplace.wording.charts import words
from marketplace.wording.charts.figures import About, Cell, Column, Figure, Table, drawable
from marketplace.wording.charts.making import figure, key
from marketplace.wording.charts.marks import (
    SERIES,
    SHAPES,
    Box,
    Canvas,
    Dot,
    Drawing,
    Mark,
    Paint,
    Path,
    Point,
    Shape,
    Token,
    Words,
)  # fmt: skip
from marketplace.wording.charts.texts import shortened, text_width
from marketplace.wording.dictionary import spoken

MOST_NODES, MOST_TIES = 36, 120
SEED = 20
Place = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Node:
    """An organisation by a name that no other has, and the jurisdiction that it stands in."""

    name: str
    jurisdiction: str


@dataclass(frozen=True, slots=True)
class Tie:
    """Two organisations and how much they share."""

    one: str
    other: str
    strength: Cell


@dataclass(frozen=True, slots=True)
class Network:
    """The organisations and their ties."""

    nodes: tuple[Node, ...]
    ties: tuple[Tie, ...]


def network(about: About, told: Network, language: str, *, unit: str = "") -> Figure:
    """The chart: at most 36 organisations, those with the strongest ties; the table has every tie."""
    tongue = spoken(language)
    homes = {each.name: each.jurisdiction for each in told.nodes}
    labels = (words.ORGANISATION, words.JURISDICTION, words.OTHER_SIDE, words.JURISDICTION, words.TIE)
    table = Table(
        (*(Column(each[tongue], "text") for each in labels), Column(unit or words.STRENGTH[tongue])),
        tuple(
            (each.one, homes[each.one], each.other, homes[each.other], _kind(each, homes, language), each.strength)
            for each in told.ties
        ),
    )
    drawn = strongest(told)
    notes = [words.MORE_IN_TABLE[tongue]] if len(drawn.ties) < len(told.ties) else []
    cells: list[Cell] = [each.strength for each in drawn.ties]
    places = layout(drawn)
    return figure(
        about, table, lambda canvas: _draw(canvas, drawn, places, language), language=language, cells=cells, notes=notes
    )


def strongest(told: Network) -> Network:
    """The organisations with most in common, and the ties among them, in an order that depends on nothing else."""
    degree: dict[str, float] = defaultdict(float)
    ties = [each for each in told.ties if (drawable(each.strength) or 0) > 0 and each.one != each.other]
    for each in ties:
        degree[each.one] += drawable(each.strength) or 0.0
        degree[each.other] += drawable(each.strength) or 0.0
    kept = set(sorted(degree, key=lambda name: (-degree[name], name))[:MOST_NODES])
    inside = [each for each in ties if {each.one, each.other} <= kept]
    inside.sort(key=lambda each: (-(drawable(each.strength) or 0.0), *sorted((each.one, each.other))))
    inside = inside[:MOST_TIES]
    tied = {name for each in inside for name in (each.one, each.other)}
    return Network(
        tuple(sorted((each for each in told.nodes if each.name in tied), key=lambda each: each.name)), tuple(inside)
    )


def layout(told: Network) -> dict[str, Point]:
    """Places between 0 and 1: springs along the ties from a fixed beginning, so the same rows give the same picture."""
    graph = networkx.Graph()
    graph.add_nodes_from(each.name for each in told.nodes)
    for each in sorted(told.ties, key=lambda tie: sorted((tie.one, tie.other))):
        one, other = sorted((each.one, each.other))
        graph.add_edge(one, other, weight=1.0)
    count = max(graph.number_of_nodes(), 1)
    found = networkx.spring_layout(graph, seed=SEED, iterations=120, k=1.6 / count**0.5)
    return _fitted({name: (float(x), float(y)) for name, (x, y) in found.items()})


def _fitted(places: dict[str, Point]) -> dict[str, Point]:
    if not places:
        return {}
    fitted = []
    for axis in (0, 1):
        values = [place[axis] for place in places.values()]
        low, high = min(values), max(values)
        fitted.append(
            {name: (place[axis] - low) / (high - low) if high > low else 0.5 for name, place in places.items()}
        )
    return {name: (fitted[0][name], fitted[1][name]) for name in places}


def _draw(canvas: Canvas, told: Network, places: dict[str, Point], language: str) -> Drawing:
    tall = 420.0 if canvas.narrow else 460.0
    side, top = (46.0, 18.0) if canvas.narrow else (90.0, 18.0)
    homes = {each.name: each.jurisdiction for each in told.nodes}
    looks = _looks(told)
    at = {name: (side + x * (canvas.width - 2 * side), top + y * (tall - 2 * top)) for name, (x, y) in places.items()}
    marks = _ties(told.ties, at, homes, language)
    degree: dict[str, int] = defaultdict(int)
    for each in told.ties:
        degree[each.one] += 1
        degree[each.other] += 1
    sizes = {name: 5.0 + min(4.0, degree[name] ** 0.5) for name in at}
    for name, (x, y) in sorted(at.items()):
        shape, token = looks[homes[name]]
        marks.append(
            Dot(x, y, shape, sizes[name], Paint(fill=token, stroke="paper", width=1.5), f"{name} ({homes[name]})")
        )
    ranked = sorted(at, key=lambda name: (-degree[name], name))
    marks += _labels(ranked, at, sizes, canvas=canvas, tall=tall)
    signs: list[tuple[Path | Box | Dot, str]] = [
        (Dot(0, 0, shape, 5, Paint(fill=token)), home) for home, (shape, token) in looks.items()
    ]
    tongue = spoken(language)
    signs.append((Path(((-11, 0), (11, 0)), _line(1, across=False)), words.WITHIN[tongue]))
    signs.append((Path(((-11, 0), (11, 0)), _line(1, across=True)), words.ACROSS[tongue]))
    legend, bottom = key(signs, canvas, tall + 6)
    return canvas.done(bottom + 4, [*marks, *legend])


def _looks(told: Network) -> dict[str, tuple[Shape, Token]]:
    """A shape and a colour for each jurisdiction, the commonest first; from the fifth on they share one."""
    count: dict[str, int] = defaultdict(int)
    for each in told.nodes:
        count[each.jurisdiction] += 1
    order = sorted(count, key=lambda home: (-count[home], home))
    return {home: (SHAPES[min(at, 4)], SERIES[min(at, 4)]) for at, home in enumerate(order)}


def _line(strength: float, *, across: bool) -> Paint:
    return Paint(
        stroke="slate-mark",
        width=1.0 + min(3.0, strength**0.5 - 1 if strength > 1 else 0.0),
        dash="5 4" if across else "",
    )


def _ties(ties: Sequence[Tie], at: dict[str, Point], homes: dict[str, str], language: str) -> list[Mark]:
    marks: list[Mark] = []
    for each in reversed(ties):
        across = homes[each.one] != homes[each.other]
        text = f"{each.one} – {each.other}: {words.shown(each.strength, language)} ({_kind(each, homes, language)})"
        paint = _line(drawable(each.strength) or 0.0, across=across)
        marks.append(Path((at[each.one], at[each.other]), paint, says=text))
    return marks


def _labels(
    names: Sequence[str], at: dict[str, Point], sizes: dict[str, float], *, canvas: Canvas, tall: float
) -> list[Mark]:
    """Names where there is room, the best connected first: none lies over another or over an organisation."""
    size = canvas.size - 1
    taken: list[Place] = [
        (x - sizes[name], y - sizes[name], x + sizes[name], y + sizes[name]) for name, (x, y) in at.items()
    ]
    marks: list[Mark] = []
    for name in names:
        text = shortened(name, size, canvas.width * (0.36 if canvas.narrow else 0.3))
        wide = text_width(text, size)
        for left, base in _around(at[name], sizes[name], wide, size):
            place = (left, base - size * 0.85, left + wide, base + size * 0.25)
            inside = place[0] >= 0 and place[2] <= canvas.width and place[1] >= 0 and place[3] <= tall
            if inside and not any(_touch(place, other) for other in taken):
                taken.append(place)
                marks.append(Words(left, base, text, size, halo=True))
                break
    return marks


def _around(at: Point, radius: float, wide: float, size: float) -> tuple[Point, ...]:
    (x, y), off = at, radius + 3
    return (
        (x + off, y + size * 0.35),
        (x - off - wide, y + size * 0.35),
        (x - wide / 2, y - off - size * 0.25),
        (x - wide / 2, y + off + size * 0.85),
    )


def _touch(one: Place, other: Place) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _kind(tie: Tie, homes: dict[str, str], language: str) -> str:
    return (words.ACROSS if homes[tie.one] != homes[tie.other] else words.WITHIN)[spoken(language)]
