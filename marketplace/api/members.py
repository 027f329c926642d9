"""Who belongs to an organisation: roles, invitations into it, and who stands in for whom."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts import queries
from marketplace.accounts.actions import invitations
from marketplace.accounts.actions import members as actions
from marketplace.accounts.models import MailedLink, Organisation, Role
from marketplace.accounts.policy import demand
from marketplace.accounts.queries.organisations import Standing
from marketplace.accounts.rules.deputies import DeputyWish
from marketplace.api.fields import Body, Instant, OrganisationRef, page_of
from marketplace.api.once import made_once
from marketplace.jurisdictions.queries import jurisdiction
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.limiting import spend_invitation
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_members", __name__, description="Members of organisations, invitations and deputies")


class MemberItem(Schema):
    """A member and their roles."""

    person = fields.UUID()
    name = fields.String()
    email = fields.String(allow_none=True)
    roles = fields.List(fields.String())
    since = Instant()


MemberList = page_of(MemberItem, name="MemberList", says="The members by name.")


class RolesBody(Body):
    """Exactly these roles; none of them means that the person leaves."""

    roles = fields.List(fields.Enum(Role, by_value=True), required=True)


class InvitationBody(Body):
    """Whom to invite, and as what."""

    email = fields.String(required=True)
    roles = fields.List(fields.Enum(Role, by_value=True), required=True, validate=validate.Length(min=1))


class InvitationItem(Schema):
    """An invitation that may still be accepted."""

    id = fields.UUID()
    email = fields.String()
    roles = fields.List(fields.String())
    created_at = Instant()
    expires_at = Instant()


InvitationList = page_of(
    InvitationItem, name="InvitationList", says="The open invitations of an organisation, the newest first."
)


class OwnInvitationItem(InvitationItem):
    """An invitation to the caller's own address, and who sent it."""

    organisation = fields.Nested(OrganisationRef)


OwnInvitationList = page_of(
    OwnInvitationItem, name="OwnInvitationList", says="The invitations that wait for the caller, the newest first."
)


class DeputyBody(Body):
    """Who is away, who stands in, and the first and last day of it, both included."""

    principal = fields.UUID(required=True)
    deputy = fields.UUID(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)


class DeputyItem(Schema):
    """Somebody who acts as host manager in another's place; the days are those of the organisation's own zone."""

    id = fields.UUID()
    principal = fields.UUID()
    principal_name = fields.String()
    deputy = fields.UUID()
    deputy_name = fields.String()
    starts_on = fields.Date()
    ends_on = fields.Date()


DeputyList = page_of(DeputyItem, name="DeputyList", says="Deputies whose days are not over yet, the next first.")


@blueprint.route("/organisations/<uuid:organisation_id>/members")
@blueprint.response(200, MemberList)
@allow("organisation.see_members")
def listed(organisation_id: UUID) -> dict[str, Any]:
    """Who belongs to an organisation."""
    place = place_for(organisation_id, "organisation.see_members")
    items = [
        {
            "person": row.person_id,
            "name": row.name,
            "email": row.email,
            "roles": sorted(role.value for role in row.roles),
            "since": row.since,
        }
        for row in queries.members_of(reading(), place.id)
    ]
    return {"items": items, "next": None}


@blueprint.route("/organisations/<uuid:organisation_id>/members/<uuid:person_id>", methods=["PUT"])
@blueprint.arguments(RolesBody)
@blueprint.response(204)
@allow("organisation.manage_members")
def set_roles(body: dict[str, Any], organisation_id: UUID, person_id: UUID) -> None:
    """Give a member exactly these roles; the last manager stays one."""
    roles = body["roles"]
    transact(lambda session: actions.set_roles(session, organisation_id, person_id, roles=roles, now=now(), by=actor()))


@blueprint.route("/organisations/<uuid:organisation_id>/leave", methods=["POST"])
@blueprint.response(204)
@allow("organisation.leave")
def leave(organisation_id: UUID) -> None:
    """Leave an organisation oneself; its last manager can't."""
    nothing: frozenset[Role] = frozenset()
    transact(
        lambda session: actions.set_roles(session, organisation_id, actor().id, roles=nothing, now=now(), by=actor())
    )


@blueprint.route("/organisations/<uuid:organisation_id>/invitations")
@blueprint.response(200, InvitationList)
@allow("organisation.see_members")
def invited(organisation_id: UUID) -> dict[str, Any]:
    """The invitations that may still be accepted."""
    place = place_for(organisation_id, "organisation.see_members")
    found = queries.open_invitations(reading(), place.id, now=now())
    return {"items": [invitation_item(link) for link in found], "next": None}


@blueprint.route("/organisations/<uuid:organisation_id>/invitations", methods=["POST"])
@blueprint.arguments(InvitationBody)
@blueprint.response(202)
@allow("organisation.manage_members")
def invite(body: dict[str, Any], organisation_id: UUID) -> None:
    """Invite an address, whether it has an account or not: the answer is the same."""
    email, roles = body["email"], body["roles"]
    spend_invitation(place_for(organisation_id, "organisation.manage_members"), email)
    transact(lambda session: invitations.invite(session, organisation_id, email, roles=roles, now=now(), by=actor()))


