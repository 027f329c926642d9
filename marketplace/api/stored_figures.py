"""Stored figures: of an organisation, of a zone, and what is published for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts import queries as accounts
from marketplace.accounts.policy import demand
from marketplace.api.fields import Instant, LocalizedText
from marketplace.jurisdictions import queries as places
from marketplace.spillovers.queries import stored
from marketplace.spillovers.queries.figures import Behind
from marketplace.spillovers.queries.stored import Stored, Year
from marketplace.spillovers.registry import Kind, metrics
from marketplace.spillovers.rules.published import Printed, Unpublished
from marketplace.spillovers.rules.scopes import YEARS, Scope, ScopeKind
from marketplace.web.access import allow
from marketplace.web.figures import Shown, behind_figure, chosen, shown
from marketplace.web.request import actor, reading
from marketplace.wording.pictures.published import RULE, outcomes_printed, response_published, sessions_printed

blueprint = Blueprint(
    "api_stored_figures", __name__, description="Stored figures by year, and what is published of them"
)


class YearAsked(Schema):
    """Which year."""

    year = fields.Integer(
        load_default=None,
        validate=validate.Range(YEARS[0], YEARS[1] - 1),
        metadata={"description": "calendar year; else the last that there is"},
    )


class StoredFigure(Schema):
    """One figure as it is stored."""

    metric = fields.String()
    version = fields.Integer()
    kind = fields.String(
        metadata={"enum": [each.value for each in Kind], "description": "use, output and spillover are never mixed"}
    )
    variant = fields.String(metadata={"description": "what is never added to another, such as a currency"})
    value = fields.Raw(allow_none=True)
    n_units = fields.Integer()
    n_unknown = fields.Integer()
    floor = fields.Integer(allow_none=True)
    mix = fields.Dict(metadata={"description": "how many of the units at each level of verification"})
    notes = fields.List(fields.String())


class StoredYear(Schema):
    """The figures of a calendar year, as they were known at an instant."""

    years = fields.List(fields.Integer())
    year = fields.Integer(allow_none=True)
    snapshot = fields.UUID(allow_none=True)
    as_of = Instant(allow_none=True)
    values = fields.List(fields.Nested(StoredFigure))


class RowId(Schema):
    """A row behind a figure."""

    id = fields.UUID(metadata={"description": "of the outcome, or of the session"})


class RowsBehind(Schema):
    """The rows behind a figure, at most 500 of those that the caller may see."""

    metric = fields.String()
    kind = fields.String(metadata={"enum": ["outcome", "session"]})
    items = fields.List(fields.Nested(RowId))
    others = fields.Integer(metadata={"description": "rows that are not shown"})


class PublishedCell(Schema):
    """A cell of a published table; totals have an empty name."""

    row = fields.String()
    column = fields.String()
    count = fields.Integer(allow_none=True, metadata={"description": "rounded to 5; null where it is hidden"})
    hidden = fields.String(
        allow_none=True,
        metadata={"enum": [None, *(each.value for each in Unpublished)], "description": "few: 1 to 4"},
    )


class PublishedYear(Schema):
    """What is published of a calendar year: fixed, and the same for everybody."""

    years = fields.List(fields.Integer())
    year = fields.Integer(allow_none=True)
    as_of = Instant(allow_none=True)
    rule = fields.Nested(LocalizedText)
    response_rate = fields.Integer(
        allow_none=True,
        metadata={"description": "whole per cent, beside the totals; null where too few were asked, or none is shown"},
    )
    zones = fields.List(fields.Nested(PublishedCell), metadata={"description": "outcomes by zone and class"})
    matrix = fields.List(
        fields.Nested(PublishedCell), metadata={"description": "sessions from the user's territory to the host's"}
    )


@blueprint.route("/figures")
@blueprint.arguments(YearAsked, location="query")
@blueprint.response(200, PublishedYear)
@allow("figures.published")
def published(asked: dict[str, Any]) -> dict[str, Any]:
    """What is published of a year, after disclosure control; there is no other view of it."""
    told = chosen(stored.published_years(reading()), asked["year"], exactly=asked["year"] is not None)
    return {
        **_head(told),
        "rule": RULE,
        "response_rate": response_published(told.chosen),
        "zones": _cells(outcomes_printed(told.chosen)),
        "matrix": _cells(sessions_printed(told.chosen)),
    }


@blueprint.route("/organisations/<uuid:organisation_id>/figures")
@blueprint.arguments(YearAsked, location="query")
@blueprint.response(200, StoredYear)
@allow("figures.see")
def of_organisation(asked: dict[str, Any], organisation_id: UUID) -> dict[str, Any]:
    """An organisation's figures of a year, for its own people."""
    place = accounts.organisation(reading(), organisation_id, actor())
    demand(actor(), "figures.see", organisation=place.id)
    return _year(shown(Scope(ScopeKind.ORGANISATION, id=place.id), asked["year"]))


