"""For administrators: an organisation that went into another, recorded and taken back."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts import queries
from marketplace.collaborations.actions.mergers import record_merger, take_back_merger
from marketplace.collaborations.queries.mergers import mergers_of
from marketplace.collaborations.rules.days import today_of
from marketplace.web.access import allow
from marketplace.web.collaboration_forms import organisation_typed
from marketplace.web.forms.collaborations import MergerForm, day_of
from marketplace.web.forms.fields import page, refusals_shown, text
from marketplace.web.request import actor, now, reading, transact, url

blueprint = Blueprint("admin_mergers", __name__)


@blueprint.route("/admin/organisations/<uuid:organisation_id>/merger", methods=["GET", "POST"])
@allow("organisation.merge")
def record(organisation_id: UUID) -> Response | tuple[str, int]:
    """Put down into which organisation one went, and when."""
    place = queries.organisation(reading(), organisation_id, actor())
    form = MergerForm(data={"merged_on": today_of(actor(), now())}) if request.method == "GET" else MergerForm()

    def work(session: Session) -> object:
        into = organisation_typed(text(form.into), "into")
        on, said = day_of(form.merged_on), text(form.note)
        return record_merger(session, organisation_id, into, on, now=now(), by=actor(), said=said)

    if form.validate_on_submit():
        with refusals_shown(form):
            transact(work)
            flash(_("The merger is recorded; the managers of both are told."))
            return redirect(url("admin_organisations.organisation", organisation_id=organisation_id), code=303)
    known = mergers_of(reading(), organisation_id)
    return page("admin_organisations/merger.html", form, place=place, known=known)


@blueprint.post("/admin/organisations/<uuid:organisation_id>/merger/take-back")
@allow("organisation.merge")
def take_back(organisation_id: UUID) -> Response:
    """Take back a merger that was put down in error."""
    transact(lambda work: take_back_merger(work, organisation_id, now=now(), by=actor()))
    flash(_("The merger is taken back."))
    return redirect(url("admin_mergers.record", organisation_id=organisation_id), code=303)
