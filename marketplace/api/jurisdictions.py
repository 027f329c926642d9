"""Territories, zones and their authorities; working-day calendars and what an administrator says of a day."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts.policy import demand
from marketplace.api.fields import Body, LocalizedText, page_of
from marketplace.bookings.rules.requests import YEARS
from marketplace.jurisdictions import actions, queries
from marketplace.jurisdictions.actions import DayOverride
from marketplace.jurisdictions.models import Agency, CalendarDay, Confidence, CounterpartPair, DayKind, Zone
from marketplace.jurisdictions.rules import add_working_days, provisional
from marketplace.jurisdictions.tables import sources
from marketplace.search.queries.counting import facilities_by_zone
from marketplace.values.refusal import Invalid, NotFound
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint(
    "api_jurisdictions", __name__, description="Territories, zones, authorities and working-day calendars"
)
CONFIDENCE = {
    "enum": [each.value for each in Confidence],
    "description": "P primary source, 2 secondary, BG background that advises but never blocks",
}


class PlaceItem(Schema):
    """A territory or zone."""

    code = fields.String()
    name = fields.Nested(LocalizedText)
    within = fields.String(allow_none=True)


PlaceList = page_of(PlaceItem, name="PlaceList", says="All of them.")


class SourceItem(Schema):
    """Where a fact was read."""

    title = fields.String()
    issuer = fields.String()
    date = fields.String(allow_none=True)
    url = fields.String(allow_none=True)


class AgencyItem(Schema):
    """An authority."""

    code = fields.String()
    jurisdiction = fields.String()
    name = fields.Nested(LocalizedText)
    subject = fields.Nested(LocalizedText)
    website = fields.String(allow_none=True)
    calendar = fields.String(allow_none=True)
    confidence = fields.String(metadata=CONFIDENCE)


AgencyList = page_of(AgencyItem, name="AgencyList", says="All of them, by territory and code.")


class PairItem(Schema):
    """Two sides that settle issues together, the steps of escalation, and the timetable."""

    code = fields.String()
    subject = fields.Nested(LocalizedText)
    side_a = fields.Dict()
    side_b = fields.Dict()
    tiers = fields.List(fields.Dict())
    timetable = fields.Nested(LocalizedText)
    confidence = fields.String(metadata=CONFIDENCE)


PairList = page_of(PairItem, name="PairList", says="All of them, by code.")


class ZoneDetail(PlaceItem):
    """A zone: who governs it, who settles its issues with whom, and where that is said.

    `within` is the territory, null where it spans several; `facilities` counts those published in it and its parts.
    """

    slug = fields.String()
    parent = fields.String(allow_none=True)
    parts = fields.List(fields.String())
    city = fields.String(allow_none=True)
    area = fields.Nested(LocalizedText)
    governing_body = fields.Nested(LocalizedText)
    counterpart = fields.Nested(LocalizedText)
    instrument = fields.Nested(LocalizedText)
    latitude = fields.Float(allow_none=True)
    longitude = fields.Float(allow_none=True)
    agencies = fields.List(fields.Nested(AgencyItem))
    pairs = fields.List(fields.Nested(PairItem))
    facilities = fields.Integer()
    confidence = fields.String(metadata=CONFIDENCE)
    sources = fields.List(fields.Nested(SourceItem))


class CalendarItem(Schema):
    """A calendar: which ISO weekdays work, and the years that are loaded."""

    code = fields.String()
    name = fields.Nested(LocalizedText)
    working_weekdays = fields.List(fields.Integer())
    years = fields.List(fields.Integer())


CalendarList = page_of(CalendarItem, name="CalendarList", says="All of them, by code.")


class CalendarDayItem(Schema):
    """One day that differs from the calendar's week: off, or worked."""

    day = fields.Date()
    kind = fields.String(metadata={"enum": [kind.value for kind in DayKind]})
    name = fields.Nested(LocalizedText)
    source = fields.String()
    official = fields.Boolean()


class CalendarYearDetail(Schema):
    """One year of a calendar: its days, and the notice it rests on; provisional without one."""

    calendar = fields.String()
    year = fields.Integer()
    official_notice = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    provisional = fields.Boolean()
    days = fields.List(fields.Nested(CalendarDayItem))


class DayBody(Body):
    """What an administrator says of one day: off or worked, why, and which notice says so (none: provisional)."""

    day = fields.Date(required=True)
    kind = fields.Enum(DayKind, by_value=True, required=True)
    name = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    note = fields.String(required=True)
    notice = fields.String(load_default="")


class YearBody(Body):
    """The official notice that a whole year rests on."""

    notice = fields.String(required=True)
    note = fields.String(load_default="")


class WorkingDayArguments(Schema):
    """From which day, and how many working days after it."""

    start = fields.Date(required=True, metadata={"description": "the day that is not counted"})
    days = fields.Integer(
        required=True, validate=validate.Range(0, 2000), metadata={"description": "working days after it"}
    )


class WorkingDay(Schema):
    """A day; provisional where a year on the way has no official notice."""

    date = fields.Date()
    provisional = fields.Boolean()


@blueprint.route("/jurisdictions")
@blueprint.response(200, PlaceList)
@allow("jurisdiction.see")
def jurisdictions() -> dict[str, Any]:
    """The territories that facilities may stand in."""
    rows = queries.jurisdictions(reading())
    return {"items": [{"code": row.code, "name": row.name, "within": row.parent_code} for row in rows], "next": None}


@blueprint.route("/zones")
@blueprint.response(200, PlaceList)
@allow("jurisdiction.see")
def zones() -> dict[str, Any]:
    """The named areas with rules of their own."""
    rows = queries.zones(reading())
    within = [{"code": row.code, "name": row.name, "within": row.jurisdiction_code} for row in rows]
    return {"items": within, "next": None}


