"""Talking: a question to a host before any booking, and messages on a booking, with attachments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.accounts.policy import Actor, demand, may
from marketplace.bookings.actions.talking import demand_letters
from marketplace.bookings.models import Booking, Message, MessageFile, Thread
from marketplace.bookings.queries.facts import people_of_host
from marketplace.bookings.queries.talks import letters_in
from marketplace.catalogue.models import Facility, Unit
from marketplace.catalogue.queries.facilities import PUBLIC
from marketplace.database import new_id
from marketplace.files.models import StoredFile
from marketplace.notices.actions import of_people, tell
from marketplace.values.localized import clean_text
from marketplace.values.refusal import Invalid, NotFound

LONGEST_SUBJECT = 150
LONGEST_MESSAGE = 5000
MOST_FILES = 10


def ask(
    session: Session,
    facility_id: UUID,
    subject: str,
    text: str,
    *,
    now: datetime,
    by: Actor,
    organisation_id: UUID | None = None,
    files: Sequence[UUID] = (),
) -> Thread:
    """Ask the host of a listing something; the question becomes a thread that both sides write in."""
    demand(by, "thread.start")
    facility = session.scalar(select(Facility).where(Facility.id == facility_id, PUBLIC))
    if facility is None:
        raise NotFound("facility")
    if organisation_id is not None and organisation_id not in by.organisations():
        raise Invalid.one("organisation", "unknown")
    thread = Thread(
        id=new_id(),
        facility_id=facility_id,
        person_id=by.id,
        organisation_id=organisation_id,
        subject=_required(subject, "subject", LONGEST_SUBJECT),
        created_at=now,
        last_at=now,
    )
    session.add(thread)
    session.flush()
    _add(session, thread, facility, text=text, files=files, now=now, by=by)
    return thread


def write(
    session: Session, thread_id: UUID, text: str, *, now: datetime, by: Actor, files: Sequence[UUID] = ()
) -> Message:
    """Add a message to a thread; NotFound for a stranger to it."""
    thread = session.get(Thread, thread_id, with_for_update={"key_share": True})
    if thread is None:
        raise NotFound("thread")
    facility = session.get_one(Facility, thread.facility_id)
    parties = {"owner": thread.person_id, "organisation": thread.organisation_id, "host": facility.organisation_id}
    demand(by, "thread.write", **parties)
    return _add(session, thread, facility, text=text, files=files, now=now, by=by)


def write_on_booking(
    session: Session, booking_id: UUID, text: str, *, now: datetime, by: Actor, files: Sequence[UUID] = ()
) -> Message:
    """Add a message to a booking's thread, which begins with its first message."""
    row = session.execute(
        select(Booking, Unit.facility_id, Facility.organisation_id)
        .join(Unit, Unit.id == Booking.unit_id)
        .join(Facility, Facility.id == Unit.facility_id)
        .where(Booking.id == booking_id)
    ).one_or_none()
    if row is None:
        raise NotFound("booking")
    booking, facility_id, host_id = row
    demand(by, "thread.write", owner=booking.person_id, organisation=booking.organisation_id, host=host_id)
    values = {
        "id": new_id(),
        "facility_id": facility_id,
        "booking_id": booking_id,
        "person_id": booking.person_id,
        "organisation_id": booking.organisation_id,
        "subject": booking.reference,
        "created_at": now,
        "last_at": now,
    }
    # Two people may write the first message at the same moment.
    session.execute(insert(Thread).values(values).on_conflict_do_nothing(index_elements=["booking_id"]))
    thread = session.scalars(select(Thread).where(Thread.booking_id == booking_id)).one()
    return write(session, thread.id, text, now=now, by=by, files=files)


def _add(
    session: Session,
    thread: Thread,
    facility: Facility,
    *,
    text: str,
    files: Iterable[UUID],
    now: datetime,
    by: Actor,
) -> Message:
    demand_letters(letters_in(session, thread, facility.organisation_id, now=now))
    message = Message(
        id=new_id(),
        thread_id=thread.id,
        sender_id=by.id,
        text=_required(text, "text", LONGEST_MESSAGE, multiline=True),
        sent_at=now,
    )
    session.add(message)
    session.flush()
    attached = _own_files(session, files, by)
    session.add_all(MessageFile(message_id=message.id, file_id=file_id) for file_id in attached)
    thread.last_at = max(thread.last_at, now)
    session.flush()
    _tell(session, thread, facility, now=now, by=by)
    return message


def _own_files(session: Session, files: Iterable[UUID], by: Actor) -> list[UUID]:
    wanted = list(dict.fromkeys(files))
    if len(wanted) > MOST_FILES:
        raise Invalid.one("files", "too_many_items", max=MOST_FILES)
    if not wanted:
        return []
    # Only what the sender uploaded: a file's id alone must not make it readable in a thread.
    own = select(StoredFile.id).where(StoredFile.id.in_(wanted), StoredFile.uploaded_by == by.id)
    if set(session.scalars(own)) != set(wanted):
        raise Invalid.one("files", "unknown")
    return wanted


def _tell(session: Session, thread: Thread, facility: Facility, *, now: datetime, by: Actor) -> None:
    sender = session.scalar(select(Person.name).where(Person.id == by.id)) or by.name
    details = {
        "thread": str(thread.id),
        "booking": str(thread.booking_id) if thread.booking_id else None,
        "path": f"/threads/{thread.id}",
        "subject": thread.subject,
        "facility": dict(facility.name),
        "sender": sender,
        **of_people(named={"sender": by.id}, worded={"subject": None if thread.booking_id else thread.person_id}),
    }
    hosts = may(by, "thread.write", host=facility.organisation_id) and by.id != thread.person_id
    people = [thread.person_id] if hosts else people_of_host(session, facility.organisation_id, now)
    tell(session, [person for person in people if person != by.id], "message_received", details, now=now)


def _required(value: str, field: str, longest: int, *, multiline: bool = False) -> str:
    cleaned = clean_text(value, longest, field=field, multiline=multiline)
    if not cleaned:
        raise Invalid.one(field, "required")
    return cleaned
