"""A collaboration's figures: the few on its page, all of them, and the rows behind each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from uuid import UUID

from flask import Blueprint, render_template

from marketplace.collaborations.queries.glances import Glance, glance
from marketplace.collaborations.queries.pages import CollaborationRow
from marketplace.collaborations.rules.days import today_of
from marketplace.spillovers.models import MetricSnapshot
from marketplace.spillovers.queries.figures import of_known, rows_behind, values_of
from marketplace.spillovers.queries.freshness import outdated
from marketplace.spillovers.queries.gathering import why_not
from marketplace.spillovers.queries.stored import Year, whole
from marketplace.spillovers.registry import Kind, Metric, metric, metrics, vocabulary
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.figure_values import whole_figure
from marketplace.web.kept_parts import Part, kept
from marketplace.web.request import actor, language, now, reading
from marketplace.wording.dictionary import spoken
from marketplace.wording.pack_words import WORDS
from marketplace.wording.pictures.tiles import RATE, Tile, every_tile, response_rate, tiles

blueprint = Blueprint("collaboration_figures", __name__)
COUNTED: Final = (Kind.USE, Kind.OUTPUT, Kind.SPILLOVER, Kind.PROCESS)


@dataclass(frozen=True)
class Measured:
    """What was measured of a collaboration; nothing before anything was, its figures are of several years."""

    snapshot: MetricSnapshot | None
    outdated: bool

    @cached_property
    def year(self) -> Year | None:
        """Its figures, read once they are needed."""
        return whole(reading(), self.snapshot) if self.snapshot else None

    @property
    def few(self) -> Sequence[Tile]:
        """The figures that rest on rows, by kind."""
        found = [each for kind in COUNTED for each in tiles(self.year, kind)]
        return [each for each in found if each.stored.rows and each.value is not None]

    @property
    def rate(self) -> Tile | None:
        """The response rate, which stands beside every total (S-08)."""
        return response_rate(self.year)


def measured(row: CollaborationRow) -> Measured | None:
    """The last snapshot of a collaboration; None for whoever has left, or has not answered yet."""
    return _measured(row.id) if row.sight.present else None


@blueprint.get("/collaborations/<uuid:collaboration_id>/figures")
@allow("metric_snapshot.see")
def figures(collaboration_id: UUID) -> str:
    """All figures of a collaboration by kind, why others have none, and the way to a pack of evidence."""
    row = _row(collaboration_id)
    told = _measured(row.id)
    seen = (told.snapshot.id,) if told.snapshot else ()
    drawn = Part("collaborations/measured.html", language(), seen, (str(row.id),))
    return render_template(
        "collaborations/figures.html", row=row, told=told, measured=kept(drawn, lambda: _drawn(row, told))
    )


def _drawn(row: Glance, told: Measured) -> str:
    blocks = [
        (kind, vocabulary("kinds")[kind], vocabulary("meanings")[kind], found)
        for kind in Kind
        if (found := [each for each in every_tile(told.year, kind) if each.metric.id != RATE])
    ]
    return render_template("collaborations/measured.html", row=row, told=told, blocks=blocks, without=_without())


@blueprint.get("/collaborations/<uuid:collaboration_id>/figures/<metric_id>/rows")
@allow("metric_snapshot.see")
def rows(collaboration_id: UUID, metric_id: str) -> str:
    """One figure in full, and the rows behind it that the reader may see."""
    row, session = _row(collaboration_id), reading()
    known = metric(metric_id)
    snapshot = of_known(session, row.id)
    if snapshot is None or known.id not in (found := whole(session, snapshot)).figures:
        raise NotFound("metric")
    values = [each for each in values_of(session, snapshot) if each.metric == known.id]
    return render_template(
        "collaborations/figure_rows.html",
        row=row,
        metric=known,
        year=found,
        wholes=whole_figure(found, known.id),
        behind=rows_behind(session, values, by=actor(), today=today_of(actor(), now())),
    )


def _row(collaboration_id: UUID) -> Glance:
    """A collaboration whose figures the reader may see. Raises NotFound."""
    return glance(reading(), collaboration_id, by=actor(), now=now())


def _measured(collaboration_id: UUID) -> Measured:
    session = reading()
    snapshot = of_known(session, collaboration_id)
    return Measured(snapshot, outdated(session, collaboration_id, snapshot))


def _without() -> list[tuple[Metric, str]]:
    """Metrics that have no figure, each with the reason."""
    tongue = spoken(language())
    return [(known, WORDS[why][tongue]) for id, known in metrics().items() if (why := why_not(id)) is not None]
