"""Closures: when a unit is shut although its week says open."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.accounts.policy import demand
from marketplace.api.booking_shapes import BookingItem, booking_item
from marketplace.api.bookings import period_of
from marketplace.api.fields import Body, Instant, LocalizedText, page_of
from marketplace.api.once import made_once
from marketplace.availability import actions
from marketplace.availability.actions import ClosureRequest
from marketplace.availability.models import CHOSEN_KINDS, Closure, ClosureKind
from marketplace.availability.queries import closures_with
from marketplace.availability.rules import Recurrence
from marketplace.bookings.queries import hosting
from marketplace.bookings.queries.hosting import ClosureRow
from marketplace.bookings.queries.pages import rows_by_id
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_closures", __name__, description="Closures of units, once or recurring")


class RecurrenceBody(Body):
    """Every so many days, weeks (on ISO weekdays) or months, up to and including a day."""

    frequency = fields.String(required=True, validate=validate.OneOf(["DAILY", "WEEKLY", "MONTHLY"]))
    interval = fields.Integer(load_default=1)
    weekdays = fields.List(fields.Integer(validate=validate.Range(1, 7)), load_default=list)
    until = fields.Date(load_default=None, allow_none=True)


class ClosureBody(Body):
    """A closure, once or recurring."""

    start = Instant(required=True)
    end = Instant(required=True)
    kind = fields.Enum(
        ClosureKind,
        by_value=True,
        load_default=ClosureKind.CLOSURE,
        validate=validate.OneOf(CHOSEN_KINDS, labels=[each.value for each in CHOSEN_KINDS]),
        metadata={"enum": [each.value for each in CHOSEN_KINDS]},
    )
    reason = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)
    recurrence = fields.Nested(RecurrenceBody, load_default=None, allow_none=True)


class ClosureArguments(Schema):
    """Of which unit; left out, of all."""

    unit = fields.UUID(load_default=None)


class ClosureItem(Schema):
    """A closure; `series` is set where it recurs."""

    id = fields.UUID()
    unit = fields.UUID()
    series = fields.UUID(allow_none=True)
    kind = fields.String()
    start = Instant()
    end = Instant()
    reason = fields.Nested(LocalizedText)


ClosureList = page_of(ClosureItem, name="ClosureList", says="Closures by time.")


class ClosureAheadItem(ClosureItem):
    """A closure with the names around it; a series stands by its next date, with the rule by which it comes again."""

    unit_name = fields.Nested(LocalizedText)
    facility_name = fields.Nested(LocalizedText)
    timezone = fields.String()
    recurrence = fields.Nested(RecurrenceBody, allow_none=True)


ClosuresAhead = page_of(ClosureAheadItem, name="ClosuresAhead", says="Closures that are not over, by time.")


InTheWay = page_of(
    BookingItem,
    name="InTheWay",
    says="The bookings that stand in the way, by time; the host moves or cancels each with a reason.",
)


@blueprint.route("/closures")
@blueprint.arguments(ClosureArguments, location="query")
@blueprint.response(200, ClosuresAhead)
@allow("host_desk.see")
def listed(arguments: dict[str, Any]) -> dict[str, Any]:
    """The closures ahead at the units that the caller hosts."""
    rows = hosting.closures_ahead(reading(), by=actor(), now=now(), unit_id=arguments["unit"])
    return {"items": [ahead_item(row) for row in rows], "next": None}


@blueprint.route("/units/<uuid:unit_id>/closures/preview", methods=["POST"])
@blueprint.arguments(ClosureBody)
@blueprint.response(200, InTheWay)
@allow("closure.manage", reads=True)
def in_the_way(body: dict[str, Any], unit_id: UUID) -> dict[str, Any]:
    """The bookings that would stand in the way of a closure on any of its dates; nothing is closed by it."""
    unit = hosting.host_unit(reading(), unit_id, by=actor())
    demand(actor(), "closure.manage", host=unit.host_id)
    ids = actions.against(reading(), unit_id, wish_of(body), now=now())
    rows = rows_by_id(reading(), ids, by=actor(), now=now())
    return {"items": [booking_item(row, now()) for row in rows], "next": None}


@blueprint.route("/units/<uuid:unit_id>/closures", methods=["POST"])
@blueprint.arguments(ClosureBody)
@blueprint.response(201, ClosureList)
@allow("closure.manage")
def close(body: dict[str, Any], unit_id: UUID) -> dict[str, Any]:
    """Close every place of a unit; refused with the bookings in the way."""
    wish = wish_of(body)
    first = made_once(lambda session: actions.close(session, unit_id, wish, now=now(), by=actor())[0].id)
    return {"items": [closure_item(closure) for closure in closures_with(reading(), first)], "next": None}


@blueprint.route("/closures/<uuid:closure_id>", methods=["DELETE"])
@blueprint.response(200, ClosureItem)
@allow("closure.manage")
def lift(closure_id: UUID) -> dict[str, Any]:
    """Open the unit again: a closure that has begun ends now, one to come is undone."""
    return closure_item(transact(lambda session: actions.lift(session, closure_id, now=now(), by=actor())))


@blueprint.route("/closure-series/<uuid:series_id>", methods=["DELETE"])
@blueprint.response(204)
@allow("closure.manage")
def end_series(series_id: UUID) -> None:
    """End a recurring closure: every date of it that lies ahead is lifted."""
    transact(lambda session: actions.end_series(session, series_id, now=now(), by=actor()))


def wish_of(body: dict[str, Any]) -> ClosureRequest:
    """What a body asks for."""
    return ClosureRequest(
        period=period_of(body["start"], body["end"]),
        kind=body["kind"],
        reason=body["reason"],
        recurrence=recurrence_of(body["recurrence"]),
    )


def recurrence_of(body: dict[str, Any] | None) -> Recurrence | None:
    """The recurrence that a body asks for."""
    if body is None:
        return None
    until: date | None = body["until"]
    return Recurrence(body["frequency"], body["interval"], tuple(body["weekdays"]), until)


def closure_item(closure: Closure) -> dict[str, Any]:
    """A closure in the shape of `ClosureItem`."""
    return {
        "id": closure.id,
        "unit": closure.unit_id,
        "series": closure.series_id,
        "kind": closure.kind.value,
        "start": closure.starts_at,
        "end": closure.ends_at,
        "reason": closure.reason,
    }


def ahead_item(row: ClosureRow) -> dict[str, Any]:
    """A closure with the names around it, in the shape of `ClosureAheadItem`."""
    return {
        **closure_item(row.closure),
        **{name: getattr(row, name) for name in ("unit_name", "facility_name")},
        "timezone": row.zone,
        "recurrence": row.series and recurrence_item(Recurrence.parse(row.series.rule)),
    }


def recurrence_item(rule: Recurrence) -> dict[str, Any]:
    """A recurrence as a body of ours asks for it."""
    return {
        "frequency": rule.frequency,
        "interval": rule.interval,
        "weekdays": list(rule.weekdays),
        "until": rule.until,
    }
