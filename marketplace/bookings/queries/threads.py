"""Conversations as they are shown: lists, one thread with its messages, and who may open an attachment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.accounts.policy import Actor
from marketplace.bookings.models import Message, MessageFile, Thread
from marketplace.catalogue.models import Facility
from marketplace.files.models import StoredFile
from marketplace.values.refusal import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadRow:
    """One conversation with the names around it and its last message."""

    thread: Thread
    facility_name: Mapping[str, str]
    facility_slug: str
    host_id: UUID
    person_name: str
    last_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """One message with its sender's name and attachments."""

    message: Message
    sender_name: str
    files: Sequence[StoredFile]


def visible_to(by: Actor) -> ColumnElement[bool]:
    """The threads that somebody may read, over `Thread` joined with `Facility`: the policy's `thread.see`."""
    if by.administrator or by.auditor or by.via == "system":
        return true()
    if by.person_id is None:
        return false()
    hosts = by.organisations(Role.HOST_STAFF, Role.HOST_MANAGER)
    return or_(
        Thread.person_id == by.person_id,
        Thread.organisation_id.in_(by.organisations(Role.MANAGER)),
        Facility.organisation_id.in_(hosts),
    )


def threads(
    session: Session,
    *,
    by: Actor,
    limit: int = 50,
    before: tuple[datetime, UUID] | None = None,
    facility_id: UUID | None = None,
) -> list[ThreadRow]:
    """The conversations somebody may read, the latest first: one statement. `before` is the instant of the last word
    and the id of the last one shown."""
    chosen = visible_to(by)
    if facility_id is not None:
        chosen = chosen & (Thread.facility_id == facility_id)
    if before is not None:
        chosen = chosen & (tuple_(Thread.last_at, Thread.id) < before)
    return _rows(session, chosen, limit)


def unanswered(session: Session, *, by: Actor, limit: int = 20) -> list[ThreadRow]:
    """The conversations with a host's facilities whose last word is not the host's, the latest first: one statement."""
    hosts = by.organisations(Role.HOST_STAFF, Role.HOST_MANAGER)
    last_sender = (
        select(Message.sender_id)
        .where(Message.thread_id == Thread.id)
        .order_by(Message.sent_at.desc(), Message.id.desc())
        .limit(1)
        .correlate(Thread)
        .scalar_subquery()
    )
    return _rows(session, Facility.organisation_id.in_(hosts) & (last_sender == Thread.person_id), limit)


def thread(session: Session, thread_id: UUID, *, by: Actor) -> ThreadRow:
    """One conversation; NotFound for a stranger."""
    found = _rows(session, visible_to(by) & (Thread.id == thread_id), 1)
    if not found:
        raise NotFound("thread")
    return found[0]


def thread_of_booking(session: Session, booking_id: UUID, *, by: Actor) -> ThreadRow | None:
    """The conversation on a booking, None before its first message or for somebody who may not read it."""
    found = _rows(session, visible_to(by) & (Thread.booking_id == booking_id), 1)
    return found[0] if found else None


def messages(
    session: Session, thread_id: UUID, *, limit: int = 200, before: tuple[datetime, UUID] | None = None
) -> list[MessageRow]:
    """The last messages of a thread that the reader was shown to be allowed, in order: two statements. `before` is
    instant and id of the earliest one shown."""
    chosen = (
        select(Message, func.coalesce(Person.name, Person.pseudonym))
        .join(Person, Person.id == Message.sender_id)
        .where(Message.thread_id == thread_id)
        .order_by(Message.sent_at.desc(), Message.id.desc())
        .limit(limit)
    )
    if before is not None:
        chosen = chosen.where(tuple_(Message.sent_at, Message.id) < before)
    found = session.execute(chosen).all()
    files = _files(session, [message.id for message, _ in found])
    return [
        MessageRow(message=message, sender_name=name, files=files.get(message.id, ()))
        for message, name in reversed(found)
    ]


def may_open_file(session: Session, file_id: UUID, *, by: Actor) -> bool:
    """Whether a file hangs on a message that somebody may read."""
    chosen = (
        select(MessageFile.file_id)
        .join(Message, Message.id == MessageFile.message_id)
        .join(Thread, Thread.id == Message.thread_id)
        .join(Facility, Facility.id == Thread.facility_id)
        .where(MessageFile.file_id == file_id, visible_to(by))
        .limit(1)
    )
    return session.scalar(chosen) is not None


def _files(session: Session, messages: Sequence[UUID]) -> dict[UUID, list[StoredFile]]:
    found: dict[UUID, list[StoredFile]] = {}
    if not messages:
        return found
    chosen = (
        select(MessageFile.message_id, StoredFile)
        .join(StoredFile, StoredFile.id == MessageFile.file_id)
        .where(MessageFile.message_id.in_(messages))
        .order_by(StoredFile.id)
    )
    for message_id, file in session.execute(chosen):
        found.setdefault(message_id, []).append(file)
    return found


def _rows(session: Session, chosen: ColumnElement[bool], limit: int) -> list[ThreadRow]:
    last = (
        select(Message.text)
        .where(Message.thread_id == Thread.id)
        .order_by(Message.sent_at.desc(), Message.id.desc())
        .limit(1)
        .correlate(Thread)
        .scalar_subquery()
    )
    found = session.execute(
        select(
            Thread,
            Facility.name,
            Facility.slug,
            Facility.organisation_id,
            func.coalesce(Person.name, Person.pseudonym),
            last,
        )
        .join(Facility, Facility.id == Thread.facility_id)
        .join(Person, Person.id == Thread.person_id)
        .where(chosen)
        .order_by(Thread.last_at.desc(), Thread.id.desc())
        .limit(limit)
    )
    return [
        ThreadRow(
            thread=row, facility_name=name, facility_slug=slug, host_id=host, person_name=person, last_text=text or ""
        )
        for row, name, slug, host, person, text in found
    ]
