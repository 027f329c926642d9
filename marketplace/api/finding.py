"""Finding a facility: the same search as the page's, for programs."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.api.facility_shapes import ThroughputItem, scale_of
from marketplace.api.fields import LocalizedText, MoneyAmount, OrganisationRef, page_of
from marketplace.search.queries import Compared, Found, compared, map_points, search
from marketplace.search.rules.starts import CROSSINGS, Start
from marketplace.search.rules.wishes import SearchQuery, Sort, parse
from marketplace.web.access import allow
from marketplace.web.request import actor, language, now, reading

MOST_COMPARED = 4
LISTS = ("service_modes", "techniques", "instrument_classes", "research_fields")
blueprint = Blueprint("api_finding", __name__, description="Search by words, facts, price and free time")


class SearchArguments(Schema):
    """What to search for; every name but `q` and the numbers may be repeated. Times without an offset are local."""

    q = fields.String(metadata={"description": "words in any of the three languages; latin typos are forgiven"})
    jurisdiction = fields.List(fields.String(), metadata={"description": "codes; those below count too"})
    zone = fields.List(fields.String(), metadata={"description": "codes; their parts count too"})
    kind = fields.List(
        fields.String(metadata={"enum": ["lab", "pilot_line", "instrument"]}), metadata={"description": "any of these"}
    )
    technique = fields.List(fields.String(), metadata={"description": "any of these techniques"})
    trl = fields.List(fields.String(), metadata={"description": "technology readiness levels, 1 to 9"})
    scale = fields.List(fields.String(), metadata={"description": "any of these scales"})
    service_mode = fields.List(fields.String(), metadata={"description": "any of these modes"})
    price = fields.List(
        fields.String(), metadata={"description": "classes of the lowest public rate for an hour, in HKD"}
    )
    free_from = fields.String(metadata={"description": "an instant or a day: free from then on"})
    free_to = fields.String(metadata={"description": "an instant or a day, included: free until then"})
    hours = fields.String(metadata={"description": "hours running that must be free inside the window"})
    price_max = fields.String(metadata={"description": "the dearest hour, in major units of `currency`"})
    currency = fields.String(metadata={"description": "ISO 4217, of `price_max`; HKD where left out"})
    startable_by = fields.String(
        metadata={"description": "a day: what may lawfully begin by then, by the permit plan of who asks"}
    )
    crossing = fields.List(
        fields.String(metadata={"enum": list(CROSSINGS)}),
        metadata={"description": "with `startable_by`: what would cross a boundary; nothing else does then"},
    )
    flows = fields.String(
        metadata={"description": "with `startable_by`: JSON as in `POST /bookings`, instead of `crossing`"}
    )
    organisation = fields.String(
        metadata={"description": "with `startable_by`: id of the own organisation that asks; the first where left out"}
    )
    locals()["from"] = fields.String(
        metadata={"description": "with `startable_by`, for who belongs to no organisation: their jurisdiction"}
    )
    sort = fields.String(
        metadata={
            "enum": [sort.value for sort in Sort],
            "description": "in which order; `earliest_start`, with `startable_by`, has known days first",
        }
    )
    limit = fields.String(metadata={"description": "items at most"})
    cursor = fields.String(metadata={"description": "`next` of the page before"})


class StartItem(Schema):
    """From when the use would be lawful."""

    earliest = fields.Date()
    not_before = fields.Boolean(metadata={"description": "whether it is a lower bound"})
    questions_open = fields.Boolean(metadata={"description": "whether answers could still change it"})


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
    start = fields.Nested(StartItem, allow_none=True, metadata={"description": "null without `startable_by`"})


class FacilityPage(Schema):
    """One page of results, the number beside each choice of each facet, and how many there are in all."""

    items = fields.List(fields.Nested(FacilityItem))
    next = fields.String(allow_none=True)
    total = fields.Integer()
    facets = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Integer()))
    instead = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "words that were not found, and what was looked for instead"},
    )
    relaxed = fields.Dict(
        keys=fields.String(metadata={"enum": ["facets", "free", "price_max", "startable_by", "words"]}),
        values=fields.Integer(),
        metadata={"description": "where nothing was found: how many there are without a part of the question"},
    )


class PointItem(Schema):
    """A facility on the map, in degrees."""

    id = fields.UUID()
    slug = fields.String()
    name = fields.Nested(LocalizedText)
    kind = fields.String()
    city = fields.String(allow_none=True)
    latitude = fields.Float()
    longitude = fields.Float()


PointList = page_of(PointItem, name="PointList", says="All results that say where they stand.")


class CompareArguments(Schema):
    """Which facilities, at most four; what is not published is left out."""

    id = fields.List(fields.UUID(), required=True, validate=validate.Length(1, MOST_COMPARED))


class ComparedItem(FacilityItem):
    """A facility with the facts that are compared."""

    locals().update({name: fields.List(fields.String()) for name in LISTS})
    trl = fields.List(fields.Integer(), allow_none=True)
    mrl = fields.List(fields.Integer(), allow_none=True)
    scale = fields.String(allow_none=True)
    throughput = fields.Nested(ThroughputItem, allow_none=True)
    cleanroom_class = fields.String(allow_none=True)
    gmp = fields.Boolean(allow_none=True)
    operator_supplied = fields.Boolean(allow_none=True)


ComparedList = page_of(ComparedItem, name="ComparedList", says="Listings side by side, in the order asked for.")


@blueprint.route("/facilities")
@blueprint.arguments(SearchArguments, location="query")
@blueprint.response(200, FacilityPage)
@allow("search.use")
def facilities(_: dict[str, Any]) -> dict[str, Any]:
    """The published facilities that fit."""
    found = search(reading(), query_sent(), language=language(), now=now(), by=actor())
    same = ("next", "total", "facets", "instead", "relaxed")
    return {
        "items": [facility_item(item) for item in found.items],
        **{name: getattr(found, name) for name in same},
    }


@blueprint.route("/facilities/map")
@blueprint.arguments(SearchArguments, location="query")
@blueprint.response(200, PointList)
@allow("search.use")
def on_the_map(_: dict[str, Any]) -> dict[str, Any]:
    """Where the published facilities that fit stand."""
    return {"items": map_points(reading(), query_sent(), language=language(), now=now(), by=actor()), "next": None}


@blueprint.route("/facilities/compare")
@blueprint.arguments(CompareArguments, location="query")
@blueprint.response(200, ComparedList)
@allow("search.use")
def compare(arguments: dict[str, Any]) -> dict[str, Any]:
    """Up to four published facilities side by side."""
    found = compared(reading(), arguments["id"], now=now())
    return {"items": [compared_item(each) for each in found], "next": None}


def query_sent() -> SearchQuery:
    """What the address asks for; `Invalid` names each part that can't be read."""
    return parse(request.args.to_dict(flat=False), zone=ZoneInfo(actor().time_zone), now=now())


def facility_item(found: Found) -> dict[str, Any]:
    """A result in the shape of `FacilityItem`."""
    same = ("id", "slug", "name", "kind", "jurisdiction", "zone", "matching_units", "price_per")
    return {
        **{name: getattr(found, name) for name in same},
        "organisation": found.card["organisation"],
        "next_free": found.next_free and found.next_free.isoformat(),
        "price_from": found.price and found.price.as_json(),
        "start": found.start and start_item(found.start),
    }


def start_item(start: Start) -> dict[str, Any]:
    """A first day in the shape of `StartItem`."""
    return {"earliest": start.day, "not_before": start.not_before, "questions_open": start.questions}


def compared_item(each: Compared) -> dict[str, Any]:
    """A listing in a comparison, in the shape of `ComparedItem`."""
    facility = each.facility
    same = ("cleanroom_class", "gmp", "operator_supplied", "service_modes", "instrument_classes", "research_fields")
    return {
        **facility_item(each.found),
        **{name: getattr(facility, name) for name in same},
        "techniques": each.techniques,
        **scale_of(facility),
    }
