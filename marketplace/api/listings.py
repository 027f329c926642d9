"""Listing: a host's facilities and units, with hours, rules, rates, terms and files, and what shows them to all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from marketplace.api.facilities import FacilityDetail, RateItem, UnitItem, facility_detail, rate_item, unit_item
from marketplace.api.fields import Body, LocalizedText, MoneyAmount, PageArguments
from marketplace.availability import actions as availability
from marketplace.availability.models import BookingMode
from marketplace.availability.rules import Hours, UnitRules
from marketplace.catalogue import actions, queries
from marketplace.catalogue.models import AttachmentKind, Facility
from marketplace.files.actions import Purpose, keep
from marketplace.limits.actions import spend
from marketplace.pricing.actions import set_rate
from marketplace.pricing.models import RatePer
from marketplace.terms.actions import publish_terms
from marketplace.values.money import InvalidMoney, Money
from marketplace.values.refusal import Invalid
from marketplace.web.access import allow
from marketplace.web.request import actor, database, now, reading, store, transact
from marketplace.web.standing import completeness_of, open_units

blueprint = Blueprint("api_listings", __name__, description="What a host does to its listings")
# Of digits: no column holds a number far beyond it.
LONGEST_CURSOR = 9
VERBS = {"pause": actions.pause, "archive": actions.archive, "restore": actions.restore}


class NewFacility(Body):
    """A new draft: whose it is, and its fields as the catalogue names them."""

    organisation = fields.UUID(required=True)
    fields_ = fields.Dict(keys=fields.String(), required=True, data_key="fields")


class FieldsBody(Body):
    """Fields to change, by the catalogue's names; `version` guards against losing somebody else's change."""

    fields_ = fields.Dict(keys=fields.String(), required=True, data_key="fields")
    version = fields.Integer(load_default=None, allow_none=True)


class NewUnit(Body):
    """A new unit: its fields as the catalogue names them, and how many places it has."""

    fields_ = fields.Dict(keys=fields.String(), required=True, data_key="fields")
    places = fields.Integer(load_default=1, validate=validate.Range(1, 500))


class HoursItem(Body):
    """One stretch of a weekday (ISO) in local minutes from midnight."""

    weekday = fields.Integer(required=True)
    opens = fields.Integer(required=True)
    closes = fields.Integer(required=True)


class HoursBody(Body):
    """The whole week; what is left out is closed."""

    hours = fields.List(fields.Nested(HoursItem), required=True)


class RulesBody(Body):
    """How a unit may be booked. Minutes unless the name says otherwise; null means no limit."""

    mode = fields.Enum(BookingMode, by_value=True, load_default=BookingMode.HOUR)
    step = fields.Integer(load_default=30)
    shortest = fields.Integer(load_default=30)
    longest = fields.Integer(load_default=None, allow_none=True)
    set_up = fields.Integer(load_default=0)
    clean_up = fields.Integer(load_default=0)
    cut_off = fields.Integer(load_default=0)
    horizon_days = fields.Integer(load_default=None, allow_none=True)
    max_per_day = fields.Integer(load_default=None, allow_none=True)
    max_at_once = fields.Integer(load_default=None, allow_none=True)
    max_future_minutes = fields.Integer(load_default=None, allow_none=True)
    min_gap = fields.Integer(load_default=None, allow_none=True)
    organisation_weekly_hours = fields.Integer(load_default=None, allow_none=True)
    missed_threshold = fields.Integer(load_default=None, allow_none=True)
    approval_days = fields.Integer(load_default=3)
    instant = fields.Boolean(load_default=False)
    calendar_code = fields.String(load_default=None, allow_none=True)
    closed_on_holidays = fields.Boolean(load_default=True)
    open_on_worked_weekends = fields.Boolean(load_default=False)


class RateBody(Body):
    """A public rate, from a local day on."""

    amount = fields.Nested(MoneyAmount, required=True)
    per = fields.Enum(RatePer, by_value=True, required=True)
    valid_from = fields.Date(required=True)
    note = fields.String(load_default="")


class TermsTextBody(Body):
    """A terms text in up to three languages."""

    text = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class ListingItem(Schema):
    """One of the caller's own listings."""

    id = fields.UUID()
    slug = fields.String()
    name = fields.Nested(LocalizedText)
    kind = fields.String()
    state = fields.String()
    organisation = fields.UUID()
    units = fields.Integer()
    version = fields.Integer()


