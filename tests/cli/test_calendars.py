"""`benchbridge calendars add-working-days`: the vectors, the provisional years, and bad input."""

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from marketplace.cli.calendars import command
from marketplace.database import Database

Run = Callable[..., Result]


@pytest.fixture
def run(committed: Database) -> Run:
    address = committed.engine.url.render_as_string(hide_password=False)

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(command, ["add-working-days", *arguments], env={"DATABASE_URL": address})

    return invoke


def test_the_answer_is_one_date(run: Run):
    result = run("CN", "2026-03-02", "45")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "2026-05-08\n", "")


def test_machines_get_a_document(run: Run):
    shown = json.loads(run("hk-gen", "2026-02-12", "10", "--json").stdout)
    assert shown == {
        "calendar": "HK-GEN",
        "start": "2026-02-12",
        "working_days": 10,
        "date": "2026-02-27",
        "provisional": False,
    }


def test_a_year_without_notice_is_called_provisional(run: Run):
    result = run("CN", "2026-12-31", "3")
    assert result.stdout.startswith("2027-")
    assert result.stderr.startswith("provisional")
    assert json.loads(run("MO", "2026-03-02", "1", "--json").stdout)["provisional"] is True


@pytest.mark.parametrize(
    "arguments", [("CN", "2026-02-30", "1"), ("CN", "2026-02-03", "-1"), ("CN", "2026-02-03", "x")]
)
def test_bad_input_is_refused(run: Run, arguments: tuple[str, ...]):
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Invalid value" in result.stderr or "No such option" in result.stderr


def test_an_unknown_calendar_has_no_answer(run: Run):
    result = run("XX", "2026-02-03", "1")
    assert result.exit_code == 1
    assert not result.stdout
