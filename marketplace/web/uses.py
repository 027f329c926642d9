"""One session of use: how long it was, who says so, what was used, and how it was corrected."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts.policy import demand
from marketplace.availability.queries import host_of
from marketplace.operations.actions import correcting
from marketplace.operations.queries.one import UsePage, use_page
from marketplace.operations.queries.sessions import sessions_of
from marketplace.web.access import allow
from marketplace.web.forms.fields import refusals_shown
from marketplace.web.forms.uses import CorrectionForm, DetailsForm
from marketplace.web.request import actor, now, reading, transact, url
from marketplace.web.use_names import rule_name, source_name

blueprint = Blueprint("uses", __name__)
blueprint.add_app_template_filter(source_name, "source_name")
blueprint.add_app_template_filter(rule_name, "rule_name")


@blueprint.get("/uses/<uuid:session_id>")
@allow("session.see")
def one(session_id: UUID) -> str:
    """A session as it stands, with its history."""
    return _shown(use_page(reading(), session_id, by=actor()))


@blueprint.post("/uses/<uuid:session_id>/details")
@allow("session.describe")
def describe(session_id: UUID) -> Response | tuple[str, int]:
    """Put down what was used."""
    page, form = _found(session_id, "session.describe"), DetailsForm()
    told = form.details
    return _do(
        page,
        {"details": form},
        str(_("It is put down. Thank you.")),
        lambda work: correcting.describe(work, session_id, told(), now=now(), by=actor()),
    )


@blueprint.post("/uses/<uuid:session_id>/correct")
@allow("session.correct")
def correct(session_id: UUID) -> Response | tuple[str, int]:
    """Say how it really was, and why."""
    page, form = _found(session_id, "session.correct"), CorrectionForm()
    zone, use, reason = ZoneInfo(page.zone), page.use, form.reason.data or ""
    return _do(
        page,
        {"correction": form},
        str(_("The session is corrected, and both sides are told.")),
        lambda work: correcting.correct(work, session_id, form.correction(use, zone), reason, now=now(), by=actor()),
    )


def asked_after(booking_id: UUID) -> str | None:
    """Where to say what was used, for a unit that asks for it; None where nothing is missing."""
    uses = sessions_of(reading(), [booking_id]).get(booking_id, [])
    if not uses or not use_page(reading(), uses[-1].id, by=actor()).missing:
        return None
    return url("uses.one", session_id=uses[-1].id, _anchor="details")


def _found(session_id: UUID, verb: str) -> UsePage:
    page = use_page(reading(), session_id, by=actor())
    _facility, host = host_of(reading(), page.use.unit_id)
    demand(actor(), verb, owner=page.use.person_id, organisation=page.use.organisation_id, host=host)
    return page


def _do(page: UsePage, forms: dict[str, Any], done: str, deed: Callable[[Session], Any]) -> Response | tuple[str, int]:
    (form,) = forms.values()
    if form.validate_on_submit():
        with refusals_shown(form):
            row = transact(deed)
            flash(done)
            return redirect(url("uses.one", session_id=row.id), code=303)
    return _shown(use_page(reading(), page.use.id, by=actor()), **forms), 422


def _shown(page: UsePage, **sent: Any) -> str:
    use = page.use
    correction = sent.get("correction")
    if correction is None:
        correction = CorrectionForm(formdata=None, prefix="")
        correction.show(use, ZoneInfo(page.zone))
    names = ("samples", "operator_minutes", "consumables")
    told = {name: getattr(use, name) for name in names} | {"purpose": use.purpose.value if use.purpose else ""}
    details = sent.get("details") or DetailsForm(formdata=None, data=told)
    if use.booking_id is None:
        details.offer("–")
    return render_template(
        "uses/use.html", page=page, use=use, details=details, correction=correction, sent=tuple(sent)
    )