class ListingPage(Schema):
    """The caller's own listings, and how many stand in each state."""

    items = fields.List(fields.Nested(ListingItem))
    next = fields.String(allow_none=True)
    states = fields.Dict(keys=fields.String(), values=fields.Integer())


class TermsMade(Schema):
    """A new version of the terms."""

    terms_version = fields.UUID()
    digest = fields.String()


class AttachmentMade(Schema):
    """A photo or document that was attached: the attachment's id and the file's."""

    id = fields.UUID()
    file = fields.UUID()


class Missing(Schema):
    """What a listing still needs before it can be published, and how complete it is."""

    missing = fields.List(fields.Dict())


@blueprint.route("/listings")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, ListingPage)
@allow("host_desk.see")
def mine(arguments: dict[str, Any]) -> dict[str, Any]:
    """The listings of the organisations that the caller hosts for, the latest change first."""
    cursor, limit = arguments["cursor"] or "0", arguments["limit"]
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= LONGEST_CURSOR):
        raise Invalid.one("cursor", "cursor_unknown")
    offset = int(cursor)
    rows, states = queries.my_listings(reading(), actor(), limit=limit + 1, offset=offset)
    items = [
        {
            **{name: getattr(row.facility, name) for name in ("id", "slug", "name", "version")},
            "kind": row.facility.kind.value,
            "state": row.facility.state.value,
            "organisation": row.facility.organisation_id,
            "units": row.units,
        }
        for row in rows[:limit]
    ]
    return {"items": items, "next": str(offset + limit) if len(rows) > limit else None, "states": states}


@blueprint.route("/listings", methods=["POST"])
@blueprint.arguments(NewFacility)
@blueprint.response(201, FacilityDetail)
@allow("facility.create")
def create(body: dict[str, Any]) -> dict[str, Any]:
    """Begin a listing: a private draft."""
    return changed(
        lambda session: actions.create_facility(session, body["organisation"], body["fields_"], now=now(), by=actor())
    )


@blueprint.route("/listings/<uuid:facility_id>", methods=["PATCH"])
@blueprint.arguments(FieldsBody)
@blueprint.response(200, FacilityDetail)
@allow("facility.change")
def change(body: dict[str, Any], facility_id: UUID) -> dict[str, Any]:
    """Change fields of a listing."""
    given, version = body["fields_"], body["version"]
    return changed(
        lambda session: actions.change_facility(session, facility_id, given, now=now(), by=actor(), version=version)
    )


@blueprint.route("/listings/<uuid:facility_id>/missing")
@blueprint.response(200, Missing)
@allow("facility.change")
def missing(facility_id: UUID) -> dict[str, Any]:
    """What a listing still needs."""
    facility = queries.listing_for_change(reading(), facility_id, actor())
    return {"missing": [reason.as_json() for reason in completeness_of(reading(), facility).missing]}


@blueprint.route("/listings/<uuid:facility_id>/publish", methods=["POST"])
@blueprint.response(200, FacilityDetail)
@allow("facility.change")
def publish(facility_id: UUID) -> dict[str, Any]:
    """Show a listing to the world; refused with everything that is missing."""
    return changed(
        lambda session: actions.publish(
            session, facility_id, open_units=open_units(session, facility_id), now=now(), by=actor()
        )
    )


@blueprint.route("/listings/<uuid:facility_id>/<any(pause, archive, restore):verb>", methods=["POST"])
@blueprint.response(200, FacilityDetail)
@allow("facility.change")
def put_away(facility_id: UUID, verb: str) -> dict[str, Any]:
    """Pause, archive or restore a listing; its history stays."""
    return changed(lambda session: VERBS[verb](session, facility_id, now=now(), by=actor()))


@blueprint.route("/listings/<uuid:facility_id>/units", methods=["POST"])
@blueprint.arguments(NewUnit)
@blueprint.response(201, UnitItem)
@allow("facility.change")
def add_unit(body: dict[str, Any], facility_id: UUID) -> dict[str, Any]:
    """Add a unit to a listing."""
    given, places = body["fields_"], body["places"]

    def work(session: Session) -> UUID:
        return actions.add_unit(session, facility_id, given, now=now(), by=actor(), places=places).id

    return unit_answer(transact(work))


@blueprint.route("/units/<uuid:unit_id>", methods=["PATCH"])
@blueprint.arguments(FieldsBody)
@blueprint.response(200, UnitItem)
@allow("facility.change")
def change_unit(body: dict[str, Any], unit_id: UUID) -> dict[str, Any]:
    """Change fields of a unit."""
    given = body["fields_"]
    transact(lambda session: actions.change_unit(session, unit_id, given, now=now(), by=actor()))
    return unit_answer(unit_id)


