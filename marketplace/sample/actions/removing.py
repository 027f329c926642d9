"""Taking sample data away: every row marked as a sample, and every row that hangs on one. What is real stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Column, ForeignKey, Table, text
from sqlalchemy.orm import Session

from marketplace.database import Base, Database
from marketplace.sample.actions.obstacles import InTheWay, demand_apart, demand_none

__all__ = ["InTheWay", "remove"]

# Rows that name a person or a booking without a foreign key.
LOOSE = (
    ("claims", "holder_id", "bookings"),
    ("terms_acceptances", "subject_id", "bookings"),
    ("notices", "recipient_id", "people"),
    ("mails", "recipient_id", "people"),
    ("notice_choices", "person_id", "people"),
    ("former_slugs", "subject_id", "facilities"),
    ("exchange_rates", "entered_by", "people"),
    ("metric_snapshots", "scope_id", "organisations"),
    ("metric_snapshots", "scope_id", "collaborations"),
)
# Figures of all that was there, samples among it: they are measured anew over what is real.
WHOLE = "DELETE FROM metric_snapshots WHERE scope_kind IN ('platform', 'zone')"
# Packs of evidence that somebody of the sample asked for, or that hold its rows.
PACKED = """asked_by IN (SELECT id FROM {people}) OR scope_kind = 'zone'
    OR scope_id IN (SELECT id FROM {organisations} UNION SELECT id FROM {collaborations})"""
PACK_FILES = ("archive_id", "document_id")
TRAVELLING = """EXISTS (
    SELECT FROM jsonb_path_query(flows, '$.people_flows[*].person') AS named
     WHERE named #>> '{{}}' IN (SELECT CAST(id AS text) FROM {people}))"""
# What a row belongs to though it need not name one: without it the row would say something else.
BELONGING = frozenset({("applications", "person_id"), ("frameworks", "facility_id")})


def remove(database: Database) -> Mapping[str, int]:
    """Delete the sample rows and those that depend on them, in one transaction; tells how many of each table.

    A booking that the sample's people made among themselves is part of it, whoever played them. One in which a real
    person, organisation or unit takes part is not, nor is a real collaboration or outcome that names a sample:
    `InTheWay`, and nothing is done. Other real rows lose what they say of a sample (a parent, what they were copied
    from). History stays: its chains are append-only, and say that the rows were samples. Uploads lose their rows; the
    sweep of orphans deletes their bytes.
    """
    return database.transact(_remove)


def _remove(session: Session) -> dict[str, int]:
    tables = [table for table in Base.metadata.sorted_tables if not table.name.startswith("history_")]
    doomed: dict[str, str] = {}
    for table in tables:
        condition = _condition(table, doomed)
        if condition is not None:
            _note(session, table, condition, doomed)
        if table.name == "bookings":
            _demand_clear(session, table, doomed)
    demand_apart(session, doomed)
    files = _note_files(session, tables, doomed)
    for table, column in _loosened(tables, doomed):
        session.connection().exec_driver_sql(
            f"UPDATE {table.name} SET {column.name} = NULL"
            f" WHERE {_doomed(column, doomed)} AND ({_condition(table, doomed)}) IS NOT TRUE"
        )
    removed: dict[str, int] = {}
    if session.scalar(text(f"SELECT EXISTS (SELECT FROM {doomed['organisations']})")):
        _count(removed, "metric_snapshots", session.connection().exec_driver_sql(WHOLE).rowcount)
        packs = f"DELETE FROM evidence_packs WHERE {PACKED.format(**doomed)}"
        _count(removed, "evidence_packs", session.connection().exec_driver_sql(packs).rowcount)
    for name, column_name, parent in LOOSE:
        if parent in doomed:
            found = f"DELETE FROM {name} WHERE {column_name} IN (SELECT id FROM {doomed[parent]})"
            _count(removed, name, session.connection().exec_driver_sql(found).rowcount)
    for table in reversed(tables):
        condition = _condition(table, doomed)
        if condition is not None:
            chosen = f"id IN (SELECT id FROM {doomed[table.name]})" if table.name in doomed else condition
            found = f"DELETE FROM {table.name} WHERE {chosen}"
            _count(removed, table.name, session.connection().exec_driver_sql(found).rowcount)
    _count(removed, "stored_files", session.connection().exec_driver_sql(files).rowcount)
    return removed


def _condition(table: Table, doomed: Mapping[str, str]) -> str | None:
    """What makes a row of a table go; None where nothing can.

    One of a kind that is marked goes by its mark, or when all that it needs goes; any other when something that it
    needs goes, or where it needs nothing of the kind, when something that it names goes.
    """
    keys = _keys(table, doomed)
    needed = [_doomed(column, doomed) for column in keys if _needs(column)]
    if "sample" in table.c:
        return f"sample OR ({' AND '.join(needed)})" if needed else "sample"
    return " OR ".join(needed or [_doomed(column, doomed) for column in keys]) or None


def _needs(column: Column[object]) -> bool:
    return not column.nullable or (column.table.name, column.name) in BELONGING


def _keys(table: Table, doomed: Mapping[str, str]) -> list[Column[object]]:
    """The columns that name a row which may go, of another table."""
    return [
        column
        for column in table.columns
        if any(_parent(key) in doomed and _parent(key) != table.name for key in column.foreign_keys)
    ]


def _parent(key: ForeignKey) -> str:
    return str(key.column.table.name)


def _doomed(column: Column[object], doomed: Mapping[str, str]) -> str:
    # A column may also be part of a key of several columns, of its own table.
    known = [each for each in column.foreign_keys if _parent(each) in doomed]
    key = min(known, key=lambda each: _parent(each) == column.table.name)
    return f"{column.name} IN (SELECT id FROM {doomed[_parent(key)]})"


def _loosened(tables: list[Table], doomed: Mapping[str, str]) -> Iterator[tuple[Table, Column[object]]]:
    """What rows that stay may say of one that goes, and need not: nothing in tables whose rows go by all they name."""
    for table in tables:
        keys = _keys(table, doomed)
        loose = "sample" in table.c or any(map(_needs, keys))
        for column in table.columns:
            own = any(_parent(key) == table.name for key in column.foreign_keys) and table.name in doomed
            if not _needs(column) and (own or (loose and column in keys)):
                yield table, column


def _demand_clear(session: Session, bookings: Table, doomed: Mapping[str, str]) -> None:
    """Raise `InTheWay` for bookings that stay and need something that goes."""
    needs = [_doomed(column, doomed) for column in _keys(bookings, doomed) if not column.nullable]
    if "people" in doomed:
        # Who travels is named in what was stated, without a foreign key.
        needs.append(TRAVELLING.format(people=doomed["people"]))
    partly = " OR ".join(needs)
    if not partly:
        return
    demand_none(
        session,
        f"SELECT reference FROM bookings WHERE ({partly}) AND id NOT IN (SELECT id FROM {doomed['bookings']})"
        " ORDER BY starts_at, id",
    )


def _note_files(session: Session, tables: list[Table], doomed: Mapping[str, str]) -> str:
    """Keep the ids of uploads that rows which go name; answers the statement that deletes those nobody else does."""
    naming = [
        (table, column)
        for table in tables
        for column in table.columns
        if any(_parent(key) == "stored_files" for key in column.foreign_keys)
    ]
    going = [
        f"SELECT {column.name} AS id FROM {table.name} WHERE {condition}"
        for table, column in naming
        if (condition := _condition(table, doomed)) is not None
    ]
    going += [f"SELECT {name} FROM evidence_packs WHERE {PACKED.format(**doomed)}" for name in PACK_FILES]
    session.execute(text(f"CREATE TEMPORARY TABLE doomed_files ON COMMIT DROP AS {' UNION '.join(going)}"))
    kept = " AND ".join(
        f"NOT EXISTS (SELECT FROM {table.name} AS t WHERE t.{column.name} = f.id)" for table, column in naming
    )
    return f"DELETE FROM stored_files AS f WHERE id IN (SELECT id FROM doomed_files) AND {kept}"


def _note(session: Session, table: Table, condition: str, doomed: dict[str, str]) -> None:
    """Keep the ids of the rows that go, for those that name them."""
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
