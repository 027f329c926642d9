"""A collaboration's stored figures, and the rows behind each of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from marketplace.api.fields import LocalizedText
from marketplace.collaborations.rules.days import today_of
from marketplace.spillovers.queries.figures import of_collaboration, rows_behind, values_of
from marketplace.spillovers.queries.gathering import why_not
from marketplace.spillovers.registry import metric, metrics
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading
from marketplace.wording.figures import response_rate, snapshot_document, value_item

blueprint = Blueprint("api_figures", __name__, description="Stored figures of collaborations, and the rows behind them")


class FigurePeriod(Schema):
    """The days that a figure is of."""

    locals().update(
        {
            "from": fields.String(metadata={"format": "date"}),
            "to": fields.String(metadata={"format": "date", "description": "the day after the last"}),
        }
    )


class FigureSnapshot(FigurePeriod):
    """What was measured, as known when, under which assumptions."""

    id = fields.UUID()
    scope = fields.String()
    as_of = fields.String(metadata={"format": "date-time", "description": "nothing that was recorded later is in it"})
    taken_at = fields.String(metadata={"format": "date-time"})
    floor = fields.Integer(metadata={"description": "the least level of verification of outcomes that count"})
    parameters = fields.Dict(metadata={"description": "what figures assume where rows don't say it"})
    code_version = fields.String()
    digest = fields.String(metadata={"description": "SHA-256 over the inputs of all figures"})


class Figure(Schema):
    """One metric's value and what it rests on."""

    metric = fields.String()
    version = fields.Integer()
    kind = fields.String(metadata={"description": "use, output and spillover are never mixed"})
    name = fields.Nested(LocalizedText)
    variant = fields.String(metadata={"description": "what is never added to another: a currency with its price year"})
    value = fields.Raw(allow_none=True)
    numerator = fields.Raw(allow_none=True)
    denominator = fields.Raw(allow_none=True)
    exact = fields.Dict(metadata={"description": "the same numbers without rounding; fractions as text, 7/12"})
    n = fields.Integer(metadata={"description": "units that it rests on"})
    n_unknown = fields.Integer()
    suppressed = fields.Integer()
    floor = fields.Integer(allow_none=True)
    verification = fields.Dict(metadata={"description": "how many of the units at each level of verification"})
    notes = fields.List(fields.String(), metadata={"description": "codes of what the figure does not say"})
    period = fields.Nested(FigurePeriod)
    as_of = fields.String(metadata={"format": "date-time"})
    snapshot = fields.UUID()
    digest = fields.String()


class MetricWithout(Schema):
    """A registered metric that has no figure."""

    metric = fields.String()
    why = fields.String(metadata={"enum": ["undefined", "method", "no_rows_recorded", "machine_states_not_recorded"]})


class CollaborationFigures(Schema):
    """All figures of a collaboration; `snapshot` is null where none was measured yet."""

    collaboration = fields.UUID()
    snapshot = fields.Nested(FigureSnapshot, allow_none=True)
    response_rate = fields.Raw(allow_none=True, metadata={"description": "answered over asked, beside every total"})
    items = fields.List(fields.Nested(Figure))
    without = fields.List(fields.Nested(MetricWithout))


class FigureRows(Schema):
    """The rows behind a figure that the caller may see, and how many others there are."""

    collaboration = fields.UUID()
    metric = fields.String()
    snapshot = fields.UUID()
    kind = fields.String(metadata={"description": "outcome, session, facility, collaboration ..."})
    items = fields.List(fields.Dict())
    others = fields.Integer(metadata={"description": "rows that are not shown"})


@blueprint.route("/collaborations/<uuid:collaboration_id>/metrics")
@blueprint.response(200, CollaborationFigures)
@allow("metric_snapshot.see")
def listed(collaboration_id: UUID) -> dict[str, Any]:
    """The figures of a collaboration as they were last measured: after each word on its outcomes, within seconds."""
    session = reading()
    row = of_collaboration(session, collaboration_id, by=actor(), now=now())
    items = [] if row is None else [value_item(row, each) for each in values_of(session, row)]
    return {
        "collaboration": collaboration_id,
        "snapshot": None if row is None else snapshot_document(row),
        "response_rate": response_rate(items),
        "items": items,
        "without": [{"metric": id, "why": why} for id in metrics() if (why := why_not(id)) is not None],
    }


@blueprint.route("/collaborations/<uuid:collaboration_id>/metrics/<metric_id>/rows")
@blueprint.response(200, FigureRows)
@allow("metric_snapshot.see")
def behind(collaboration_id: UUID, metric_id: str) -> dict[str, Any]:
    """The rows behind one figure of a collaboration, at most 500, and the number of all others."""
    session, by = reading(), actor()
    known = metric(metric_id)
    row = of_collaboration(session, collaboration_id, by=by, now=now())
    if row is None:
        raise NotFound("metric_snapshot")
    values = [each for each in values_of(session, row) if each.metric == known.id]
    found = rows_behind(session, values, by=by, today=today_of(by, now()))
    return {
        "collaboration": collaboration_id,
        "metric": known.id,
        "snapshot": row.id,
        "kind": found.kind,
        "items": [_plain(each) for each in found.rows],
        "others": found.others,
    }


def _plain(row: Any) -> dict[str, Any]:
    return {name: _written(value) for name, value in row.items()}


def _written(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "value"):
        return value.value
    return value if isinstance(value, str | int | dict | type(None)) else str(value)
