"""Deferring work: a row beside the change that causes it, so that both are kept or neither; and what becomes of it.

The sweep claims tasks first, in a transaction of its own that counts the attempt: work that kills its worker is thus
counted too. Each effect is then applied in a transaction that also marks its task done, under a lock on the task's row,
so it is applied once whatever dies in between.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import bindparam, insert, select, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.database import new_id
from marketplace.history.actions import Subject, record
from marketplace.jobs import rules
from marketplace.jobs.models import Task, TaskState
from marketplace.values.reasons import reason_given
from marketplace.values.refusal import NotFound, StateForbids

_DEFER = text("""
    INSERT INTO tasks (id, name, arguments, key, state, created_at, run_at, attempts)
    VALUES (:id, :name, :arguments, :key, 'waiting', :now, :run_at, 0)
    ON CONFLICT (key) DO NOTHING
    RETURNING id
""").bindparams(bindparam("arguments", type_=JSONB))

_BURY = text("""
    UPDATE tasks SET state = 'dead', last_error = coalesce(last_error, 'its worker died')
     WHERE id IN (SELECT id FROM tasks WHERE state = 'waiting' AND run_at <= :now AND attempts >= :most
                  FOR UPDATE SKIP LOCKED)
""")
_CLAIM = text("""
    UPDATE tasks SET attempts = attempts + 1, run_at = :until
     WHERE id IN (SELECT id FROM tasks WHERE state = 'waiting' AND run_at <= :now AND attempts < :most
                   ORDER BY run_at LIMIT :limit FOR UPDATE SKIP LOCKED)
    RETURNING id, attempts
""")
_PRUNE = text("""
    DELETE FROM tasks WHERE id IN (
      SELECT id FROM tasks WHERE state IN ('done', 'cancelled')
         AND done_at < CASE WHEN key IS NULL THEN :plain WHEN key LIKE 'every %' THEN :periodic ELSE :keyed END
       LIMIT 10000 FOR UPDATE SKIP LOCKED)
    RETURNING id
""")

# By the database's own clock, which the heartbeats are written by too.
_STALLED = text("""
    SELECT j.id, j.attempts FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id
     WHERE j.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - interval '60 seconds')
       FOR UPDATE OF j SKIP LOCKED
""")
_AGAIN = text("SELECT procrastinate_retry_job_v2(:id, now(), NULL, NULL, NULL)")
_GIVE_UP = text("SELECT procrastinate_finish_job_v1(:id, 'failed', false)")
_PRUNE_LONG = text("""
    DELETE FROM procrastinate_jobs WHERE id IN (
      SELECT j.id FROM procrastinate_jobs j WHERE j.status IN ('succeeded', 'failed', 'cancelled', 'aborted')
         AND NOT EXISTS (SELECT FROM procrastinate_events e WHERE e.job_id = j.id AND e.at >= :plain)
       LIMIT 10000)
