"""Taking sample data away: every row marked as a sample, and every row that hangs on one. What is real stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Column, ForeignKey, Table, text
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
TRAVELLING = """EXISTS (
    SELECT FROM jsonb_path_query(flows, '$.people_flows[*].person') AS named
     WHERE named #>> '{{}}' IN (SELECT CAST(id AS text) FROM {people}))"""
MOST_NAMED = 20


class InTheWay(Exception):
    """Real bookings stand on sample data; `references` are theirs, `more` is how many further ones there are."""

    def __init__(self, references: list[str], more: int) -> None:
        self.references, self.more = references, more
        super().__init__(", ".join(references))


def remove(database: Database) -> Mapping[str, int]:
    """Delete the sample rows and those that depend on them, in one transaction; tells how many of each table.

    A booking that the sample's people made among themselves is part of it, whoever played them. One in which a real
    person, organisation or unit takes part is not: `InTheWay`, and nothing is done. Other real rows lose what they say
    of a sample (a parent, what they were copied from). History stays: its chains are append-only, and say that the rows
    were samples. Uploads lose their rows; the sweep of orphans deletes their bytes.
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
    files = _note_files(session, tables, doomed)
    for table, column in _loosened(tables, doomed):
        session.connection().exec_driver_sql(
            f"UPDATE {table.name} SET {column.name} = NULL"
            f" WHERE {_doomed(column, doomed)} AND id NOT IN (SELECT id FROM {doomed[table.name]})"
        )
    removed: dict[str, int] = {}
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
    if files:
        _count(removed, "stored_files", session.connection().exec_driver_sql(files).rowcount)
    return removed


def _condition(table: Table, doomed: Mapping[str, str]) -> str | None:
    """What makes a row of a table go; None where nothing can. One of a kind that is marked goes by its mark, or when
    all that it needs goes; any other when something that it names goes."""
    hanging = [_doomed(column, doomed) for column in _keys(table, doomed)]
    if "sample" not in table.c:
        return " OR ".join(hanging) or None
    needed = [_doomed(column, doomed) for column in _keys(table, doomed) if not column.nullable]
    return f"sample OR ({' AND '.join(needed)})" if needed else "sample"


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
    (key,) = column.foreign_keys
    return f"{column.name} IN (SELECT id FROM {doomed[_parent(key)]})"


def _loosened(tables: list[Table], doomed: Mapping[str, str]) -> Iterator[tuple[Table, Column[object]]]:
    """What rows that stay may say of one that goes, and need not: in their own table, and in tables that are marked."""
    for table in tables:
        if table.name not in doomed:
            continue
        for column in table.columns:
            parents = {_parent(key) for key in column.foreign_keys}
            if column.nullable and (table.name in parents or ("sample" in table.c and parents & doomed.keys())):
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
    found = text(
        f"SELECT reference FROM bookings WHERE ({partly}) AND id NOT IN (SELECT id FROM {doomed['bookings']})"
        " ORDER BY starts_at, id"
    )
    references = list(session.scalars(found))
    if references:
        raise InTheWay(references[:MOST_NAMED], max(len(references) - MOST_NAMED, 0))


def _note_files(session: Session, tables: list[Table], doomed: Mapping[str, str]) -> str | None:
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
    if not going:
        return None
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
