"""Snapshots of periods and parameters of one's own: asked for, and read once a worker has taken them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts.policy import demand
from marketplace.api.fields import Body, Instant
from marketplace.api.figures import Figure, FigureSnapshot
from marketplace.spillovers.actions.wishing import ask_for_snapshot
from marketplace.spillovers.models import MetricSnapshot
from marketplace.spillovers.queries.figures import values_of
from marketplace.spillovers.rules.periods import BEGINS, CALENDAR, FIELDS, span_of
from marketplace.spillovers.rules.scopes import Frame, scope_of
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact
from marketplace.wording.figures import snapshot_document, value_item

blueprint = Blueprint("api_snapshots", __name__, description="Snapshots of periods and parameters of one's own")


class SnapshotBody(Body):
    """What is measured: a year, or days from the first to the last, and what is assumed instead."""

    scope = fields.String(
        required=True,
        validate=validate.Length(1, 100),
        metadata={"description": "`platform`, `zone:CODE`, `organisation:ID` or `collaboration:ID`"},
    )
    year = fields.Integer(load_default=None, metadata={"description": "the year that begins in this calendar year"})
    begins = fields.String(
        load_default=CALENDAR,
        validate=validate.Length(1, 40),
        metadata={"description": f"when a year begins: {', '.join(BEGINS)}, or another day as MM-DD"},
    )
    first_day = fields.Date(load_default=None)
    last_day = fields.Date(load_default=None, metadata={"description": "itself in the period"})
    as_of = Instant(load_default=None, metadata={"description": "nothing recorded later is in it; now where left out"})
    parameters = fields.Dict(
        keys=fields.String(),
        load_default=dict,
        metadata={"description": "by name, as each metric tells its own; kept with the snapshot and used anew"},
    )


class SnapshotAsked(Schema):
    """The id that the snapshot will have."""

    id = fields.UUID()


class SnapshotFigures(Schema):
    """A snapshot with all its figures."""

    snapshot = fields.Nested(FigureSnapshot)
    items = fields.List(fields.Nested(Figure))


@blueprint.route("/metric-snapshots", methods=["POST"])
@blueprint.arguments(SnapshotBody)
@blueprint.response(202, SnapshotAsked)
@allow("metric_snapshot.take")
def take(body: dict[str, Any]) -> dict[str, Any]:
    """Have all figures of a scope and period computed and kept; a worker does it within minutes."""
    span = span_of(body["year"], body["begins"], (body["first_day"], body["last_day"]), FIELDS)
    frame = Frame(scope_of(body["scope"]), span, body["as_of"] or now())
    return {"id": transact(lambda work: ask_for_snapshot(work, frame, body["parameters"], now=now(), by=actor()))}


@blueprint.route("/metric-snapshots/<uuid:snapshot_id>")
@blueprint.response(200, SnapshotFigures)
@allow("figures.oversee")
def one(snapshot_id: UUID) -> dict[str, Any]:
    """A snapshot with all its figures; 404 until it is taken."""
    demand(actor(), "figures.oversee")
    row = reading().get(MetricSnapshot, snapshot_id)
    if row is None:
        raise NotFound("metric_snapshot")
    return {"snapshot": snapshot_document(row), "items": [value_item(row, each) for each in values_of(reading(), row)]}
