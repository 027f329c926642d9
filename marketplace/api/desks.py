"""Desks: what waits for the caller as somebody who books and as a host, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_smorest import Blueprint
from marshmallow import Schema, fields

from marketplace.api.booking_shapes import BookingItem, booking_item
from marketplace.api.conversations import ThreadItem, thread_item
from marketplace.api.fields import Instant, LocalizedText
from marketplace.bookings.queries import desk, hosting, threads
from marketplace.bookings.queries.hosting import Beside
from marketplace.bookings.queries.pages import BookingRow
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading

blueprint = Blueprint("api_desks", __name__, description="What waits, the earliest deadline first")


class NeighbourItem(Schema):
    """Another booking of the same unit, close to a request."""

    id = fields.UUID()
    state = fields.String()
    place = fields.Integer()
    start = Instant()
    end = Instant()
    organisation_name = fields.Nested(LocalizedText)


class BesideItem(Schema):
    """What helps to answer a request: who asks, how often they came (100 stands for more), and what is near in time."""

    verified = fields.Boolean()
    suspended = fields.Boolean()
    visits = fields.Integer(metadata={"description": "completed bookings of that organisation at this host"})
    places = fields.Integer(metadata={"description": "of the unit"})
    near = fields.List(fields.Nested(NeighbourItem))


class RequestItem(BookingItem):
    """A request that waits for the host, with what stands beside it."""

    beside = fields.Nested(BesideItem, allow_none=True)


class DeskDetail(Schema):
    """What waits for the caller, the earliest deadline first, and what comes next."""

    waiting = fields.List(fields.Nested(BookingItem))
    next = fields.List(fields.Nested(BookingItem))


class HostDeskDetail(Schema):
    """Requests by deadline; who is here or comes within a day; what others still have to settle; whom to answer."""

    waiting = fields.List(fields.Nested(RequestItem))
    next = fields.List(fields.Nested(BookingItem))
    elsewhere = fields.List(fields.Nested(BookingItem))
    threads = fields.List(fields.Nested(ThreadItem))


@blueprint.route("/desk")
@blueprint.response(200, DeskDetail)
@allow("desk.see")
def my_desk() -> dict[str, Any]:
    """What waits for the caller as somebody who books."""
    found = desk.my_desk(reading(), by=actor(), now=now())
    return {"waiting": items(found.waiting), "next": items(found.next)}


@blueprint.route("/host-desk")
@blueprint.response(200, HostDeskDetail)
@allow("host_desk.see")
def host_desk() -> dict[str, Any]:
    """What waits for the caller as a host."""
    found = desk.host_desk(reading(), by=actor(), now=now())
    beside = hosting.beside(reading(), [row.id for row in found.waiting], now=now())
    waiting = zip(items(found.waiting), found.waiting, strict=True)
    return {
        "waiting": [{**item, "beside": beside_item(beside.get(row.id))} for item, row in waiting],
        "next": items(found.next),
        "elsewhere": items(found.elsewhere),
        "threads": [thread_item(row) for row in threads.unanswered(reading(), by=actor())],
    }


def items(rows: Sequence[BookingRow]) -> list[dict[str, Any]]:
    """Bookings in the shape of `BookingItem`."""
    return [booking_item(row, now()) for row in rows]


def beside_item(beside: Beside | None) -> dict[str, Any] | None:
    """What stands beside a request, in the shape of `BesideItem`."""
    if beside is None:
        return None
    same = ("id", "place", "organisation_name")
    near = [
        {
            **{name: getattr(each, name) for name in same},
            "state": each.state.value,
            "start": each.period.start,
            "end": each.period.end,
        }
        for each in beside.near
    ]
    return {**{name: getattr(beside, name) for name in ("verified", "suspended", "visits", "places")}, "near": near}
