"""Fixtures that every test may use: the database in three strengths, the clock, the application and its clients."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as examples
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from config import Settings
from marketplace.application import create_app
from marketplace.database import Database
from marketplace.files.store import FileStore
from marketplace.jurisdictions.actions import reference
from marketplace.permits.actions import load_rules
from tests.cast import cast  # noqa: F401
from tests.clients import LiveServer, SharingClient
from tests.database import PinnedDatabase, Server, some_server

pytest_plugins = ("tests.selection",)

# How long an example takes says more of the machine than of the code. Where machines judge: the same ones each time.
examples.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize="CI" in os.environ
)
examples.load_profile("house")

INFO = {"history_key": b"a key for tests, of thirty-two byt"}
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Hong_Kong"))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The run's PostgreSQL with a migrated template that holds the reference tables."""
    with some_server() as running:
        running.prepare(load_reference, INFO)
        yield running
        running.discard()


def load_reference(database: Database) -> None:
    """What `benchbridge migrate` loads after the migrations."""
    with database.unit_of_work() as session:
        reference.load_reference(session, now=NOW)
        load_rules(session, now=NOW)


@pytest.fixture(scope="session")
def _shared(server: Server) -> Iterator[Database]:
    with server.copy() as url:
        database = Database(url, pool_size=2, info=INFO)
        yield database
        database.dispose()


@pytest.fixture
def _connection(_shared: Database) -> Iterator[Connection]:
    with _shared.engine.connect() as connection:
        transaction = connection.begin()
        yield connection
        transaction.rollback()


@pytest.fixture
def database(_connection: Connection) -> PinnedDatabase:
    """The fast one: all that this test does is rolled back. It is one connection, so for one thread only."""
    return PinnedDatabase(_connection, INFO)


@pytest.fixture
def session(database: PinnedDatabase) -> Iterator[Session]:
    """A session in the same transaction as `database`, `app` and `client`: flush, and they see it."""
    with database.of_the_test() as session:
        yield session


@pytest.fixture
def committed(server: Server) -> Iterator[Database]:
    """The true one, for threads, processes and commits: a fresh copy of the template, dropped afterwards."""
    with server.copy() as url:
        database = Database(url, info=INFO)
        yield database
        database.dispose()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a test instance; `dataclasses.replace` gives another."""
    return settings_in(tmp_path)


def settings_in(instance: Path) -> Settings:
    return Settings(
        environment="test",
        secret_key="a key for tests, of thirty-two byt",
        history_key=INFO["history_key"].decode(),
        database_url="",
        instance=instance,
        rate_limits=False,
    )


@pytest.fixture(scope="session")
def _made(_shared: Database, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    # Describing some three hundred routes takes half a second: once for all tests that do not change them.
    return create_app(settings_in(tmp_path_factory.mktemp("instance")), _shared)


@pytest.fixture
def app(_made: Flask, settings: Settings, database: Database) -> Iterator[Flask]:
    """The application on `database`, at `now`; set `app.config["CLOCK"]` to move its clock.

    All tests share one: what it stands on and its configuration are this test's own, its routes are not.
    """
    assert settings == settings_in(settings.instance), "other settings make another application"
    kept = dict(_made.config)
    _made.config |= {"CLOCK": lambda: NOW, "WTF_CSRF_ENABLED": False}
    _made.extensions["benchbridge"] = settings, database, FileStore(settings.files_url, settings.instance)
    yield _made
    _made.config.clear()
    _made.config.update(kept)
    _made.test_client_class = None


@pytest.fixture
def own_app(settings: Settings, database: Database) -> Flask:
    """An application for a test that gives it routes."""
    return create_app(settings, database)


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:
    """A browser without JavaScript: what `session` has flushed it sees, and `session` sees anew what it did."""
    app.test_client_class = type("Client", (SharingClient,), {"session": session})
    return app.test_client()


@pytest.fixture
def live_server(settings: Settings, committed: Database) -> Iterator[LiveServer]:
    """The application behind a real socket on a port of its own, on `committed`: for browsers and racing clients."""
    made = create_app(settings, committed)
    made.config["CLOCK"] = lambda: NOW
    with LiveServer.of(made, committed) as running:
        yield running


@pytest.fixture
def now() -> datetime:
    """Monday 2 March 2026, nine in the morning in Hong Kong: a working day everywhere."""
    return NOW


@pytest.fixture
def shared_data() -> Path:
    """The folder of real input beside the checkout; the test is skipped where it does not stand."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("../shared/data is absent")
    return folder
