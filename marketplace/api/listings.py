"""Listing: a host's facilities with their terms, and what shows them to all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy.orm import Session

from marketplace.api.facility_shapes import FacilityDetail, facility_detail
from marketplace.api.fields import Body, LocalizedText, PageArguments
from marketplace.api.once import made_once
from marketplace.api.paging import further, offset
from marketplace.catalogue import actions, queries
from marketplace.catalogue.models import Facility, ListingState, Unit
from marketplace.catalogue.rules.fields import FACILITY
from marketplace.terms.actions import publish_terms
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact
from marketplace.web.standing import completeness_of, open_units

blueprint = Blueprint("api_listings", __name__, description="What a host does to its listings")
VERBS = {"pause": actions.pause, "archive": actions.archive, "restore": actions.restore}


class NewFacility(Body):
    """A new draft: whose it is, and its fields as the catalogue names them."""

    organisation = fields.UUID(required=True)
    fields_ = fields.Dict(keys=fields.String(), required=True, data_key="fields")


class FieldsBody(Body):
    """Fields to change, by the catalogue's names; `version` guards against losing somebody else's change."""

    fields_ = fields.Dict(keys=fields.String(), required=True, data_key="fields")
    version = fields.Integer(load_default=None, allow_none=True)


class NewTerms(Body):
    """Terms: a text in up to three languages, clauses by name, or both. `GET /terms/clauses` tells the vocabulary."""

    text = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    clauses = fields.Dict(keys=fields.String(), values=fields.Dict(), load_default=dict)


class ListingArguments(PageArguments):
    """Which of the caller's listings."""

    state = fields.Enum(ListingState, by_value=True, load_default=None)


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


class OwnListing(ListingItem):
    """A listing as its host keeps it: every field by the catalogue's name, also those that no stranger sees."""

    fields_ = fields.Dict(keys=fields.String(), attribute="fields", data_key="fields")
    publishable = fields.Boolean()


class TermsMade(Schema):
    """A new version of the terms."""

    terms_version = fields.UUID()
    digest = fields.String()


class Missing(Schema):
    """What a listing still needs before it can be published, and how complete it is."""

    missing = fields.List(fields.Dict())


@blueprint.route("/listings")
@blueprint.arguments(ListingArguments, location="query")
@blueprint.response(200, ListingPage)
@allow("host_desk.see")
def mine(arguments: dict[str, Any]) -> dict[str, Any]:
    """The listings of the organisations that the caller hosts for, the latest change first."""
    shown, limit = offset(arguments["cursor"]), arguments["limit"]
    rows, states = queries.my_listings(reading(), actor(), state=arguments["state"], limit=limit + 1, offset=shown)
    items = [listing_item(row.facility, row.units) for row in rows[:limit]]
    return {"items": items, "next": further(rows, limit, shown), "states": states}


@blueprint.route("/listings/<uuid:facility_id>")
@blueprint.response(200, OwnListing)
@allow("facility.change")
def one(facility_id: UUID) -> dict[str, Any]:
    """One of the caller's listings with everything that was filled in."""
    facility = queries.listing_for_change(reading(), facility_id, actor())
    units = queries.units_of(reading(), facility_id)
    return {
        **listing_item(facility, len(units)),
        "fields": fields_of(facility, FACILITY),
        "publishable": not completeness_of(reading(), facility).missing,
    }


@blueprint.route("/listings", methods=["POST"])
@blueprint.arguments(NewFacility)
@blueprint.response(201, FacilityDetail)
@allow("facility.create")
def create(body: dict[str, Any]) -> dict[str, Any]:
    """Begin a listing: a private draft."""
    host, given = body["organisation"], body["fields_"]
    made = made_once(lambda session: actions.create_facility(session, host, given, now=now(), by=actor()).id)
    return facility_detail(queries.facility_page(reading(), made, actor()), {})


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


@blueprint.route("/facilities/<uuid:facility_id>/terms", methods=["POST"])
@blueprint.arguments(NewTerms)
@blueprint.response(201, TermsMade)
@allow("facility.change")
def add_terms(body: dict[str, Any], facility_id: UUID) -> dict[str, Any]:
    """Publish a version of the terms; earlier ones stay as they are."""
    text, clauses = body["text"], body["clauses"]
    version = transact(
        lambda session: publish_terms(session, facility_id, text, clauses=clauses, now=now(), by=actor())
    )
    return {"terms_version": version.id, "digest": version.digest}


def changed(verb: Any) -> dict[str, Any]:
    """Do a verb that answers a facility, and write that facility as it then stands."""

    def work(session: Session) -> UUID:
        facility: Facility = verb(session)
        session.flush()
        return facility.id

    facility_id = transact(work)
    page = queries.facility_page(reading(), facility_id, actor())
    return facility_detail(page, {})


def listing_item(facility: Facility, units: int) -> dict[str, Any]:
    """A listing in the shape of `ListingItem`."""
    return {
        **{name: getattr(facility, name) for name in ("id", "slug", "name", "version")},
        "kind": facility.kind.value,
        "state": facility.state.value,
        "organisation": facility.organisation_id,
        "units": units,
    }


def fields_of(row: Facility | Unit, names: Iterable[str]) -> dict[str, Any]:
    """Fields by name as a change of them takes them: codes for choices, decimals and dates as text."""
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal | date):
        return str(value)
    return value
