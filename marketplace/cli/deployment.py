"""The deployment a command works on: its settings and its database, embedded or given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from config import Settings
from marketplace.database import Database, open_database
from marketplace.embedded import EmbeddedPostgres
from marketplace.jurisdictions.actions.reference import load_reference
from marketplace.migrating import migrate, newest_revision
from marketplace.permits.actions import load_rules


def clock() -> datetime:
    """The present instant. Commands read it here, once, and hand it on."""
    return datetime.now(UTC)


@contextmanager
def deployed() -> Iterator[tuple[Settings, Database]]:
    """Settings and database for one command: beside a running `serve` or, where nothing runs, on its own."""
    settings = Settings.from_env()
    with reachable(settings) as ready, opened(ready) as database:
        yield ready, database


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """The database of some settings for a while, with few connections: a command works alone."""
    database = open_database(settings, pool_size=2)
    try:
        yield database
    finally:
        database.dispose()


@contextmanager
def reachable(settings: Settings) -> Iterator[Settings]:
    """The settings with an address that answers, started for the while where it is embedded and does not run."""
    if settings.database_url:
        yield settings
        return
    folder = settings.instance / "postgres"
    running = EmbeddedPostgres.running_url(folder)
    if running is not None:
        yield replace(settings, database_url=running)
        return
    with EmbeddedPostgres.start(folder) as server:
        ready = replace(settings, database_url=server.url)
        bring_up_to_date(ready)
        yield ready


def bring_up_to_date(settings: Settings) -> str | None:
    """Migrate, load the reference rows and the permit rules, and tell the revision reached."""
    migrate(settings.database_url)
    with opened(settings) as database:
        database.transact(lambda session: load_reference(session, now=clock()))
        database.transact(lambda session: load_rules(session, now=clock()))
    return newest_revision()