@blueprint.route("/zones/<code>")
@blueprint.response(200, ZoneDetail)
@allow("jurisdiction.see")
def zone(code: str) -> dict[str, Any]:
    """One zone, by its code or the slug of its page."""
    return zone_detail(queries.zone(reading(), code))


@blueprint.route("/agencies")
@blueprint.response(200, AgencyList)
@allow("jurisdiction.see")
def agencies() -> dict[str, Any]:
    """The authorities."""
    return {"items": [agency_item(row) for row in queries.agencies(reading())], "next": None}


@blueprint.route("/counterpart-pairs")
@blueprint.response(200, PairList)
@allow("jurisdiction.see")
def pairs() -> dict[str, Any]:
    """The authorities that settle issues together across a boundary."""
    return {"items": [pair_item(row) for row in queries.pairs(reading())], "next": None}


@blueprint.route("/calendars")
@blueprint.response(200, CalendarList)
@allow("jurisdiction.see")
def calendars() -> dict[str, Any]:
    """The working-day calendars."""
    years = queries.calendar_years(reading())
    items = [
        {
            **{name: getattr(row, name) for name in ("code", "name", "working_weekdays")},
            "years": [each.year for each in years[row.code]],
        }
        for row in queries.calendars(reading())
    ]
    return {"items": items, "next": None}


@blueprint.route("/calendars/<code>/years/<int:year>")
@blueprint.response(200, CalendarYearDetail)
@allow("jurisdiction.see")
def calendar_year(code: str, year: int) -> dict[str, Any]:
    """One year of a calendar."""
    return year_detail(code, year)


@blueprint.route("/calendars/<code>/days", methods=["POST"])
@blueprint.arguments(DayBody)
@blueprint.response(201, CalendarDayItem)
@allow("calendar.change")
def override_day(body: dict[str, Any], code: str) -> dict[str, Any]:
    """Say of one day that it is off or worked; deadlines from now on are counted with it."""
    demand(actor(), "calendar.change")
    override = DayOverride(code, body["day"], body["kind"], dict(body["name"]), body["note"], body["notice"])
    return transact(lambda session: day_item(actions.override_day(session, override, now=now(), by=actor().id)))


@blueprint.route("/calendars/<code>/years/<int:year>/confirm", methods=["POST"])
@blueprint.arguments(YearBody)
@blueprint.response(200, CalendarYearDetail)
@allow("calendar.change")
def confirm_year(body: dict[str, str], code: str, year: int) -> dict[str, Any]:
    """State that the year is that of the official notice; dates counted in it are provisional no longer."""
    demand(actor(), "calendar.change")
    transact(lambda session: actions.confirm_year(session, code, year, **body, now=now(), by=actor().id))
    return year_detail(code, year)


@blueprint.route("/calendars/<code>/working-day")
@blueprint.arguments(WorkingDayArguments, location="query")
@blueprint.response(200, WorkingDay)
@allow("jurisdiction.see")
def working_day(arguments: dict[str, Any], code: str) -> dict[str, Any]:
    """The day so many working days after a day, on one calendar."""
    if arguments["start"].year not in YEARS:
        raise Invalid.one("start", "instant_far", first=YEARS.start, last=YEARS.stop - 1)
    calendar = queries.calendar(reading(), code)
    last = add_working_days(calendar, arguments["start"], arguments["days"])
    return {"date": last, "provisional": provisional(calendar, arguments["start"], last)}


def zone_detail(row: Zone) -> dict[str, Any]:
    """A zone in the shape of `ZoneDetail`."""
    met = queries.pairs(reading(), row.pair_codes)
    counts = facilities_by_zone(reading())
    inside = queries.zones_below(reading(), [row.code])
    same = ("code", "name", "slug", "city", "area", "governing_body", "counterpart", "instrument")
    keys = dict.fromkeys([*row.sources, *(key for pair in met for key in pair.sources)])
    return {
        **{name: getattr(row, name) for name in (*same, "latitude", "longitude")},
        "within": row.jurisdiction_code,
        "parent": row.parent_code,
        "parts": sorted(inside - {row.code}),
        "agencies": [agency_item(each) for each in queries.agencies(reading(), row.agency_codes)],
        "pairs": [pair_item(each) for each in met],
        "facilities": sum(counts.get(each, 0) for each in inside),
        "confidence": row.confidence.value,
        "sources": sources(list(keys)),
    }


def agency_item(row: Agency) -> dict[str, Any]:
    """An authority in the shape of `AgencyItem`."""
    return {
        **{name: getattr(row, name) for name in ("code", "name", "subject", "website")},
        "jurisdiction": row.jurisdiction_code,
        "calendar": row.calendar_code,
        "confidence": row.confidence.value,
    }


def pair_item(row: CounterpartPair) -> dict[str, Any]:
    """A counterpart pair in the shape of `PairItem`."""
    same = ("code", "subject", "side_a", "side_b", "tiers", "timetable")
    return {**{name: getattr(row, name) for name in same}, "confidence": row.confidence.value}


def year_detail(code: str, year: int) -> dict[str, Any]:
    """One year in the shape of `CalendarYearDetail`; NotFound where it is not loaded."""
    if year not in YEARS:
        raise NotFound(f"{code} {year}")
    found = queries.calendar_year(reading(), code, year)
    return {
        "calendar": code,
        "year": year,
        "official_notice": found.year.official_notice,
        "note": found.year.note,
        "provisional": found.provisional,
        "days": [day_item(day) for day in found.days],
    }


def day_item(row: CalendarDay) -> dict[str, Any]:
    """A day in the shape of `CalendarDayItem`."""
    same = ("day", "name", "source", "official")
    return {**{name: getattr(row, name) for name in same}, "kind": row.kind.value}
