"""Writing many rows at once: COPY, and indexes that are built after the rows instead of with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Final, cast

import psycopg
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.database import Database

NULL: Final = r"\N"

_CONSTRAINTS = text("""
    SELECT conrelid::regclass::text AS table, conname AS name, pg_get_constraintdef(oid) AS definition
      FROM pg_constraint
     WHERE conrelid = ANY (CAST(:tables AS regclass[])) AND contype IN ('f', 'u', 'x') AND conparentid = 0
     ORDER BY contype = 'f', conname
""")
_INDEXES = text("""
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
      FROM pg_index
     WHERE indrelid = ANY (CAST(:tables AS regclass[]))
       AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
     ORDER BY indexrelid
""")


def copy(session: Session, table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """COPY lines (tab-separated, each with its line feed) into a table, in the session's transaction."""
    connection = cast("psycopg.Connection[object]", session.connection().connection.driver_connection)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as stream:
        stream.write("".join(lines))


@contextmanager
def indexes_afterwards(session: Session, tables: Sequence[str]) -> Iterator[list[str]]:
    """Take the secondary indexes and constraints of empty tables away and give them back, checked, after the block.

    All in one transaction: nobody ever sees the tables without them. Yields the names of what is built afterwards.
    """
    constraints = session.execute(_CONSTRAINTS, {"tables": list(tables)}).all()
    indexes = session.execute(_INDEXES, {"tables": list(tables)}).all()
    for table, name, _ in constraints:
        session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE"))
    for name, _ in indexes:
        session.execute(text(f"DROP INDEX {name}"))
    yield [name for _, name, _ in constraints] + [name for name, _ in indexes]
    session.execute(text("SET LOCAL maintenance_work_mem = '256MB'"))
    for _, definition in indexes:
        session.connection().exec_driver_sql(definition)
    for table, name, definition in constraints:
        session.connection().exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


@cache
def instant(minutes: int) -> str:
    """Minutes since 1970 as PostgreSQL reads them."""
    return (datetime(1970, 1, 1) + timedelta(minutes=minutes)).isoformat(sep=" ") + "+00"  # noqa: DTZ001


def drawn_id(minutes: int, random: Random) -> str:
    """A UUIDv7 (RFC 9562) of an instant, with bits from the seed."""
    noise = random.getrandbits(74)
    value = (minutes * 60_000) << 80 | 0x7 << 76 | (noise >> 62) << 64 | 0b10 << 62 | noise & ((1 << 62) - 1)
    return f"{value:032x}"


def settle(database: Database, tables: Sequence[str]) -> None:
    """Let the planner know the new rows, and mark their pages as seen by everybody."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in tables:
            connection.exec_driver_sql(f"VACUUM (ANALYZE) {table}")
