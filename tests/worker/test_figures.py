"""Figures follow what happens: the tasks and the night's work are there, and measure."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.jobs.models import Task
from marketplace.spillovers.actions.keeping_up import SNAPSHOT
from marketplace.spillovers.models import MetricSnapshot
from marketplace.worker.registry import registry
from tests.cast import Cast
from tests.factories.outcomes import between, confirmed


def test_what_a_confirmation_defers_measures_its_collaboration(session: Session, cast: Cast, now: datetime) -> None:
    row = between(session, cast, now=now)
    confirmed(session, cast, row, now=now)
    for waiting in session.scalars(select(Task).where(Task.name == "spillovers.measure_after")).all():
        registry().tasks[waiting.name](session, waiting.arguments, now.astimezone(UTC))
    assert session.scalars(select(MetricSnapshot.scope_id)).all() == [row.id], "once for both words"


def test_the_night_defers_what_the_long_worker_does(session: Session, cast: Cast, now: datetime) -> None:
    confirmed(session, cast, between(session, cast, now=now), now=now)
    assert registry().periodic["spillovers.nightly"].work(session, now) == 3
    names = set(session.scalars(text("SELECT task_name FROM procrastinate_jobs")))
    assert SNAPSHOT in names <= registry().long.keys()
