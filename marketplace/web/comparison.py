"""An organisation's consent to be compared with by evaluators: what for, given and taken back."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.spillovers.actions.comparing import give_consent, take_back_consent
from marketplace.spillovers.queries.comparing import asked, consents_of
from marketplace.web.access import allow
from marketplace.web.forms.account import ConfirmForm
from marketplace.web.forms.fields import refusals_shown
from marketplace.web.request import actor, now, reading, transact, url

blueprint = Blueprint("comparison", __name__)


@blueprint.get("/account/organisations/<uuid:organisation_id>/comparison")
@allow("comparison.see")
def consent(organisation_id: UUID) -> str:
    """Whether the organisation consents, to what, and since when."""
    place = asked(reading(), organisation_id, by=actor())
    rows = consents_of(reading(), place.id)
    standing = next((each for each in rows if each.taken_back_at is None), None)
    return render_template("evidence/comparison.html", place=place, rows=rows, standing=standing)


@blueprint.post("/account/organisations/<uuid:organisation_id>/comparison/give")
@allow("comparison.answer")
def give(organisation_id: UUID) -> Response:
    """Consent."""
    with refusals_shown(ConfirmForm()):
        transact(lambda work: give_consent(work, organisation_id, now=now(), by=actor()).id)
        flash(_("Your organisation consents. You can take that back at any time."))
    return redirect(url("comparison.consent", organisation_id=organisation_id), code=303)


@blueprint.post("/account/organisations/<uuid:organisation_id>/comparison/take-back")
@allow("comparison.answer")
def take_back(organisation_id: UUID) -> Response:
    """Take the consent back."""
    with refusals_shown(ConfirmForm()):
        transact(lambda work: take_back_consent(work, organisation_id, now=now(), by=actor()))
        flash(_("The consent is taken back. Packs made from now on leave your organisation out."))
    return redirect(url("comparison.consent", organisation_id=organisation_id), code=303)
