"""The database: engine, sessions, the only commit, and the column types that every concept shares."""

from __future__ import annotations

import enum
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

from sqlalchemy import DateTime, Engine, MetaData, create_engine, event
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from config import Settings

T = TypeVar("T")

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# A lock cycle or a serialization failure says nothing about the request itself: the same work, done again, may pass.
RETRIED_STATES = frozenset({"40001", "40P01"})

# Seconds after which a pooled connection is asked before it is used again.
RESTED = 1.0


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562, method 3): 48 bits of milliseconds and 12 of their fraction, so that keys sort by age also
    within a millisecond; then 62 random bits, so that they never collide."""
    milliseconds, rest = divmod(time.time_ns(), 1_000_000)
    noise = int.from_bytes(os.urandom(8), "big")
    value = (milliseconds & ((1 << 48) - 1)) << 80 | 0x7 << 76 | (rest * 4096 // 1_000_000) << 64
    return UUID(int=value | 0b10 << 62 | noise & ((1 << 62) - 1))


Id = Annotated[UUID, mapped_column(primary_key=True, default=new_id)]
Instant = Annotated[datetime, mapped_column(DateTime(timezone=True))]
Localized = Annotated[dict[str, str], mapped_column(JSONB)]
Document = Annotated[dict[str, Any], mapped_column(JSONB)]


class Base(DeclarativeBase):
    """The parent of every mapped class. A relationship is `lazy="raise_on_sql"`: queries load what a page needs."""

    metadata = MetaData(naming_convention=NAMES)


def text_enum(kind: type[enum.Enum], *, name: str | None = None) -> SqlEnum:
    """An enum kept as text under a CHECK, so that a new member is a plain migration; `name` where a table has two."""
    name = name or "".join("_" + c.lower() if c.isupper() else c for c in kind.__name__).lstrip("_")
    return SqlEnum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


class Database:
    """One engine and its sessions. Create it after fork: connections are not shared between processes."""

    def __init__(
        self, url: str, *, pool_size: int = 8, info: Mapping[str, object] | None = None, **options: Any
    ) -> None:
        self.engine: Engine = create_engine(
            driver_url(url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=10,
            # The last one back goes out first: it has its statements prepared, and their plans made.
            pool_use_lifo=True,
            **options,
        )
        ask_the_idle(self.engine)
        # What every verb may need but none may look up: `history_key`, bytes.
        self.info = dict(info or {})
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, autoflush=True, info=self.info)
        read_only = self.engine.execution_options(postgresql_readonly=True)
        self._readings = sessionmaker(read_only, expire_on_commit=False, autoflush=False, info=self.info)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for queries: the database itself refuses to write in it."""
        # It ends like a unit of work: after a rollback psycopg forgets every statement that it had prepared.
        with _ending_well(self._readings) as session:
            yield session

    @contextmanager
    def unit_of_work(self) -> Iterator[Session]:
        """One transaction: all of it is kept when the block ends well, none of it otherwise."""
        with _ending_well(self._sessions) as session:
            yield session

    def transact(self, work: Callable[[Session], T]) -> T:
        """Do `work` in a unit of work; once more when the database broke a lock cycle or a serialization failed."""
        try:
            with self.unit_of_work() as session:
                return work(session)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in RETRIED_STATES:
                raise
        with self.unit_of_work() as session:
            return work(session)

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


@contextmanager
def _ending_well(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """The only commit."""
    with sessions() as session:
        yield session
        session.commit()


def open_database(settings: Settings, *, pool_size: int = 8) -> Database:
    """The database of these settings, with what every verb may need in its sessions."""
    info = {"history_key": settings.history_key.encode(), "rate_limits": settings.rate_limits}
    return Database(settings.database_url, pool_size=pool_size, info=info)


def ask_the_idle(engine: Engine) -> None:
    """Have a pooled connection that has rested asked whether it still lives before anybody uses it.

    The pool's own pre-ping asks each time; under load that is a round trip more for every transaction.
    """

    def checked_in(_: Any, record: ConnectionPoolEntry) -> None:
        record.info["rested_since"] = time.monotonic()

    def checked_out(connection: Any, record: ConnectionPoolEntry, _: Any) -> None:
        if time.monotonic() - record.info.get("rested_since", -math.inf) < RESTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error

    event.listen(engine, "checkin", checked_in)
    event.listen(engine, "checkout", checked_out)


def driver_url(url: str) -> str:
    """The address with our driver named: `postgres://` and `postgresql://` mean psycopg 3."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url
