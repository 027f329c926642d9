"""A chart as a file to take away: SVG, PNG and CSV, each with the same figures as the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import resvg_py

from marketplace.catalogue.formats.writing import write_csv
from marketplace.wording.charts.figures import Figure
from marketplace.wording.charts.svg import standalone
from marketplace.wording.charts.words import bare

FALLBACK: Final = "DejaVu Sans"
ZOOM: Final = 2.0  # sharp on paper and on fine screens


def svg_file(figure: Figure) -> bytes | None:
    """The picture; None where there is nothing to draw."""
    text = standalone(figure)
    return text.encode("utf-8") if text else None


def png_file(figure: Figure) -> bytes | None:
    """The picture at twice its size, drawn with the faces of this machine; None where there is nothing to draw."""
    text = standalone(figure)
    return bytes(resvg_py.svg_to_bytes(svg_string=text, zoom=ZOOM, sans_serif_family=FALLBACK)) if text else None


def csv_file(figure: Figure) -> bytes:
    """The table: numbers without separators, hidden ones in words; no cell is ever taken for a formula."""
    rows = [[bare(cell, figure.language) for cell in row] for row in figure.table.rows]
    return write_csv([each.label for each in figure.table.columns], rows)


class FileKind(NamedTuple):
    """How a format is written, and what a browser is told of it."""

    write: Callable[[Figure], bytes | None]
    content_type: str


FORMATS: Final = {
    "svg": FileKind(svg_file, "image/svg+xml"),
    "png": FileKind(png_file, "image/png"),
    "csv": FileKind(csv_file, "text/csv; charset=utf-8"),
}
