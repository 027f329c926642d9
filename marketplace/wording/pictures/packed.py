"""The charts of an evidence pack's document: its figures as pictures, each with its table."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from marketplace.spillovers.measuring import plain
from marketplace.wording.charts.figures import Figure
from marketplace.wording.charts.svg import standalone
from marketplace.wording.charts.words import shown
from marketplace.wording.pictures import sharing, spells
from marketplace.wording.pictures.naming import Names

# Beyond this a table is read from the archive.
MOST_ROWS: Final = 30


@dataclass(frozen=True, slots=True)
class PackFigures:
    """A pack's figures as pictures ask for them; `label` is its period."""

    label: str
    figures: Sequence[Mapping[str, Any]]

    def value(self, metric: str, *path: str) -> Any:
        """A figure without variants, or a part of it; None where there is none."""
        found = [each for each in self.figures if each["metric"] == metric and not each["variant"]]
        here: Any = plain(found[0].get("value")) if found else None
        for name in path:
            here = here.get(name) if isinstance(here, Mapping) else None
        return here


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One chart of the document: its metric, the picture as an address that holds it, what it shows, its table."""

    metric: str
    title: str
    description: str
    picture: str
    heads: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]
    more: int


def charts(told: PackFigures, organisations: Names, territories: Names, language: str) -> list[Chart]:
    """Those that there is anything to draw of, in the order in which pages show them."""
    # An organisation that has moved is called by its id and the territory.
    called = {code: organisations[id] for code in sharing.tied(told) if (id := code.partition("@")[0]) in organisations}
    drawn: tuple[tuple[str, Figure], ...] = (
        ("flow.matrix", sharing.flow_matrix(told, territories, language)),
        ("flow.matrix", sharing.flows(told, territories, language)),
        ("net.ties", sharing.ties(told, called, territories, language)),
        ("ret.curve", spells.retention(told, language)),
        ("lag.curve", spells.lag(told, language)),
    )
    found = ((metric, figure, standalone(figure, titled=False)) for metric, figure in drawn)
    return [_chart(metric, figure, picture) for metric, figure, picture in found if picture is not None]


def _chart(metric: str, figure: Figure, picture: str) -> Chart:
    kinds = [column.kind for column in figure.table.columns]
    rows = [
        [shown(cell, figure.language, kind) for cell, kind in zip(row, kinds, strict=True)]
        for row in figure.table.rows[:MOST_ROWS]
    ]
    return Chart(
        metric=metric,
        title=figure.about.title,
        description=figure.about.description,
        picture=f"data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()}",
        heads=[(column.label, column.kind != "text") for column in figure.table.columns],
        rows=rows,
        more=len(figure.table.rows) - len(rows),
    )
