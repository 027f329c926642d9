"""For administrators: requests about personal data by the day of their answer, entered, decided, handed over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, json, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from marketplace.accounts.policy import demand
from marketplace.accounts.queries.people import person_by_email
from marketplace.console.queries.overview import today
from marketplace.privacy.actions import requests as actions
from marketplace.privacy.models import PrivacyRequest, RequestKind, RequestState
from marketplace.privacy.queries import requests as queries
from marketplace.privacy.queries.everything import everything_about
from marketplace.values.refusal import Invalid
from marketplace.web.access import allow
from marketplace.web.forms.fields import in_words, page, refusals_shown, text
from marketplace.web.forms.organisations import ReasonForm
from marketplace.web.forms.privacy import DecideForm, EnterForm, request_state_name
from marketplace.web.happened import happened
from marketplace.web.paging import window
from marketplace.web.request import actor, now, reading, transact, url

blueprint = Blueprint("admin_privacy", __name__)


@blueprint.get("/admin/privacy")
@allow("privacy.oversee")
def queue() -> str:
    """What is to be answered, the first due on top; or what was."""
    state = next((each for each in RequestState if each.value == request.args.get("state", "open")), None)
    shown = window()
    found = queries.requests(reading(), state=state, limit=shown.limit + 1, offset=shown.offset)
    return render_template(
        "admin_privacy/queue.html",
        rows=found[: shown.limit],
        state=state,
        states=[(each, request_state_name(each)) for each in RequestState],
        today=today(now()),
        pages=shown.around(len(found)),
    )


@blueprint.route("/admin/privacy/new", methods=["GET", "POST"])
@allow("privacy.decide")
def enter() -> AnyResponse | tuple[str, int]:
    """Enter what somebody asked by letter or mail."""
    demand(actor(), "privacy.decide")
    form = EnterForm()

    def work(session: Session) -> PrivacyRequest:
        person = person_by_email(session, text(form.email))
        if person is None:
            raise Invalid.one("email", "person_unknown")
        return actions.enter_for(session, person.id, form.asked(), now=now(), by=actor())

    if form.validate_on_submit():
        with refusals_shown(form):
            row = transact(work)
            flash(_("The request is entered; the person is told."))
            return redirect(url("admin_privacy.one", request_id=row.id), code=303)
    return page("admin_privacy/enter.html", form)


@blueprint.get("/admin/privacy/<uuid:request_id>")
@allow("privacy.oversee")
def one(request_id: UUID) -> str:
    """One request: who asks for what, by when, what would stay and why, and what was decided."""
    return render_template("admin_privacy/one.html", **_looked_at(request_id))


@blueprint.route("/admin/privacy/<uuid:request_id>/<any(grant, refuse):deed>", methods=["GET", "POST"])
@allow("privacy.decide")
def decide(request_id: UUID, deed: str) -> AnyResponse | tuple[str, int]:
    """Grant or refuse, with the reason that the person is told."""
    demand(actor(), "privacy.decide")
    form, seen = DecideForm(), _looked_at(request_id)
    final = deed == "grant" and seen["row"].kind is RequestKind.ERASURE
    if form.validate_on_submit() and _meant(form, final=final):
        act = actions.grant if deed == "grant" else actions.refuse
        with refusals_shown(form):
            transact(lambda work: act(work, request_id, text(form.reason), now=now(), by=actor()))
            flash(_("Done; the person is told."))
            return redirect(url("admin_privacy.one", request_id=request_id), code=303)
    return page("admin_privacy/decide.html", form, deed=deed, final=final, **seen)


@blueprint.route("/admin/privacy/<uuid:request_id>/file", methods=["GET", "POST"])
@allow("privacy.decide")
def hand_over(request_id: UUID) -> Response | tuple[str, int]:
    """Take out the file of a granted request, to send it to who cannot sign in; the reason stands in the history."""
    demand(actor(), "privacy.decide")
    form, seen = ReasonForm(), _looked_at(request_id)
    if form.validate_on_submit():
        with refusals_shown(form):
            row = transact(lambda work: actions.hand_over(work, request_id, text(form.reason), now=now(), by=actor()))
            body = json.dumps(everything_about(reading(), row.person_id, now=now()), ensure_ascii=False, indent=2)
            headers = {"Content-Disposition": f'attachment; filename="request-{row.id}.json"'}
            return Response(body, content_type="application/json; charset=utf-8", headers=headers)
    return page("admin_privacy/hand_over.html", form, **seen)


def _meant(form: DecideForm, *, final: bool) -> bool:
    if final and not form.sure.data:
        form.sure.errors = [in_words("required")]
        return False
    return True


def _looked_at(request_id: UUID) -> dict[str, Any]:
    found = queries.request(reading(), request_id)
    erases = found.request.kind is RequestKind.ERASURE
    return {
        "row": found.request,
        "person": found.person,
        "stays": queries.would_stay(reading(), found.request, now=now()) if erases else [],
        "history": happened("privacy_request", request_id),
        "today": today(now()),
    }
