"""`benchbridge metrics snapshot` and `rebuild`: figures kept, and compared with rows."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from marketplace.cli import group
from marketplace.database import Database
from marketplace.spillovers.queries.figures import latest
from marketplace.spillovers.rules.scopes import PLATFORM
from tests.factories.figures import at, make_books
from tests.factories.stage import make_stage

Run = Callable[..., Result]


@pytest.fixture
def run(committed: Database) -> Run:
    address = committed.engine.url.render_as_string(hide_password=False)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(group, ("metrics", *arguments), env={"DATABASE_URL": address})

    return invoke


def test_a_snapshot_is_kept_and_built_anew(run: Run, committed: Database) -> None:
    with committed.unit_of_work() as session:
        make_books(session, make_stage(session, at(2025, 3, 2, 9))).outcome(doi="10.1000/182")
    taken = run("snapshot", "--scope", "platform", "--year", "2025", "--as-of", "2026-01-01T00:00:00+08:00", "--json")
    assert taken.exit_code == 0, taken.output
    document = json.loads(taken.stdout)
    assert document["snapshot"]["as_of"] == "2025-12-31T16:00:00+00:00"
    found = next(each for each in document["items"] if each["metric"] == "out.distinct")
    assert (found["value"]["distinct_publications"], found["verification"]) == (1, {"2": 1})
    again = run("rebuild", document["snapshot"]["id"], "--json")
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)["same"] is True
    committed.transact(lambda session: session.execute(text("UPDATE outcome_versions SET priorities = '{P1}'")))
    changed = run("rebuild", document["snapshot"]["id"])
    assert changed.exit_code == 1
    assert "out.distinct" in changed.stderr


def test_a_period_and_parameters_of_ones_own_are_kept_and_used_again(run: Run, committed: Database) -> None:
    with committed.unit_of_work() as session:
        books = make_books(session, make_stage(session, at(2025, 3, 2, 9)))
        books.use(books.cast.university, at(2025, 3, 3, 10), at(2025, 3, 3, 12))
    own = ("--scope", "platform", "--begins", "fiscal_hk", "-p", "delta=0.5", "-p", "stock_years=2", "--json")
    taken = run("snapshot", "--year", "2024", *own)
    assert taken.exit_code == 0, taken.output
    snapshot = json.loads(taken.stdout)["snapshot"]
    assert (snapshot["from"], snapshot["to"]) == ("2024-04-01", "2025-04-01")
    assert (snapshot["parameters"]["delta"], snapshot["parameters"]["chosen"]) == ("0.5", ["delta", "stock_years"])
    again = run("rebuild", snapshot["id"], "--json")
    assert again.exit_code == 0, again.output
    days = run("snapshot", "--scope", "platform", "--from", "2024-04-01", "--to", "2025-03-31", "--json")
    (plain, chosen) = (
        next(e for e in json.loads(each.stdout)["items"] if e["metric"] == "stock.perpetual") for each in (days, taken)
    )
    assert len(next(iter(plain["value"].values()))) == 10 and len(next(iter(chosen["value"].values()))) == 2
    with committed.reading() as session:
        found = latest(session, PLATFORM)
        assert found is not None and "chosen" not in found.parameters, "pages show what is assumed for everybody"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("snapshot", "--scope", "planet", "--year", "2025"), "scope (choice)"),
        (("snapshot", "--scope", "zone:ZON-NONE", "--year", "2025"), "there is no zone:ZON-NONE"),
        (("snapshot", "--scope", "platform", "--year", "0"), "year (between)"),
        (("snapshot", "--scope", "platform", "--year", "2025", "--as-of", "noon"), "as_of (instant)"),
        (("snapshot", "--scope", "platform", "--year", "2025", "--as-of", "2025-01-01"), "as_of (instant)"),
        (("snapshot", "--scope", "platform", "--year", "2025", "--as-of", "2199-01-01T00:00:00Z"), "as_of (future)"),
        (("snapshot", "--scope", "platform"), "year (required)"),
        (("snapshot", "--scope", "platform", "--from", "2025-13-01", "--to", "2025-02-01"), "from (date)"),
        (("snapshot", "--scope", "platform", "--year", "2025", "-p", "delta"), "parameter (name_and_value)"),
        (("snapshot", "--scope", "platform", "--year", "2025", "-p", "delta=2"), "delta (between)"),
        (("rebuild", "018f0000-0000-7000-8000-000000000000"), "there is no snapshot"),
    ],
    ids=range(11),
)
def test_faults_are_named(run: Run, arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert said in result.stderr
