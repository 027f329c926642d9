"""`kill -9` of anything during a booking storm: what was acknowledged is there, nothing twice, each effect once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import text

from config import Settings
from marketplace.accounts.models import Person
from marketplace.availability.rules import UnitRules
from marketplace.database import Database, open_database
from marketplace.embedded import EmbeddedPostgres
from tests.bookings.conftest import make_stage
from tests.cast import bearer
from tests.full.storm import Slot, Storm
from tests.serving import children, environment, eventually, free_port, run, serving

pytestmark = pytest.mark.full

CLIENTS = 8
PLACES = 4
DAYS = 90
VICTIMS = ("web worker", "marketplace.worker", "bin/postgres", "web_server", "bin/postgres")
BETWEEN_KILLS = 25  # bookings acknowledged
HONG_KONG = ZoneInfo("Asia/Hong_Kong")

END_RESTS = """
    WITH mailed AS (UPDATE mails SET next_at = now() WHERE state = 'waiting' AND next_at > now() + interval '5 seconds')
    UPDATE tasks SET run_at = now() WHERE state = 'waiting' AND run_at BETWEEN now() AND now() + interval '1 hour'
"""


class Mailbox:
    """A mail server that counts what it took, by Message-ID."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Take the mail."""
        assert isinstance(envelope.content, bytes)
        head = envelope.content.split(b"\r\n\r\n", 1)[0].decode()
        (line,) = (line for line in head.replace("\r\n ", " ").split("\r\n") if line.lower().startswith("message-id:"))
        self.taken[line.split(":", 1)[1].strip()] += 1
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box, port = Mailbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


@contextmanager
def beside(instance: Path) -> Iterator[Database]:
    """The database of the running deployment, as one of its own processes would open it."""
    url = EmbeddedPostgres.running_url(instance / "postgres")
    assert url is not None
    database = open_database(Settings.from_env({**environment(instance), "DATABASE_URL": url}), pool_size=2)
    try:
        yield database
    finally:
        database.dispose()


def prepare(instance: Path, now: datetime) -> tuple[str, dict[str, str]]:
    """A unit of several places that confirms at once, and the headers of Ada's calls."""
    with beside(instance) as database:

        def work(session: object) -> tuple[str, Person]:
            stage = make_stage(session, now, places=PLACES)  # type: ignore[arg-type]
            rules = UnitRules(instant=True, step=60, shortest=60, closed_on_holidays=False)
            stage.rules(
                **{name: getattr(rules, name) for name in ("instant", "step", "shortest", "closed_on_holidays")}
            )
            return str(stage.unit.id), stage.cast.ada

        unit, ada = database.transact(work)
        return unit, bearer(database, ada, now=now)


def slots(now: datetime) -> list[Slot]:
    """Every open hour of the coming days."""
    midnight = now.astimezone(HONG_KONG).replace(hour=0, minute=0, second=0, microsecond=0)
    days = (midnight + timedelta(days=day) for day in range(1, DAYS))
    return [Slot(day + timedelta(hours=hour)) for day in days if day.isoweekday() < 6 for hour in range(9, 18)]


def kill(server: subprocess.Popen[str], name: str) -> None:
    """Kill one of the server's processes and wait until there is another."""
    if name == "web worker":
        parent = children(server.pid)["web_server"]
        victim = next(iter(children(parent).values()))
        os.kill(victim, signal.SIGKILL)
        return
    before = children(server.pid)[name]
    os.kill(before, signal.SIGKILL)
    deadline = time.monotonic() + 30
    while children(server.pid).get(name) in (None, before):
        assert time.monotonic() < deadline, f"{name} did not come back"
        time.sleep(0.1)


def settle(database: Database) -> None:
    """Wait until the worker has nothing left to do, what rests after a failure included."""
    deadline = time.monotonic() + 120
    waiting = "SELECT (SELECT count(*) FROM tasks WHERE state = 'waiting' AND run_at < now() + interval '1 hour')"
    waiting += " + (SELECT count(*) FROM mails WHERE state = 'waiting')"
    while rows(database, waiting) != [(0,)]:
        assert time.monotonic() < deadline, "the worker does not come to an end"
        # As if the hour had passed that a mail under way rests when its worker was killed.
        database.transact(lambda session: session.execute(text(END_RESTS)))
        time.sleep(1)


def rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.reading() as session:
        return [tuple(row) for row in session.execute(text(statement))]


def demand_nothing_lost_and_nothing_twice(database: Database, storm: Storm) -> None:
    kept = {str(row[0]): row for row in rows(database, "SELECT id, starts_at, ends_at, state FROM bookings")}
    assert set(kept) == set(storm.booked)
    for booking, slot in storm.booked.items():
        assert kept[booking][1:] == (slot.start, slot.end, "confirmed")
    claims = rows(database, "SELECT place, count(*) FROM claims GROUP BY place ORDER BY place")
    assert sum(int(str(row[1])) for row in claims) == len(kept)
    overlapping = """
        SELECT a.id FROM claims a JOIN claims b
        ON a.unit_id = b.unit_id AND a.place = b.place AND a.id < b.id AND a.blocked && b.blocked
    """
    assert rows(database, overlapping) == []


def demand_each_effect_once(database: Database, storm: Storm, box: Mailbox) -> None:
    told = rows(database, "SELECT recipient_id, code, details->>'booking', count(*) FROM notices GROUP BY 1, 2, 3")
    assert [row for row in told if row[3] != 1] == []
    assert {str(row[2]) for row in told if row[2]} == set(storm.booked)
    assert rows(database, "SELECT name, last_error FROM tasks WHERE state = 'dead'") == []
    mails = {str(row[0]): row[1] for row in rows(database, "SELECT message_id, state FROM mails")}
    taken = {message_id.strip("<>").split("@")[0] for message_id in box.taken}
    sent = {message_id for message_id, state in mails.items() if state == "sent"}
    assert sent == taken == set(mails)
    assert max(box.taken.values()) <= 2, "only the mail that a killed worker was sending may have gone twice"


def test_a_storm_survives_the_death_of_everything_once(tmp_path: Path, mailbox: tuple[Mailbox, int]) -> None:
    box, mail_port = mailbox
    instance, port, now = tmp_path / "instance", free_port(), datetime.now(UTC)
    more = {"WORKERS": "2", "RATE_LIMITS": "off", "MAIL_HOST": "127.0.0.1", "MAIL_PORT": str(mail_port)}
    with serving(instance, port, MAIL_STARTTLS="off", **more) as server:
        unit, headers = prepare(instance, now)
        storm = Storm(port, headers, unit, slots(now))
        storm.begin(CLIENTS)
        for victim in VICTIMS:
            storm.wait_for_more(BETWEEN_KILLS)
            kill(server, victim)
        storm.wait_for_more(BETWEEN_KILLS)
        storm.end()
        assert json.loads(eventually(port, "/readyz")) == {"status": "ok"}
        assert storm.lost_connections > 0
        assert set(storm.statuses) <= {201, 409, 503}, storm.statuses
        with beside(instance) as database:
            settle(database)
            demand_nothing_lost_and_nothing_twice(database, storm)
            demand_each_effect_once(database, storm, box)
        verified = run("history", "verify", "--json", env=environment(instance))
        assert verified.returncode == 0, verified.stdout + verified.stderr
    assert server.returncode == 0
