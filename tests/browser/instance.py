"""An instance with the sample data for browsers: where it answers, and who may sign in."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select
from werkzeug.exceptions import MethodNotAllowed, default_exceptions

from config import Settings
from marketplace.accounts.models import Person
from marketplace.application import create_app
from marketplace.database import Database
from marketplace.files.store import FileStore
from marketplace.sample.actions.small import load_small
from marketplace.statistics.actions.rolling import mark_passed, roll_up
from marketplace.web.access import allow
from tests.browser.figures import measure_some
from tests.browser.uses import use_some
from tests.cast import begin_session
from tests.clients import LiveServer
from tests.conftest import INFO, NOW
from tests.database import Server

KEY = "a key for the gallery, of thirty-two"


@dataclass(frozen=True)
class Instance:
    """A running site and the cookies that its people would have."""

    server: LiveServer
    people: dict[str, str]

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.server.url

    def cookie(self, role: str) -> dict[str, str] | None:
        """The session cookie of one of the cast; None for anybody."""
        if role == "anybody":
            return None
        return {"name": "benchbridge", "value": self.people[role], "url": self.url}


@contextmanager
def instance(server: Server, *, now: datetime = NOW) -> Iterator[Instance]:
    """Load the sample into a copy of the template and serve it until the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="benchbridge-gallery-"))
    try:
        with server.copy() as url:
            # A walk asks faster than any reader.
            database = Database(url, info={**INFO, "rate_limits": False})
            load(database, FileStore("", folder), now=now)
            app = create_app(_settings(folder), database)
            app.config["CLOCK"] = lambda: now
            _serve_errors(app)
            with LiveServer.of(app, database) as live:
                yield Instance(live, _cookies(app, database, now))
            database.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def load(database: Database, store: FileStore, *, now: datetime) -> None:
    """Fill the instance with the small sample set, cast and all."""
    load_small(database, now=now, store=store, known=None, progress=lambda _what, _done, _all: None)
    with database.unit_of_work() as session:
        measure_some(session)
        use_some(session, key=KEY, now=now)
    database.transact(lambda session: mark_passed(session, now=now))
    while database.transact(lambda session: roll_up(session, now=now)):
        pass


def _settings(folder: Path) -> Settings:
    return Settings(
        environment="development",
        secret_key=KEY,
        history_key=INFO["history_key"].decode(),
        database_url="",
        instance=folder,
        rate_limits=False,
    )


def _cookies(app: Flask, database: Database, now: datetime) -> dict[str, str]:
    with database.reading() as session:
        people = list(session.scalars(select(Person).where(Person.email.like("%@example.org"))))
    serializer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert serializer is not None
    wanted = {person.email.split("@")[0]: person for person in people}
    return {
        name: str(serializer.dumps({"sign_in": begin_session(database, wanted[name], now=now)}))
        for name in ("ada", "bo", "cheng", "dee", "eve")
        if name in wanted
    }


def _serve_errors(app: Flask) -> None:
    """A page for every error, since most of them can't be brought about by following links."""

    @allow("page.see")
    def error(status: int) -> str:
        if status == 405:
            raise MethodNotAllowed(["POST"])
        raise default_exceptions[status]

    app.add_url_rule("/<language:language>/errors/<int:status>", "gallery_error", error)
