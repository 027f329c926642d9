"""Which function does which work. Each area's module in this package names its own:

    @task("search.refresh_facility")              a task that a verb deferred
    def refresh(session, arguments, now): ...

    @every(60, "bookings.expire")                 periodic work, once per minute however many workers run
    def expire(session, now): ...

    @long_task("listings.import")                 long work that a verb deferred; minds its own transactions
    def import_listings(workshop, arguments): ...

    @errand(300, "files.orphans")                 periodic work outside the database; bears being done by several
    def remove(workshop, now): ...

Tasks and periodic work run inside the unit of work that marks them done, so that each effect is applied once.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from config import Settings
from marketplace.database import Database
from marketplace.files.store import FileStore


@dataclass(frozen=True, slots=True)
class Workshop:
    """What a worker works with; `clock` tells the present instant, UTC."""

    settings: Settings
    database: Database
    store: FileStore
    clock: Callable[[], datetime]


TaskWork = Callable[[Session, Mapping[str, Any], datetime], object]
PeriodicWork = Callable[[Session, datetime], object]
LongWork = Callable[[Workshop, Mapping[str, Any]], object]
ErrandWork = Callable[[Workshop, datetime], object]


@dataclass(frozen=True, slots=True)
class Periodic:
    """Work of every so many seconds."""

    seconds: int
    work: PeriodicWork


@dataclass(frozen=True, slots=True)
class Errand:
    """Work outside the database, of every so many seconds, by each worker."""

    seconds: int
    work: ErrandWork


class TwoForOneName(RuntimeError):
    """Two functions want to do the same work."""


@dataclass(frozen=True, slots=True)
class Registry:
    """All work by name."""

    tasks: dict[str, TaskWork]
    periodic: dict[str, Periodic]
    long: dict[str, LongWork]
    errands: dict[str, Errand]

    def task(self, name: str) -> Callable[[TaskWork], TaskWork]:
        """Declare who does a deferred task."""
        return lambda work: _put(self.tasks, name, work, work)

    def every(self, seconds: int, name: str) -> Callable[[PeriodicWork], PeriodicWork]:
        """Declare periodic work."""
        return lambda work: _put(self.periodic, name, Periodic(seconds, work), work)

    def long_task(self, name: str) -> Callable[[LongWork], LongWork]:
        """Declare who does long work."""
        return lambda work: _put(self.long, name, work, work)

    def errand(self, seconds: int, name: str) -> Callable[[ErrandWork], ErrandWork]:
        """Declare periodic work outside the database."""
        return lambda work: _put(self.errands, name, Errand(seconds, work), work)


_all = Registry({}, {}, {}, {})
task, every, long_task, errand = _all.task, _all.every, _all.long_task, _all.errand


@cache
def registry() -> Registry:
    """All work that the modules of this package declare."""
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name != "__main__":
            importlib.import_module(f"marketplace.worker.{module.name}")
    return _all


V = TypeVar("V")
W = TypeVar("W")


def _put(known: dict[str, V], name: str, entry: V, work: W) -> W:
    if name in known:
        raise TwoForOneName(name)
    known[name] = entry
    return work
