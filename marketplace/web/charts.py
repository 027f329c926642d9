"""Charts on pages and as files: what templates need to show one, and the answer that is one."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Flask, Response
from markupsafe import Markup

from marketplace.values.refusal import NotFound
from marketplace.web.request import language
from marketplace.wording.charts.figures import Cell, ColumnKind, Figure
from marketplace.wording.charts.files import FORMATS
from marketplace.wording.charts.svg import inline
from marketplace.wording.charts.words import shown


def init_charts(app: Flask) -> None:
    """Give templates what the component `chart` asks for."""
    app.jinja_env.filters.update(chart_pictures=pictures, chart_cell=cell, chart_head=head)


@lru_cache(maxsize=256)
def pictures(figure: Figure) -> Markup:
    """The picture for pages and the one for telephones; the style sheet shows one of them."""
    return Markup("".join(inline(figure, drawing, name) for name, drawing in figure.drawings))  # noqa: S704


def cell(value: Cell, kind: ColumnKind) -> str:
    """A cell of a chart's table in the reader's language."""
    return shown(value, language(), kind)


def head(figure: Figure) -> list[dict[str, Any]]:
    """The columns of a chart's table, as the component `table` takes them."""
    return [{"label": each.label, "kind": None if each.kind == "text" else "num"} for each in figure.table.columns]


def chart_file(figure: Figure, ending: str) -> Response:
    """The chart as a file to keep; `NotFound` for a format that we don't write, or where nothing is drawn."""
    if ending not in FORMATS:
        raise NotFound(ending)
    content = FORMATS[ending].write(figure)
    if content is None:
        raise NotFound(figure.about.key)
    answer = Response(content, content_type=FORMATS[ending].content_type)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{figure.about.key}.{ending}")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
