"""Returns of an organisation over the API, as files."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.spillovers.queries.returning import made_return
from marketplace.spillovers.rules.scopes import YEARS
from marketplace.values.localized import LANGUAGES, Language
from marketplace.web.access import allow
from marketplace.web.request import actor, now, transact
from marketplace.web.returns import file_response, last_year
from marketplace.wording.returns import ENDINGS

blueprint = Blueprint("api_returns", __name__, description="Returns: HE-BCI, HK UGC and NRII")


class ReturnWish(Schema):
    """Of which year, and as what."""

    year = fields.Integer(load_default=None, validate=validate.Range(YEARS[0], YEARS[1] - 2))
    format = fields.String(load_default="csv", validate=validate.OneOf(ENDINGS))
    language = fields.String(load_default="en", validate=validate.OneOf(LANGUAGES))


@blueprint.route("/organisations/<uuid:organisation_id>/returns/<profile>")
@blueprint.arguments(ReturnWish, location="query")
@blueprint.response(200, content_type="text/csv")
@allow("return.make")
def make(wish: dict[str, Any], organisation_id: UUID, profile: str) -> Response:
    """A return (`he-bci`, `ugc` or `nrii`) of the year that begins in a calendar year, last year where none is said, as
    CSV or XLSX; it tells what can't be filled, and why."""
    year = last_year() if wish["year"] is None else wish["year"]
    made = transact(lambda work: made_return(work, organisation_id, profile, year, by=actor(), now=now()))
    return file_response(made, wish["format"], cast(Language, wish["language"]))
