"""Facilities and units: what is listed, and when it is free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, validates_schema

from marketplace.api.fields import Instant, LocalizedText, MoneyAmount, OrganisationRef
from marketplace.availability import queries as availability
from marketplace.availability.models import BookingMode
from marketplace.availability.rules import FreeStretch
from marketplace.bookings.rules.requests import demand_near
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Facility, ListingState, Unit, UnitState
from marketplace.catalogue.queries import FacilityPage
from marketplace.pricing import queries as pricing
from marketplace.terms import queries as terms
from marketplace.values.period import Period
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading

blueprint = Blueprint("api_facilities", __name__, description="Labs, pilot lines and instruments, and their units")
WIDEST_WINDOW = timedelta(days=92)


class UnitItem(Schema):
    """A unit as its facility lists it."""

    id = fields.UUID()
    name = fields.Nested(LocalizedText)
    kind = fields.String()
    places = fields.Integer()
    bookable = fields.Boolean()
    booking_mode = fields.String(metadata={"enum": ["hour", "day", "week"]})


class RateItem(Schema):
    """A public rate, and the day it counts from."""

    amount = fields.Nested(MoneyAmount)
    per = fields.String()
    valid_from = fields.Date()


class UnitDetail(UnitItem):
    """A unit with all that its host tells of it."""

    facility = fields.UUID()
    description = fields.Nested(LocalizedText)
    maker = fields.String(allow_none=True)
    model = fields.String(allow_none=True)
    techniques = fields.List(fields.String())
    instrument_class = fields.String(allow_none=True)
    timezone = fields.String()
    rate = fields.Nested(RateItem, allow_none=True)
    rules = fields.Dict()


class FacilityDetail(Schema):
    """A facility with its units. Address, directions and arrival contact come with a confirmed booking."""

    id = fields.UUID()
    slug = fields.String()
    name = fields.Nested(LocalizedText)
    kind = fields.String()
    state = fields.String()
    organisation = fields.Nested(OrganisationRef)
    jurisdiction = fields.String(allow_none=True)
    zone = fields.String(allow_none=True)
    city = fields.String(allow_none=True)
    timezone = fields.String(allow_none=True)
    summary = fields.Nested(LocalizedText)
    description = fields.Nested(LocalizedText)
    what_to_bring = fields.Nested(LocalizedText)
    service_modes = fields.List(fields.String())
    techniques = fields.List(fields.String())
    instrument_classes = fields.List(fields.String())
    research_fields = fields.List(fields.String())
    trl = fields.List(fields.Integer(), allow_none=True)
    mrl = fields.List(fields.Integer(), allow_none=True)
    scale = fields.String(allow_none=True)
    throughput = fields.Dict(allow_none=True)
    cleanroom_class = fields.String(allow_none=True)
    gmp = fields.Boolean(allow_none=True)
    operator_supplied = fields.Boolean(allow_none=True)
    latitude = fields.Float(allow_none=True)
    longitude = fields.Float(allow_none=True)
    units = fields.List(fields.Nested(UnitItem))


class WindowArguments(Schema):
    """From when to when; half-open, at most 92 days."""

    from_ = Instant(required=True, data_key="from")
    to = Instant(required=True)

    @validates_schema
    def ascends(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a window that is empty or longer than we answer in one go."""
        if data["to"] <= data["from_"]:
            raise ValidationError("Must lie after `from`.", "to")
        if data["to"] - data["from_"] > WIDEST_WINDOW:
            raise ValidationError("At most 92 days after `from`.", "to")


class FreeStretchItem(Schema):
    """A stretch that so many places can give, each for itself."""

    start = Instant()
    end = Instant()
    places = fields.Integer()


class Availability(Schema):
    """Maximal free stretches of single places: any period inside one, in the unit's steps and lengths, is accepted."""

    timezone = fields.String()
    free = fields.List(fields.Nested(FreeStretchItem))


class TermsDetail(Schema):
    """The terms text in force; its version is what an acceptance names."""

    terms_version = fields.UUID()
    number = fields.Integer()
    digest = fields.String()
    text = fields.Nested(LocalizedText)
    published_at = Instant()


@blueprint.route("/facilities/<uuid:facility_id>")
@blueprint.response(200, FacilityDetail)
@allow("facility.see")
def facility(facility_id: UUID) -> dict[str, Any]:
    """One facility with its units."""
    page = catalogue.facility_page(reading(), facility_id, actor())
    around = Period(now(), now() + timedelta(minutes=1))
    settings = availability.settings(reading(), [unit.id for unit in page.units], around, ahead=0)
    modes = {unit_id: setting.rules.mode for unit_id, setting in settings.items()}
    return facility_detail(page, modes)


