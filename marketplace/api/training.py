"""Training on units: what a host demands, who asked for it, when it takes place, and who passed it."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts.policy import demand
from marketplace.api.fields import Body, Instant, LocalizedText, page_of
from marketplace.api.once import made_once
from marketplace.bookings.actions.training import decline_training, record_for, record_training, schedule_training
from marketplace.limits.actions import spend
from marketplace.terms.actions import training as actions
from marketplace.terms.models import TrainingState
from marketplace.terms.queries import training as queries
from marketplace.terms.queries.training import TrainingRow
from marketplace.terms.rules.training import DAY_MINUTES, Need, Window
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.request import actor, database, now, reading, transact

blueprint = Blueprint("api_training", __name__, description="Training on units, and who has passed it")
COUNT = validate.Range(0, 1_000_000)


class WindowItem(Body):
    """A stretch of a weekday (ISO: 1 Monday), in minutes from midnight of the facility's own day."""

    weekday = fields.Integer(required=True, validate=validate.Range(1, 7))
    opens = fields.Integer(required=True, validate=validate.Range(0, DAY_MINUTES))
    closes = fields.Integer(required=True, validate=validate.Range(0, DAY_MINUTES))


class NeedBody(Body):
    """What a unit demands; null where a training never ends by time, or by lack of use."""

    name = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    valid_months = fields.Integer(load_default=None, allow_none=True, validate=COUNT)
    idle_days = fields.Integer(load_default=None, allow_none=True, validate=COUNT)
    novice_hours = fields.Integer(load_default=0, validate=COUNT, metadata={"description": "of use; until then novice"})
    windows = fields.List(fields.Nested(WindowItem), load_default=list, metadata={"description": "hours of novices"})


class NeedDetail(Schema):
    """The training that a unit demands; null where it demands none."""

    unit = fields.UUID()
    need = fields.Nested(NeedBody, allow_none=True)


class ScheduleBody(Body):
    """When a training takes place, and with whom."""

    at = Instant(required=True)
    trainer = fields.String(load_default="", validate=validate.Length(max=200))


class PassedBody(Body):
    """The day on which a training was passed."""

    passed_on = fields.Date(required=True)


class DeclineBody(Body):
    """Why; the person reads it. Needed, save while nothing may be said between the two sides."""

    reason = fields.String(load_default="", validate=validate.Length(max=1000))


class RecordBody(Body):
    """Who passed the training of a unit without having asked for it, and when."""

    email = fields.String(required=True, validate=validate.Length(1, 254))
    passed_on = fields.Date(required=True)


class TrainingItem(Schema):
    """One training of one person on one unit; `trained` tells of today, as far as this training goes."""

    id = fields.UUID()
    unit = fields.UUID()
    unit_name = fields.Nested(LocalizedText)
    facility = fields.UUID()
    person = fields.UUID()
    person_name = fields.String()
    state = fields.String(metadata={"enum": [each.value for each in TrainingState]})
    requested_at = Instant()
    scheduled_at = Instant(allow_none=True)
    trainer = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    passed_on = fields.Date(allow_none=True)
    last_used_on = fields.Date(allow_none=True)
    used_minutes = fields.Integer()
    trained = fields.Boolean()
    expires_on = fields.Date(allow_none=True)
    novice = fields.Boolean()


class TrainingArguments(Schema):
    """Which trainings."""

    unit = fields.UUID(load_default=None)


TrainingList = page_of(TrainingItem, name="TrainingList", says="Trainings; at most 200 of them.")


@blueprint.route("/units/<uuid:unit_id>/training")
@blueprint.response(200, NeedDetail)
@allow("facility.see")
def needed(unit_id: UUID) -> dict[str, Any]:
    """What training a unit demands."""
    if not queries.seen(reading(), unit_id, by=actor()):
        raise NotFound(str(unit_id))
    return {"unit": unit_id, "need": queries.need_for(reading(), unit_id)}


@blueprint.route("/units/<uuid:unit_id>/training", methods=["PUT"])
@blueprint.arguments(NeedBody)
@blueprint.response(200, NeedDetail)
@allow("facility.change")
def set_need(body: dict[str, Any], unit_id: UUID) -> dict[str, Any]:
    """Demand a training from now on."""
    need = Need(**{**body, "windows": tuple(Window(**each) for each in body["windows"])})
    transact(lambda session: actions.set_need(session, unit_id, need, now=now(), by=actor()))
    return {"unit": unit_id, "need": queries.need_for(reading(), unit_id)}


