"""The marks of a picture: where they stand and which token of the palette colours them; no markup, no language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

Token = Literal[
    "paper", "ink", "ink-soft", "line", "line-strong", "slate-soft", "slate-mark",
    "series-1", "series-2", "series-3", "series-4", "series-5",
]  # fmt: skip
Anchor = Literal["start", "middle", "end"]
Shape = Literal["circle", "square", "triangle", "diamond", "cross"]
Point = tuple[float, float]

# The light values of assets/styles/tokens.scss, for files that no style sheet reaches.
PALETTE: Final[dict[Token, str]] = {
    "paper": "#ffffff",
    "ink": "#16232b",
    "ink-soft": "#4b5a64",
    "line": "#dde3e4",
    "line-strong": "#b4c0c4",
    "slate-soft": "#ebeff0",
    "slate-mark": "#93a1a8",
    "series-1": "#0a6b57",
    "series-2": "#d99a00",
    "series-3": "#3a5fa8",
    "series-4": "#bd3217",
    "series-5": "#7d5a94",
}
SERIES: Final[tuple[Token, ...]] = ("series-1", "series-2", "series-3", "series-4", "series-5")
# Told apart without colour too: each series has its own dash and its own shape.
DASHES: Final = ("", "7 4", "2 3", "9 3 2 3", "4 2")
SHAPES: Final[tuple[Shape, ...]] = ("circle", "square", "triangle", "diamond", "cross")
MOST_SERIES: Final = len(SERIES)
WIDE: Final = 720.0
NARROW: Final = 340.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Paint:
    """How a mark is filled and outlined."""

    fill: Token | None = None
    stroke: Token | None = None
    width: float = 1.0
    dash: str = ""
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float
    paint: Paint
    says: str = ""

    def reach(self) -> tuple[Point, ...]:
        """Its corners."""
        return (self.x, self.y), (self.x + self.width, self.y + self.height)


@dataclass(frozen=True, slots=True)
class Path:
    """Points joined by straight lines, closed to an area or open."""

    points: tuple[Point, ...]
    paint: Paint
    closed: bool = False
    says: str = ""

    def reach(self) -> tuple[Point, ...]:
        """Its points."""
        return self.points


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A band that flows from a stretch on the left to one of the same height on the right."""

    left: Point
    right: Point
    height: float
    paint: Paint
    says: str = ""

    def reach(self) -> tuple[Point, ...]:
        """The corners between which it flows."""
        return (
            self.left,
            self.right,
            (self.left[0], self.left[1] + self.height),
            (self.right[0], self.right[1] + self.height),
        )


@dataclass(frozen=True, slots=True)
class Dot:
    """A small shape around a point."""

    x: float
    y: float
    shape: Shape
    size: float
    paint: Paint
    says: str = ""

    def reach(self) -> tuple[Point, ...]:
        """The corners of the square that holds it."""
        return (self.x - self.size, self.y - self.size), (self.x + self.size, self.y + self.size)


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text whose baseline stands at a point."""

    x: float
    y: float
    text: str
    size: float
    anchor: Anchor = "start"
    fill: Token = "ink"
    strong: bool = False
    halo: bool = False  # a rim of paper, where lines run below it

    def reach(self) -> tuple[Point, ...]:
        """The point that holds it."""
        return ((self.x, self.y),)


Mark = Box | Path | Ribbon | Dot | Words


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture: its size in units, which are pixels at full size, and its marks from back to front."""

    width: float
    height: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Canvas:
    """How wide a picture is and how large its text: telephones get a picture of their own, not a small one."""

    width: float

    @property
    def narrow(self) -> bool:
        """Whether it is drawn for a telephone."""
        return self.width < 500

    @property
    def size(self) -> float:
        """The size of its text."""
        return 12.0 if self.narrow else 13.0

    def done(self, height: float, marks: Iterable[Mark]) -> Drawing:
        """The picture."""
        return Drawing(self.width, height, tuple(marks))


def corners(shape: Shape, x: float, y: float, size: float) -> tuple[Point, ...]:
    """The outline of a shape around a point; a circle has none."""
    if shape == "square":
        at = size * 0.88
        return (x - at, y - at), (x + at, y - at), (x + at, y + at), (x - at, y + at)
    if shape == "triangle":
        return (x, y - size), (x + size, y + size * 0.85), (x - size, y + size * 0.85)
    if shape == "diamond":
        return (x, y - size), (x + size, y), (x, y + size), (x - size, y)
    thin = size * 0.38
    return (
        (x - thin, y - size), (x + thin, y - size), (x + thin, y - thin), (x + size, y - thin),
        (x + size, y + thin), (x + thin, y + thin), (x + thin, y + size), (x - thin, y + size),
        (x - thin, y + thin), (x - size, y + thin), (x - size, y - thin), (x - thin, y - thin),
    )  # fmt: skip
