"""What the platform looks after by itself: given-up work is reported, and history is looked at each day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from config import Settings
from marketplace.database import Database, new_id
from marketplace.files.store import FileStore
from marketplace.history.actions import Subject, record
from marketplace.history.copies import SealCopies
from marketplace.jobs.actions import defer
from marketplace.jobs.models import Task, TaskState
from marketplace.notices.models import Notice
from marketplace.worker.registry import Workshop, registry
from marketplace.worker.sealing import copy, look, seal_history, verify_history
from marketplace.worker.tidying import orphans, prune, report_given_up
from tests.cast import Cast, make_cast
from tests.sealing import wait_for_others


@pytest.fixture
def workshop(settings: Settings, committed: Database, tmp_path: Path, now: datetime) -> Workshop:
    return Workshop(settings, committed, FileStore("", tmp_path), lambda: now)


def test_administrators_hear_once_a_day_of_work_given_up(session: Session, cast: Cast, now: datetime) -> None:
    report_given_up(session, now)
    assert session.scalars(select(Notice)).all() == []
    defer(session, "search.refresh_facility", {}, now=now)
    session.execute(update(Task).values(state=TaskState.DEAD))
    report_given_up(session, now)
    told = session.scalars(select(Notice)).one()
    assert (told.recipient_id, told.code) == (cast.dee.id, "work_given_up")
    assert told.details == {"tasks": 1, "mails": 0, "path": "admin/jobs?state=dead"}


def test_pruning_takes_what_is_old(session: Session, now: datetime) -> None:
    defer(session, "search.refresh_facility", {}, now=now)
    session.execute(update(Task).values(state=TaskState.DONE, done_at=now))
    prune(session, now + timedelta(days=6))
    assert len(session.scalars(select(Task)).all()) == 1
    prune(session, now + timedelta(days=8))
    assert session.scalars(select(Task)).all() == []


def test_history_is_sealed_copied_and_looked_at(workshop: Workshop, now: datetime) -> None:
    database = workshop.database
    database.transact(lambda session: make_cast(session, now=now))
    subject = Subject("booking", new_id())
    database.transact(lambda session: record(session, subject, "booking.requested", now=now, by=None))
    wait_for_others(database)
    database.transact(lambda session: seal_history(session, now))
    copy(workshop, now)
    assert SealCopies("", workshop.settings.instance).last() == 1

    verify_history(workshop, {})
    with database.reading() as session:
        assert session.scalars(select(Notice)).all() == []

    database.transact(lambda session: session.execute(text("UPDATE history_entries SET verb = 'booking.paid'")))
    verify_history(workshop, {})
    with database.reading() as session:
        assert [notice.code for notice in session.scalars(select(Notice))] == ["history_broken"]


def test_looking_waits_in_line_once(session: Session, now: datetime) -> None:
    look(session, now)
    look(session, now)
    assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 1
    assert "history.verify" in registry().long


def test_uploads_without_a_row_are_removed(workshop: Workshop, now: datetime) -> None:
    workshop.store.keep("a" * 64, b"left")
    later = datetime.now().astimezone() + timedelta(days=3)
    orphans(replace(workshop, clock=lambda: later), later)
    assert not workshop.store.holds("a" * 64)