@blueprint.route("/facilities/<uuid:facility_id>/terms")
@blueprint.response(200, TermsDetail)
@allow("facility.see")
def facility_terms(facility_id: UUID) -> dict[str, Any]:
    """The terms in force at a facility."""
    page = catalogue.facility_by_id(reading(), facility_id, actor())
    version = terms.current_terms(reading(), page.id)
    if version is None:
        raise NotFound("terms")
    return {
        "terms_version": version.id,
        "number": version.number,
        "digest": version.digest,
        "text": version.text,
        "published_at": version.published_at,
    }


@blueprint.route("/units/<uuid:unit_id>")
@blueprint.response(200, UnitDetail)
@allow("facility.see")
def unit(unit_id: UUID) -> dict[str, Any]:
    """One unit with its rules and public rate."""
    found, place = catalogue.unit_page(reading(), unit_id, actor())
    setting = availability.setting(reading(), unit_id, Period(now(), now() + timedelta(minutes=1)), ahead=0)
    rate = pricing.rate_on(reading(), unit_id, now().astimezone(setting.zone).date())
    return {
        **unit_item(found, place, setting.rules.mode),
        "facility": place.id,
        "description": found.description,
        "maker": found.maker,
        "model": found.model,
        "techniques": found.techniques,
        "instrument_class": found.instrument_class,
        "timezone": str(setting.zone),
        "rate": rate and rate_item(rate),
        "rules": {name: getattr(setting.rules, name) for name in RULES_SHOWN} | {"mode": setting.rules.mode.value},
    }


@blueprint.route("/units/<uuid:unit_id>/availability")
@blueprint.arguments(WindowArguments, location="query")
@blueprint.response(200, Availability)
@allow("availability.see")
def unit_availability(arguments: dict[str, datetime], unit_id: UUID) -> dict[str, Any]:
    """When a unit can be booked."""
    _, place = catalogue.unit_page(reading(), unit_id, actor())
    window = Period(arguments["from_"], arguments["to"])
    demand_near(window)
    free = availability.free(reading(), unit_id, window, now())
    return {"timezone": place.time_zone or availability.ASSUMED_ZONE, "free": counted(free)}


RULES_SHOWN = (
    "step",
    "shortest",
    "longest",
    "set_up",
    "clean_up",
    "cut_off",
    "horizon_days",
    "max_per_day",
    "max_at_once",
    "max_future_minutes",
    "min_gap",
    "organisation_weekly_hours",
    "instant",
)


def unit_item(unit: Unit, facility: Facility, mode: BookingMode | None) -> dict[str, Any]:
    """A unit in the shape of `UnitItem`."""
    bookable = unit.state is UnitState.ACTIVE and facility.state is ListingState.PUBLISHED
    return {
        "id": unit.id,
        "name": unit.name,
        "kind": unit.kind.value,
        "places": unit.places,
        "bookable": bookable,
        "booking_mode": (mode or BookingMode.HOUR).value,
    }


def rate_item(rate: Any) -> dict[str, Any]:
    """A rate in the shape of `RateItem`."""
    amount = {"amount_minor": rate.amount_minor, "currency": rate.currency}
    return {"amount": amount, "per": rate.per.value, "valid_from": rate.valid_from}


def facility_detail(page: FacilityPage, modes: dict[UUID, BookingMode]) -> dict[str, Any]:
    """A facility in the shape of `FacilityDetail`."""
    facility = page.facility
    same = ("id", "slug", "name", "city", "summary", "description", "what_to_bring", "service_modes", "techniques")
    more = ("instrument_classes", "research_fields", "cleanroom_class", "gmp", "operator_supplied")
    throughput = facility.throughput_amount and {
        "amount": str(facility.throughput_amount.normalize()),
        "unit": facility.throughput_unit,
    }
    return {
        **{name: getattr(facility, name) for name in (*same, *more, "latitude", "longitude")},
        "kind": facility.kind.value,
        "state": facility.state.value,
        "organisation": {"id": page.organisation.id, "slug": page.organisation.slug, "name": page.organisation.name},
        "jurisdiction": facility.jurisdiction_code,
        "zone": facility.zone_code,
        "timezone": facility.time_zone,
        "trl": _range(facility.trl_min, facility.trl_max),
        "mrl": _range(facility.mrl_min, facility.mrl_max),
        "scale": facility.scale and facility.scale.value,
        "throughput": throughput,
        "units": [unit_item(unit, facility, modes.get(unit.id)) for unit in page.units],
    }


def counted(free: Sequence[FreeStretch]) -> list[dict[str, Any]]:
    """Stretches by start and end, with the number of places that can give exactly that."""
    places: dict[tuple[datetime, datetime], int] = {}
    for stretch in free:
        key = stretch.period.start, stretch.period.end
        places[key] = places.get(key, 0) + 1
    return [{"start": start, "end": end, "places": count} for (start, end), count in sorted(places.items())]


def _range(low: int | None, high: int | None) -> list[int] | None:
    return None if low is None or high is None else [low, high]
