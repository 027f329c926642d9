"""Questions before a booking and messages on one, with attachments; only the two sides read them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.bookings.actions import ask, write, write_on_booking
from marketplace.bookings.models import Message, Thread
from marketplace.bookings.queries.threads import may_open_file, messages, thread, thread_of_booking, threads
from marketplace.catalogue.models import ListingState
from marketplace.files.models import StoredFile
from marketplace.notices.models import Notice
from marketplace.values.refusal import Forbidden, Invalid, NotFound
from tests.factories.stage import Stage, hours


def question(stage: Stage) -> Thread:
    """Ada asks Bo something."""
    return ask(stage.session, stage.facility.id, "Wafers", "Do you take 6 inch?", now=stage.now, by=stage.actor("ada"))


def upload(stage: Stage, name: str) -> StoredFile:
    """A file of somebody's, as `files.actions.keep` leaves it."""
    row = StoredFile(
        sha256="0" * 64,
        size=3,
        media_type="text/plain",
        name="recipe.txt",
        uploaded_by=stage.cast.people[name].id,
        uploaded_at=stage.now,
    )
    stage.session.add(row)
    stage.session.flush()
    return row


def told(stage: Stage) -> list[object]:
    """Who was told of messages, in order."""
    chosen = select(Notice.recipient_id).where(Notice.code == "message_received").order_by(Notice.id)
    return list(stage.session.scalars(chosen))


def test_a_question_and_its_answer(stage: Stage) -> None:
    asked = question(stage)
    write(stage.session, asked.id, "Yes, up to 8.", now=stage.now + timedelta(hours=1), by=stage.actor("bo"))
    for name in ("ada", "bo"):
        (row,) = threads(stage.session, by=stage.actor(name))
        assert (row.thread.subject, row.last_text, row.person_name) == ("Wafers", "Yes, up to 8.", "Ada Leung")
    said = messages(stage.session, asked.id)
    assert [(each.sender_name, each.message.text) for each in said] == [
        ("Ada Leung", "Do you take 6 inch?"),
        ("Bo Chen", "Yes, up to 8."),
    ]
    assert told(stage) == [stage.cast.bo.id, stage.cast.ada.id]


def test_messages_on_a_booking_share_one_thread(stage: Stage) -> None:
    booking = stage.book(hours(4, 10, 12))
    assert thread_of_booking(stage.session, booking.id, by=stage.actor("ada")) is None
    write_on_booking(stage.session, booking.id, "I come by bus.", now=stage.now, by=stage.actor("ada"))
    write_on_booking(stage.session, booking.id, "Gate 3, please.", now=stage.now, by=stage.actor("bo"))
    row = thread_of_booking(stage.session, booking.id, by=stage.actor("ada"))
    assert row is not None
    assert row.thread.subject == booking.reference
    assert len(messages(stage.session, row.thread.id)) == 2


@pytest.mark.parametrize("name", ["eve", "cheng"])
def test_strangers_find_nothing(stage: Stage, name: str) -> None:
    asked, stranger = question(stage), stage.actor(name)
    booking = stage.book(hours(4, 10, 12))
    assert threads(stage.session, by=stranger) == []
    with pytest.raises(NotFound):
        thread(stage.session, asked.id, by=stranger)
    with pytest.raises(NotFound):
        write(stage.session, asked.id, "Hello", now=stage.now, by=stranger)
    with pytest.raises(NotFound):
        write_on_booking(stage.session, booking.id, "Hello", now=stage.now, by=stranger)


def test_overseers_read_but_do_not_write(stage: Stage) -> None:
    asked, dee = question(stage), stage.actor("dee")
    assert thread(stage.session, asked.id, by=dee).host_id == stage.cast.firm.id
    with pytest.raises(Forbidden):
        write(stage.session, asked.id, "Hello", now=stage.now, by=dee)


def test_a_draft_cannot_be_asked_about(stage: Stage) -> None:
    stage.facility.state = ListingState.DRAFT
    stage.session.flush()
    with pytest.raises(NotFound):
        question(stage)


class TestAttachments:
    """Files that hang on messages."""

    def test_they_are_read_by_the_two_sides_only(self, stage: Stage) -> None:
        file = upload(stage, "ada")
        asked = ask(
            stage.session,
            stage.facility.id,
            "Recipe",
            "See file",
            now=stage.now,
            by=stage.actor("ada"),
            files=[file.id],
        )
        assert [each.name for each in messages(stage.session, asked.id)[0].files] == ["recipe.txt"]
        allowed = {name: may_open_file(stage.session, file.id, by=stage.actor(name)) for name in stage.cast.people}
        assert allowed == {"ada": True, "bo": True, "cheng": False, "dee": True, "eve": False}

    def test_nobody_attaches_what_somebody_else_uploaded(self, stage: Stage) -> None:
        asked, file = question(stage), upload(stage, "eve")
        with pytest.raises(Invalid):
            write(stage.session, asked.id, "Mine now", now=stage.now, by=stage.actor("ada"), files=[file.id])


@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "x" * 5001])
def test_messages_that_cannot_be_kept(stage: Stage, text: str) -> None:
    asked = question(stage)
    with pytest.raises(Invalid), stage.session.begin_nested():
        write(stage.session, asked.id, text, now=stage.now, by=stage.actor("ada"))
    assert len(stage.session.scalars(select(Message)).all()) == 1
