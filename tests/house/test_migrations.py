"""Migrations: one line of them, ending at what the models say, going up and down, with rows or without."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text

from config import ROOT
from marketplace.database import Base, driver_url
from marketplace.migrating import MigrationError, alembic_settings, every_model, migrate, newest_revision, unmigrate
from tests.database import Server
from tests.house.catalog import shape, without

# Tables and types that a library brings through a migration of ours.
LIBRARIES = ("alembic_", "procrastinate_")


@pytest.fixture
def empty(server: Server) -> Iterator[str]:
    with server.empty() as url:
        yield url


def connected(url: str) -> Connection:
    return create_engine(driver_url(url), poolclass=NullPool).connect()


def revisions() -> list[str]:
    """From the oldest to the newest."""
    return [script.revision for script in ScriptDirectory.from_config(alembic_settings()).walk_revisions()][::-1]


def test_there_is_one_line_with_one_head() -> None:
    scripts = ScriptDirectory.from_config(alembic_settings())
    assert scripts.get_heads() == [newest_revision()]
    assert all(
        script.down_revision is None or isinstance(script.down_revision, str) for script in scripts.walk_revisions()
    )
    assert revisions() == sorted(revisions())


def test_each_is_numbered_says_what_it_is_about_and_can_be_undone() -> None:
    for path in sorted((ROOT / "migrations" / "versions").glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        down = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "downgrade")
        assert ast.get_docstring(tree), path.name
        assert not isinstance(down.body[-1], ast.Pass), path.name
        assert f'revision = "{path.name[:4]}"' in path.read_text("utf-8"), path.name


def test_a_migrated_database_has_the_shape_of_the_models(empty: str, server: Server) -> None:
    migrate(empty)
    with connected(empty) as connection:
        migrated = shape(connection)
    with server.empty() as other, connected(other) as connection:
        connection.execute(text("CREATE TYPE uuidrange AS RANGE (subtype = uuid)"))
        every_model().create_all(connection)
        modelled = shape(connection)
    for library in LIBRARIES:
        migrated = without(migrated, library)
    for part, rows in modelled.items():
        assert sorted(map(str, migrated[part] - rows)) == [], f"{part}: only in the migrations"
        assert sorted(map(str, rows - migrated[part])) == [], f"{part}: only in the models"


def test_no_double_booking_is_a_constraint_of_the_database(empty: str) -> None:
    migrate(empty)
    with connected(empty) as connection:
        excluding = [row for row in shape(connection)["constraints"] if row[2] == "x"]
    assert sorted(row[0] for row in excluding) == ["claims", "sessions", "unit_states"]
    assert all("uuidrange(unit_id, unit_id, '[]'::text) WITH &&" in str(row[3]) for row in excluding)


def test_each_step_goes_up_down_and_up_again_to_the_same_shape(empty: str) -> None:
    for revision, below in zip(revisions(), ["base", *revisions()], strict=False):
        migrate(empty, revision=revision)
        with connected(empty) as connection:
            first = shape(connection)
        unmigrate(empty, revision=below)
        migrate(empty, revision=revision)
        with connected(empty) as connection:
            assert shape(connection) == first, revision


def test_down_to_the_ground_leaves_nothing_of_ours(empty: str) -> None:
    migrate(empty)
    unmigrate(empty, revision="base")
    with connected(empty) as connection:
        left = without(shape(connection), "alembic_")
    assert not {part: rows for part, rows in left.items() if rows}


def test_migrating_again_changes_no_row(server: Server) -> None:
    with server.copy() as url:
        with connected(url) as connection:
            before = counts(connection)
        migrate(url)
        with connected(url) as connection:
            assert counts(connection) == before
    assert sum(before.values()) > 100, "the reference rows were there"


def test_the_newest_step_can_be_undone_with_rows_in_place(server: Server) -> None:
    with server.copy() as url:
        unmigrate(url, revision=revisions()[-2])
        migrate(url)
        with connected(url) as connection:
            assert connection.execute(text("SELECT count(*) FROM jurisdictions")).scalar_one() > 0


def counts(connection: Connection) -> dict[str, int]:
    return {
        table.name: connection.execute(text(f"SELECT count(*) FROM {table.name}")).scalar_one()
        for table in Base.metadata.sorted_tables
    }


def test_a_database_in_another_encoding_is_refused(server: Server) -> None:
    with server.empty(options="ENCODING 'SQL_ASCII' LOCALE 'C'") as url, pytest.raises(MigrationError, match="UTF8"):
        migrate(url)
