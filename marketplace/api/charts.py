"""Charts of stored figures as files: the same pictures and tables, by the same rule of who sees them, as on pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts import queries as accounts
from marketplace.accounts.policy import demand
from marketplace.api.uploads import BYTES
from marketplace.jurisdictions import queries as places
from marketplace.spillovers.rules.scopes import Scope, ScopeKind
from marketplace.values.localized import LANGUAGES
from marketplace.web.access import allow
from marketplace.web.figures import file_of, published_file, shown
from marketplace.web.request import actor, reading, speak
from marketplace.wording.charts.files import FORMATS

blueprint = Blueprint("api_charts", __name__, description="Charts of stored figures: SVG, PNG and CSV")
CHART: Final = "<int:year>/charts/<chart>"


class ChartWish(Schema):
    """As what, and in which language."""

    format = fields.String(load_default="svg", validate=validate.OneOf(list(FORMATS)))
    language = fields.String(
        load_default=None,
        validate=validate.OneOf(LANGUAGES),
        metadata={"description": "else that of the caller's account"},
    )


def _files(view: Callable[..., Response]) -> Callable[..., Response]:
    """Document an answer in each of the formats."""
    for ending, each in FORMATS.items():
        told = BYTES if ending == "png" else {"type": "string"}
        view = blueprint.response(200, told, content_type=each.content_type.partition(";")[0])(view)
    return view


@blueprint.route(f"/figures/{CHART}")
@blueprint.arguments(ChartWish, location="query")
@_files
@allow("figures.published")
def published(wish: dict[str, Any], year: int, chart: str) -> Response:
    """A chart of what is published of a year: `zones` or `matrix`, after disclosure control."""
    _speak(wish)
    return published_file(year, chart, wish["format"])


@blueprint.route(f"/organisations/<uuid:organisation_id>/figures/{CHART}")
@blueprint.arguments(ChartWish, location="query")
@_files
@allow("figures.see")
def of_organisation(wish: dict[str, Any], organisation_id: UUID, year: int, chart: str) -> Response:
    """A chart of an organisation's figures, for its own people: `use-hours`, `use-shares`, `output-counts`,
    `spillover-outcomes`, `retention`, `lag`, `matrix`, `flows`, `network`."""
    place = accounts.organisation(reading(), organisation_id, actor())
    demand(actor(), "figures.see", organisation=place.id)
    _speak(wish)
    return file_of(shown(Scope(ScopeKind.ORGANISATION, id=place.id), year), chart, wish["format"])


@blueprint.route(f"/zones/<code>/figures/{CHART}")
@blueprint.arguments(ChartWish, location="query")
@_files
@allow("figures.oversee")
def of_zone(wish: dict[str, Any], code: str, year: int, chart: str) -> Response:
    """The same charts of a zone's figures in full, before disclosure control."""
    demand(actor(), "figures.oversee")
    _speak(wish)
    return file_of(shown(Scope(ScopeKind.ZONE, code=places.zone(reading(), code).code), year), chart, wish["format"])


def _speak(wish: dict[str, Any]) -> None:
    if wish["language"]:
        speak(wish["language"])
