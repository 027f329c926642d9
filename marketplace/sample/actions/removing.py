"""Taking sample data away: every row marked as a sample, and every row that hangs on one."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Table, text
from sqlalchemy.orm import Session

from marketplace.database import Base, Database

# Rows that name a person or a booking without a foreign key.
LOOSE = (
    ("claims", "holder_id", "bookings"),
    ("terms_acceptances", "subject_id", "bookings"),
    ("notices", "recipient_id", "people"),
    ("mails", "recipient_id", "people"),
    ("notice_choices", "person_id", "people"),
    ("former_slugs", "subject_id", "facilities"),
    ("exchange_rates", "entered_by", "people"),
)


def remove(database: Database) -> Mapping[str, int]:
    """Delete the sample rows and those that depend on them, in one transaction; tells how many of each table.

    History stays: its chains are append-only, and say that the rows were samples. Uploads lose their rows; the sweep of
    orphans deletes their bytes.
    """
    return database.transact(_remove)


def _remove(session: Session) -> dict[str, int]:
    tables = [table for table in Base.metadata.sorted_tables if not table.name.startswith("history_")]
    doomed: dict[str, str] = {}
    for table in tables:
        condition = _condition(table, doomed)
        if condition is not None:
            _note(session, table, condition, doomed)
    removed: dict[str, int] = {}
    for name, column, parent in LOOSE:
        if parent in doomed:
            found = f"DELETE FROM {name} WHERE {column} IN (SELECT id FROM {doomed[parent]})"
            _count(removed, name, session.connection().exec_driver_sql(found).rowcount)
    for table in reversed(tables):
        condition = _condition(table, doomed)
        if condition is not None:
            found = f"DELETE FROM {table.name} WHERE {condition}"
            _count(removed, table.name, session.connection().exec_driver_sql(found).rowcount)
    return removed


def _condition(table: Table, doomed: Mapping[str, str]) -> str | None:
    """What makes a row of a table go: its mark, or a doomed row that it names; None where nothing can."""
    reasons = ["sample"] if "sample" in table.c else []
    for column in table.columns:
        for key in column.foreign_keys:
            parent = key.column.table.name
            if parent in doomed and parent != table.name:
                reasons.append(f"{column.name} IN (SELECT id FROM {doomed[parent]})")
    return " OR ".join(reasons) or None


def _note(session: Session, table: Table, condition: str, doomed: dict[str, str]) -> None:
    """Keep the ids of the rows that go, for those that name them; pictures go with what they hang on."""
    if "id" not in table.c:
        return
    name = f"doomed_{table.name}"
    session.execute(
        text(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS SELECT id FROM {table.name} WHERE {condition}")
    )
    session.execute(text(f"CREATE INDEX ON {name} (id)"))
    session.execute(text(f"ANALYZE {name}"))
    doomed[table.name] = name


def _count(removed: dict[str, int], name: str, rows: int) -> None:
    if rows:
        removed[name] = removed.get(name, 0) + rows
