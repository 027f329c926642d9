"""Rows of use as they leave the database: as the bytes of a CSV or NDJSON file, or row by row, never all at once."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from psycopg import Connection
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.jurisdictions.queries import zones_below
from marketplace.statistics.dictionary import Column
from marketplace.statistics.queries.grouped import grouped_select
from marketplace.statistics.queries.raw import filter_values, raw_select
from marketplace.statistics.queries.seating import seating_values
from marketplace.statistics.rules.reach import Reach
from marketplace.statistics.rules.wishes import Wish

BOM: Final = b"\xef\xbb\xbf"
AT_ONCE: Final = 2000
# Text that a spreadsheet would take for a formula gets an apostrophe (OWASP); numbers are never touched.
_FORMULA: Final = "left({0}, 1) IN ('=', '+', '-', '@', chr(9), chr(13))"
_GUARDED: Final = f"CASE WHEN {_FORMULA} THEN '''' || {{0}} ELSE {{0}} END"


@dataclass(frozen=True, slots=True)
class Ask:
    """A statement with what it binds: the same rows, whatever they are written as."""

    select: str
    expressions: dict[str, str]
    bound: dict[str, Any]
    columns: tuple[Column, ...]


@dataclass(slots=True)
class Tally:
    """How many rows went out."""

    rows: int = 0


def ask(session: Session, wish: Wish, reach: Reach, *, now: datetime) -> Ask:
    """What to ask the database for the rows that somebody wants and may see."""
    select, expressions = (grouped_select if wish.shape == "groups" else raw_select)(wish, reach)
    bound = {"first": wish.first, "after": wish.last + timedelta(days=1), **filter_values(wish, reach)}
    for name in ("filter_zone", "zones"):
        if bound.get(name):
            bound[name] = sorted(zones_below(session, bound[name]))
    if wish.shape != "groups":
        bound |= seating_values(session, now)
    return Ask(select, expressions, bound, wish.chosen)


def as_csv(session: Session, asked: Ask, tally: Tally) -> Generator[bytes]:
    """The CSV file straight from the database, UTF-8 with a byte order mark; yields nothing but its bytes."""
    yield BOM
    named = [f"{_written(asked, each)} AS {each.id}" for each in asked.columns]
    statement = asked.select.replace("{columns}", ", ".join(named))
    yield from _copied(session, statement, "FORMAT csv, HEADER, ENCODING 'UTF8'", asked=asked, tally=tally)


def as_ndjson(session: Session, asked: Ask, tally: Tally) -> Generator[bytes]:
    """One JSON document a line, text as it was written."""
    # JSON holds no control characters, so that with these as marks of CSV each line is one document, unchanged.
    marks = "FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02', ENCODING 'UTF8'"
    named = ", ".join(f"{asked.expressions[each.id]} AS {each.id}" for each in asked.columns)
    inner = asked.select.replace("{columns}", named)
    statement = f"SELECT row_to_json(o) FROM ({inner}) AS o"
    yield from _copied(session, statement, marks, asked=asked, tally=tally)


def as_rows(session: Session, asked: Ask, *, limit: int | None = None, offset: int = 0) -> Iterator[tuple[Any, ...]]:
    """The rows as values, read in portions."""
    named = ", ".join(f"{asked.expressions[each.id]} AS {each.id}" for each in asked.columns)
    statement = asked.select.replace("{columns}", named)
    if limit is not None:
        statement += f" LIMIT {limit:d} OFFSET {offset:d}"
    # A server-side cursor: rows that are not asked for yet stay where they are.
    with _connection(session).cursor(name="usage_rows") as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(statement.encode(), asked.bound)
        yield from cursor


def _copied(session: Session, statement: str, options: str, *, asked: Ask, tally: Tally) -> Generator[bytes]:
    session.execute(text("SET LOCAL TimeZone = 'UTC'"))
    with _connection(session).cursor() as cursor:
        with cursor.copy(f"COPY ({statement}) TO STDOUT ({options})".encode(), asked.bound) as copy:
            for chunk in copy:
                yield bytes(chunk)
        # How many rows went out is told once the last has.
        tally.rows = cursor.rowcount


def _written(asked: Ask, column: Column) -> str:
    """A column as CSV has it: instants as ISO 8601, people's words without formulas."""
    expression = asked.expressions[column.id]
    if column.kind == "text":
        return _GUARDED.format(f"({expression})")
    if column.kind == "instant":
        return f"replace(CAST({expression} AS text), ' ', 'T') || ':00'"
    return f"CAST({expression} AS text)" if column.kind == "truth" else expression


def _connection(session: Session) -> Connection[Any]:
    found: Connection[Any] = session.connection().connection.driver_connection  # type: ignore[assignment]
    return found
