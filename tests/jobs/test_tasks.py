"""The life of a task: claimed, done once, tried again, given up, retried, pruned."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.database import Database, new_id
from marketplace.history.models import HistoryEntry
from marketplace.jobs import actions, queries, rules
from marketplace.jobs.models import Task, TaskState
from marketplace.values.refusal import NotFound, StateForbids


def only(session: Session) -> Task:
    session.expire_all()
    return session.scalars(select(Task)).one()


def test_claiming_counts_the_attempt_and_leases_the_task(session: Session, now: datetime) -> None:
    actions.defer(session, "a", {}, now=now)
    [(task_id, attempts)] = actions.claim(session, now=now, limit=10)
    assert (attempts, only(session).run_at) == (1, now + rules.LEASE)
    assert actions.claim(session, now=now, limit=10) == []
    assert actions.claim(session, now=now + rules.LEASE, limit=10) == [(task_id, 2)]
    assert actions.lock_claimed(session, task_id, 1) is None, "the first worker has lost its claim"
    assert actions.lock_claimed(session, task_id, 2) is not None


def test_what_is_not_due_is_not_claimed(session: Session, now: datetime) -> None:
    actions.defer(session, "a", {}, now=now, run_at=now + timedelta(seconds=1))
    assert actions.claim(session, now=now, limit=10) == []


def test_failures_wait_longer_each_time_and_end(session: Session, now: datetime) -> None:
    actions.defer(session, "a", {}, now=now)
    waits = []
    for expected in range(1, rules.MAX_ATTEMPTS + 1):
        [(task_id, attempts)] = actions.claim(session, now=now, limit=1)
        assert attempts == expected
        dead = actions.mark_failed(session, task_id, attempts, "Boom", now=now)
        waits.append(only(session).run_at - now)
        now += waits[-1]
        assert dead == (expected == rules.MAX_ATTEMPTS)
    assert waits == sorted(waits)
    assert (only(session).state, only(session).last_error) == (TaskState.DEAD, "Boom")
    assert actions.claim(session, now=now + timedelta(days=9), limit=1) == []


def test_a_task_that_kills_its_worker_each_time_is_dead_in_the_end(session: Session, now: datetime) -> None:
    actions.defer(session, "a", {}, now=now)
    for _ in range(rules.MAX_ATTEMPTS + 1):
        actions.claim(session, now=now, limit=1)
        now += rules.LEASE
    assert (only(session).state, only(session).last_error) == (TaskState.DEAD, "its worker died")


def test_two_workers_never_claim_the_same_task(committed: Database, now: datetime) -> None:
    for _ in range(6):
        committed.transact(lambda session: actions.defer(session, "a", {}, now=now))
    with committed.unit_of_work() as first, committed.unit_of_work() as second:
        mine = actions.claim(first, now=now, limit=4)
        theirs = actions.claim(second, now=now, limit=4)
    assert len(mine) == 4 and len(theirs) == 2
    assert not {id for id, _ in mine} & {id for id, _ in theirs}


def test_an_administrator_gives_a_dead_task_another_chance(session: Session, now: datetime) -> None:
    actions.defer(session, "a", {}, now=now)
    task, dee = only(session), new_id()
    with pytest.raises(StateForbids):
        actions.retry(session, task.id, now=now, by=dee)
    with pytest.raises(NotFound):
        actions.retry(session, UUID(int=1), now=now, by=dee)
    task.state, task.attempts = TaskState.DEAD, 8
    actions.retry(session, task.id, now=now, by=dee)
    assert (only(session).state, only(session).attempts) == (TaskState.WAITING, 0)
    entry = session.scalars(select(HistoryEntry)).one()
    assert (entry.verb, entry.actor_id, entry.subject_id) == ("task.retried", dee, task.id)


def test_old_work_is_pruned_but_keys_stand_long(session: Session, now: datetime) -> None:
    for name, key in (("a", None), ("b", "k"), ("every b", "1")):
        actions.defer(session, name, {}, now=now, key=key)
    session.execute(text("UPDATE tasks SET state = 'done', done_at = :now"), {"now": now})
    left = []
    for age in (0, 2, 8, 401):
        actions.prune(session, now=now + timedelta(days=age))
        left.append(sorted(session.scalars(select(Task.name))))
    assert left == [["a", "b", "every b"], ["a", "b"], ["b"], []]


def test_load_counts_what_waits(session: Session, now: datetime) -> None:
    actions.defer(session, "a", {}, now=now - timedelta(minutes=5))
    actions.defer(session, "a", {}, now=now, run_at=now + timedelta(hours=1))
    actions.defer_long(session, "long", {"a": 1})
    load = queries.load(session, now=now)
    assert (load.waiting, load.due, load.dead, load.long) == (2, 1, 0, 1)
    assert load.oldest == now - timedelta(minutes=5)
    assert len(queries.tasks(session, state=TaskState.WAITING, limit=1)) == 1
    assert queries.long_jobs(session)[0].name == "long"


def test_long_work_is_kept_with_its_transaction_and_once_per_key(committed: Database, now: datetime) -> None:
    with Session(committed.engine) as session:
        actions.defer_long(session, "import", {"file": "a"})
    with committed.unit_of_work() as session:
        assert actions.defer_long(session, "import", {"file": "b"}, queueing_key="k")
        assert actions.defer_long(session, "import", {"file": "c"}, queueing_key="k") is None
        assert actions.defer(session, "after", {}, now=now), "the transaction is still whole"
    with committed.reading() as session:
        rows = session.execute(text("SELECT task_name, args FROM procrastinate_jobs")).all()
        assert [tuple(row) for row in rows] == [("import", {"file": "b"})]


def test_stalled_long_work_waits_again_unless_another_does_it(session: Session, now: datetime) -> None:
    ids = [actions.defer_long(session, "import", {}, queueing_key=key) for key in ("one", "two")]
    session.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))
    actions.defer_long(session, "import", {}, queueing_key="two")
    assert actions.retry_stalled(session) == 2
    states = {row.id: row.status for row in session.execute(text("SELECT id, status::text FROM procrastinate_jobs"))}
    assert [states[id] for id in ids if id] == ["todo", "failed"]
    assert actions.retry_stalled(session) == 0


def test_reasons_are_one_short_line() -> None:
    assert rules.reason_of(ValueError("first\nsecond")) == "ValueError: first"
    assert len(rules.reason_of(ValueError("x" * 9999))) == 500
