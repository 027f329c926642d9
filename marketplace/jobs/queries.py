"""Reading the tasks and the long jobs, for administrators and for the figures of a running server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from marketplace.jobs.models import Task, TaskState

_LONG = text("""
    SELECT j.id, j.task_name, j.status::text AS status, j.attempts, j.scheduled_at,
           (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id) AS changed_at
      FROM procrastinate_jobs j ORDER BY j.id DESC LIMIT :limit
""")
_LONG_WAITING = text("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")

_LONG_WAITING_OF = text("""
    SELECT count(*) FROM procrastinate_jobs
     WHERE status IN ('todo', 'doing') AND task_name = :name AND args @> :told
""").bindparams(bindparam("told", type_=JSONB))


@dataclass(frozen=True, slots=True)
class LongJob:
    """One piece of long work as Procrastinate keeps it; `status` is its own word: todo, doing, succeeded, failed ..."""

    id: int
    name: str
    status: str
    attempts: int
    scheduled_at: datetime | None
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Load:
    """How much work there is: `oldest` is when the longest overdue task should have run."""

    waiting: int
    due: int
    dead: int
    oldest: datetime | None
    long: int


def tasks(
    session: Session, *, state: TaskState | None = None, limit: int = 50, before: UUID | None = None
) -> list[Task]:
    """Tasks, newest first: of one state or of all."""
    query = select(Task).order_by(Task.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Task.state == state)
    return list(session.scalars(query if before is None else query.where(Task.id < before)))


def task(session: Session, task_id: UUID) -> Task | None:
    """One task."""
    return session.get(Task, task_id)


def long_jobs(session: Session, *, limit: int = 50) -> list[LongJob]:
    """The last jobs of long work, newest first."""
    return [LongJob(*row) for row in session.execute(_LONG, {"limit": limit})]


def long_waiting(session: Session, name: str, **told: str) -> int:
    """How many pieces of long work of a name, with these arguments, wait or are being done."""
    return int(session.scalar(_LONG_WAITING_OF, {"name": name, "told": told}) or 0)


def load(session: Session, *, now: datetime) -> Load:
    """How much waits, is due, and is dead at this instant."""
    due = Task.run_at <= now
    dead = select(func.count()).where(Task.state == TaskState.DEAD).scalar_subquery()
    waiting, overdue, oldest, given_up = session.execute(
        select(func.count(), func.count().filter(due), func.min(Task.run_at).filter(due), dead).where(
            Task.state == TaskState.WAITING
        )
    ).one()
    return Load(waiting, overdue, given_up, oldest, session.scalar(_LONG_WAITING) or 0)
