"""Organisations: the public page, one's own, entering and changing them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from marketplace.accounts import queries
from marketplace.accounts.actions import invitations, members
from marketplace.accounts.actions import organisations as actions
from marketplace.accounts.models import Organisation, Verification
from marketplace.accounts.policy import demand
from marketplace.catalogue.queries.published import facilities_of
from marketplace.collaborations.queries.mergers import former_names, successor
from marketplace.collaborations.rules.days import today_of
from marketplace.jurisdictions import queries as places
from marketplace.jurisdictions.models import Agency, Jurisdiction, Zone
from marketplace.limits.actions import spend
from marketplace.values.localized import pick
from marketplace.web.access import allow
from marketplace.web.forms.account import ConfirmForm
from marketplace.web.forms.fields import page, refusals_shown
from marketplace.web.forms.organisations import OrganisationEntry, none_or, values_of
from marketplace.web.happened import happened
from marketplace.web.request import actor, database, language, now, reading, transact

blueprint = Blueprint("organisations", __name__)

MOST_PARENTS = 500


@blueprint.get("/organisations/<slug>")
@allow("organisation.see")
def organisation(slug: str) -> Response | str:
    """One organisation and what it lists; an earlier address leads to the present one."""
    place, present = queries.organisation_at(reading(), slug, actor())
    if not present:
        return redirect(url_for("organisations.organisation", slug=place.slug), code=301)
    listed = facilities_of(reading(), place.id)
    return render_template("organisations/organisation.html", place=place, listed=listed, **surroundings(place))


@blueprint.get("/account/organisations")
@allow("account.manage")
def mine() -> str:
    """My organisations and the invitations that wait for me."""
    me = actor().id
    return render_template(
        "organisations/mine.html",
        mine=queries.organisations_of(reading(), me),
        invitations=queries.invitations_to(reading(), me, now=now()),
    )


@blueprint.route("/account/organisations/new", methods=["GET", "POST"])
@allow("organisation.create")
def create() -> Response | tuple[str, int]:
    """Enter an organisation, which an administrator then verifies."""
    start = {"jurisdiction_code": "HK", "name_en": request.args.get("name", "")}
    form = _offered(OrganisationEntry(data=start) if request.method == "GET" else OrganisationEntry(), None)
    if form.validate_on_submit():
        spend(database(), "organisation", str(actor().id), now=now())
        with refusals_shown(form):
            made = transact(lambda work: actions.create_organisation(work, form.entry(), now=now(), by=actor()))
            flash(_("Your organisation is entered. An administrator looks at it; meanwhile you can prepare listings."))
            return redirect(url_for("organisations.manage", organisation_id=made.id), code=303)
    return page("organisations/form.html", form, place=None, registers=_registers(form))


@blueprint.get("/account/organisations/<uuid:organisation_id>")
@allow("organisation.see_members")
def manage(organisation_id: UUID) -> str:
    """What is kept about an organisation, where it stands, and what can be done."""
    place = queries.organisation(reading(), organisation_id, actor())
    demand(actor(), "organisation.see_members", organisation=organisation_id)
    return render_template(
        "organisations/manage.html",
        place=place,
        history=happened("organisation", place.id),
        mine=members.roles_in(reading(), place.id, actor().id),
        **surroundings(place),
    )


@blueprint.route("/account/organisations/<uuid:organisation_id>/edit", methods=["GET", "POST"])
@allow("organisation.change")
def edit(organisation_id: UUID) -> Response | tuple[str, int]:
    """Change what an organisation says about itself."""
    place = queries.organisation(reading(), organisation_id, actor())
    demand(actor(), "organisation.change", organisation=organisation_id)
    numbers = {one.scheme.value: one.value for one in queries.identifiers_of(reading(), place.id)}
    begun = request.method == "GET"
    form = _offered(OrganisationEntry(data=values_of(place, numbers)) if begun else OrganisationEntry(), place)
    if form.validate_on_submit():
        with refusals_shown(form):
            entry = form.entry()
            transact(lambda work: actions.change_organisation(work, place.id, entry, now=now(), by=actor()))
            flash(_("The organisation's details are saved."))
            return redirect(url_for("organisations.manage", organisation_id=place.id), code=303)
    return page("organisations/form.html", form, place=place, registers=_registers(form))


@blueprint.post("/account/invitations/<uuid:link_id>/accept")
@allow("account.manage")
def accept(link_id: UUID) -> Response | tuple[str, int]:
    """Accept an invitation from my list."""
    form = ConfirmForm()
    with refusals_shown(form):
        transact(lambda work: invitations.accept_listed(work, link_id, now=now(), by=actor()))
        flash(_("You belong to the organisation now."))
        return redirect(url_for("organisations.mine"), code=303)
    for reason in form.form_errors:
        flash(reason, "error")
    return redirect(url_for("organisations.mine"), code=303)


@blueprint.post("/account/invitations/<uuid:link_id>/decline")
@allow("account.manage")
def decline(link_id: UUID) -> Response:
    """Say no to an invitation from my list."""
    transact(lambda work: invitations.decline_listed(work, link_id, now=now(), by=actor()))
    flash(_("The invitation is declined; whoever sent it is told."))
    return redirect(url_for("organisations.mine"), code=303)


def surroundings(place: Organisation) -> dict[str, Any]:
    """What stands beside an organisation on its pages: territory, zone, parent, authority, numbers."""
    session = reading()
    parent = session.get(Organisation, place.parent_id) if place.parent_id else None
    return {
        "territory": session.get(Jurisdiction, place.jurisdiction_code),
        "zone": session.get(Zone, place.zone_code) if place.zone_code else None,
        "agency": session.get(Agency, place.agency_code) if place.agency_code else None,
        "parent": parent if parent and parent.verification is Verification.VERIFIED else None,
        "numbers": queries.identifiers_of(session, place.id),
        "formerly": former_names(session, [place.id]).get(place.id, []),
        "successor": _successor(place),
    }


def _successor(place: Organisation) -> Organisation | None:
    """The organisation that stands for one that has merged; None where it stands for itself."""
    into = successor(reading(), place.id, today_of(actor(), now()))
    return reading().get(Organisation, into) if into != place.id else None


def _offered(form: OrganisationEntry, place: Organisation | None) -> OrganisationEntry:
    """The form with its choices in the reader's language."""
    session = reading()

    def named(text: dict[str, str]) -> str:
        return pick(text, language()).text  # type: ignore[arg-type]

    form.jurisdiction_code.choices = {row.code: named(row.name) for row in places.jurisdictions(session)}
    form.zone_code.choices = none_or({row.code: named(row.name) for row in places.zones(session)})
    form.agency_code.choices = none_or({row.code: named(row.name) for row in places.agencies(session)})
    above = select(Organisation).where(queries.visible_to(actor())).order_by(Organisation.slug).limit(MOST_PARENTS)
    own = place.id if place else None
    form.parent_id.choices = none_or({str(row.id): named(row.name) for row in session.scalars(above) if row.id != own})
    return form


def _registers(form: OrganisationEntry) -> tuple[list[Any], list[Any]]:
    code = form.jurisdiction_code.data
    row = reading().get(Jurisdiction, code) if code else None
    return form.registers(row.root_code if row else None)