@blueprint.route("/units/<uuid:unit_id>/hours", methods=["PUT"])
@blueprint.arguments(HoursBody)
@blueprint.response(204)
@allow("facility.change")
def set_hours(body: dict[str, Any], unit_id: UUID) -> None:
    """Replace a unit's week."""
    week = [Hours(**each) for each in body["hours"]]
    transact(lambda session: availability.set_opening_hours(session, unit_id, week, now=now(), by=actor()))


@blueprint.route("/units/<uuid:unit_id>/rules", methods=["PUT"])
@blueprint.arguments(RulesBody)
@blueprint.response(204)
@allow("facility.change")
def set_rules(body: dict[str, Any], unit_id: UUID) -> None:
    """Replace a unit's booking rules."""
    transact(lambda session: availability.set_rules(session, unit_id, UnitRules(**body), now=now(), by=actor()))


@blueprint.route("/units/<uuid:unit_id>/rates", methods=["POST"])
@blueprint.arguments(RateBody)
@blueprint.response(201, RateItem)
@allow("facility.change")
def add_rate(body: dict[str, Any], unit_id: UUID) -> dict[str, Any]:
    """Set the public rate of a unit from a day on."""
    try:
        amount = Money(**body["amount"])
    except InvalidMoney as broken:
        field = "currency" if broken.code == "currency_unknown" else "amount_minor"
        raise Invalid.one(f"amount.{field}", broken.code) from None
    rate = transact(
        lambda session: set_rate(
            session,
            unit_id,
            amount,
            body["per"],
            valid_from=body["valid_from"],
            now=now(),
            by=actor(),
            note=body["note"],
        )
    )
    return rate_item(rate)


@blueprint.route("/facilities/<uuid:facility_id>/terms", methods=["POST"])
@blueprint.arguments(TermsTextBody)
@blueprint.response(201, TermsMade)
@allow("facility.change")
def add_terms(body: dict[str, Any], facility_id: UUID) -> dict[str, Any]:
    """Publish a version of the terms; earlier ones stay as they are."""
    text = body["text"]
    version = transact(lambda session: publish_terms(session, facility_id, text, now=now(), by=actor()))
    return {"terms_version": version.id, "digest": version.digest}


@blueprint.route("/listings/<uuid:facility_id>/files/<any(photo, document):kind>", methods=["POST"])
@blueprint.response(201, AttachmentMade)
@allow("facility.change")
def add_file(facility_id: UUID, kind: str) -> dict[str, Any]:
    """Attach a photo or document: multipart form data, one part named `file`."""
    queries.listing_for_change(reading(), facility_id, actor())  # before a byte of the upload is looked at
    spend(database(), "upload", str(actor().id), now=now())
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid.one("file", "required")
    content, name, where = upload.read(), upload.filename, store()
    purpose = Purpose.PHOTO if kind == "photo" else Purpose.DOCUMENT

    def work(session: Session) -> dict[str, UUID]:
        file = keep(session, where, content, name=name, by=actor().id, now=now(), purpose=purpose)
        row = actions.attach(session, facility_id, file.id, AttachmentKind(kind), now=now(), by=actor())
        session.flush()
        return {"id": row.id, "file": file.id}

    return transact(work)


@blueprint.route("/listings/<uuid:facility_id>/files/<uuid:attachment_id>", methods=["DELETE"])
@blueprint.response(204)
@allow("facility.change")
def remove_file(facility_id: UUID, attachment_id: UUID) -> None:
    """Take a photo or document off a listing."""
    transact(lambda session: actions.detach(session, facility_id, attachment_id, now=now(), by=actor()))


def changed(verb: Any) -> dict[str, Any]:
    """Do a verb that answers a facility, and write that facility as it then stands."""

    def work(session: Session) -> UUID:
        facility: Facility = verb(session)
        session.flush()
        return facility.id

    facility_id = transact(work)
    page = queries.facility_page(reading(), facility_id, actor())
    return facility_detail(page, {})


def unit_answer(unit_id: UUID) -> dict[str, Any]:
    """A unit in the shape of `UnitItem`, as it stands."""
    unit, facility = queries.unit_page(reading(), unit_id, actor())
    return unit_item(unit, facility, None)
