"""Sixty-four clients for one place, twenty times, over HTTP against two web workers of a real deployment."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from config import Settings
from marketplace.accounts.models import Role
from marketplace.availability.actions import set_places
from marketplace.database import open_database
from marketplace.embedded import EmbeddedPostgres
from marketplace.values.period import Period
from tests.cast import bearer, join, make_person
from tests.factories.stage import make_stage
from tests.races.conftest import OVERSOLD
from tests.serving import environment, free_port, serving

pytestmark = pytest.mark.full

CLIENTS, ROUNDS = 64, 20
HONG_KONG = ZoneInfo("Asia/Hong_Kong")
Body = dict[str, Any]


class Field:
    """A running deployment, a unit in it, and a token for each of the clients."""

    def __init__(self, instance: Path, port: int) -> None:
        self.port = port
        url = EmbeddedPostgres.running_url(instance / "postgres")
        assert url is not None
        self.database = open_database(Settings.from_env({**environment(instance), "DATABASE_URL": url}), pool_size=2)
        self.now = datetime.now(UTC)
        people = self.database.transact(self._lay)
        self.headers = [bearer(self.database, person, now=self.now) for person in people]

    def _lay(self, session: Session) -> list[Any]:
        stage = make_stage(session, self.now)
        stage.rules(closed_on_holidays=False)
        self.unit, self.host = stage.unit.id, stage.actor("bo")
        people = [make_person(session, f"Racer{number} Wong", now=self.now) for number in range(CLIENTS)]
        for person in people:
            join(session, person, stage.cast.university, Role.RESEARCHER, now=self.now)
        return people

    def day(self, number: int) -> datetime:
        """Midnight of one of the coming working days."""
        day = self.now.astimezone(HONG_KONG).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        while number or day.isoweekday() > 5:
            number -= day.isoweekday() < 6
            day += timedelta(days=1)
        return day

    def hours(self, day: int, start: int, end: int) -> Period:
        """Some hours of one of the coming working days."""
        return Period(self.day(day) + timedelta(hours=start), self.day(day) + timedelta(hours=end))

    def set_places(self, places: int) -> None:
        """Change how many places the unit has."""
        self.database.transact(lambda session: set_places(session, self.unit, places, now=self.now, by=self.host))

    def oversold(self) -> int:
        """Pairs of claims on one place at one time."""
        with self.database.reading() as session:
            return session.scalar(OVERSOLD) or 0

    def ask(self, client: int, method: str, path: str, body: Body) -> tuple[int, Body]:
        """One call of one client on a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {**self.headers[client], "Content-Type": "application/json"}
            connection.request(method, f"/api/v1{path}", json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    def book(self, client: int, period: Period) -> tuple[int, Body]:
        """One client's wish for the unit."""
        return self.ask(client, "POST", "/bookings", {"unit": str(self.unit), **period.as_json()})

    def race(self, run: Callable[[int], tuple[int, Body]], clients: int = CLIENTS) -> list[tuple[int, Body]]:
        """All clients at the same moment."""
        gate = Barrier(clients)

        def one(client: int) -> tuple[int, Body]:
            gate.wait()
            return run(client)

        with ThreadPoolExecutor(clients) as pool:
            return list(pool.map(one, range(clients)))


def test_exactly_as_many_win_as_there_are_places(tmp_path: Path) -> None:
    instance, port = tmp_path / "instance", free_port()
    with serving(instance, port, WORKERS="2", RATE_LIMITS="off"):
        field = Field(instance, port)
        for places in (1, 3):
            field.set_places(places)
            for number in range(ROUNDS):
                wanted = field.hours(number + (places > 1) * ROUNDS, 10, 12)
                answers = field.race(lambda client, period=wanted: field.book(client, period))  # type: ignore[misc]
                statuses = Counter(status for status, _ in answers)
                assert statuses == {201: places, 409: CLIENTS - places}
                assert {body["code"] for status, body in answers if status == 409} == {"taken"}
        _odd_overlaps(field)
        _changed_periods(field)
        assert field.oversold() == 0
        field.database.dispose()


def _odd_overlaps(field: Field) -> None:
    day = field.day(2 * ROUNDS)

    def run(client: int) -> tuple[int, Body]:
        start = day + timedelta(hours=9, minutes=30 * (client % 12))
        return field.book(client, Period(start, start + timedelta(minutes=30 * (1 + client % 5))))

    assert {status for status, _ in field.race(run)} == {201, 409}


def _changed_periods(field: Field) -> None:
    field.set_places(3)
    made = [
        field.book(client, field.hours(2 * ROUNDS + 1 + client // 24, 9 + client // 3 % 8, 10 + client // 3 % 8))
        for client in range(24)
    ]
    assert [status for status, _ in made] == [201] * 24
    wanted = field.hours(2 * ROUNDS + 3, 9, 12).as_json()
    answers = field.race(
        lambda client: field.ask(client, "PATCH", f"/bookings/{made[client][1]['id']}", dict(wanted)), 24
    )
    assert Counter(status for status, _ in answers) == {200: 3, 409: 21}
