"""Writing history: chains grow one row at a time, in two statements, and concurrent writers lose nothing."""

from __future__ import annotations

import threading
from datetime import datetime
from uuid import uuid4

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from marketplace.database import Database, new_id
from marketplace.history.actions import Event, record, record_many
from marketplace.history.models import HistoryEntry, HistorySubject, HistoryText
from marketplace.history.rules import Subject


def test_entries_are_numbered_within_their_subject(session: Session, now: datetime) -> None:
    subject, by = Subject("booking", new_id()), new_id()
    for verb in ("booking.requested", "booking.approved", "booking.confirmed"):
        record(session, subject, verb, now=now, by=by, details={"unit": new_id(), "at": now, "half": 0.5, "two": 2.0})

    rows = session.scalars(select(HistoryEntry).where(HistoryEntry.subject_id == subject.id)).all()
    head = session.get_one(HistorySubject, (subject.kind, subject.id))

    assert [(row.number, row.verb, row.actor_id) for row in rows] == [
        (1, "booking.requested", by),
        (2, "booking.approved", by),
        (3, "booking.confirmed", by),
    ]
    assert (head.entries, head.head) == (3, rows[-1].mark)
    assert len({row.mark for row in rows}) == 3


def test_text_stands_apart_under_a_salted_digest(session: Session, now: datetime) -> None:
    subject = Subject("booking", new_id())
    record(session, subject, "booking.declined", now=now, by=None, text={"reason": "停電 <b>"}, fresh=True)

    entry = session.scalars(select(HistoryEntry).where(HistoryEntry.subject_id == subject.id)).one()
    kept = session.get_one(HistoryText, entry.id)

    assert "停電" not in str(entry.details)
    assert kept.text == {"reason": "停電 <b>"}
    assert entry.text_digest and len(kept.salt) == 16


def test_recording_takes_two_statements_and_one_less_for_a_fresh_subject(database: Database, now: datetime) -> None:
    statements: list[str] = []
    subjects = [Subject("unit", uuid4()) for _ in range(5)]
    with database.unit_of_work() as session:
        event.listen(session.connection(), "before_cursor_execute", lambda *given: statements.append(given[2]))
        record(session, subjects[0], "unit.added", now=now, by=None, fresh=True)
        assert len(statements) == 1
        record(session, subjects[0], "unit.changed", now=now, by=None)
        assert len(statements) == 3
        record_many(session, [Event(subject=s, verb="unit.changed") for s in subjects * 2], now=now, by=None)
        assert len(statements) == 5


def test_writers_of_one_subject_stand_in_line_and_lose_nothing(committed: Database, now: datetime) -> None:
    subject = Subject("platform", new_id())

    def write() -> None:
        for _ in range(10):
            committed.transact(lambda session: record(session, subject, "platform.touched", now=now, by=None))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with committed.reading() as session:
        numbers = session.scalars(select(HistoryEntry.number).order_by(HistoryEntry.number)).all()
    assert list(numbers) == list(range(1, 41))


def test_writers_of_different_subjects_never_wait(committed: Database, now: datetime) -> None:
    ours, theirs = Subject("booking", new_id()), Subject("booking", new_id())
    with committed.unit_of_work() as first:
        record(first, ours, "booking.requested", now=now, by=None)
        with committed.unit_of_work() as second:  # would deadlock with itself if the two ever met
            second.connection().exec_driver_sql("SET LOCAL lock_timeout = '200ms'")
            record(second, theirs, "booking.requested", now=now, by=None)
