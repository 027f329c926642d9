"""One's own requests about one's data: asked, looked at, taken back."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.privacy.actions import requests as actions
from marketplace.privacy.models import RequestState
from marketplace.privacy.queries.requests import requests_of
from marketplace.privacy.rules.retention import RETENTION
from marketplace.web.access import allow
from marketplace.web.forms.fields import page, refusals_shown
from marketplace.web.forms.privacy import AskForm, kind_name, law_name, request_state_name
from marketplace.web.request import actor, now, reading, transact, url

blueprint = Blueprint("privacy_requests", __name__)
blueprint.add_app_template_filter(kind_name, "privacy_kind_name")
blueprint.add_app_template_filter(law_name, "privacy_law_name")
blueprint.add_app_template_filter(request_state_name, "privacy_state_name")


@blueprint.route("/account/privacy", methods=["GET", "POST"])
@allow("privacy.ask")
def mine() -> Response | tuple[str, int]:
    """What I asked about my data, by when it is answered, and asking anew."""
    form = AskForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            transact(lambda work: actions.ask(work, form.asked(), now=now(), by=actor()))
            flash(_("Your request is entered. You are told when it is answered."))
            return redirect(url("privacy_requests.mine"), code=303)
    rows = requests_of(reading(), actor().id)
    return page("admin_privacy/mine.html", form, rows=rows, open=RequestState.OPEN, retention=RETENTION)


@blueprint.post("/account/privacy/<uuid:request_id>/withdraw")
@allow("privacy.ask")
def withdraw(request_id: UUID) -> Response:
    """Take back a request that is still open."""
    transact(lambda work: actions.withdraw(work, request_id, now=now(), by=actor()))
    flash(_("Your request is taken back."))
    return redirect(url("privacy_requests.mine"), code=303)
