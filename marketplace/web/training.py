"""Training: a host's trained people and what its units demand; a person's own trainings, and asking for one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.policy import demand
from marketplace.bookings.actions.training import decline_training, record_for, record_training, schedule_training
from marketplace.bookings.queries import hosting
from marketplace.limits.actions import spend
from marketplace.terms.actions.training import ask, set_need
from marketplace.terms.queries import training as queries
from marketplace.terms.queries.training import TrainingRow
from marketplace.terms.rules.training import Need
from marketplace.values.refusal import Refusal, Refused
from marketplace.web.access import allow
from marketplace.web.forms.bookings import uuid_or_none
from marketplace.web.forms.fields import refusals_shown, text
from marketplace.web.forms.training import DeclineForm, NeedForm, PassedForm, ScheduleForm, UnaskedForm, values_of
from marketplace.web.hosting_names import weekday_name
from marketplace.web.request import actor, database, language, now, reading, transact, url
from marketplace.wording.refusals import sentence

blueprint = Blueprint("training", __name__)


@blueprint.get("/host/training")
@allow("host_desk.see")
def hosted() -> str:
    """Who asked, who is scheduled and who is trained, and what each unit demands."""
    unit_id = uuid_or_none(request.args.get("unit"))
    units = hosting.host_units(reading(), by=actor())
    return render_template(
        "training/hosted.html",
        rows=queries.trainings_hosted(reading(), by=actor(), on=_today(), unit_id=unit_id),
        units=units,
        needs=needs_of(unit.id for unit in units),
        unit_id=unit_id,
    )


@blueprint.route("/host/training/units/<uuid:unit_id>", methods=["GET", "POST"])
@allow("facility.change")
def unit(unit_id: UUID) -> Response | tuple[str, int]:
    """What training a unit demands."""
    found = hosting.host_unit(reading(), unit_id, by=actor())
    demand(actor(), "facility.change", host=found.host_id)
    present = queries.need_for(reading(), unit_id)
    form = NeedForm(data=values_of(present)) if request.method == "GET" else NeedForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            need = form.need()
            transact(lambda session: set_need(session, unit_id, need, now=now(), by=actor()))
            flash(_("Saved."))
            return redirect(url("training.hosted"), code=303)
    days = [(weekday_name(day), opens, closes) for day, opens, closes in form.days()]
    html = render_template("training/unit.html", form=form, unit=found, days=days)
    return html, 422 if form.errors else 200


@blueprint.route("/host/training/units/<uuid:unit_id>/record", methods=["GET", "POST"])
@allow("training.manage")
def unasked(unit_id: UUID) -> Response | tuple[str, int]:
    """Record the training of somebody who never asked for it."""
    found = hosting.host_unit(reading(), unit_id, by=actor())
    demand(actor(), "training.manage", host=found.host_id)
    form = UnaskedForm() if request.method == "POST" else UnaskedForm(formdata=None, data={"passed_on": _today()})
    if form.validate_on_submit():
        spend(database(), "address", str(actor().id), now=now())
        with refusals_shown(form):
            who, day = text(form.email), form.day()
            transact(lambda session: record_for(session, unit_id, who, passed_on=day, now=now(), by=actor()).id)
            return _done(_("The training is recorded; they are told."))
    needed = queries.need_for(reading(), unit_id) is not None
    hindrance = None if needed else sentence(Refusal("no_training"), language())
    html = render_template("training/unasked.html", form=form, unit=found, hindrance=hindrance)
    return html, 422 if form.errors else 200


@blueprint.get("/host/training/<uuid:training_id>")
@allow("training.manage")
def one(training_id: UUID) -> tuple[str, int]:
    """One training, with what a host can do about it."""
    return _page(training_id)


@blueprint.post("/host/training/<uuid:training_id>/schedule")
@allow("training.manage")
def set_time(training_id: UUID) -> Response | tuple[str, int]:
    """Say when it takes place, and with whom."""
    form, row = ScheduleForm(), _managed(training_id)
    if form.validate_on_submit():
        with refusals_shown(form):
            at, who = form.instant(row.zone), text(form.trainer)
            transact(
                lambda session: schedule_training(session, training_id, at=at, trainer=who, now=now(), by=actor()).id
            )
            return _done(_("The training is scheduled; they are told."))
    return _page(training_id, scheduling=form)


@blueprint.post("/host/training/<uuid:training_id>/record")
@allow("training.manage")
def passed(training_id: UUID) -> Response | tuple[str, int]:
    """Record that it was passed; bookings that waited for it do so no longer."""
    form = PassedForm()
    _managed(training_id)
    if form.validate_on_submit():
        with refusals_shown(form):
            day = form.day()
            transact(lambda session: record_training(session, training_id, passed_on=day, now=now(), by=actor()).id)
            return _done(_("The training is recorded; they are told."))
    return _page(training_id, passing=form)


@blueprint.post("/host/training/<uuid:training_id>/decline")
@allow("training.manage")
def turn_down(training_id: UUID) -> Response | tuple[str, int]:
    """Decline it with a reason."""
    form = DeclineForm()
    _managed(training_id)
    if form.validate_on_submit():
        with refusals_shown(form):
            reason = form.given()
            transact(lambda session: decline_training(session, training_id, reason, now=now(), by=actor()).id)
            return _done(_("The training is declined; they are told."))
    return _page(training_id, declining=form)


@blueprint.get("/account/training")
@allow("training.request")
def own() -> str:
    """One's own trainings: what waits, what holds and until when."""
    return render_template("training/own.html", rows=queries.trainings_of(reading(), actor().id, _today()))


@blueprint.post("/training/units/<uuid:unit_id>/ask")
@allow("training.request")
def wanted(unit_id: UUID) -> Response:
    """Ask for the training of a unit; asking twice asks once."""
    try:
        transact(lambda session: ask(session, unit_id, now=now(), by=actor()).id)
        flash(_("The host is asked; you are told when the training takes place."))
    except Refused as refused:
        flash(" ".join(sentence(reason, language()) for reason in refused.reasons), "warning")
    return redirect(url("training.own"), code=303)


@blueprint.app_template_global("training_needs")
def needs_of(units: Iterable[UUID]) -> Mapping[UUID, Need]:
    """What training some units demand, those that demand any; one statement."""
    return queries.needs_for(reading(), list(units))


def _managed(training_id: UUID) -> TrainingRow:
    row = queries.training_row(reading(), training_id, _today())
    demand(actor(), "training.manage", host=row.host_id)
    return row


def _page(
    training_id: UUID,
    *,
    scheduling: ScheduleForm | None = None,
    passing: PassedForm | None = None,
    declining: DeclineForm | None = None,
) -> tuple[str, int]:
    row = _managed(training_id)
    at = row.training.scheduled_at
    begun = {"at": at.astimezone(ZoneInfo(row.zone)) if at else None, "trainer": row.training.trainer}
    sent = [form for form in (scheduling, passing, declining) if form is not None]
    html = render_template(
        "training/one.html",
        row=row,
        sent=sent[0] if sent else None,
        scheduling=scheduling or ScheduleForm(formdata=None, data=begun),
        passing=passing or PassedForm(formdata=None, data={"passed_on": _today()}),
        declining=declining or DeclineForm(formdata=None),
    )
    return html, 422 if sent else 200


def _done(said: str) -> Response:
    flash(said)
    return redirect(url("training.hosted"), code=303)


def _today() -> date:
    return now().astimezone(ZoneInfo(actor().time_zone)).date()
