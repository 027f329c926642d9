"""Organisations: who they are, what they list, and whether an administrator has verified them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts import queries
from marketplace.accounts.actions import organisations, verification
from marketplace.accounts.models import Control, IdentifierScheme, Organisation, OrganisationKind, Verification
from marketplace.accounts.policy import may
from marketplace.accounts.queries import people
from marketplace.accounts.queries.organisations import identifiers_of, organisation
from marketplace.accounts.rules.organisation_form import OrganisationForm
from marketplace.accounts.rules.standing import facts_digest, facts_of
from marketplace.api.fields import Body, Instant, LocalizedText, PageArguments, ReasonGiven, page_of
from marketplace.api.history import HistoryItem, history_of
from marketplace.api.members import place_for
from marketplace.api.once import made_once
from marketplace.api.paging import further, offset
from marketplace.catalogue.queries.published import facilities_of
from marketplace.history.rules import Subject
from marketplace.limits.actions import spend
from marketplace.values.identifiers import Scheme, organisation_code_holds
from marketplace.web.access import allow
from marketplace.web.request import actor, database, now, reading, transact

blueprint = Blueprint("api_organisations", __name__, description="Organisations, and whether they are verified")
LONGEST_TERM = 100
USCC = IdentifierScheme.USCC
DEEDS = {"refuse": verification.refuse, "suspend": verification.suspend, "readmit": verification.readmit}


class FactsLookedAt(Body):
    """Which facts an administrator looked at."""

    facts_digest = fields.String(required=True, metadata={"description": "as the organisation gave it"})


class OrganisationBody(Body):
    """What an organisation says of itself; identifiers are checked by their own check digits."""

    name = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    kind = fields.Enum(OrganisationKind, by_value=True, required=True)
    jurisdiction = fields.String(required=True)
    control = fields.Enum(Control, by_value=True, required=True)
    city = fields.String(load_default=None, allow_none=True)
    zone = fields.String(load_default=None, allow_none=True)
    parent = fields.UUID(load_default=None, allow_none=True)
    agency = fields.String(load_default=None, allow_none=True)
    website = fields.String(load_default=None, allow_none=True)
    about = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    identifiers = fields.Dict(
        keys=fields.String(validate=validate.OneOf([scheme.value for scheme in IdentifierScheme])),
        values=fields.String(),
        load_default=dict,
    )


class OrganisationDetail(Schema):
    """An organisation as the caller may see it."""

    id = fields.UUID()
    slug = fields.String()
    name = fields.Nested(LocalizedText)
    kind = fields.String()
    jurisdiction = fields.String()
    city = fields.String(allow_none=True)
    zone = fields.String(allow_none=True)
    control = fields.String()
    parent = fields.UUID(allow_none=True)
    agency = fields.String(allow_none=True)
    website = fields.String(allow_none=True)
    about = fields.Nested(LocalizedText)
    verification = fields.String(metadata={"enum": [state.value for state in Verification]})
    identifiers = fields.Dict(keys=fields.String(), values=fields.String())
    suspended = fields.Boolean()
    verification_reason = fields.String(allow_none=True, metadata={"description": "for its members and overseers"})
    facts_digest = fields.String(metadata={"description": "names the facts that an administrator verifies"})
    doubtful_identifiers = fields.List(
        fields.String(), metadata={"description": "for overseers: numbers whose inner check character does not hold"}
    )


class OrganisationItem(Schema):
    """An organisation in a list."""

    id = fields.UUID()
    slug = fields.String()
    name = fields.Nested(LocalizedText)
    kind = fields.String()
    jurisdiction = fields.String()
    city = fields.String(allow_none=True)
    zone = fields.String(allow_none=True)
    verification = fields.String(metadata={"enum": [state.value for state in Verification]})
    suspended = fields.Boolean()
    submitted_at = Instant()


class OrganisationArguments(PageArguments):
    """Words of its name or address, and whether it is verified. Those that wait come with the oldest first."""

    q = fields.String(
        load_default="", validate=validate.Length(max=LONGEST_TERM), metadata={"description": "in its name or slug"}
    )
    verification = fields.Enum(Verification, by_value=True, load_default=None)


class ListedFacility(Schema):
    """A published facility of an organisation."""

    id = fields.UUID()
    slug = fields.String()
    name = fields.Nested(LocalizedText)
    kind = fields.String()


ListedFacilities = page_of(ListedFacility, name="ListedFacilities", says="The newest first, at most 200.")


@blueprint.route("/organisations")
@blueprint.arguments(OrganisationArguments, location="query")
@blueprint.response(200, page_of(OrganisationItem))
@allow("organisation.see")
def listed(arguments: dict[str, Any]) -> dict[str, Any]:
    """Organisations that the caller may see: verified ones and their own; all for those who oversee the platform."""
    limit, shown = arguments["limit"], offset(arguments["cursor"])
    wanted = {"state": arguments["verification"], "limit": limit + 1, "offset": shown}
    rows = people.found_organisations(reading(), arguments["q"].strip(), by=actor(), **wanted)
    return {"items": [item(row) for row in rows[:limit]], "next": further(rows, limit, shown)}


@blueprint.route("/organisations", methods=["POST"])
@blueprint.arguments(OrganisationBody)
@blueprint.response(201, OrganisationDetail)
@allow("organisation.create")
def create(body: dict[str, Any]) -> dict[str, Any]:
    """Enter an organisation; it drafts and browses until an administrator has verified it."""
    form = form_of(body)
    spend(database(), "organisation", str(actor().id), now=now())
    made = made_once(lambda session: organisations.create_organisation(session, form, now=now(), by=actor()).id)
    # The caller belongs to it from now on: ask anew what they may see.
    creator = queries.actor_for_person(reading(), actor().id, now=now()) or actor()
    return detail(organisation(reading(), made, creator))


@blueprint.route("/organisations/<uuid:organisation_id>")
@blueprint.response(200, OrganisationDetail)
@allow("organisation.see")
def one(organisation_id: UUID) -> dict[str, Any]:
    """One organisation."""
    return detail(organisation(reading(), organisation_id, actor()))


@blueprint.route("/organisations/<uuid:organisation_id>", methods=["PUT"])
@blueprint.arguments(OrganisationBody)
@blueprint.response(200, OrganisationDetail)
@allow("organisation.change")
def change(body: dict[str, Any], organisation_id: UUID) -> dict[str, Any]:
    """Change what an organisation says of itself; what was verified is an administrator's to change."""
    form = form_of(body)
    transact(
        lambda session: organisations.change_organisation(session, organisation_id, form, now=now(), by=actor()).id
    )
    return detail(organisation(reading(), organisation_id, actor()))


