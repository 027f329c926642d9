"""From a picture to SVG: with classes for a page, whose style sheet colours them, or with colours for a file."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape, quoteattr

from marketplace.wording.charts.figures import Figure
from marketplace.wording.charts.marks import (
    PALETTE,
    Box,
    Dot,
    Drawing,
    Mark,
    Paint,
    Path,
    Point,
    Ribbon,
    Words,
    corners,
)
from marketplace.wording.charts.texts import broken, plain, shortened
from marketplace.wording.dictionary import spoken

NAMESPACE: Final = "http://www.w3.org/2000/svg"
HTML_LANG: Final = {"en": "en", "zh-Hant": "zh-Hant-HK", "zh-Hans": "zh-Hans-CN"}
FACES: Final = {
    "en": "'Source Sans 3', 'Noto Sans', 'DejaVu Sans', sans-serif",
    "zh-Hant": "'Source Sans 3', 'Noto Sans HK', 'Noto Sans CJK HK', sans-serif",
    "zh-Hans": "'Source Sans 3', 'Noto Sans SC', 'Noto Sans CJK SC', sans-serif",
}
MARGIN, TITLE = 16.0, 17.0


def inline(figure: Figure, drawing: Drawing, name: str) -> str:
    """The picture for a page: no style, no script; `name` tells its two widths apart."""
    key = f"{figure.about.key}-{name}"
    head = (
        f'<svg class="chart-picture {name}" role="img" aria-labelledby="{key}-title" aria-describedby="{key}-desc" '
        f'viewBox="0 0 {_n(drawing.width)} {_n(drawing.height)}" focusable="false">'
    )
    title = f'<title id="{key}-title">{_text(figure.about.title)}</title>'
    desc = f'<desc id="{key}-desc">{_text(figure.about.description)}</desc>'
    return head + title + desc + "".join(_mark(each, literal=False) for each in drawing.marks) + "</svg>"


def standalone(figure: Figure, *, titled: bool = True) -> str | None:
    """The picture as a file: on paper, with its notes and, unless the document around it bears that, its title, in the
    colours of the light palette."""
    drawing = figure.wide
    if drawing is None:
        return None
    size = 12.0
    below = [line for note in figure.notes for line in broken(note, size, drawing.width, most=6)]
    width = drawing.width + 2 * MARGIN
    top = MARGIN * 2 + TITLE if titled else MARGIN
    height = top + drawing.height + len(below) * size * 1.5 + MARGIN
    tongue = spoken(figure.language)
    inner = "".join(_mark(each, literal=True) for each in drawing.marks)
    heading = Words(
        MARGIN, MARGIN + TITLE * 0.8, shortened(figure.about.title, TITLE, drawing.width), TITLE, strong=True
    )
    notes = "".join(
        _mark(Words(MARGIN, top + drawing.height + (at + 1) * size * 1.5, each, size, fill="ink-soft"), literal=True)
        for at, each in enumerate(below)
    )
    return (
        f'<svg xmlns="{NAMESPACE}" role="img" aria-labelledby="title" aria-describedby="desc" '
        f'xml:lang="{HTML_LANG[tongue]}" width="{_n(width)}" height="{_n(height)}" '
        f'viewBox="0 0 {_n(width)} {_n(height)}" '
        f"font-family={quoteattr(FACES[tongue])}>"
        f'<title id="title">{_text(figure.about.title)}</title><desc id="desc">{_text(figure.about.description)}</desc>'
        f'<rect width="{_n(width)}" height="{_n(height)}" fill="{PALETTE["paper"]}"/>'
        f"{_mark(heading, literal=True) if titled else ''}"
        f'<g transform="translate({_n(MARGIN)} {_n(top)})">{inner}</g>{notes}</svg>'
    )


def _mark(mark: Mark, *, literal: bool) -> str:
    if isinstance(mark, Words):
        weight = ' font-weight="600"' if mark.strong else ""
        paint = _paint(Paint(fill=mark.fill), literal=literal)
        place = f'x="{_n(mark.x)}" y="{_n(mark.y)}" font-size="{_n(mark.size)}" text-anchor="{mark.anchor}"'
        text = f"{_text(mark.text)}</text>"
        if not mark.halo:
            return f"<text {place}{weight}{paint}>{text}"
        rim = _paint(Paint(fill=mark.fill, stroke="paper", width=3), literal=literal) + ' stroke-linejoin="round"'
        if not literal:
            return f'<text {place}{weight}{rim} paint-order="stroke">{text}'
        # Printers of documents know no order of paint: the rim first, the word over it.
        return f'<text {place}{weight}{rim} aria-hidden="true">{text}<text {place}{weight}{paint}>{text}'
    body = _shape(mark)
    paint = _paint(mark.paint, literal=literal)
    if not mark.says:
        return f"<{body}{paint}/>"
    return f"<{body}{paint}><title>{_text(mark.says)}</title></{body.split(' ', 1)[0]}>"


def _shape(mark: Box | Path | Ribbon | Dot) -> str:
    if isinstance(mark, Box):
        return f'rect x="{_n(mark.x)}" y="{_n(mark.y)}" width="{_n(mark.width)}" height="{_n(mark.height)}"'
    if isinstance(mark, Path):
        return f'path d="{_line(mark.points, closed=mark.closed)}"'
    if isinstance(mark, Ribbon):
        return f'path d="{_ribbon(mark)}"'
    if mark.shape == "circle":
        return f'circle cx="{_n(mark.x)}" cy="{_n(mark.y)}" r="{_n(mark.size)}"'
    return f'path d="{_line(corners(mark.shape, mark.x, mark.y, mark.size), closed=True)}"'


def _line(points: tuple[Point, ...], *, closed: bool) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points) + ("Z" if closed else "")


def _ribbon(mark: Ribbon) -> str:
    (x0, y0), (x1, y1), height = mark.left, mark.right, mark.height
    middle = _n((x0 + x1) / 2)
    there = f"M{_n(x0)} {_n(y0)}C{middle} {_n(y0)} {middle} {_n(y1)} {_n(x1)} {_n(y1)}"
    back = (
        f"L{_n(x1)} {_n(y1 + height)}C{middle} {_n(y1 + height)} {middle} {_n(y0 + height)} {_n(x0)} {_n(y0 + height)}Z"
    )
    return there + back


def _paint(paint: Paint, *, literal: bool) -> str:
    parts = []
    classes = [f"{prefix}-{token}" for prefix, token in (("f", paint.fill), ("s", paint.stroke)) if token]
    if classes and not literal:
        parts.append(f'class="{" ".join(classes)}"')
    if paint.fill is None:
        parts.append('fill="none"')
    elif literal:
        parts.append(f'fill="{PALETTE[paint.fill]}"')
    if paint.stroke:
        parts.append(f'stroke="{PALETTE[paint.stroke]}"' if literal else "")
        parts.append(f'stroke-width="{_n(paint.width)}"')
    if paint.dash:
        parts.append(f'stroke-dasharray="{paint.dash}"')
    if paint.opacity != 1:
        parts.append(f'opacity="{_n(paint.opacity)}"')
    return "".join(f" {each}" for each in parts if each)


def _text(text: str) -> str:
    return escape(plain(text))


def _n(value: float) -> str:
    return f"{round(value, 2):g}" if abs(value) < 10_000 else f"{value:.0f}"
