"""States of units: what each instant was spent on, and what hosts corrected of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from marketplace.api.facilities import WIDEST_WINDOW
from marketplace.api.fields import Body, Instant, ReasonGiven, page_of
from marketplace.api.once import made_once
from marketplace.bookings.rules.requests import demand_near
from marketplace.operations.actions import corrections as verbs
from marketplace.operations.actions.corrections import Correction
from marketplace.operations.models import Cause, MachineState, StateCorrection, StateSource, Substate, UnitState
from marketplace.operations.queries.states import correction_unit, corrections_between, known_until, states_between
from marketplace.operations.queries.units import unit_for
from marketplace.values.period import Period
from marketplace.values.refusal import Invalid
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_unit_states", __name__, description="In which of the six states of SEMI E10 a unit was")


USUAL = timedelta(days=7)
# A week before it can be told too.
EARLIEST = datetime(2, 1, 1, tzinfo=UTC)


def _codes(kind: Any) -> dict[str, Any]:
    return {"enum": [each.value for each in kind]}


class LatelyArguments(Schema):
    """From when to when; half-open, at most 92 days. Left out: the week before `to`, up to now."""

    from_ = Instant(load_default=None, data_key="from")
    to = Instant(load_default=None)


class UnitStateItem(Schema):
    """A stretch in one state; `cause_id` is the session, closure, fault or correction that put the unit into it."""

    start = Instant()
    end = Instant()
    state = fields.String(metadata=_codes(MachineState))
    substate = fields.String(metadata=_codes(Substate))
    source = fields.String(metadata=_codes(StateSource))
    cause = fields.String(metadata=_codes(Cause))
    cause_id = fields.UUID(allow_none=True)


class UnitStates(Schema):
    """The stretches that touch a window, without gap or overlap; worked out up to `as_of`, null: not yet."""

    items = fields.List(fields.Nested(UnitStateItem))
    as_of = Instant(allow_none=True)
    next = fields.String(allow_none=True)


class StateCorrectionBody(Body):
    """In which state a unit was in a stretch that is over, and why the host says so."""

    start = Instant(required=True)
    end = Instant(required=True)
    state = fields.Enum(MachineState, by_value=True, required=True)
    substate = fields.Enum(Substate, by_value=True, required=True)
    reason = fields.String(required=True)


class StateCorrectionItem(Schema):
    """What a host said; taken back where `taken_back_at` is set."""

    id = fields.UUID()
    unit = fields.UUID()
    start = Instant()
    end = Instant()
    state = fields.String(metadata=_codes(MachineState))
    substate = fields.String(metadata=_codes(Substate))
    reason = fields.String()
    made_by = fields.UUID()
    made_at = Instant()
    taken_back_at = Instant(allow_none=True)
    taken_back_by = fields.UUID(allow_none=True)
    taken_back_reason = fields.String(allow_none=True)


CorrectionList = page_of(
    StateCorrectionItem, name="StateCorrections", says="Corrections of a window, the latest first."
)


@blueprint.route("/units/<uuid:unit_id>/states")
@blueprint.arguments(LatelyArguments, location="query")
@blueprint.response(200, UnitStates)
@allow("state.see")
def states(arguments: dict[str, Any], unit_id: UUID) -> dict[str, Any]:
    """The states of a unit in a window."""
    unit_for(reading(), unit_id, "state.see", by=actor())
    found = states_between(reading(), unit_id, window_of(arguments))
    return {"items": [_state(row) for row in found], "as_of": known_until(reading(), unit_id), "next": None}


@blueprint.route("/units/<uuid:unit_id>/state-corrections")
@blueprint.arguments(LatelyArguments, location="query")
@blueprint.response(200, CorrectionList)
@allow("state.see")
def corrections(arguments: dict[str, Any], unit_id: UUID) -> dict[str, Any]:
    """What hosts said of a window, those taken back too."""
    unit_for(reading(), unit_id, "state.see", by=actor())
    found = corrections_between(reading(), unit_id, window_of(arguments))
    return {"items": [_correction(row) for row in found], "next": None}


@blueprint.route("/units/<uuid:unit_id>/state-corrections", methods=["POST"])
@blueprint.arguments(StateCorrectionBody)
@blueprint.response(201, StateCorrectionItem)
@allow("state.correct")
def correct(body: dict[str, Any], unit_id: UUID) -> dict[str, Any]:
    """Say in which state the unit really was, and why; of words that overlap the latest holds."""
    unit_for(reading(), unit_id, "state.correct", by=actor())
    if body["start"] >= body["end"]:
        raise Invalid.one("end", "period_reversed")
    period = Period(body["start"], body["end"])
    demand_near(period)
    said = Correction(period=period, state=body["state"], substate=body["substate"], reason=body["reason"])
    made = made_once(lambda session: verbs.correct_state(session, unit_id, said, now=now(), by=actor()).id)
    return _correction(reading().get_one(StateCorrection, made))


@blueprint.route("/state-corrections/<uuid:correction_id>/take-back", methods=["POST"])
@blueprint.arguments(ReasonGiven)
@blueprint.response(200, StateCorrectionItem)
@allow("state.correct")
def take_back(body: dict[str, Any], correction_id: UUID) -> dict[str, Any]:
    """The host no longer says so, and why; what was recorded holds again."""
    unit_for(reading(), correction_unit(reading(), correction_id), "state.correct", by=actor())
    reason = body["reason"]
    verb = verbs.take_back_correction
    return _correction(transact(lambda session: verb(session, correction_id, reason, now=now(), by=actor())))


def window_of(arguments: dict[str, Any]) -> Period:
    """The window that was asked for. Raises Invalid where it is empty, too long, or in a year that nobody means."""
    end = arguments["to"] or now()
    start = arguments["from_"] or max(end, EARLIEST + USUAL) - USUAL
    if start >= end:
        raise Invalid.one("to", "period_reversed")
    window = Period(start, end)
    demand_near(window)
    if window.length > WIDEST_WINDOW:
        raise Invalid.one("to", "too_long_a_time", days=WIDEST_WINDOW.days)
    return window


def _state(row: UnitState) -> dict[str, Any]:
    names = ("state", "substate", "source", "cause")
    said = {name: getattr(row, name).value for name in names}
    return said | {"start": row.starts_at, "end": row.ends_at, "cause_id": row.cause_id}


def _correction(row: StateCorrection) -> dict[str, Any]:
    names = ("id", "reason", "made_by", "made_at", "taken_back_at", "taken_back_by", "taken_back_reason")
    said = {"unit": row.unit_id, "start": row.starts_at, "end": row.ends_at}
    said |= {"state": row.state.value, "substate": row.substate.value}
    return said | {name: getattr(row, name) for name in names}
