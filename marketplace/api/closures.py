"""Closures: when a unit is shut although its week says open; and what a host sees of all its units."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.api.booking_shapes import BookingItem, booking_item
from marketplace.api.bookings import period_of
from marketplace.api.fields import Body, Instant, LocalizedText
from marketplace.availability import actions
from marketplace.availability.actions import ClosureRequest
from marketplace.availability.models import Closure, ClosureKind
from marketplace.availability.rules import Recurrence
from marketplace.bookings.queries import desk, hosting
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading, transact

blueprint = Blueprint("api_closures", __name__, description="Closures, and the desks of researchers and hosts")


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
    kind = fields.Enum(ClosureKind, by_value=True, load_default=ClosureKind.CLOSURE)
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


class ClosureList(Schema):
    """Closures by time."""

    items = fields.List(fields.Nested(ClosureItem))
    next = fields.String(allow_none=True)


class DeskDetail(Schema):
    """What waits for the caller, the earliest deadline first, and what comes next."""

    waiting = fields.List(fields.Nested(BookingItem))
    next = fields.List(fields.Nested(BookingItem))


@blueprint.route("/closures")
@blueprint.arguments(ClosureArguments, location="query")
@blueprint.response(200, ClosureList)
@allow("host_desk.see")
def listed(arguments: dict[str, Any]) -> dict[str, Any]:
    """The closures ahead at the units that the caller hosts."""
    rows = hosting.closures_ahead(reading(), by=actor(), now=now(), unit_id=arguments["unit"])
    return {"items": [closure_item(row.closure) for row in rows], "next": None}


@blueprint.route("/units/<uuid:unit_id>/closures", methods=["POST"])
@blueprint.arguments(ClosureBody)
@blueprint.response(201, ClosureList)
@allow("closure.manage")
def close(body: dict[str, Any], unit_id: UUID) -> dict[str, Any]:
    """Close every place of a unit; refused with the bookings in the way."""
    wish = ClosureRequest(
        period=period_of(body["start"], body["end"]),
        kind=body["kind"],
        reason=body["reason"],
        recurrence=recurrence_of(body["recurrence"]),
    )
    made = transact(lambda session: actions.close(session, unit_id, wish, now=now(), by=actor()))
    return {"items": [closure_item(closure) for closure in made], "next": None}


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


@blueprint.route("/desk")
@blueprint.response(200, DeskDetail)
@allow("desk.see")
def my_desk() -> dict[str, Any]:
    """What waits for the caller as somebody who books."""
    return desk_detail(desk.my_desk(reading(), by=actor(), now=now()))


@blueprint.route("/host-desk")
@blueprint.response(200, DeskDetail)
@allow("host_desk.see")
def host_desk() -> dict[str, Any]:
    """What waits for the caller as a host: requests by deadline, and who comes within a day."""
    return desk_detail(desk.host_desk(reading(), by=actor(), now=now()))


def desk_detail(found: desk.Desk) -> dict[str, Any]:
    """A desk in the shape of `DeskDetail`."""
    at = now()
    return {
        "waiting": [booking_item(row, at) for row in found.waiting],
        "next": [booking_item(row, at) for row in found.next],
    }


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
