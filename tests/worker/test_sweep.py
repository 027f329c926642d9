"""The sweep: each effect once, whatever fails, and periodic work once per stretch however many workers run."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from config import Settings
from marketplace.database import Database
from marketplace.files.store import FileStore
from marketplace.jobs.actions import defer
from marketplace.jobs.models import Task, TaskState
from marketplace.worker.registry import Registry, TwoForOneName, Workshop, registry
from marketplace.worker.sweep import defer_periodic, sweep


class Clock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def workshop(committed: Database, clock: Clock, tmp_path: Path) -> Workshop:
    settings = Settings(environment="test", secret_key="s", history_key="h", database_url="", instance=tmp_path)
    committed.transact(lambda session: session.execute(text("CREATE TABLE effects (n int)")))
    return Workshop(settings, committed, FileStore("", tmp_path), clock)


@pytest.fixture
def work() -> Registry:
    mine = Registry({}, {}, {}, {})

    @mine.task("add")
    def add(session: Session, arguments: Mapping[str, Any], now: datetime) -> None:
        session.execute(text("INSERT INTO effects VALUES (:n)"), arguments)

    @mine.task("break")
    def break_down(session: Session, arguments: Mapping[str, Any], now: datetime) -> None:
        add(session, arguments, now)
        session.execute(text("SELECT 1 / 0"))

    @mine.every(60, "minute")
    def minute(session: Session, now: datetime) -> None:
        add(session, {"n": int(now.timestamp())}, now)

    return mine


def deferred(workshop: Workshop, name: str, n: int = 1) -> None:
    workshop.database.transact(lambda session: defer(session, name, {"n": n}, now=workshop.clock()))


def effects(workshop: Workshop) -> list[int]:
    with workshop.database.reading() as session:
        return list(session.scalars(text("SELECT n FROM effects ORDER BY n")))


def states(workshop: Workshop) -> list[TaskState]:
    with workshop.database.reading() as session:
        return list(session.scalars(select(Task.state).order_by(Task.id)))


def test_due_tasks_are_done(workshop: Workshop, work: Registry) -> None:
    for n in range(25):
        deferred(workshop, "add", n)
    assert [sweep(workshop, work) for _ in range(3)] == [20, 5, 0]
    assert effects(workshop) == list(range(25))
    assert set(states(workshop)) == {TaskState.DONE}


def test_a_failing_task_leaves_no_trace_but_its_reason(workshop: Workshop, work: Registry, clock: Clock) -> None:
    deferred(workshop, "break")
    deferred(workshop, "add", 7)
    sweep(workshop, work)
    assert effects(workshop) == [7]
    with workshop.database.reading() as session:
        task = session.scalars(select(Task).where(Task.name == "break")).one()
        assert task.state is TaskState.WAITING
        assert task.last_error and "division by zero" in task.last_error
    for _ in range(9):
        clock.at += timedelta(hours=2)
        sweep(workshop, work)
    assert states(workshop) == [TaskState.DEAD, TaskState.DONE]


def test_work_of_another_release_waits_for_its_worker(workshop: Workshop, work: Registry) -> None:
    deferred(workshop, "unheard_of")
    sweep(workshop, work)
    with workshop.database.reading() as session:
        assert "UnknownWork" in (session.scalars(select(Task.last_error)).one() or "")


def test_two_workers_share_the_work_and_double_nothing(workshop: Workshop, work: Registry) -> None:
    for n in range(60):
        deferred(workshop, "add", n)

    def run() -> None:
        while sweep(workshop, work):
            pass

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert effects(workshop) == list(range(60))


def test_a_worker_told_to_stop_leaves_the_rest_for_others(workshop: Workshop, work: Registry, clock: Clock) -> None:
    for n in range(3):
        deferred(workshop, "add", n)
    sweep(workshop, work, stopping=lambda: True)
    assert effects(workshop) == []
    clock.at += timedelta(minutes=1)
    sweep(workshop, work)
    assert effects(workshop) == [0, 1, 2]


def test_periodic_work_is_done_once_per_stretch(workshop: Workshop, work: Registry, clock: Clock) -> None:
    for _ in range(3):
        for remembered in ({}, {}):  # two workers, each with a memory of its own
            defer_periodic(workshop, work, remembered)
            defer_periodic(workshop, work, remembered)
            sweep(workshop, work)
        clock.at += timedelta(seconds=60)
    assert len(effects(workshop)) == 3


def test_every_name_has_one_function() -> None:
    known = registry()
    assert {"platform.prune", "platform.retry_stalled"} <= set(known.periodic)
    with pytest.raises(TwoForOneName):
        known.every(5, "platform.prune")(lambda session, now: None)
