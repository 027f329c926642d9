"""Applications for permits, as those who apply see them: the list, one with its timeline, and each step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.applications.actions.steps import take_step
from marketplace.applications.models import Application, Verb
from marketplace.applications.queries.lines import Line, Place, of_parties
from marketplace.applications.queries.looking import Look, look
from marketplace.files.actions import Purpose, keep
from marketplace.values.refusal import Forbidden, NotFound, StateForbids
from marketplace.web.access import allow
from marketplace.web.application_words import (
    agencies_offered,
    flow_name,
    left_said,
    page_values,
    state_look,
    steps_offered,
    verb_name,
)
from marketplace.web.forms.applications import FIELDS, StepForm
from marketplace.web.forms.fields import page, refusals_shown
from marketplace.web.limiting import spend_uploads
from marketplace.web.paging import LIMIT
from marketplace.web.request import actor, now, reading, store, transact, url

blueprint = Blueprint("applications", __name__)
blueprint.add_app_template_filter(state_look, "application_look")
blueprint.add_app_template_filter(verb_name, "application_verb")
blueprint.add_app_template_filter(left_said, "days_said")
blueprint.add_app_template_filter(flow_name, "flow_name")


@blueprint.get("/applications")
@allow("application.list")
def mine() -> str:
    """The applications of the reader's bookings and of those at their facilities, what is due first on top."""
    found = of_parties(reading(), actor(), limit=LIMIT + 1, after=place())
    return render_template("applications/mine.html", lines=found[:LIMIT], next=following(found))


def place() -> Place | None:
    """The place after which a list goes on; an unreadable one is as good as none."""
    try:
        return Place.read(request.args.get("after", "").split("_"))
    except ValueError:
        return None


def following(found: Sequence[Line]) -> str | None:
    """The address of what comes after, when one line too many was found."""
    last = found[LIMIT - 1].place if len(found) > LIMIT else None
    if last is None:
        return None
    return url(request.endpoint or "", **{**(request.view_args or {}), "after": "_".join(last.parts())})


@blueprint.get("/applications/<uuid:application_id>")
@allow("application.see")
def one(application_id: UUID) -> str:
    """One application: the facts that concern it, its timeline, and what may be done next."""
    found = look(reading(), application_id, by=actor(), now=now())
    return render_template("applications/one.html", **page_values(found))


@blueprint.route("/applications/<uuid:application_id>/<verb>", methods=["GET", "POST"])
@allow("application.step")
def step(application_id: UUID, verb: str) -> Response | tuple[str, int]:
    """Take a step of the applicant's, or record what an authority without an account did."""
    return taken(look(reading(), application_id, by=actor(), now=now()), verb, back="applications.one")


def taken(found: Look, code: str, *, back: str) -> Response | tuple[str, int]:
    """The form of one verb, and what comes of it."""
    verb = next((each for each in Verb if each.value == code and each in FIELDS), None)
    if verb is None:
        raise NotFound("application")
    row = found.line.row
    form = StepForm().offer(agencies_offered(found), steps_offered(found))
    if form.validate_on_submit():
        with refusals_shown(form):
            _take(row.id, verb, form)
            flash(_("It is noted, and everybody whom it concerns is told."))
            return redirect(url(back, application_id=row.id), code=303)
    elif verb not in found.verbs:
        _demand_offered(found, verb)
    values = {**page_values(found), "verb": verb, "fields": _shown(verb, form), "back": back}
    return page("applications/step.html", form, **values)


def _demand_offered(found: Look, verb: Verb) -> None:
    """A form is shown only to who may send it."""
    if not found.verbs:
        raise Forbidden(f"application.{verb.value}")
    raise StateForbids(found.line.row.state.value, verb.value)


def _shown(verb: Verb, form: StepForm) -> list[str]:
    empty = {"agency"} if len(form.agency.choices or ()) < 2 else set()
    return [name for name in FIELDS[verb] if name not in empty]


def _take(application_id: UUID, verb: Verb, form: StepForm) -> Application:
    """Take the step together with its paper, where one came: both are kept or neither."""
    upload = request.files.get("file")
    content: dict[str, Any] | None = None
    if upload is not None and upload.filename:
        spend_uploads(1)
        content = {"content": upload.read(), "name": upload.filename}

    def work(session: Session) -> Application:
        file_id = None
        if content is not None:
            who, purpose = actor().id, Purpose.DOCUMENT
            kept = keep(session, store(), content["content"], name=content["name"], purpose=purpose, by=who, now=now())
            file_id = kept.id
        return take_step(session, application_id, verb, form.told(verb, file_id), now=now(), by=actor())

    return transact(work)
