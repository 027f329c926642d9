"""Figures follow what happens: after each word on an outcome, check-out, answer and booking that moves, and nightly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.spillovers.actions.keeping_up import (
    PORTION,
    SNAPSHOT,
    Place,
    defer_nightly,
    defer_portion,
    measure_after,
    measure_since,
    measure_use,
    take_year,
)
from marketplace.spillovers.actions.wishing import WORK as WISHED
from marketplace.spillovers.actions.wishing import take_wished
from marketplace.worker.registry import Workshop, every, long_task, task


@task("spillovers.measure_after")
def measure(session: Session, arguments: Mapping[str, Any], now: datetime) -> int:
    """Somebody submitted, confirmed, disputed, settled, checked or withdrew an outcome."""
    return len(measure_after(session, UUID(arguments["outcome"]), now=now))


@task("spillovers.measure_use")
def measure_session(session: Session, arguments: Mapping[str, Any], now: datetime) -> int:
    """Somebody checked out."""
    return len(measure_use(session, UUID(arguments["session"]), now=now))


@task("spillovers.measure_collaboration")
def measure_moved(session: Session, arguments: Mapping[str, Any], now: datetime) -> int:
    """A booking or party came or went, it was closed, or somebody answered that a year brought nothing to report."""
    since = datetime.fromisoformat(arguments["since"])
    return len(measure_since(session, UUID(arguments["collaboration"]), since, now=now))


@every(24 * 60 * 60, "spillovers.nightly")
def nightly(session: Session, now: datetime) -> int:
    """Zones every night, and organisations and collaborations with something new."""
    return defer_nightly(session, now=now)


@long_task(PORTION)
def portion(workshop: Workshop, arguments: Mapping[str, Any]) -> None:
    """The next of those that wait, while the night lasts."""
    now, until = workshop.clock(), datetime.fromisoformat(arguments["until"])
    after = Place.of(arguments["after"])
    workshop.database.transact(lambda session: defer_portion(session, after, until=until, now=now))


@long_task(SNAPSHOT)
def snapshot(workshop: Workshop, arguments: Mapping[str, Any]) -> None:
    """All figures of one scope and year; done twice, there are two snapshots of the same."""
    now = workshop.clock()
    workshop.database.transact(lambda session: take_year(session, arguments["scope"], arguments["year"], now=now))


@long_task(WISHED)
def wished(workshop: Workshop, arguments: Mapping[str, Any]) -> None:
    """A snapshot of a period and parameters of somebody's own; done twice, it is one."""
    now = workshop.clock()
    workshop.database.transact(lambda session: take_wished(session, arguments, now=now))
