"""The same rows by page, API and command line, byte for byte; and what the page shows of them."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from config import Settings
from marketplace.accounts.models import TokenScope
from marketplace.application import create_app
from marketplace.cli import group
from marketplace.database import Database
from marketplace.statistics.actions.rolling import mark_passed, roll_up
from tests.cast import bearer, signed_in
from tests.conftest import NOW
from tests.factories.roll_ups import booked, used
from tests.factories.stage import Stage, at, make_stage

FILTERS = {"user_jurisdiction": "HK", "unit_jurisdiction": "HK"}
DAYS = {"from": "2026-02-01", "to": "2026-02-28"}


@pytest.fixture
def stage(committed: Database) -> Stage:
    with committed.unit_of_work() as session:
        made = make_stage(session, NOW)
        for number in range(6):
            who = (made.cast.university, made.cast.firm)[number % 2]
            start = at(2 + number, 9, month=2)
            row = booked(session, made, who, start, start + timedelta(hours=4), note="=1+1")
            used(session, row, start, start + timedelta(hours=2, seconds=number))
        mark_passed(session, now=NOW)
        roll_up(session, now=NOW)
    return made


@pytest.fixture
def web(committed: Database, settings: Settings) -> FlaskClient:
    app = create_app(settings, committed)
    app.config |= {"CLOCK": lambda: NOW, "WTF_CSRF_ENABLED": False}
    return app.test_client()


def command(committed: Database, *arguments: str) -> Result:
    address = committed.engine.url.render_as_string(hide_password=False)
    return CliRunner().invoke(group, ("usage", *arguments), env={"DATABASE_URL": address})


@pytest.mark.parametrize("grouping", ["session", "booking", "jurisdiction_pair", "unit,month"])
def test_csv_has_the_same_bytes_by_all_three_ways(
    committed: Database, stage: Stage, web: FlaskClient, tmp_path: Path, grouping: str
) -> None:
    target = tmp_path / "rows.csv"
    filters = [each for name, value in FILTERS.items() for each in ("--filter", f"{name}={value}")]
    done = command(
        committed, "export", "--from", DAYS["from"], "--to", DAYS["to"], "--format", "csv", "--group-by", grouping,
        *filters, "--output", str(target), "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    written = target.read_bytes()
    told = json.loads((tmp_path / "rows.csv.manifest.json").read_text("utf-8"))
    assert told["sha256"] == hashlib.sha256(written).hexdigest() == json.loads(done.stdout)["sha256"]
    signed_in(web, stage.cast.dee)
    page = web.get("/en/usage/file", query_string={**DAYS, **FILTERS, "group_by": grouping, "format": "csv"})
    headers = bearer(committed, stage.cast.dee, now=NOW, scope=TokenScope.ADMIN)
    told_filters = [f"{name}={value}" for name, value in FILTERS.items()]
    query = {**DAYS, "filter": told_filters, "group_by": grouping, "format": "csv"}
    program = web.get("/api/v1/usage", query_string=query, headers=headers)
    assert page.status_code == program.status_code == 200
    assert page.data == program.data == written
    assert len(written.splitlines()) > 1
    beside = web.get(f"/api/v1/usage/exports/{program.headers['X-Export']}/manifest", headers=headers)
    assert (beside.json["sha256"], beside.json["complete"]) == (told["sha256"], True)
    shown = web.get(f"/en/usage/exports/{page.headers['X-Export']}/manifest.json")
    assert shown.json["rows"] == told["rows"]
    as_json = web.get("/api/v1/usage", query_string={**query, "format": "json"}, headers=headers).json
    assert len(as_json["items"]) == told["rows"] and as_json["next"] is None


def test_the_page_shows_totals_chart_table_and_links(committed: Database, stage: Stage, web: FlaskClient) -> None:
    signed_in(web, stage.cast.dee)
    for language, word in (("en", "Hours of use"), ("zh-hant", "使用時數"), ("zh-hans", "使用时数")):
        answer = web.get(f"/{language}/usage", query_string={**DAYS, **FILTERS, "compare": "1"})
        assert answer.status_code == 200
        html = answer.get_data(as_text=True)
        assert word in html and "<svg" in html and "2026-02" in html
        assert "format=xlsx" in html and "user_jurisdiction=HK" in html
    assert "6" in web.get("/en/usage", query_string={**DAYS, "group_by": "session"}).get_data(as_text=True)
    sheet = web.get("/en/usage/file", query_string={**DAYS, "group_by": "month", "format": "xlsx"}).data
    rows = list(openpyxl.load_workbook(io.BytesIO(sheet))["Rows"].iter_rows(values_only=True))
    assert dict(zip(*rows[:2], strict=True))["used_seconds"] == 6 * 7200 + 15


def test_bad_parameters_name_field_and_rule_everywhere(
    committed: Database, stage: Stage, web: FlaskClient, tmp_path: Path
) -> None:
    headers = bearer(committed, stage.cast.dee, now=NOW, scope=TokenScope.ADMIN)
    for query, field, rule in (
        ({}, "from", "required"),
        ({**DAYS, "group_by": "colour"}, "group_by", "choice"),
        ({**DAYS, "filter": "user_jurisdiction"}, "filter", "name_and_value"),
        ({**DAYS, "from": "yesterday"}, "from", "date"),
        ({**DAYS, "columns": "person", "format": "csv"}, "purpose", "purpose_required"),
        ({**DAYS, "columns": "person", "purpose": "To know"}, "format", "people_as_file"),
    ):
        answer = web.get("/api/v1/usage", query_string=query, headers=headers)
        assert answer.status_code == 422
        assert (field, rule) in {(each["field"], each["rule"]) for each in answer.json["errors"]}
    signed_in(web, stage.cast.dee)
    wrong = web.get("/en/usage", query_string={**DAYS, "group_by": "colour"})
    assert wrong.status_code == 422 and "Choose one of those offered" in wrong.get_data(as_text=True)
    target = ("--format", "csv", "--output", str(tmp_path / "x.csv"))
    failed = command(committed, "export", "--from", "2026-02-30", "--to", "2026-02-28", *target)
    assert failed.exit_code == 1 and "from (date)" in failed.stderr
    assert list(tmp_path.iterdir()) == []


def test_strangers_find_nothing_and_a_person_exports_what_they_may(
    committed: Database, stage: Stage, web: FlaskClient, tmp_path: Path
) -> None:
    signed_in(web, stage.cast.eve)
    assert web.get("/en/usage").status_code == 404
    assert web.get("/en/usage/file", query_string={**DAYS, "format": "csv"}).status_code == 404
    target = ("--from", DAYS["from"], "--to", DAYS["to"], "--format", "ndjson", "--output", str(tmp_path / "rows"))
    refused = command(committed, "export", "--as", "eve@example.org", *target)
    assert refused.exit_code == 1 and "may see no use" in refused.stderr
    done = command(committed, "export", "--as", "bo@example.org", *target, "--json")
    assert json.loads(done.stdout)["rows"] == 6


def test_roll_ups_are_rebuilt_by_command(committed: Database, stage: Stage) -> None:
    done = command(committed, "roll-up", "--rebuild", "--json")
    assert done.exit_code == 0 and json.loads(done.stdout)["units"] >= 1
    assert json.loads(command(committed, "roll-up", "--json").stdout)["units"] == 0