@blueprint.route("/organisations/<uuid:organisation_id>/figures/<int:year>/rows/<metric_id>")
@blueprint.response(200, RowsBehind)
@allow("figures.see")
def behind(organisation_id: UUID, year: int, metric_id: str) -> dict[str, Any]:
    """The outcomes or sessions behind a figure of a year that the caller may see, and the number of all others."""
    place = accounts.organisation(reading(), organisation_id, actor())
    demand(actor(), "figures.see", organisation=place.id)
    found = behind_figure(shown(Scope(ScopeKind.ORGANISATION, id=place.id), year), metric_id)
    return _rows(found, metric_id)


@blueprint.route("/zones/<code>/figures")
@blueprint.arguments(YearAsked, location="query")
@blueprint.response(200, StoredYear)
@allow("figures.oversee")
def of_zone(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """A zone's figures of a year in full, before disclosure control."""
    demand(actor(), "figures.oversee")
    return _year(shown(Scope(ScopeKind.ZONE, code=places.zone(reading(), code).code), asked["year"]))


@blueprint.route("/zones/<code>/figures/<int:year>/rows/<metric_id>")
@blueprint.response(200, RowsBehind)
@allow("figures.oversee")
def behind_zone(code: str, year: int, metric_id: str) -> dict[str, Any]:
    """The outcomes or sessions behind a figure of a zone's year, and the number of those that are not shown."""
    demand(actor(), "figures.oversee")
    zone = places.zone(reading(), code)
    return _rows(behind_figure(shown(Scope(ScopeKind.ZONE, code=zone.code), year), metric_id), metric_id)


def _rows(found: Behind, metric_id: str) -> dict[str, Any]:
    return {
        "metric": metric_id,
        "kind": found.kind,
        "items": [{"id": row["id"]} for row in found.rows],
        "others": found.others,
    }


def _head(told: Shown) -> dict[str, Any]:
    snapshot = told.chosen.snapshot if told.chosen else None
    return {
        "years": [each.number for each in told.years],
        "year": told.chosen.number if told.chosen else None,
        "as_of": snapshot.as_of if snapshot else None,
        "snapshot": snapshot.id if snapshot else None,
    }


def _year(told: Shown) -> dict[str, Any]:
    return {**_head(told), "values": [_figure(each) for each in _figures(told.chosen)]}


def _figures(year: Year | None) -> list[Stored]:
    """All figures of a year in the registry's order; one whose metric is no longer registered is left out."""
    return [each for name in metrics() for each in year.figures.get(name, ())] if year else []


def _figure(row: Stored) -> dict[str, Any]:
    known = metrics()[row.metric]
    names = ("metric", "version", "variant", "value", "n_units", "n_unknown", "mix", "notes")
    return {**{name: getattr(row, name) for name in names}, "kind": known.kind.value, "floor": known.floor}


def _cells(cells: Mapping[tuple[str, str], Printed]) -> list[dict[str, Any]]:
    return [
        {"row": row, "column": column}
        | ({"count": None, "hidden": each.value} if isinstance(each, Unpublished) else {"count": each, "hidden": None})
        for (row, column), each in sorted(cells.items())
    ]
