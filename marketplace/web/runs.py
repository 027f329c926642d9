"""Runs of a line on pages: what it made in a stretch of time, how effective it was, and each run with its history."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.policy import may
from marketplace.availability.rules import local_day, local_midnight
from marketplace.operations.actions import runs as verbs
from marketplace.operations.queries.runs import facts_of, run_for, run_history, runs_between
from marketplace.operations.queries.units import unit_for
from marketplace.operations.rules.oee import mean, of_run, pooled
from marketplace.values.period import Period
from marketplace.web.access import allow
from marketplace.web.forms.fields import page, refusals_shown
from marketplace.web.forms.runs import CorrectedRunForm, RunForm
from marketplace.web.forms.unit_states import ReasonForm
from marketplace.web.request import actor, now, reading, transact, url

blueprint = Blueprint("runs", __name__)
DAY = timedelta(days=1)
# What is shown where the address names no days, and how far from the present anything is looked for.
USUAL = timedelta(days=90)
FARTHEST = timedelta(days=20 * 366)


@blueprint.get("/host/units/<uuid:unit_id>/runs")
@allow("run.see")
def listed(unit_id: UUID) -> str:
    """The runs of some days, with each factor of OEE over all of them."""
    unit = unit_for(reading(), unit_id, "run.see", by=actor())
    zone = ZoneInfo(unit.zone)
    today = local_day(now(), zone)
    last = _day("to", today)
    first = min(_day("from", last - USUAL), last)
    window = Period(local_midnight(first, zone), local_midnight(last + DAY, zone))
    found = runs_between(reading(), unit_id, window)
    facts = facts_of(found)
    return render_template(
        "runs/listed.html",
        unit=unit,
        first=first,
        last=last,
        rows=[(run, of_run(fact)) for run, fact in zip(found, facts, strict=True)],
        pooled=pooled(facts),
        mean=mean(facts),
        enters=may(actor(), "run.enter", host=unit.host_id),
    )


@blueprint.route("/host/units/<uuid:unit_id>/runs/new", methods=["GET", "POST"])
@allow("run.enter")
def new(unit_id: UUID) -> Response | tuple[str, int]:
    """Enter a run."""
    unit = unit_for(reading(), unit_id, "run.enter", by=actor())
    form = RunForm()
    sheet = form.sheet(ZoneInfo(unit.zone)) if form.validate_on_submit() else None
    if sheet is not None:
        with refusals_shown(form):
            transact(lambda work: verbs.enter_run(work, unit_id, sheet, now=now(), by=actor()))
            flash(_("The run is kept."))
            return redirect(url("runs.listed", unit_id=unit_id), code=303)
    return page("runs/form.html", form, unit=unit, run=None)


@blueprint.get("/host/runs/<uuid:run_id>")
@allow("run.see")
def one(run_id: UUID) -> str:
    """One run, and what it said before."""
    run, unit = run_for(reading(), run_id, "run.see", by=actor())
    return render_template(
        "runs/one.html",
        run=run,
        unit=unit,
        told=of_run(facts_of([run])[0]),
        before=[each for each in run_history(reading(), run) if each.id != run.id],
        enters=run.superseded_at is None and may(actor(), "run.enter", host=unit.host_id),
    )


@blueprint.route("/host/runs/<uuid:run_id>/correct", methods=["GET", "POST"])
@allow("run.enter")
def correct(run_id: UUID) -> Response | tuple[str, int]:
    """Say what a run really was, and why."""
    run, unit = run_for(reading(), run_id, "run.enter", by=actor())
    zone = ZoneInfo(unit.zone)
    form = CorrectedRunForm() if request.method == "POST" else CorrectedRunForm(formdata=None)
    if request.method == "GET":
        form.show(run, zone)
    sheet = form.sheet(zone, run) if form.validate_on_submit() else None
    if sheet is not None:
        with refusals_shown(form):
            why = form.reason.data or ""
            made = transact(lambda work: verbs.correct_run(work, run_id, sheet, why, now=now(), by=actor()))
            flash(_("The run is corrected; what it said before is kept."))
            return redirect(url("runs.one", run_id=made.id), code=303)
    return page("runs/form.html", form, unit=unit, run=run)


@blueprint.route("/host/runs/<uuid:run_id>/take-back", methods=["GET", "POST"])
@allow("run.enter")
def take_back(run_id: UUID) -> Response | tuple[str, int]:
    """The run never was."""
    run, unit = run_for(reading(), run_id, "run.enter", by=actor())
    form = ReasonForm()
    if form.validate_on_submit():
        with refusals_shown(form):
            why = form.reason.data or ""
            transact(lambda work: verbs.take_back_run(work, run_id, why, now=now(), by=actor()))
            flash(_("The run is taken back; it counts no more."))
            return redirect(url("runs.listed", unit_id=unit.id), code=303)
    return page("runs/take_back.html", form, unit=unit, run=run)


def _day(name: str, instead: date) -> date:
    try:
        day = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return instead
    return day if abs(day - now().date()) <= FARTHEST else instead
