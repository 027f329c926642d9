"""Deferring work: kept with its transaction, and once per key."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.jobs.actions import defer
from marketplace.jobs.models import Task, TaskState


def test_a_task_waits_for_its_time(session: Session, now: datetime) -> None:
    assert defer(session, "bookings.remind", {"booking": "b"}, now=now, run_at=now + timedelta(hours=1))

    task = session.scalars(select(Task)).one()

    assert (task.state, task.attempts, task.arguments) == (TaskState.WAITING, 0, {"booking": "b"})
    assert task.run_at == now + timedelta(hours=1)


def test_a_key_is_deferred_once_per_name(session: Session, now: datetime) -> None:
    assert defer(session, "bookings.remind", {}, now=now, key="b:1")
    assert not defer(session, "bookings.remind", {}, now=now, key="b:1")
    assert defer(session, "bookings.expire", {}, now=now, key="b:1")
    assert len(session.scalars(select(Task)).all()) == 2
