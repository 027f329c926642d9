"""The sweep: due tasks are claimed in batches and done one by one, each in the transaction that marks it done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from marketplace.database import Database
from marketplace.jobs import actions, rules
from marketplace.jobs.models import Task
from marketplace.worker.registry import Registry, Workshop

log = structlog.get_logger()
BATCH: Final = 20
PERIODIC: Final = "every "
# Holds expire on time even while a long import's tasks stand in line.
HEAD_START: Final = timedelta(minutes=4)


class UnknownWork(LookupError):
    """No function is registered under the task's name: it was deferred by another release."""


def sweep(workshop: Workshop, registry: Registry, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Do what is due, up to one batch; returns how many tasks were claimed."""
    database, clock = workshop.database, workshop.clock
    claimed = database.transact(lambda session: actions.claim(session, now=clock(), limit=BATCH))
    for task_id, attempts in claimed:
        if stopping():
            break
        do_one(database, registry, task_id, attempts, clock=clock)
    return len(claimed)


def do_one(
    database: Database, registry: Registry, task_id: UUID, attempts: int, *, clock: Callable[[], datetime]
) -> None:
    """Do one claimed task; what fails is written down, never raised, unless the database itself is away."""
    now = clock()
    try:
        database.transact(partial(_apply, registry=registry, task_id=task_id, attempts=attempts, now=now))
    except Exception as error:
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            raise
        reason = rules.reason_of(error)
        dead = database.transact(lambda session: actions.mark_failed(session, task_id, attempts, reason, now=clock()))
        log.warning("task_failed", task=str(task_id), attempt=attempts, dead=dead, error=type(error).__name__)


def defer_periodic(workshop: Workshop, registry: Registry, deferred: dict[str, int]) -> None:
    """Defer periodic work whose stretch of time has begun; its key makes one worker's row the only one.

    `deferred` remembers the last stretch by name, so that the database is asked once per stretch.
    """
    now = workshop.clock()
    present = {name: int(now.timestamp()) // periodic.seconds for name, periodic in registry.periodic.items()}
    begun = {name: stretch for name, stretch in present.items() if deferred.get(name) != stretch}
    if not begun:
        return

    def work(session: Session) -> None:
        for name, stretch in begun.items():
            actions.defer(session, f"{PERIODIC}{name}", {}, now=now, key=str(stretch), run_at=now - HEAD_START)

    workshop.database.transact(work)
    deferred.update(begun)


def _apply(session: Session, *, registry: Registry, task_id: UUID, attempts: int, now: datetime) -> None:
    task = actions.lock_claimed(session, task_id, attempts)
    if task is None:
        return
    _work(registry, task)(session, now)
    actions.mark_done(session, task, now=now)


def _work(registry: Registry, task: Task) -> Callable[[Session, datetime], object]:
    if task.name.startswith(PERIODIC):
        periodic = registry.periodic.get(task.name.removeprefix(PERIODIC))
        if periodic is None:
            raise UnknownWork(task.name)
        return periodic.work
    work = registry.tasks.get(task.name)
    if work is None:
        raise UnknownWork(task.name)
    arguments = task.arguments
    return lambda session, now: work(session, arguments, now)
