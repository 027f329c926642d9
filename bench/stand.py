"""What is measured: an instance of its own with a large and a small set, and a real server before it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from marketplace.database import Database, driver_url
from marketplace.embedded import EmbeddedPostgres
from marketplace.jurisdictions.actions.reference import load_reference
from marketplace.migrating import migrate
from marketplace.permits.actions import load_rules
from marketplace.sample.actions import Request, load_synthetic

Progress = Callable[[str, int, int], None]
INFO = {"history_key": b"the history key of a benchmark...", "rate_limits": False}
START_LIMIT = 120.0


@dataclass(frozen=True, slots=True)
class Stand:
    """A folder for one instance, and the port of its server."""

    instance: Path
    port: int
    workers: int = 2

    @property
    def folder(self) -> Path:
        """Where the embedded server keeps its data."""
        return self.instance / "postgres"

    @property
    def address(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        """What the server is started with: limits off, on loopback."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
        chosen = {"BENCHBRIDGE_INSTANCE": str(self.instance), "RATE_LIMITS": "off", "HOST": "127.0.0.1"}
        return {**kept, **chosen, "PORT": str(self.port), "WORKERS": str(self.workers)}


def address_of(server_url: str, name: str) -> str:
    """The address of another database on the same server."""
    address = make_url(driver_url(server_url)).set(database=name, drivername="postgresql")
    return address.render_as_string(hide_password=False)


@contextmanager
def opened(url: str, *, pool_size: int = 2) -> Iterator[Database]:
    """A database by its address, closed afterwards."""
    database = Database(url, pool_size=pool_size, info=INFO)
    try:
        yield database
    finally:
        database.dispose()


def fill(stand: Stand, sizes: Mapping[str, tuple[int, int]], progress: Progress) -> dict[str, float]:
    """Make one database per name with so many units and bookings, where it is not there from an earlier run.

    Answers the seconds that each took, of those that were made.
    """
    took: dict[str, float] = {}
    with EmbeddedPostgres.start(stand.folder) as server:
        for name, (facilities, bookings) in sizes.items():
            url = server.url if name == "large" else address_of(server.url, name)
            if name != "large":
                _create(server.url, name)
            migrate(url)
            with opened(url) as database:
                database.transact(lambda session: load_reference(session, now=clock()))
                database.transact(lambda session: load_rules(session, now=clock()))
                if _bookings(url) == 0:
                    wanted = Request(facilities=facilities, bookings=bookings, seed=1, today=clock().date())
                    began = time.perf_counter()
                    load_synthetic(database, wanted, now=clock(), progress=progress)
                    took[name] = time.perf_counter() - began
    return took


def fill_with(stand: Stand, wanted: Request, progress: Progress) -> None:
    """Make one synthetic set in an instance of its own, where it is not there from an earlier run."""
    with EmbeddedPostgres.start(stand.folder) as server:
        migrate(server.url)
        with opened(server.url) as database:
            database.transact(lambda session: load_reference(session, now=clock()))
            database.transact(lambda session: load_rules(session, now=clock()))
            if _bookings(server.url) == 0:
                load_synthetic(database, wanted, now=clock(), progress=progress)


def clock() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


@contextmanager
def serving(stand: Stand) -> Iterator[float]:
    """`benchbridge serve` until the block ends; yields the seconds from the start to the first page."""
    command = (sys.executable, "-c", "from marketplace.cli import main; main()", "serve")
    began = time.perf_counter()
    with (stand.instance / "serve.log").open("w") as log:
        process = subprocess.Popen(command, env=stand.environment(), stdout=log, stderr=log)
        try:
            _wait_for_page(stand, process, began + START_LIMIT)
            yield time.perf_counter() - began
        finally:
            process.terminate()
            process.wait(30)


def _wait_for_page(stand: Stand, process: subprocess.Popen[bytes], deadline: float) -> None:
    while time.perf_counter() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended: {(stand.instance / 'serve.log').read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"{stand.address}/en/", timeout=START_LIMIT) as page:
                page.read()
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    raise RuntimeError("the server gave no page")


def wait_for_mails(url: str, seconds: float = 120.0) -> None:
    """Wait until the job worker has sent what earlier measurements left it: it would share the cores with this one."""
    deadline = time.perf_counter() + seconds
    with psycopg.connect(url, autocommit=True) as connection:
        while connection.execute("SELECT 1 FROM mails WHERE state = 'waiting' LIMIT 1").fetchone():
            if time.perf_counter() > deadline:
                return
            time.sleep(0.5)


def _create(server_url: str, name: str) -> None:
    with psycopg.connect(server_url, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        if known is None:
            connection.execute(f'CREATE DATABASE "{name}"')  # a name of our own


def _bookings(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM bookings").fetchone()
        return int(row[0]) if row else 0
