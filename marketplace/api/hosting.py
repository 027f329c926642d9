"""What a host oversees: its units, all of them over time, and the people whom it may book for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from marketplace.accounts.policy import demand
from marketplace.api.facilities import WindowArguments
from marketplace.api.fields import Instant, LocalizedText, page_of
from marketplace.bookings.queries import hosting
from marketplace.bookings.queries.desk import Bar, UnitLine, host_timeline
from marketplace.bookings.queries.hosting import HostUnit
from marketplace.bookings.rules.requests import demand_near
from marketplace.values.period import Period
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading

blueprint = Blueprint("api_hosting", __name__, description="A host's units over time, and whom it books for")


class HostUnitItem(Schema):
    """One of the host's units, with the zone that it stands in."""

    id = fields.UUID()
    name = fields.Nested(LocalizedText)
    places = fields.Integer()
    state = fields.String(metadata={"enum": ["active", "paused"]})
    facility = fields.UUID()
    facility_name = fields.Nested(LocalizedText)
    organisation = fields.UUID()
    timezone = fields.String()


HostUnitList = page_of(HostUnitItem, name="HostUnitList", says="The host's units in the order of its listings.")


class TimelineArguments(WindowArguments):
    """Which stretch, and of which facility; left out, of all."""

    facility = fields.UUID(load_default=None)


class BarItem(Schema):
    """A booking or a closure, whose `id` it is, on one place; `blocked` is with set-up and clean-up."""

    id = fields.UUID()
    kind = fields.String(metadata={"enum": ["booking", "closure"]})
    place = fields.Integer()
    start = Instant()
    end = Instant()
    blocked_start = Instant()
    blocked_end = Instant()
    state = fields.String(allow_none=True, metadata={"description": "of a booking"})
    person_name = fields.String(allow_none=True)
    organisation_name = fields.Nested(LocalizedText, allow_none=True)
    closure_kind = fields.String(allow_none=True)
    reason = fields.Nested(LocalizedText, allow_none=True, metadata={"description": "of a closure"})


class UnitLineItem(Schema):
    """One unit with what stands on it, by place and time."""

    unit = fields.UUID()
    unit_name = fields.Nested(LocalizedText)
    places = fields.Integer()
    facility = fields.UUID()
    facility_name = fields.Nested(LocalizedText)
    timezone = fields.String()
    bars = fields.List(fields.Nested(BarItem))


HostTimeline = page_of(UnitLineItem, name="HostTimeline", says="Every unit over the window.")


class KnownPersonItem(Schema):
    """Somebody whom the host knows: of its own people, or because they booked there in the last two years."""

    person = fields.UUID()
    name = fields.String()
    ours = fields.Boolean()


KnownPeople = page_of(KnownPersonItem, name="KnownPeople", says="Its own people first, each by name.")


class PlaceOfPerson(Schema):
    """An organisation that somebody may be booked for."""

    organisation = fields.UUID()
    name = fields.Nested(LocalizedText)


PlacesOfPerson = page_of(PlaceOfPerson, name="PlacesOfPerson", says="All of them.")


@blueprint.route("/host/units")
@blueprint.response(200, HostUnitList)
@allow("host_desk.see")
def units() -> dict[str, Any]:
    """The units of the organisations that the caller hosts for."""
    return {"items": [host_unit_item(unit) for unit in hosting.host_units(reading(), by=actor())], "next": None}


@blueprint.route("/host/timeline")
@blueprint.arguments(TimelineArguments, location="query")
@blueprint.response(200, HostTimeline)
@allow("host_desk.see")
def timeline(arguments: dict[str, Any]) -> dict[str, Any]:
    """All units of the host with their bookings and closures: what the resource timeline draws."""
    window = Period(arguments["from_"], arguments["to"])
    demand_near(window)
    lines = host_timeline(reading(), window, by=actor(), now=now(), facility_id=arguments["facility"])
    return {"items": [line_item(line) for line in lines], "next": None}


@blueprint.route("/units/<uuid:unit_id>/people")
@blueprint.response(200, KnownPeople)
@allow("booking.book_for")
def people(unit_id: UUID) -> dict[str, Any]:
    """Whom the unit's host may book for without naming an address."""
    unit = bookable(unit_id)
    known = hosting.known_people(reading(), unit.host_id, now=now())
    return {"items": [{"person": one.id, "name": one.name, "ours": one.ours} for one in known], "next": None}


@blueprint.route("/units/<uuid:unit_id>/people/<uuid:person_id>/organisations")
@blueprint.response(200, PlacesOfPerson)
@allow("booking.book_for")
def organisations(unit_id: UUID, person_id: UUID) -> dict[str, Any]:
    """The organisations of one of them, for `organisation` of the booking."""
    unit = bookable(unit_id)
    if all(one.id != person_id for one in hosting.known_people(reading(), unit.host_id, now=now())):
        raise NotFound("person")
    places = hosting.organisations_of_person(reading(), person_id)
    return {"items": [{"organisation": id, "name": name} for id, name in places.items()], "next": None}


def bookable(unit_id: UUID) -> HostUnit:
    """A unit that the caller may book for others; NotFound for a stranger's."""
    unit = hosting.host_unit(reading(), unit_id, by=actor())
    demand(actor(), "booking.book_for", host=unit.host_id)
    return unit


def host_unit_item(unit: HostUnit) -> dict[str, Any]:
    """A unit in the shape of `HostUnitItem`."""
    return {
        **{name: getattr(unit, name) for name in ("id", "name", "places", "facility_name")},
        "state": unit.state.value,
        "facility": unit.facility_id,
        "organisation": unit.host_id,
        "timezone": unit.zone,
    }


def line_item(line: UnitLine) -> dict[str, Any]:
    """A unit over time in the shape of `UnitLineItem`."""
    return {
        "unit": line.unit_id,
        "unit_name": line.name,
        "places": line.places,
        "facility": line.facility_id,
        "facility_name": line.facility_name,
        "timezone": line.zone,
        "bars": [bar_item(bar) for bar in line.bars],
    }


def bar_item(bar: Bar) -> dict[str, Any]:
    """A stretch on one place in the shape of `BarItem`."""
    booking, closure = bar.booking, bar.closure
    return {
        "id": bar.holder_id,
        "kind": bar.kind.value,
        "place": bar.place,
        "start": bar.period.start,
        "end": bar.period.end,
        "blocked_start": bar.blocked.start,
        "blocked_end": bar.blocked.end,
        "state": bar.state and bar.state.value,
        "person_name": booking and booking.person_name,
        "organisation_name": booking and booking.organisation_name,
        "closure_kind": closure and closure.kind.value,
        "reason": closure and closure.reason,
    }
