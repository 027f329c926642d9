"""Runs of lines: entered, corrected and taken back by the host, and how effective the line was (OEE)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from marketplace.api.fields import Body, Instant, ReasonGiven
from marketplace.api.once import made_once
from marketplace.api.unit_states import LatelyArguments, window_of
from marketplace.bookings.rules.requests import demand_near
from marketplace.operations.actions import runs as verbs
from marketplace.operations.actions.runs import RunSheet
from marketplace.operations.models import Run
from marketplace.operations.queries.runs import facts_of, run_for, run_history, runs_between
from marketplace.operations.queries.units import unit_for
from marketplace.operations.rules.oee import Oee, mean, of_run, pooled
from marketplace.values.period import Period
from marketplace.values.refusal import Invalid
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_runs", __name__, description="Runs of lines and how effective they were")


class RunBody(Body):
    """A run that is over: `down` is of the `planned` seconds, `ideal_cycle` the seconds of one piece at best, to six
    decimals."""

    start = Instant(required=True)
    end = Instant(required=True)
    planned = fields.Integer(required=True, strict=True)
    down = fields.Integer(required=True, strict=True)
    ideal_cycle = fields.Decimal(required=True, as_string=True)
    total = fields.Integer(required=True, strict=True)
    good = fields.Integer(required=True, strict=True)
    notes = fields.String(load_default="")


class CorrectedRunBody(RunBody):
    """The whole run once more, and why it is corrected."""

    reason = fields.String(required=True)


class OeeItem(Schema):
    """The factors and their product; null where there is nothing to divide by."""

    availability = fields.Float(allow_none=True)
    performance = fields.Float(allow_none=True)
    quality = fields.Float(allow_none=True)
    oee = fields.Float(allow_none=True)


class RunItem(Schema):
    """A run; one with `superseded_at` counts no more: another took its place, or it was taken back."""

    id = fields.UUID()
    unit = fields.UUID()
    start = Instant()
    end = Instant()
    planned = fields.Integer()
    down = fields.Integer()
    ideal_cycle = fields.String()
    total = fields.Integer()
    good = fields.Integer()
    notes = fields.String(allow_none=True)
    entered_at = Instant()
    corrects = fields.UUID(allow_none=True)
    reason = fields.String(allow_none=True)
    superseded_at = Instant(allow_none=True)
    taken_back_reason = fields.String(allow_none=True)
    effectiveness = fields.Nested(OeeItem)


class RunDetail(RunItem):
    """A run with what it said before, the latest first."""

    before = fields.List(fields.Nested(RunItem))


class RunList(Schema):
    """The runs that begin in a window, the latest first, at most 500, and OEE over them as one and as their mean."""

    items = fields.List(fields.Nested(RunItem))
    pooled = fields.Nested(OeeItem)
    mean_oee = fields.Float(allow_none=True)
    next = fields.String(allow_none=True)


@blueprint.route("/units/<uuid:unit_id>/runs")
@blueprint.arguments(LatelyArguments, location="query")
@blueprint.response(200, RunList)
@allow("run.see")
def listed(arguments: dict[str, Any], unit_id: UUID) -> dict[str, Any]:
    """The runs of a window, with each factor of OEE over all of them."""
    unit_for(reading(), unit_id, "run.see", by=actor())
    found = runs_between(reading(), unit_id, window_of(arguments))
    facts = facts_of(found)
    said = {"pooled": _oee(pooled(facts)), "mean_oee": _number(mean(facts))}
    return said | {"items": [_item(run) for run in found], "next": None}


@blueprint.route("/units/<uuid:unit_id>/runs", methods=["POST"])
@blueprint.arguments(RunBody)
@blueprint.response(201, RunDetail)
@allow("run.enter")
def enter(body: dict[str, Any], unit_id: UUID) -> dict[str, Any]:
    """Enter a run."""
    unit_for(reading(), unit_id, "run.enter", by=actor())
    sheet = _sheet(body)
    return _detail(made_once(lambda work: verbs.enter_run(work, unit_id, sheet, now=now(), by=actor()).id))


@blueprint.route("/runs/<uuid:run_id>")
@blueprint.response(200, RunDetail)
@allow("run.see")
def one(run_id: UUID) -> dict[str, Any]:
    """One run, and what it said before."""
    return _detail(run_id)


@blueprint.route("/runs/<uuid:run_id>/correct", methods=["POST"])
@blueprint.arguments(CorrectedRunBody)
@blueprint.response(200, RunDetail)
@allow("run.enter")
def correct(body: dict[str, Any], run_id: UUID) -> dict[str, Any]:
    """Put another row in the place of a run; the old one stays as history."""
    run_for(reading(), run_id, "run.enter", by=actor())
    sheet, why = _sheet(body), body["reason"]
    return _detail(transact(lambda work: verbs.correct_run(work, run_id, sheet, why, now=now(), by=actor())).id)


@blueprint.route("/runs/<uuid:run_id>/take-back", methods=["POST"])
@blueprint.arguments(ReasonGiven)
@blueprint.response(200, RunDetail)
@allow("run.enter")
def take_back(body: dict[str, Any], run_id: UUID) -> dict[str, Any]:
    """The run never was, and why."""
    run_for(reading(), run_id, "run.enter", by=actor())
    why = body["reason"]
    return _detail(transact(lambda work: verbs.take_back_run(work, run_id, why, now=now(), by=actor())).id)


def _sheet(body: dict[str, Any]) -> RunSheet:
    if body["start"] >= body["end"]:
        raise Invalid.one("end", "period_reversed")
    period = Period(body["start"], body["end"])
    demand_near(period)
    names = ("planned", "down", "ideal_cycle", "total", "good", "notes")
    return RunSheet(period=period, **{name: body[name] for name in names})


def _detail(run_id: UUID) -> dict[str, Any]:
    run, _unit = run_for(reading(), run_id, "run.see", by=actor())
    before = [each for each in run_history(reading(), run) if each.id != run.id]
    return _item(run) | {"before": [_item(each) for each in before]}


def _item(run: Run) -> dict[str, Any]:
    names = ("id", "notes", "entered_at", "corrects", "reason", "superseded_at", "taken_back_reason")
    said = {name: getattr(run, name) for name in names}
    said |= {"unit": run.unit_id, "start": run.starts_at, "end": run.ends_at}
    said |= {"planned": run.planned_seconds, "down": run.down_seconds, "total": run.total_count}
    said |= {"good": run.good_count, "ideal_cycle": f"{run.ideal_cycle_seconds.normalize():f}"}
    return said | {"effectiveness": _oee(of_run(facts_of([run])[0]))}


def _oee(told: Oee) -> dict[str, Any]:
    return {name: _number(getattr(told, name)) for name in ("availability", "performance", "quality", "oee")}


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
