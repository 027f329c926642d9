"""Finding a facility: the same search as the page's, for programs."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from marketplace.api.fields import LocalizedText, MoneyAmount, OrganisationRef
from marketplace.search.queries import Found, search
from marketplace.search.rules.wishes import parse
from marketplace.values.refusal import Invalid
from marketplace.web.access import allow
from marketplace.web.request import actor, language, now, reading

blueprint = Blueprint("api_finding", __name__, description="Search by words, facts, price and free time")


class SearchArguments(Schema):
    """What to search for; every name but `q` and the numbers may be repeated. Times without an offset are local."""

    q = fields.String()
    jurisdiction = fields.List(fields.String())
    zone = fields.List(fields.String())
    kind = fields.List(fields.String(metadata={"enum": ["lab", "pilot_line", "instrument"]}))
    technique = fields.List(fields.String())
    trl = fields.List(fields.String())
    scale = fields.List(fields.String())
    service_mode = fields.List(fields.String())
    price = fields.List(fields.String())
    free_from = fields.String()
    free_to = fields.String()
    hours = fields.String()
    price_max = fields.String()
    currency = fields.String()
    sort = fields.String(metadata={"enum": ["relevance", "name", "price", "next_free", "newest"]})
    limit = fields.String()
    cursor = fields.String()


class FacilityItem(Schema):
    """A facility as a search shows it."""

    id = fields.UUID()
    slug = fields.String()
    name = fields.Nested(LocalizedText)
    kind = fields.String()
    organisation = fields.Nested(OrganisationRef)
    jurisdiction = fields.String()
    zone = fields.String(allow_none=True)
    matching_units = fields.Integer()
    next_free = fields.String(allow_none=True)
    price_from = fields.Nested(MoneyAmount, allow_none=True)
    price_per = fields.String(allow_none=True)


class FacilityPage(Schema):
    """One page of results, the number beside each choice of each facet, and how many there are in all."""

    items = fields.List(fields.Nested(FacilityItem))
    next = fields.String(allow_none=True)
    total = fields.Integer()
    facets = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Integer()))
    instead = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


@blueprint.route("/facilities")
@blueprint.arguments(SearchArguments, location="query")
@blueprint.response(200, FacilityPage)
@allow("search.use")
def facilities(_: dict[str, Any]) -> dict[str, Any]:
    """The published facilities that fit."""
    if request.args.get("startable_by"):
        raise Invalid.one("startable_by", "not_available_yet")
    query = parse(request.args.to_dict(flat=False), zone=ZoneInfo(actor().time_zone), now=now())
    found = search(reading(), query, language=language(), now=now())
    return {
        "items": [facility_item(item) for item in found.items],
        "next": found.next,
        "total": found.total,
        "facets": found.facets,
        "instead": found.instead,
    }


def facility_item(found: Found) -> dict[str, Any]:
    """A result in the shape of `FacilityItem`."""
    same = ("id", "slug", "name", "kind", "jurisdiction", "zone", "matching_units", "price_per")
    return {
        **{name: getattr(found, name) for name in same},
        "organisation": found.card["organisation"],
        "next_free": found.next_free and found.next_free.isoformat(),
        "price_from": found.price and found.price.as_json(),
    }
