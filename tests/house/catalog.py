"""What PostgreSQL itself says a database is made of: enough to tell a migrated one from one made of the models."""

from __future__ import annotations

from sqlalchemy import Connection, text

COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text,
           pg_get_expr(d.adbin, d.adrelid)
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
"""
CONSTRAINTS = """
    SELECT r.conrelid::regclass::text, r.conname, r.contype::text, pg_get_constraintdef(r.oid)
    FROM pg_constraint r JOIN pg_namespace n ON n.oid = r.connamespace
    WHERE n.nspname = 'public' AND r.contype IN ('c', 'f', 'p', 'u', 'x')
"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
TYPES = """
    SELECT t.typname, t.typtype::text FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE n.nspname = 'public' AND t.typtype IN ('r', 'e', 'd') AND c.oid IS NULL
"""

Shape = dict[str, set[tuple[object, ...]]]


def shape(connection: Connection) -> Shape:
    """Every column, constraint, index and type of the public schema, in PostgreSQL's own words."""
    asked = {"columns": COLUMNS, "constraints": CONSTRAINTS, "indexes": INDEXES, "types": TYPES}
    return {name: {tuple(row) for row in connection.execute(text(query))} for name, query in asked.items()}


def without(whole: Shape, foreign: str) -> Shape:
    """The shape without the tables and types of a library, whose names begin with `foreign`."""
    return {name: {row for row in rows if not str(row[0]).startswith(foreign)} for name, rows in whole.items()}
