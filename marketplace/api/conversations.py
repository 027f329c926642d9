"""Talking: questions before a booking, and messages on one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate

from marketplace.api.fields import LIMIT_MOST, Body, Instant, LocalizedText, PageArguments, page_of
from marketplace.api.once import made_once
from marketplace.api.paging import cursor_of, moment
from marketplace.api.uploads import FileItem, file_item
from marketplace.bookings import actions
from marketplace.bookings.actions.messages import LONGEST_MESSAGE, LONGEST_SUBJECT, MOST_FILES
from marketplace.bookings.queries import pages, threads
from marketplace.bookings.queries.threads import MessageRow, ThreadRow
from marketplace.limits.actions import spend
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.request import actor, database, now, reading

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
    """One message with what is attached to it."""

    id = fields.UUID()
    sender = fields.UUID()
    sender_name = fields.String()
    text = fields.String()
    sent_at = Instant()
    files = fields.List(fields.Nested(FileItem))


class ThreadDetail(ThreadItem):
    """A conversation with its last 200 messages, the oldest of them first.

    `earlier` is the cursor with which `/threads/{id}/messages` tells those before them; null where there are none.
    """

    messages = fields.List(fields.Nested(MessageItem))
    earlier = fields.String(allow_none=True)


class QuestionBody(Body):
    """A question to a host before any booking."""

    facility = fields.UUID(required=True)
    subject = fields.String(required=True, validate=validate.Length(1, LONGEST_SUBJECT))
    text = fields.String(required=True, validate=validate.Length(1, LONGEST_MESSAGE))
    organisation = fields.UUID(load_default=None, allow_none=True)
    files = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST_FILES))


class MessageBody(Body):
    """A message."""

    text = fields.String(required=True, validate=validate.Length(1, LONGEST_MESSAGE))
    files = fields.List(fields.UUID(), load_default=list, validate=validate.Length(max=MOST_FILES))


@blueprint.route("/threads")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(ThreadItem))
@allow("desk.see")
def listed(arguments: dict[str, Any]) -> dict[str, Any]:
    """The conversations that the caller takes part in, the latest first."""
    limit = arguments["limit"]
    found = threads.threads(reading(), by=actor(), limit=limit + 1, before=moment(arguments["cursor"]))
    last = found[limit - 1].thread if len(found) > limit else None
    return {
        "items": [thread_item(row) for row in found[:limit]],
        "next": cursor_of(last.last_at.isoformat(), last.id) if last else None,
    }


@blueprint.route("/threads", methods=["POST"])
@blueprint.arguments(QuestionBody)
@blueprint.response(201, ThreadDetail)
@allow("thread.start")
def ask(body: dict[str, Any]) -> dict[str, Any]:
    """Ask a host something before booking."""
    spend(database(), "question", str(actor().id), now=now())
    thread_id = made_once(
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


@blueprint.route("/threads/<uuid:thread_id>/messages")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(MessageItem))
@allow("thread.see")
def messages(arguments: dict[str, Any], thread_id: UUID) -> dict[str, Any]:
    """The messages of a conversation, the latest first."""
    threads.thread(reading(), thread_id, by=actor())
    shown, earlier = last_messages(thread_id, arguments["limit"], before=moment(arguments["cursor"]))
    return {"items": [message_item(row) for row in reversed(shown)], "next": earlier}


@blueprint.route("/bookings/<uuid:booking_id>/thread")
@blueprint.response(200, ThreadDetail)
@allow("booking.see")
def of_booking(booking_id: UUID) -> dict[str, Any]:
    """The conversation on a booking; not found before its first message."""
    pages.booking_row(reading(), booking_id, by=actor(), now=now())
    row = threads.thread_of_booking(reading(), booking_id, by=actor())
    if row is None:
        raise NotFound("thread")
    return thread_detail(row.thread.id)


@blueprint.route("/threads/<uuid:thread_id>/messages", methods=["POST"])
@blueprint.arguments(MessageBody)
@blueprint.response(201, ThreadDetail)
@allow("thread.write")
def write(body: dict[str, Any], thread_id: UUID) -> dict[str, Any]:
    """Add a message to a conversation; `files` are uploads of the caller's own, brought by `POST /files`."""
    spend(database(), "message", str(actor().id), now=now())
    text, files = body["text"], body["files"]
    made_once(lambda session: actions.write(session, thread_id, text, now=now(), by=actor(), files=files).id)
    return thread_detail(thread_id)


@blueprint.route("/bookings/<uuid:booking_id>/messages", methods=["POST"])
@blueprint.arguments(MessageBody)
@blueprint.response(201, ThreadDetail)
@allow("thread.write")
def write_on_booking(body: dict[str, Any], booking_id: UUID) -> dict[str, Any]:
    """Add a message to a booking's conversation, which begins with its first message."""
    spend(database(), "message", str(actor().id), now=now())
    text, files = body["text"], body["files"]
    thread_id = made_once(
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
    shown, earlier = last_messages(thread_id, LIMIT_MOST)
    return {**thread_item(row), "messages": [message_item(each) for each in shown], "earlier": earlier}


def last_messages(
    thread_id: UUID, limit: int, *, before: tuple[datetime, UUID] | None = None
) -> tuple[Sequence[MessageRow], str | None]:
    """The last messages before one, in order, and the cursor of those that come before them."""
    found = threads.messages(reading(), thread_id, limit=limit + 1, before=before)
    shown = found[-limit:]
    first = shown[0].message if len(found) > limit else None
    return shown, cursor_of(first.sent_at.isoformat(), first.id) if first else None


def message_item(row: MessageRow) -> dict[str, Any]:
    """A message in the shape of `MessageItem`."""
    message = row.message
    return {
        "id": message.id,
        "sender": message.sender_id,
        "sender_name": row.sender_name,
        "text": message.text,
        "sent_at": message.sent_at,
        "files": [file_item(file) for file in row.files],
    }