@blueprint.route("/organisations/<uuid:organisation_id>/invitations/<uuid:invitation_id>", methods=["DELETE"])
@blueprint.response(204)
@allow("organisation.manage_members")
def withdraw(organisation_id: UUID, invitation_id: UUID) -> None:
    """Take back an invitation that was not accepted yet."""
    place = place_for(organisation_id, "organisation.manage_members")
    if invitation_id not in {link.id for link in queries.open_invitations(reading(), place.id, now=now())}:
        raise NotFound("invitation")
    transact(lambda session: invitations.withdraw(session, invitation_id, now=now(), by=actor()))


@blueprint.route("/organisations/<uuid:organisation_id>/deputies")
@blueprint.response(200, DeputyList)
@allow("organisation.see_members")
def deputies(organisation_id: UUID) -> dict[str, Any]:
    """Who stands in for whom, now and later."""
    place = place_for(organisation_id, "organisation.see_members")
    return {"items": [deputy_item(row) for row in _deputies(place)], "next": None}


@blueprint.route("/organisations/<uuid:organisation_id>/deputies", methods=["POST"])
@blueprint.arguments(DeputyBody)
@blueprint.response(201, DeputyItem)
@allow("organisation.name_deputy")
def name_deputy(body: dict[str, Any], organisation_id: UUID) -> dict[str, Any]:
    """Let somebody stand in for a host manager for a few days; both are told."""
    place = place_for(organisation_id, "organisation.name_deputy")
    wish = DeputyWish(
        organisation_id=place.id,
        principal_id=body["principal"],
        deputy_id=body["deputy"],
        starts_on=body["starts_on"],
        ends_on=body["ends_on"],
    )
    made = made_once(lambda session: actions.name_deputy(session, wish, now=now(), by=actor()).id)
    found = next((row for row in _deputies(place) if row.id == made), None)
    if found is None:
        raise NotFound("deputy")  # made by an earlier request with this key, and ended since
    return deputy_item(found)


@blueprint.route("/organisations/<uuid:organisation_id>/deputies/<uuid:deputy_id>", methods=["DELETE"])
@blueprint.response(204)
@allow("organisation.name_deputy")
def end_deputy(organisation_id: UUID, deputy_id: UUID) -> None:
    """End a deputy's days, also while they run; both are told."""
    place = place_for(organisation_id, "organisation.name_deputy")
    if deputy_id not in {row.id for row in _deputies(place)}:
        raise NotFound("deputy")
    transact(lambda session: actions.end_deputy(session, deputy_id, now=now(), by=actor()))


@blueprint.route("/invitations")
@blueprint.response(200, OwnInvitationList)
@allow("account.manage")
def waiting() -> dict[str, Any]:
    """The invitations that wait for the caller."""
    found = queries.invitations_to(reading(), actor().id, now=now())
    return {"items": [{**invitation_item(link), "organisation": place} for link, place in found], "next": None}


@blueprint.route("/invitations/<uuid:invitation_id>/accept", methods=["POST"])
@blueprint.response(200, OrganisationRef)
@allow("account.manage")
def accept(invitation_id: UUID) -> Organisation:
    """Join the organisation; only who was invited can."""
    place = transact(lambda session: invitations.accept_listed(session, invitation_id, now=now(), by=actor()).id)
    joined = queries.actor_for_person(reading(), actor().id, now=now()) or actor()
    return queries.organisation(reading(), place, joined)


@blueprint.route("/invitations/<uuid:invitation_id>/decline", methods=["POST"])
@blueprint.response(204)
@allow("account.manage")
def decline(invitation_id: UUID) -> None:
    """Say no; whoever invited is told."""
    transact(lambda session: invitations.decline_listed(session, invitation_id, now=now(), by=actor()))


def place_for(organisation_id: UUID, verb: str) -> Organisation:
    """An organisation that the caller sees, once they may do `verb` in it."""
    place = queries.organisation(reading(), organisation_id, actor())
    demand(actor(), verb, organisation=organisation_id, host=organisation_id)
    return place


def invitation_item(link: MailedLink) -> dict[str, Any]:
    """An invitation in the shape of `InvitationItem`."""
    same = ("id", "email", "created_at", "expires_at")
    return {**{name: getattr(link, name) for name in same}, "roles": link.details["roles"]}


def deputy_item(row: Standing) -> dict[str, Any]:
    """A deputy in the shape of `DeputyItem`."""
    return {
        "id": row.id,
        "principal": row.principal_id,
        "principal_name": row.principal,
        "deputy": row.deputy_id,
        "deputy_name": row.deputy,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
    }


def _deputies(place: Organisation) -> list[Standing]:
    zone = jurisdiction(reading(), place.jurisdiction_code).time_zone
    today: date = now().astimezone(ZoneInfo(zone)).date()
    return queries.deputies_of(reading(), place.id, today=today)
