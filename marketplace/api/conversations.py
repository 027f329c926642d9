"""Talking: questions before a booking, and messages on one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.api.fields import Body, Instant, LocalizedText, PageArguments, page_of
from marketplace.api.paging import cursor_of, key_of
from marketplace.bookings import actions
from marketplace.bookings.actions.messages import LONGEST_MESSAGE, LONGEST_SUBJECT
from marketplace.bookings.queries import threads
from marketplace.bookings.queries.threads import MessageRow, ThreadRow
from marketplace.limits.actions import spend
from marketplace.values.refusal import Invalid
from marketplace.web.access import allow
from marketplace.web.request import actor, database, now, reading, transact

blueprint = Blueprint("api_conversations", __name__, description="Threads with hosts")


class ThreadItem(Schema):
    """A conversation: about a facility, or on a booking."""

    id = fields.UUID()
    facility = fields.UUID()
    facility_name = fields.Nested(LocalizedText)
    booking = fields.UUID(allow_none=True)
    subject = fields.String()
    person_name = fields.String()
    last_at = Instant()
    last_text = fields.String()


class MessageItem(Schema):
    """One message, with the ids of what is attached."""

    id = fields.UUID()
    sender = fields.UUID()
    sender_name = fields.String()
    text = fields.String()
    sent_at = Instant()
    files = fields.List(fields.UUID())


class ThreadDetail(ThreadItem):
    """A conversation with its messages, the oldest first."""

    messages = fields.List(fields.Nested(MessageItem))


class QuestionBody(Body):
    """A question to a host before any booking."""

    facility = fields.UUID(required=True)
    subject = fields.String(required=True, validate=validate.Length(1, LONGEST_SUBJECT))
    text = fields.String(required=True, validate=validate.Length(1, LONGEST_MESSAGE))
    organisation = fields.UUID(load_default=None, allow_none=True)
    files = fields.List(fields.UUID(), load_default=list)


class MessageBody(Body):
    """A message."""

    text = fields.String(required=True, validate=validate.Length(1, LONGEST_MESSAGE))
    files = fields.List(fields.UUID(), load_default=list)


@blueprint.route("/threads")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(ThreadItem))
@allow("desk.see")
def listed(arguments: dict[str, Any]) -> dict[str, Any]:
    """The conversations that the caller takes part in, the latest first."""
    key, limit = key_of(arguments["cursor"], 1), arguments["limit"]
    found = threads.threads(reading(), by=actor(), limit=limit + 1, before=instant(key[0]) if key else None)
    more = len(found) > limit
    return {
        "items": [thread_item(row) for row in found[:limit]],
        "next": cursor_of(found[limit - 1].thread.last_at.isoformat()) if more else None,
    }


@blueprint.route("/threads", methods=["POST"])
@blueprint.arguments(QuestionBody)
@blueprint.response(201, ThreadDetail)
@allow("thread.start")
def ask(body: dict[str, Any]) -> dict[str, Any]:
    """Ask a host something before booking."""
    spend(database(), "message", str(actor().id), now=now())
    thread_id = transact(
        lambda session: (
            actions.ask(
                session,
                body["facility"],
                body["subject"],
                body["text"],
                now=now(),
                by=actor(),
                organisation_id=body["organisation"],
                files=body["files"],
            ).id
        )
    )
    return thread_detail(thread_id)


@blueprint.route("/threads/<uuid:thread_id>")
@blueprint.response(200, ThreadDetail)
@allow("thread.see")
def one(thread_id: UUID) -> dict[str, Any]:
    """A conversation with its messages."""
    return thread_detail(thread_id)


@blueprint.route("/threads/<uuid:thread_id>/messages", methods=["POST"])
@blueprint.arguments(MessageBody)
@blueprint.response(201, ThreadDetail)
@allow("thread.write")
def write(body: dict[str, Any], thread_id: UUID) -> dict[str, Any]:
    """Add a message to a conversation."""
    spend(database(), "message", str(actor().id), now=now())
    text, files = body["text"], body["files"]
    transact(lambda session: actions.write(session, thread_id, text, now=now(), by=actor(), files=files))
    return thread_detail(thread_id)


@blueprint.route("/bookings/<uuid:booking_id>/messages", methods=["POST"])
@blueprint.arguments(MessageBody)
@blueprint.response(201, ThreadDetail)
@allow("thread.write")
def write_on_booking(body: dict[str, Any], booking_id: UUID) -> dict[str, Any]:
    """Add a message to a booking's conversation, which begins with its first message."""
    spend(database(), "message", str(actor().id), now=now())
    text, files = body["text"], body["files"]
    thread_id = transact(
        lambda session: (
            actions.write_on_booking(session, booking_id, text, now=now(), by=actor(), files=files).thread_id
        )
    )
    return thread_detail(thread_id)


def thread_item(row: ThreadRow) -> dict[str, Any]:
    """A conversation in the shape of `ThreadItem`."""
    thread = row.thread
    return {
        "id": thread.id,
        "facility": thread.facility_id,
        "facility_name": row.facility_name,
        "booking": thread.booking_id,
        "subject": thread.subject,
        "person_name": row.person_name,
        "last_at": thread.last_at,
        "last_text": row.last_text,
    }


def thread_detail(thread_id: UUID) -> dict[str, Any]:
    """A conversation in the shape of `ThreadDetail`; NotFound for a stranger."""
    row = threads.thread(reading(), thread_id, by=actor())
    return {**thread_item(row), "messages": [message_item(each) for each in threads.messages(reading(), thread_id)]}


def message_item(row: MessageRow) -> dict[str, Any]:
    """A message in the shape of `MessageItem`."""
    message = row.message
    return {
        "id": message.id,
        "sender": message.sender_id,
        "sender_name": row.sender_name,
        "text": message.text,
        "sent_at": message.sent_at,
        "files": [file.id for file in row.files],
    }


def instant(text: str) -> datetime:
    """An instant out of a cursor."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Invalid.one("cursor", "cursor_unknown") from None
