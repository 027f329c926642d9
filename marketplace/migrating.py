"""Bringing a database to the newest shape: numbered migrations, one at a time for all who start at once."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import Connection, MetaData, NullPool, create_engine, make_url, text

from config import ROOT
from marketplace.database import Base, driver_url

if TYPE_CHECKING:
    from alembic.config import Config

OLDEST_SERVER = 150000
# Several servers may start against one database; the number is arbitrary and must only be the same for all of them.
MIGRATION_LOCK = 7_316_100_001
WAIT_FOR_OTHERS = "120s"
# A migration that waits for a table makes every later reader of it wait too: rather fail and be run again.
WAIT_FOR_TABLES = "5s"


class MigrationError(RuntimeError):
    """The database can't be brought to the newest shape; the message says why."""


def migrate(url: str, *, revision: str = "head") -> None:
    """Upgrade the database to `revision`, all or nothing; waits while another process does the same."""
    _run(url, lambda settings: importlib.import_module("alembic.command").upgrade(settings, revision))


def unmigrate(url: str, *, revision: str) -> None:
    """Downgrade the database to `revision` (`base`: nothing of ours is left), all or nothing."""
    _run(url, lambda settings: importlib.import_module("alembic.command").downgrade(settings, revision))


def alembic_settings(connection: Connection | None = None) -> Config:
    """Alembic's settings: where the migrations lie and, when given, the connection they run on."""
    # Only who migrates loads Alembic: it would be a tenth of a second of every web worker's start.
    settings: Config = importlib.import_module("alembic.config").Config()
    settings.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    settings.attributes["connection"] = connection
    return settings


def every_model() -> MetaData:
    """The tables of every concept, for comparing with a migrated database."""
    for concept in sorted(folder.parent.name for folder in Path(__file__).parent.glob("*/models*")):
        importlib.import_module(f"marketplace.{concept}.models")
    return Base.metadata


@cache
def newest_revision() -> str:
    """The number of the newest migration that this code brings."""
    scripts = importlib.import_module("alembic.script").ScriptDirectory
    return str(scripts.from_config(alembic_settings()).get_current_head())


def _run(url: str, work: Callable[[Config], None]) -> None:
    _demand_fit_server(url)
    engine = create_engine(driver_url(url), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_FOR_OTHERS}'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.execute(text(f"SET LOCAL lock_timeout = '{WAIT_FOR_TABLES}'"))
        work(alembic_settings(connection))


def _demand_fit_server(url: str) -> None:
    # Asked below SQLAlchemy, which can't even connect to a database that keeps its text as bytes.
    address = make_url(driver_url(url)).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        version, encoding = connection.info.server_version, connection.info.parameter_status("server_encoding")
    if version < OLDEST_SERVER:
        raise MigrationError(f"PostgreSQL {OLDEST_SERVER // 10000} or newer is needed, this one is {version // 10000}")
    if encoding != "UTF8":
        raise MigrationError(f"the database must be encoded in UTF8, this one is in {encoding}")
