"""The databases of a test run: one server, one migrated template, and cheap copies of it."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

from marketplace.database import Database, driver_url
from marketplace.embedded import EmbeddedPostgres
from marketplace.migrating import migrate


class Server:
    """A PostgreSQL on which databases can be made and dropped at will."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._prefix = f"benchbridge_test_{secrets.token_hex(4)}"
        self.template = f"{self._prefix}_template"

    def url_for(self, name: str) -> str:
        """The address of the database `name`."""
        address = make_url(driver_url(self._url)).set(database=name, drivername="postgresql")
        return address.render_as_string(hide_password=False)

    def prepare(self, load: Callable[[Database], None], info: dict[str, Any]) -> None:
        """Make the template that every other database of the run is a copy of."""
        self._execute(f"CREATE DATABASE {self.template} TEMPLATE template0 ENCODING 'UTF8'")
        migrate(self.url_for(self.template))
        database = Database(self.url_for(self.template), pool_size=1, info=info)
        load(database)
        database.dispose()

    @contextmanager
    def copy(self, *, template: str = "", options: str = "STRATEGY FILE_COPY") -> Iterator[str]:
        """The address of a fresh copy of the template, dropped afterwards."""
        name = f"{self._prefix}_{secrets.token_hex(4)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template or self.template} {options}")
        try:
            yield self.url_for(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def empty(self, *, options: str = "ENCODING 'UTF8'") -> Iterator[str]:
        """The address of a database without any table, dropped afterwards."""
        with self.copy(template="template0", options=options) as url:
            yield url

    def discard(self) -> None:
        """Drop what `prepare` made."""
        self._execute(f"DROP DATABASE IF EXISTS {self.template} WITH (FORCE)")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def some_server() -> Iterator[Server]:
    """The server that TEST_DATABASE_URL names (its user may create databases), else an embedded one of our own."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield Server(given)
        return
    folder = Path(tempfile.mkdtemp(prefix="benchbridge-test-"))
    try:
        with EmbeddedPostgres.start(folder, durable=False) as embedded:
            yield Server(embedded.url_for("postgres"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class PinnedDatabase(Database):
    """A database whose every session runs inside one outer transaction, which the test rolls back.

    Commits of the application release a savepoint; another thread must not use it.
    """

    def __init__(self, connection: Connection, info: dict[str, Any]) -> None:
        self.engine = connection.engine
        self.info = dict(info)  # a test may change it for itself
        self._sessions = sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint", info=self.info
        )
        self._readers = sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="rollback_only", info=self.info
        )

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for queries without a savepoint: its late end would undo what others wrote."""
        with self._readers() as session:
            yield session

    @contextmanager
    def of_the_test(self) -> Iterator[Session]:
        """The test's own session, whose failed flush leaves the outer transaction usable."""
        with self._sessions() as session:
            yield session

    def dispose(self) -> None:
        """Nothing: the engine is the test run's."""


@contextmanager
def counting_statements(database: Database) -> Iterator[list[str]]:
    """The statements sent while the block runs, savepoints left out."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
