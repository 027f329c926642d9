"""Who belongs to an organisation: roles, invitations, deputies."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts import queries
from marketplace.accounts.actions import invitations
from marketplace.accounts.actions import members as actions
from marketplace.accounts.models import Organisation, Role
from marketplace.accounts.policy import demand
from marketplace.accounts.rules.deputies import DeputyWish
from marketplace.jurisdictions.models import Jurisdiction
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.forms.fields import page, refusals_shown, text
from marketplace.web.forms.organisations import DeputyForm, InvitationForm, RolesForm
from marketplace.web.limiting import spend_invitation
from marketplace.web.names import role_note
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("members", __name__)


@blueprint.get("/account/organisations/<uuid:organisation_id>/members")
@allow("organisation.see_members")
def members(organisation_id: UUID) -> str:
    """Everybody in an organisation, who is invited, and who stands in for whom."""
    place = _place(organisation_id, "organisation.see_members")
    session = reading()
    zone = session.get_one(Jurisdiction, place.jurisdiction_code).time_zone
    found = queries.members_of(session, place.id)
    return render_template(
        "members/members.html",
        place=place,
        members=found,
        deputises=any(one.person_id == actor().id and actions.MANAGING & set(one.roles) for one in found),
        invitations=queries.open_invitations(session, place.id, now=now()),
        deputies=queries.deputies_of(session, place.id, today=now().astimezone(ZoneInfo(zone)).date()),
        Role=Role,
    )


@blueprint.route("/account/organisations/<uuid:organisation_id>/members/invite", methods=["GET", "POST"])
@allow("organisation.manage_members")
def invite(organisation_id: UUID) -> Response | tuple[str, int]:
    """Invite somebody by mail."""
    place = _place(organisation_id, "organisation.manage_members")
    form = InvitationForm().offer(place.kind)
    if form.validate_on_submit():
        spend_invitation(place, text(form.email))
        with refusals_shown(form):
            email, roles = text(form.email), form.wanted()
            transact(lambda work: invitations.invite(work, place.id, email, roles=roles, now=now(), by=actor()))
            flash(_("The invitation is on its way."))
            return redirect(url_for("members.members", organisation_id=place.id), code=303)
    return page("members/invite.html", form, place=place, notes=_notes())


@blueprint.post("/account/organisations/<uuid:organisation_id>/invitations/<uuid:link_id>/withdraw")
@allow("organisation.manage_members")
def withdraw(organisation_id: UUID, link_id: UUID) -> Response:
    """Take back an invitation that was not accepted yet."""
    place = _place(organisation_id, "organisation.manage_members")
    transact(lambda work: invitations.withdraw(work, link_id, now=now(), by=actor()))
    flash(_("The invitation is withdrawn."))
    return redirect(url_for("members.members", organisation_id=place.id), code=303)


@blueprint.route("/account/organisations/<uuid:organisation_id>/members/<uuid:person_id>", methods=["GET", "POST"])
@allow("organisation.manage_members")
def member(organisation_id: UUID, person_id: UUID) -> Response | tuple[str, int]:
    """Change what somebody does in the organisation; without any role they leave it."""
    place = _place(organisation_id, "organisation.manage_members")
    found = next((one for one in queries.members_of(reading(), place.id) if one.person_id == person_id), None)
    if found is None:
        raise NotFound("member")
    held = {"roles": [role.value for role in found.roles]}
    form = (RolesForm(data=held) if request.method == "GET" else RolesForm()).offer(place.kind)
    if form.validate_on_submit():
        with refusals_shown(form):
            roles = form.wanted()
            transact(lambda work: actions.set_roles(work, place.id, person_id, roles=roles, now=now(), by=actor()))
            flash(_("The roles are saved."))
            return redirect(url_for("members.members", organisation_id=place.id), code=303)
    return page("members/member.html", form, place=place, member=found, notes=_notes())


@blueprint.route("/account/organisations/<uuid:organisation_id>/leave", methods=["GET", "POST"])
@allow("organisation.leave")
def leave(organisation_id: UUID) -> Response | tuple[str, int]:
    """Leave an organisation oneself."""
    place = _place(organisation_id, "organisation.leave")
    me = actor().id
    form = RolesForm()
    if request.method == "POST":
        with refusals_shown(form):
            nothing: frozenset[Role] = frozenset()
            transact(lambda work: actions.set_roles(work, place.id, me, roles=nothing, now=now(), by=actor()))
            flash(_("You have left the organisation."))
            return redirect(url_for("organisations.mine"), code=303)
    return page("members/leave.html", form, place=place)


@blueprint.route("/account/organisations/<uuid:organisation_id>/deputies/new", methods=["GET", "POST"])
@allow("organisation.name_deputy")
def name_deputy(organisation_id: UUID) -> Response | tuple[str, int]:
    """Let somebody stand in for a host manager for a few days."""
    place = _place(organisation_id, "organisation.name_deputy")
    found = queries.members_of(reading(), place.id)
    form = DeputyForm().offer(
        [(one.person_id, one.name) for one in found if Role.HOST_MANAGER in one.roles],
        [(one.person_id, one.name) for one in sorted(found, key=lambda one: Role.HOST_MANAGER in one.roles)],
    )
    starts_on, ends_on = form.starts_on.data, form.ends_on.data
    if form.validate_on_submit() and starts_on and ends_on:
        wish = DeputyWish(
            organisation_id=place.id,
            principal_id=UUID(form.principal.data),
            deputy_id=UUID(form.deputy.data),
            starts_on=starts_on,
            ends_on=ends_on,
        )
        with refusals_shown(form):
            transact(lambda work: actions.name_deputy(work, wish, now=now(), by=actor()))
            flash(_("The deputy is named; both are told."))
            return redirect(url_for("members.members", organisation_id=place.id), code=303)
    return page("members/deputy.html", form, place=place)


@blueprint.post("/account/organisations/<uuid:organisation_id>/deputies/<uuid:deputy_id>/end")
@allow("organisation.name_deputy")
def end_deputy(organisation_id: UUID, deputy_id: UUID) -> Response:
    """End a deputy's days."""
    place = _place(organisation_id, "organisation.name_deputy")
    transact(lambda work: actions.end_deputy(work, deputy_id, now=now(), by=actor()))
    flash(_("The deputy's days are ended; both are told."))
    return redirect(url_for("members.members", organisation_id=place.id), code=303)


def _place(organisation_id: UUID, verb: str) -> Organisation:
    place = queries.organisation(reading(), organisation_id, actor())
    demand(actor(), verb, organisation=organisation_id, host=organisation_id)
    return place


def _notes() -> dict[str, str]:
    """What each role may do."""
    return {role.value: role_note(role) for role in Role}