@blueprint.route("/organisations/<uuid:organisation_id>/facilities")
@blueprint.response(200, ListedFacilities)
@allow("organisation.see")
def facilities(organisation_id: UUID) -> dict[str, Any]:
    """What an organisation lists."""
    place = organisation(reading(), organisation_id, actor())
    found = facilities_of(reading(), place.id)
    same = ("id", "slug", "name")
    items = [{**{name: getattr(row, name) for name in same}, "kind": row.kind.value} for row in found]
    return {"items": items, "next": None}


@blueprint.route("/organisations/<uuid:organisation_id>/history")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(HistoryItem))
@allow("organisation.see_members")
def history(arguments: dict[str, Any], organisation_id: UUID) -> dict[str, Any]:
    """What happened to an organisation, newest first."""
    place = place_for(organisation_id, "organisation.see_members")
    return history_of(Subject("organisation", place.id), arguments)


@blueprint.route("/organisations/<uuid:organisation_id>/verify", methods=["POST"])
@blueprint.arguments(FactsLookedAt)
@blueprint.response(200, OrganisationDetail)
@allow("organisation.verify")
def verify(body: dict[str, str], organisation_id: UUID) -> dict[str, Any]:
    """An administrator vouches for an organisation, by the facts that they looked at; 409 with the present facts
    where these have been changed meanwhile."""
    seen = body["facts_digest"]
    transact(lambda session: verification.verify(session, organisation_id, facts_digest=seen, now=now(), by=actor()).id)
    return detail(organisation(reading(), organisation_id, actor()))


@blueprint.route("/organisations/<uuid:organisation_id>/<any(refuse, suspend, readmit):deed>", methods=["POST"])
@blueprint.arguments(ReasonGiven)
@blueprint.response(200, OrganisationDetail)
@allow("organisation.verify")
def judge(body: dict[str, str], organisation_id: UUID, deed: str) -> dict[str, Any]:
    """An administrator refuses (or takes a verification back), suspends or readmits, and says why."""
    transact(lambda session: DEEDS[deed](session, organisation_id, body["reason"], now=now(), by=actor()).id)
    return detail(organisation(reading(), organisation_id, actor()))


def form_of(body: dict[str, Any]) -> OrganisationForm:
    """What the verbs take, out of what the API takes."""
    same = ("name", "kind", "control", "city", "website", "about")
    return OrganisationForm(
        **{name: body[name] for name in same},
        identifiers={Scheme(scheme): value for scheme, value in body["identifiers"].items()},
        jurisdiction_code=body["jurisdiction"],
        zone_code=body["zone"],
        parent_id=body["parent"],
        agency_code=body["agency"],
    )


def item(row: Organisation) -> dict[str, Any]:
    """An organisation in the shape of `OrganisationItem`."""
    return {
        **{name: getattr(row, name) for name in ("id", "slug", "name", "city", "submitted_at")},
        "kind": row.kind.value,
        "jurisdiction": row.jurisdiction_code,
        "zone": row.zone_code,
        "verification": row.verification.value,
        "suspended": row.suspended_at is not None,
    }


def detail(row: Organisation) -> dict[str, Any]:
    """An organisation in the shape of `OrganisationDetail`."""
    numbers = identifiers_of(reading(), row.id)
    inside = may(actor(), "organisation.see_members", organisation=row.id)
    doubtful = [one.value for one in numbers if one.scheme is USCC and not organisation_code_holds(one.value)]
    return {
        **item(row),
        **{name: getattr(row, name) for name in ("website", "about")},
        "control": row.control.value,
        "parent": row.parent_id,
        "agency": row.agency_code,
        "identifiers": {each.scheme.value: each.value for each in numbers},
        "verification_reason": row.verification_reason if inside else None,
        "facts_digest": facts_digest(facts_of(row, {each.scheme.value: each.value for each in numbers})),
        "doubtful_identifiers": doubtful if may(actor(), "organisation.queue") else [],
    }