""")

# A key keeps a repeated request from being done twice; it must stand as long as anybody might repeat it.
_KEPT: Final = {"plain": timedelta(days=7), "periodic": timedelta(days=1), "keyed": timedelta(days=400)}

_long_work = App(connector=SyncPsycopgConnector())


def defer(
    session: Session,
    name: str,
    arguments: Mapping[str, Any],
    *,
    now: datetime,
    key: str | None = None,
    run_at: datetime | None = None,
) -> bool:
    """Have the worker do `name` once this transaction is kept, not before `run_at`.

    `key` makes the effect happen once: for a key already deferred under the same name nothing is written and the answer
    is False. `arguments` are JSON: ids as text, instants in ISO 8601.
    """
    row = {
        "id": new_id(),
        "name": name,
        "arguments": dict(arguments),
        "key": None if key is None else f"{name}:{key}",
        "now": now,
        "run_at": run_at or now,
    }
    return session.execute(_DEFER, row).first() is not None


def defer_many(session: Session, name: str, many: Sequence[Mapping[str, Any]], *, now: datetime) -> None:
    """The same for many pieces of one kind, without keys, in one statement."""
    waiting = {"name": name, "state": TaskState.WAITING, "created_at": now, "run_at": now, "attempts": 0}
    if many:
        session.execute(insert(Task), [{"id": new_id(), "arguments": dict(each), **waiting} for each in many])


def defer_long(
    session: Session,
    name: str,
    arguments: Mapping[str, Any],
    *,
    queueing_key: str | None = None,
    run_at: datetime | None = None,
) -> int | None:
    """Have a worker do long work (imports, exports, documents) once this transaction is kept, not before `run_at`;
    returns the job's number.

    With `queueing_key` nothing is written, and the answer is None, while another job of that key still waits. Long work
    is done at least once: its own writes must bear being repeated.
    """
    try:
        # A key that is taken breaks the statement; the savepoint keeps it from breaking the caller's transaction.
        with session.begin_nested():
            connection = session.connection().connection.driver_connection
            job = _long_work.configure_task(name, connection=connection, queueing_lock=queueing_key, schedule_at=run_at)
            return job.defer(**arguments)
    except AlreadyEnqueued:
        return None


def claim(session: Session, *, now: datetime, limit: int) -> list[tuple[UUID, int]]:
    """Take up to `limit` due tasks for a worker: their ids and which attempt this is. Those with none left are dead."""
    session.execute(_BURY, {"now": now, "most": rules.MAX_ATTEMPTS})
    values = {"now": now, "until": now + rules.LEASE, "most": rules.MAX_ATTEMPTS, "limit": limit}
    return [(id, attempts) for id, attempts in session.execute(_CLAIM, values)]


def lock_claimed(session: Session, task_id: UUID, attempts: int) -> Task | None:
    """The claimed task, locked for its effect; None when another worker holds it or has done it since."""
    query = select(Task).where(Task.id == task_id, Task.state == TaskState.WAITING, Task.attempts == attempts)
    return session.scalar(query.with_for_update(skip_locked=True))


def mark_done(session: Session, task: Task, *, now: datetime) -> None:
    """The effect is in this transaction: both are kept together."""
    task.state, task.done_at, task.last_error = TaskState.DONE, now, None
    session.flush()


def mark_failed(session: Session, task_id: UUID, attempts: int, reason: str, *, now: datetime) -> bool:
    """Write down a failed attempt; the task waits for the next or, after the last, is dead. Returns whether it is."""
    dead = rules.is_last(attempts)
    after = {"run_at": now + rules.wait_after(attempts), "last_error": reason}
    session.execute(
        update(Task)
        .where(Task.id == task_id, Task.state == TaskState.WAITING, Task.attempts == attempts)
        .values(**after, state=TaskState.DEAD if dead else TaskState.WAITING)
    )
    return dead


def retry(session: Session, task_id: UUID, *, now: datetime, by: UUID) -> None:
    """Give a dead task all its attempts again; raises `NotFound`, `StateForbids` for one that is not dead."""
    task = session.get(Task, task_id, with_for_update=True)
    if task is None:
        raise NotFound(str(task_id))
    if task.state is not TaskState.DEAD:
        raise StateForbids(task.state.value, "retry")
    task.state, task.attempts, task.run_at = TaskState.WAITING, 0, now
    session.flush()
    record(session, Subject("task", task.id), "task.retried", now=now, by=by, details={"name": task.name})


def cancel(session: Session, task_id: UUID, reason: str, *, now: datetime, by: UUID) -> None:
    """Give up a dead task for good, with the reason; raises `NotFound`, `StateForbids` for one that is not dead."""
    given = reason_given(reason)
    task = session.get(Task, task_id, with_for_update=True)
    if task is None:
        raise NotFound(str(task_id))
    if task.state is not TaskState.DEAD:
        raise StateForbids(task.state.value, "cancel")
    task.state, task.done_at = TaskState.CANCELLED, now
    session.flush()
    told = {"name": task.name}
    subject = Subject("task", task.id)
    record(session, subject, "task.cancelled", now=now, by=by, details=told, text={"reason": given})


def retry_stalled(session: Session) -> int:
    """Let long work whose worker died wait again, or fail it after its last attempt; returns the number of jobs."""
    stalled = session.execute(_STALLED).all()
    for id, attempts in stalled:
        try:
            # Another job with its queueing key may wait by now: that one does the work, this one has failed.
            with session.begin_nested():
                session.execute(_GIVE_UP if rules.is_last(attempts + 1) else _AGAIN, {"id": id})
        except IntegrityError:
            session.execute(_GIVE_UP, {"id": id})
    return len(stalled)


def prune(session: Session, *, now: datetime) -> int:
    """Delete what was done long ago, at most 10,000 tasks at a time; returns their number."""
    session.execute(_PRUNE_LONG, {"plain": now - _KEPT["plain"]})
    return len(session.execute(_PRUNE, {kind: now - age for kind, age in _KEPT.items()}).all())
