"""What stands beside a booking: what happened to it, and its file for calendars."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from marketplace.api.fields import Instant, PageArguments, page_of
from marketplace.api.history import history_of
from marketplace.bookings.queries import pages
from marketplace.history.rules import Subject
from marketplace.web.access import allow
from marketplace.web.bookings import calendar_file
from marketplace.web.request import actor, now, reading

blueprint = Blueprint("api_booking_records", __name__, description="The history and the calendar file of a booking")


class HappeningItem(Schema):
    """One thing that happened, as a sentence in the caller's language; `actor_name` is null for the platform itself.

    `erased` says that words once stood beside it and were erased with their person.
    """

    number = fields.Integer(metadata={"description": "place in the booking's own chain, from 1"})
    at = Instant()
    verb = fields.String()
    actor_name = fields.String(allow_none=True)
    sentence = fields.String()
    erased = fields.Boolean()


@blueprint.route("/bookings/<uuid:booking_id>/history")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(HappeningItem))
@allow("booking.see")
def history(arguments: dict[str, Any], booking_id: UUID) -> dict[str, Any]:
    """What happened to a booking, newest first."""
    pages.booking_row(reading(), booking_id, by=actor(), now=now())
    return history_of(Subject("booking", booking_id), arguments)


@blueprint.route("/bookings/<uuid:booking_id>/calendar")
@blueprint.response(200, {"type": "string"}, content_type="text/calendar", description="One event (RFC 5545).")
@allow("booking.see")
def calendar(booking_id: UUID) -> Response:
    """The booking as an iCalendar file: the same event, by UID and SEQUENCE, as in mails and feeds."""
    return calendar_file(pages.booking_row(reading(), booking_id, by=actor(), now=now()))
