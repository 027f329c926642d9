"""How facilities, units and what hangs on them are written for programs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from marketplace.api.fields import LocalizedText, MoneyAmount, OrganisationRef
from marketplace.availability.models import BookingMode
from marketplace.catalogue.models import Facility, ListingState, Unit, UnitState
from marketplace.catalogue.queries import FacilityPage
from marketplace.catalogue.queries.facilities import Attached


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
    permit_facts = fields.Dict(metadata={"description": "what the host states for permits, by `GET /permit-facts`"})


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
    cancelled_on = fields.Date(allow_none=True, metadata={"description": "the day on which opening it was given up"})
    contact = fields.Nested(ContactItem)
    website = fields.String(allow_none=True)
    permit_facts = fields.Dict(metadata={"description": "what the host states for permits, by `GET /permit-facts`"})
    sample = fields.Boolean(metadata={"description": "invented, to try the platform with"})
    photos = fields.List(fields.Nested(AttachmentItem))
    documents = fields.List(fields.Nested(AttachmentItem))
    units = fields.List(fields.Nested(UnitItem))


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
    more = ("instrument_classes", "research_fields", "cleanroom_class", "gmp", "operator_supplied", "feedstock")
    last = (
        "utilities",
        "planned_opening",
        "actual_opening",
        "cancelled_on",
        "website",
        "sample",
        "latitude",
        "longitude",
        "permit_facts",
    )
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


def _range(low: int | None, high: int | None) -> list[int] | None:
    return None if low is None or high is None else [low, high]
