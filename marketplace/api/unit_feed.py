"""Where controllers send what a machine does: signed messages of events, without a token."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.api.fields import Body, Instant
from marketplace.limits.actions import spend
from marketplace.operations.actions.feeding import authentic, take
from marketplace.operations.models import FeedEventKind
from marketplace.operations.rules.signatures import LONGEST_ID, LONGEST_STATE, MOST_EVENTS, Event
from marketplace.values.refusal import Invalid
from marketplace.web.access import allow
from marketplace.web.request import database, now, reading, settings, transact

blueprint = Blueprint("api_unit_feed", __name__, description="Events of machines, signed by their controllers")
TIMESTAMP, SIGNATURE = "Benchbridge-Timestamp", "Benchbridge-Signature"


class FeedEventBody(Body):
    """What a machine did, and when; an id that was told before changes nothing."""

    id = fields.String(required=True, validate=validate.Length(1, LONGEST_ID))
    type = fields.Enum(FeedEventKind, by_value=True, required=True)
    at = Instant(required=True)
    place = fields.Integer(load_default=1)
    state = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, LONGEST_STATE))


class FeedBody(Body):
    """Events in any order; all of a message are applied or none."""

    events = fields.List(fields.Nested(FeedEventBody), required=True, validate=validate.Length(1, MOST_EVENTS))


class FeedTaken(Schema):
    """How many events came to what: began or ended a session, were a sign of one, were kept, or were repeated."""

    began = fields.Integer()
    ended = fields.Integer()
    sign = fields.Integer()
    kept = fields.Integer()
    repeated = fields.Integer()


@blueprint.route("/units/<uuid:unit_id>/feed", methods=["POST"])
@blueprint.arguments(FeedBody)
@blueprint.response(200, FeedTaken)
@allow("feed.send")
def send(body: dict[str, Any], unit_id: UUID) -> dict[str, int]:
    """Take the events of a message that the unit's controller has signed.

    `Benchbridge-Timestamp` has seconds since 1970; `Benchbridge-Signature` has `v1=` and the HMAC-SHA-256 of timestamp,
    full stop and body, in hexadecimal. A message that another secret signed, or that is more than five minutes old, is
    refused (`not_signed`).
    """
    given = {"timestamp": request.headers.get(TIMESTAMP, ""), "given": request.headers.get(SIGNATURE, "")}
    if not authentic(reading(), unit_id, request.get_data(), key=settings().secret_key, now=now(), **given):
        raise Invalid.one("signature", "not_signed")
    # After the signature: nobody else shall spend what the unit's controller may send.
    spend(database(), "feed", str(unit_id), now=now())
    events = [
        Event(id=each["id"], kind=each["type"], at=each["at"], place=each["place"], state=each["state"])
        for each in body["events"]
    ]
    found = transact(lambda work: take(work, unit_id, events, now=now()))
    return dict.fromkeys(FeedTaken._declared_fields, 0) | found
