"""A stage that is really committed, many people on it, and a way to let them all go at once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from threading import Barrier
from typing import TypeVar
from uuid import UUID

import pytest
from sqlalchemy import ExceptionContext, event, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.accounts.policy import Actor
from marketplace.availability.actions import set_rules
from marketplace.availability.rules import UnitRules
from marketplace.bookings.actions import request_booking
from marketplace.bookings.rules import BookingRequest
from marketplace.database import Database
from marketplace.values.period import Period
from marketplace.values.refusal import Refused
from tests.cast import actor_of, join, make_person
from tests.database import Server
from tests.factories.stage import make_stage

INFO = {"history_key": b"a key for tests, of thirty-two byt"}
T = TypeVar("T")
CLIENTS = 16

OVERSOLD = text("""
    SELECT count(*) FROM claims a JOIN claims b
        ON a.unit_id = b.unit_id AND a.place = b.place AND a.id < b.id AND a.blocked && b.blocked
""")


@dataclass
class Answers:
    """What the racers heard: each answer's count, the slowest in seconds, and lock circles that were broken."""

    counts: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    circles: int = 0
    errors: list[BaseException] = field(default_factory=list)


@dataclass
class Track:
    """A committed unit and people who want it."""

    database: Database
    now: datetime
    unit_id: UUID
    host: Actor
    people: list[Actor]

    def rules(self, **values: int) -> None:
        """Set the unit's rules."""
        self.do(lambda session: set_rules(session, self.unit_id, UnitRules(**values), now=self.now, by=self.host))  # type: ignore[arg-type]

    def do(self, work: Callable[[Session], T]) -> T:
        """Do something in a transaction of its own."""
        return self.database.transact(work)

    def book(self, period: Period, by: Actor) -> Callable[[Session], object]:
        """One person's wish as work for a thread."""
        wish = BookingRequest(unit_id=self.unit_id, period=period)
        return lambda session: request_booking(session, wish, now=self.now, by=by)

    def race(self, works: list[Callable[[Session], object]]) -> Answers:
        """All at once, each in a thread and a transaction of its own."""
        gate, answers = Barrier(len(works)), Answers()

        def run(work: Callable[[Session], object]) -> None:
            gate.wait()
            began = time.perf_counter()
            try:
                self.database.transact(work)
                answer = "won"
            except Refused as refused:
                answer = ",".join(refused.codes)
            except IntegrityError as error:
                answer = type(error.orig).__name__
            except Exception as error:
                answers.errors.append(error)
                answer = type(error).__name__
            answers.counts[answer] += 1
            answers.slowest = max(answers.slowest, time.perf_counter() - began)

        def heard(context: ExceptionContext) -> None:
            answers.circles += getattr(context.original_exception, "sqlstate", None) == "40P01"

        event.listen(self.database.engine, "handle_error", heard)
        try:
            with ThreadPoolExecutor(len(works)) as pool:
                list(pool.map(run, works))
        finally:
            event.remove(self.database.engine, "handle_error", heard)
        return answers

    def oversold(self) -> int:
        """Pairs of claims that hold the same place at the same time."""
        with self.database.reading() as session:
            return session.scalar(OVERSOLD) or 0

    def claims(self) -> int:
        """How many claims there are."""
        with self.database.reading() as session:
            return session.scalar(text("SELECT count(*) FROM claims")) or 0


@pytest.fixture
def track(server: Server, now: datetime) -> Iterator[Track]:
    """Sixteen researchers of one university before a unit with one place."""
    with server.copy() as url:
        database = Database(url, pool_size=CLIENTS + 2, info=INFO)
        yield _laid(database, now)
        database.dispose()


def _laid(database: Database, now: datetime) -> Track:
    def lay(session: Session) -> Track:
        stage = make_stage(session, now)
        people = []
        for number in range(CLIENTS):
            person = make_person(session, f"Racer{number} Wong", now=now)
            join(session, person, stage.cast.university, Role.RESEARCHER, now=now)
            people.append(actor_of(session, person, now=now))
        return Track(database, now, stage.unit.id, stage.actor("bo"), people)

    return database.transact(lay)
