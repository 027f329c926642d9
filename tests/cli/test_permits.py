"""`benchbridge permits`: a plan as document and as text, faults with field and rule, and rule files checked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from marketplace.cli.permits import command
from marketplace.database import Database
from marketplace.permits import queries
from marketplace.permits.library import FOLDER
from marketplace.wording.permits import plan_document
from tests.wording.test_permits import facts

Run = Callable[..., Result]


@pytest.fixture
def run(committed: Database) -> Run:
    address = committed.engine.url.render_as_string(hide_password=False)

    def invoke(*arguments: str, given: bytes | None = None) -> Result:
        return CliRunner().invoke(command, arguments, input=given, env={"DATABASE_URL": address})

    return invoke


def written(folder: Path, document: Any) -> str:
    file = folder / "facts.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return str(file)


def test_a_plan_is_the_document_of_the_interface(run: Run, committed: Database, tmp_path: Path) -> None:
    whole = written(tmp_path, {"on": "2026-03-02", "facts": facts()})
    told = json.loads(run("plan", whole, "--json").stdout)
    with committed.reading() as session:
        plan = queries.permit_plan(session, facts(), date(2026, 3, 2))
        assert told == plan_document(plan, queries.vocabulary(session), "en")
    bare = written(tmp_path, facts())
    assert json.loads(run("plan", bare, "--on", "2026-03-02", "--json").stdout) == told
    piped = run("plan", "-", "--on", "2026-03-02", "--json", given=json.dumps(facts()).encode())
    assert json.loads(piped.stdout) == told


def test_all_and_language_are_chosen(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, {"on": "2026-03-02", "facts": facts()})
    some = json.loads(run("plan", file, "--json").stdout)
    every = json.loads(run("plan", file, "--all", "--language", "zh-Hant", "--json").stdout)
    assert len(every["requirements"]) > len(some["requirements"])
    assert "許可證" in next(each["title"] for each in every["requirements"] if each["rule"] == "EXP-08")


def test_people_read_a_timeline(run: Run, tmp_path: Path) -> None:
    result = run("plan", written(tmp_path, {"on": "2026-03-02", "facts": facts()}))
    assert result.exit_code == 0
    assert "Before the shipment" in result.stdout
    assert "EXP-08" in result.stdout


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("{", "facts (facts_json)"),
        ('{"host": NaN}', "facts (facts_json)"),
        ("[" * 100_000, "facts (facts_json)"),
        ("[]", "facts (mapping)"),
        ({"on": "2026-13-01", "facts": {}}, "on (fact_date)"),
        ({"on": "2026-03-02", "facts": []}, "facts (mapping)"),
        ({"on": "2026-03-02", "facts": {}, "rules": []}, "rules (unknown_fact)"),
        ({"goods_flow": []}, "goods_flow (unknown_fact)"),
        ({"goods_flows": [{"date": "2026-02-30"}]}, "goods_flows/0/date (date)"),
        ({"goods_flows": [{"kind": "rocket"}]}, "goods_flows/0/kind (choice)"),
        ({"data_flows": [{}] * 201}, "data_flows (max_items)"),
        ({"host": [1]}, "host (mapping)"),
    ],
)
def test_what_is_wrong_is_named_with_its_field_and_rule(run: Run, tmp_path: Path, document: Any, said: str) -> None:
    result = run("plan", written(tmp_path, document))
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr


def test_the_shipped_rules_have_no_fault() -> None:
    result = CliRunner().invoke(command, ["check"])
    assert result.exit_code == 0
    assert "no fault" in result.stdout


def test_each_fault_of_a_folder_is_printed_with_its_line(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "library")
    file = next((tmp_path / "library" / "rules").glob("export.yaml"))
    lines = file.read_text("utf-8").splitlines()
    number = next(at for at, line in enumerate(lines) if line.startswith("  kind: "))
    lines[number] = "  kind: wish"
    file.write_text("\n".join(lines), "utf-8")
    result = CliRunner().invoke(command, ["check", str(tmp_path / "library")])
    assert result.exit_code == 1
    assert f"rules/export.yaml, line {number + 1}: " in result.stdout
    told = json.loads(CliRunner().invoke(command, ["check", str(tmp_path / "library"), "--json"]).stdout)
    assert told["faults"][0]["line"] == number + 1