@blueprint.route("/units/<uuid:unit_id>/training", methods=["DELETE"])
@blueprint.response(204)
@allow("facility.change")
def drop_need(unit_id: UUID) -> None:
    """Demand no training any more; bookings made before keep their gates."""
    transact(lambda session: actions.set_need(session, unit_id, None, now=now(), by=actor()))


@blueprint.route("/units/<uuid:unit_id>/training/requests", methods=["POST"])
@blueprint.response(201, TrainingItem)
@allow("training.request")
def ask(unit_id: UUID) -> dict[str, Any]:
    """Ask to be trained on a unit; one that waits already is answered."""
    made = made_once(lambda session: actions.ask(session, unit_id, now=now(), by=actor()).id)
    return item(made)


@blueprint.route("/units/<uuid:unit_id>/training/records", methods=["POST"])
@blueprint.arguments(RecordBody)
@blueprint.response(201, TrainingItem)
@allow("training.manage")
def record_unasked(body: dict[str, Any], unit_id: UUID) -> dict[str, Any]:
    """Record that somebody passed it who never asked: of the host's own people, or who has booked with the host."""
    spend(database(), "address", str(actor().id), now=now())
    return item(made_once(lambda session: record_for(session, unit_id, now=now(), by=actor(), **body).id))


@blueprint.route("/trainings")
@blueprint.response(200, TrainingList)
@allow("training.request")
def own() -> dict[str, Any]:
    """The caller's own trainings, the latest first."""
    return {
        "items": [training_item(row) for row in queries.trainings_of(reading(), actor().id, _today())],
        "next": None,
    }


@blueprint.route("/host/trainings")
@blueprint.arguments(TrainingArguments, location="query")
@blueprint.response(200, TrainingList)
@allow("host_desk.see")
def hosted(arguments: dict[str, Any]) -> dict[str, Any]:
    """The trainings on the units that the caller hosts: those that wait first."""
    rows = queries.trainings_hosted(reading(), by=actor(), on=_today(), unit_id=arguments["unit"])
    return {"items": [training_item(row) for row in rows], "next": None}


@blueprint.route("/trainings/<uuid:training_id>")
@blueprint.response(200, TrainingItem)
@allow("training.manage")
def one(training_id: UUID) -> dict[str, Any]:
    """One training on a unit that the caller hosts."""
    row = queries.training_row(reading(), training_id, _today())
    demand(actor(), "training.manage", host=row.host_id)
    return training_item(row)


@blueprint.route("/trainings/<uuid:training_id>/schedule", methods=["POST"])
@blueprint.arguments(ScheduleBody)
@blueprint.response(200, TrainingItem)
@allow("training.manage")
def schedule(body: dict[str, Any], training_id: UUID) -> dict[str, Any]:
    """Say when it takes place; the person is told."""
    transact(lambda session: schedule_training(session, training_id, now=now(), by=actor(), **body).id)
    return item(training_id)


@blueprint.route("/trainings/<uuid:training_id>/record", methods=["POST"])
@blueprint.arguments(PassedBody)
@blueprint.response(200, TrainingItem)
@allow("training.manage")
def record(body: dict[str, Any], training_id: UUID) -> dict[str, Any]:
    """Record that it was passed; the person's bookings of the unit wait for it no longer."""
    transact(lambda session: record_training(session, training_id, now=now(), by=actor(), **body).id)
    return item(training_id)


@blueprint.route("/trainings/<uuid:training_id>/decline", methods=["POST"])
@blueprint.arguments(DeclineBody)
@blueprint.response(200, TrainingItem)
@allow("training.manage")
def decline(body: dict[str, str], training_id: UUID) -> dict[str, Any]:
    """Decline it; the person is told the reason."""
    transact(lambda session: decline_training(session, training_id, body["reason"], now=now(), by=actor()).id)
    return item(training_id)


def item(training_id: UUID) -> dict[str, Any]:
    """One training by its id in the shape of `TrainingItem`."""
    return training_item(queries.training_row(reading(), training_id, _today()))


def training_item(row: TrainingRow) -> dict[str, Any]:
    """A training in the shape of `TrainingItem`."""
    same = ("id", "requested_at", "scheduled_at", "trainer", "reason", "passed_on", "last_used_on", "used_minutes")
    return {
        **{name: getattr(row.training, name) for name in same},
        "unit": row.training.unit_id,
        "unit_name": row.unit_name,
        "facility": row.facility_id,
        "person": row.training.person_id,
        "person_name": row.person_name,
        "state": row.training.state.value,
        **{name: getattr(row.standing, name) for name in ("trained", "expires_on", "novice")},
    }


def _today() -> date:
    return now().astimezone(ZoneInfo(actor().time_zone)).date()
