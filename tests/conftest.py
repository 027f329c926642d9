"""Fixtures that every test may use: the database in three strengths, the clock, the application and its clients."""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection
from sqlalchemy.orm import Session

try:  # until every part of the application exists, its concepts can be tested without it
    importlib.import_module("marketplace")
except ImportError:
    _bare = types.ModuleType("marketplace")
    _bare.__path__ = [str(Path(__file__).resolve().parents[1] / "marketplace")]
    sys.modules["marketplace"] = _bare

from marketplace.database import Database
from tests.database import PinnedDatabase, Server, some_server

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
def database(_connection: Connection) -> Database:
    """The fast one: all that this test does is rolled back. It is one connection, so for one thread only."""
    return PinnedDatabase(_connection, INFO)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session in the same transaction as `database`, `app` and `client`: flush, and they see it."""
    with database.reading() as session:
        yield session


@pytest.fixture
def committed(server: Server) -> Iterator[Database]:
    """The true one, for threads, processes and commits: a fresh copy of the template, dropped afterwards."""
    with server.copy() as url:
        database = Database(url, info=INFO)
        yield database
        database.dispose()


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
