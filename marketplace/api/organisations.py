"""Organisations: who they are, who belongs to them, and whether an administrator has verified them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts import queries
from marketplace.accounts.actions import invitations, members, organisations, verification
from marketplace.accounts.models import Control, IdentifierScheme, Organisation, OrganisationKind, Role
from marketplace.accounts.policy import demand
from marketplace.accounts.queries.organisations import identifiers_of, members_of, organisation
from marketplace.accounts.rules.organisation_form import OrganisationForm
from marketplace.api.fields import Body, Instant, LocalizedText
from marketplace.limits.actions import spend
from marketplace.values.identifiers import Scheme
from marketplace.web.access import allow
from marketplace.web.request import actor, database, now, reading, transact

blueprint = Blueprint("api_organisations", __name__, description="Organisations, members and verification")
LONGEST = 1000


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
    """An organisation as everybody may see it."""

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
    verification = fields.String()
    identifiers = fields.Dict(keys=fields.String(), values=fields.String())


class MemberItem(Schema):
    """A member and their roles."""

    person = fields.UUID()
    name = fields.String()
    email = fields.String(allow_none=True)
    roles = fields.List(fields.String())
    since = Instant()


class MemberList(Schema):
    """The members by name."""

    items = fields.List(fields.Nested(MemberItem))
    next = fields.String(allow_none=True)


class RolesBody(Body):
    """Exactly these roles; none of them means that the person leaves."""

    roles = fields.List(fields.Enum(Role, by_value=True), required=True)


class InvitationBody(Body):
    """Whom to invite, and as what."""

    email = fields.String(required=True)
    roles = fields.List(fields.Enum(Role, by_value=True), required=True, validate=validate.Length(min=1))


class VerdictBody(Body):
    """Why; the organisation's people read it."""

    reason = fields.String(required=True, validate=validate.Length(1, LONGEST))


@blueprint.route("/organisations", methods=["POST"])
@blueprint.arguments(OrganisationBody)
@blueprint.response(201, OrganisationDetail)
@allow("organisation.create")
def create(body: dict[str, Any]) -> dict[str, Any]:
    """Enter an organisation; it drafts and browses until an administrator has verified it."""
    form = form_of(body)
    made = transact(lambda session: organisations.create_organisation(session, form, now=now(), by=actor()).id)
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


@blueprint.route("/organisations/<uuid:organisation_id>/members")
@blueprint.response(200, MemberList)
@allow("organisation.see_members")
def listed_members(organisation_id: UUID) -> dict[str, Any]:
    """Who belongs to an organisation."""
    organisation(reading(), organisation_id, actor())
    demand(actor(), "organisation.see_members", organisation=organisation_id)
    rows = members_of(reading(), organisation_id)
    items = [
        {
            "person": row.person_id,
            "name": row.name,
            "email": row.email,
            "roles": sorted(role.value for role in row.roles),
            "since": row.since,
        }
        for row in rows
    ]
    return {"items": items, "next": None}


@blueprint.route("/organisations/<uuid:organisation_id>/members/<uuid:person_id>", methods=["PUT"])
@blueprint.arguments(RolesBody)
@blueprint.response(204)
@allow("organisation.manage_members")
def set_roles(body: dict[str, Any], organisation_id: UUID, person_id: UUID) -> None:
    """Give a member exactly these roles; the last manager stays one."""
    roles = body["roles"]
    transact(lambda session: members.set_roles(session, organisation_id, person_id, roles=roles, now=now(), by=actor()))


@blueprint.route("/organisations/<uuid:organisation_id>/invitations", methods=["POST"])
@blueprint.arguments(InvitationBody)
@blueprint.response(202)
@allow("organisation.manage_members")
def invite(body: dict[str, Any], organisation_id: UUID) -> None:
    """Invite an address, whether it has an account or not: the answer is the same."""
    email, roles = body["email"], body["roles"]
    spend(database(), "invitation", str(actor().id), now=now())
    transact(lambda session: invitations.invite(session, organisation_id, email, roles=roles, now=now(), by=actor()))


@blueprint.route("/organisations/<uuid:organisation_id>/verify", methods=["POST"])
@blueprint.response(200, OrganisationDetail)
@allow("organisation.verify")
def verify(organisation_id: UUID) -> dict[str, Any]:
    """An administrator vouches for an organisation."""
    transact(lambda session: verification.verify(session, organisation_id, now=now(), by=actor()).id)
    return detail(organisation(reading(), organisation_id, actor()))


@blueprint.route("/organisations/<uuid:organisation_id>/refuse", methods=["POST"])
@blueprint.arguments(VerdictBody)
@blueprint.response(200, OrganisationDetail)
@allow("organisation.verify")
def refuse(body: dict[str, str], organisation_id: UUID) -> dict[str, Any]:
    """An administrator does not vouch for an organisation, and says why."""
    reason = body["reason"]
    transact(lambda session: verification.refuse(session, organisation_id, reason, now=now(), by=actor()).id)
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


def detail(row: Organisation) -> dict[str, Any]:
    """An organisation in the shape of `OrganisationDetail`."""
    same = ("id", "slug", "name", "city", "website", "about")
    return {
        **{name: getattr(row, name) for name in same},
        "kind": row.kind.value,
        "jurisdiction": row.jurisdiction_code,
        "zone": row.zone_code,
        "control": row.control.value,
        "parent": row.parent_id,
        "agency": row.agency_code,
        "verification": row.verification.value,
        "identifiers": {each.scheme.value: each.value for each in identifiers_of(reading(), row.id)},
    }
