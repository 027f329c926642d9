"""Facilities and units: what is listed, and when it is free."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from marketplace.api.fields import Instant, LocalizedText, MoneyAmount, OrganisationRef
from marketplace.availability import queries as availability
from marketplace.availability.models import BookingMode
from marketplace.availability.rules import FreeStretch
from marketplace.bookings.rules.requests import demand_near
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models import Facility, ListingState, Unit, UnitState
from marketplace.catalogue.queries import FacilityPage
from marketplace.catalogue.queries.facilities import Attached
from marketplace.terms import queries as terms
from marketplace.terms.models import TermsVersion
from marketplace.values.period import Period
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading
from marketplace.web.standing import offers_of

blueprint = Blueprint("api_facilities", __name__, description="Labs, pilot lines and instruments, and their units")
WIDEST_WINDOW = timedelta(days=92)
MOST_VERSIONS = 10**6


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


class AttachmentItem(Schema):
    """A photo or document of a facility; `GET /files/{file}` hands out its bytes."""

    id = fields.UUID()
    kind = fields.String(metadata={"enum": ["photo", "document"]})
    file = fields.UUID()
    name = fields.String()
    media_type = fields.String()
    size = fields.Integer(metadata={"description": "bytes"})
    caption = fields.Nested(LocalizedText)
    credit = fields.String(allow_none=True)


class ContactItem(Schema):
    """Whom to ask before a booking."""

    name = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    url = fields.String(allow_none=True)


class ThroughputItem(Schema):
    """How much a line makes: a decimal number as text, and its unit, such as wafers/month."""

    amount = fields.String()
    unit = fields.String()


class OpenHours(Schema):
    """One stretch of a weekday (ISO) in local minutes from midnight; beyond 1440 it lasts into the next day."""

    weekday = fields.Integer()
    opens = fields.Integer()
    closes = fields.Integer()


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
    hours = fields.List(fields.Nested(OpenHours))
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
    throughput = fields.Nested(ThroughputItem, allow_none=True)
    cleanroom_class = fields.String(allow_none=True)
    gmp = fields.Boolean(allow_none=True)
    operator_supplied = fields.Boolean(allow_none=True)
    latitude = fields.Float(allow_none=True)
    longitude = fields.Float(allow_none=True)
    feedstock = fields.Nested(LocalizedText)
    utilities = fields.Nested(LocalizedText)
    planned_opening = fields.Date(allow_none=True)
    actual_opening = fields.Date(allow_none=True)
    contact = fields.Nested(ContactItem)
    website = fields.String(allow_none=True)
    sample = fields.Boolean(metadata={"description": "invented, to try the platform with"})
    photos = fields.List(fields.Nested(AttachmentItem))
    documents = fields.List(fields.Nested(AttachmentItem))
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


class TermsList(Schema):
    """Versions of the terms."""

    items = fields.List(fields.Nested(TermsDetail))
    next = fields.String(allow_none=True)


class TermsArguments(Schema):
    """Which version; left out, the one in force."""

    version = fields.Integer(load_default=None, validate=validate.Range(1, MOST_VERSIONS))


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
@blueprint.arguments(TermsArguments, location="query")
@blueprint.response(200, TermsDetail)
@allow("facility.see")
def facility_terms(arguments: dict[str, Any], facility_id: UUID) -> dict[str, Any]:
    """The terms in force at a facility, or an earlier version by its number."""
    page = catalogue.facility_by_id(reading(), facility_id, actor())
    number = arguments["version"]
    current = terms.current_terms(reading(), page.id)
    version = current if number is None else terms.terms_version(reading(), page.id, number)
    if version is None:
        raise NotFound("terms")
    return terms_detail(version)


@blueprint.route("/facilities/<uuid:facility_id>/terms/versions")
@blueprint.response(200, TermsList)
@allow("facility.see")
def facility_terms_versions(facility_id: UUID) -> dict[str, Any]:
    """Every version of a facility's terms, the newest first; bookings keep the one they were made under."""
    page = catalogue.facility_by_id(reading(), facility_id, actor())
    return {"items": [terms_detail(version) for version in terms.terms_versions(reading(), page.id)], "next": None}


@blueprint.route("/units/<uuid:unit_id>")
@blueprint.response(200, UnitDetail)
@allow("facility.see")
def unit(unit_id: UUID) -> dict[str, Any]:
    """One unit with its rules and public rate."""
    found, place = catalogue.unit_page(reading(), unit_id, actor())
    setting = availability.setting(reading(), unit_id, Period(now(), now() + timedelta(minutes=1)), ahead=0)
    offer = offers_of(reading(), place, [found])[0]
    rate = offer.rate
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
        "hours": [{"weekday": one.weekday, "opens": one.opens, "closes": one.closes} for one in offer.hours],
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
    "missed_threshold",
    "approval_days",
    "instant",
    "closed_on_holidays",
    "open_on_worked_weekends",
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


def terms_detail(version: TermsVersion) -> dict[str, Any]:
    """A version of the terms in the shape of `TermsDetail`."""
    same = ("number", "digest", "text", "published_at")
    return {"terms_version": version.id, **{name: getattr(version, name) for name in same}}


def rate_item(rate: Any) -> dict[str, Any]:
    """A rate in the shape of `RateItem`."""
    amount = {"amount_minor": rate.amount_minor, "currency": rate.currency}
    return {"amount": amount, "per": rate.per.value, "valid_from": rate.valid_from}


def facility_detail(page: FacilityPage, modes: dict[UUID, BookingMode]) -> dict[str, Any]:
    """A facility in the shape of `FacilityDetail`."""
    facility = page.facility
    same = ("id", "slug", "name", "city", "summary", "description", "what_to_bring", "service_modes", "techniques")
    more = ("instrument_classes", "research_fields", "cleanroom_class", "gmp", "operator_supplied", "feedstock")
    last = ("utilities", "planned_opening", "actual_opening", "website", "sample", "latitude", "longitude")
    return {
        **{name: getattr(facility, name) for name in (*same, *more, *last)},
        "kind": facility.kind.value,
        "state": facility.state.value,
        "organisation": {"id": page.organisation.id, "slug": page.organisation.slug, "name": page.organisation.name},
        "jurisdiction": facility.jurisdiction_code,
        "zone": facility.zone_code,
        "timezone": facility.time_zone,
        **scale_of(facility),
        "contact": {name: getattr(facility, f"contact_{name}") for name in ("name", "email", "phone", "url")},
        "photos": [attachment_item(each) for each in page.photos],
        "documents": [attachment_item(each) for each in page.documents],
        "units": [unit_item(unit, facility, modes.get(unit.id)) for unit in page.units],
    }


def scale_of(facility: Facility) -> dict[str, Any]:
    """How ripe and how large: the facts of a pilot line."""
    amount = facility.throughput_amount
    return {
        "trl": _range(facility.trl_min, facility.trl_max),
        "mrl": _range(facility.mrl_min, facility.mrl_max),
        "scale": facility.scale and facility.scale.value,
        "throughput": {"amount": f"{amount.normalize():f}", "unit": facility.throughput_unit} if amount else None,
    }


def attachment_item(each: Attached) -> dict[str, Any]:
    """A photo or document in the shape of `AttachmentItem`."""
    row, file = each.attachment, each.file
    return {
        "id": row.id,
        "kind": row.kind.value,
        "caption": row.caption,
        "credit": row.credit,
        "file": file.id,
        **{name: getattr(file, name) for name in ("name", "media_type", "size")},
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
