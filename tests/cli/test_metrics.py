"""`benchbridge metrics`: the registry, the worked cases, and faults with field and rule; no database is needed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from marketplace.cli import group
from marketplace.spillovers.computing import computed
from marketplace.spillovers.registry import metrics
from tests.spillovers.cases import Case, cases, differences


def run(*arguments: str, given: bytes | None = None) -> Result:
    return CliRunner().invoke(group, ("metrics", *arguments), input=given, env={"DATABASE_URL": "postgresql://nowhere"})


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_a_worked_case_comes_out_as_expected(case: Case, tmp_path: Path) -> None:
    file = tmp_path / "inputs.json"
    file.write_text(json.dumps(case.inputs), encoding="utf-8")
    result = run("compute", case.metric, str(file), "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document == json.loads(json.dumps(computed(case.metric, case.inputs)))
    assert not list(differences(case.expected, document["value"], case.tolerance))


def test_the_list_tells_every_metric() -> None:
    items = json.loads(run("list", "--json").stdout)["items"]
    assert [each["id"] for each in items] == list(metrics())
    assert all(each["name"].keys() == {"en", "zh-Hant", "zh-Hans"} for each in items)
    text = run("list").stdout
    assert "ret.km" in text and "Partner retention" in text


def test_a_list_of_one_kind_with_its_parameters() -> None:
    items = json.loads(run("list", "--kind", "method", "--json").stdout)["items"]
    assert items and {each["kind"] for each in items} == {"method"}
    assert next(each for each in items if each["id"] == "stock.perpetual")["parameters"]["delta"] == "0.15"
    assert '    delta = "0.15"' in run("list", "--parameters").stdout


def test_a_period_and_parameters_take_the_place_of_those_in_the_inputs() -> None:
    rows = [{"id": "a", "start": "2025-05-01", "end": "2025-06-01"}]
    inputs = json.dumps({"contracts": rows, "from": "2020-01-01", "to": "2021-01-01"}).encode()
    found = run(
        "compute", "out.contract.active", "-", "--year", "2025", "--begins", "fiscal_hk", "--json", given=inputs
    )
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["n"] == 1
    flows = {"years": [2024, 2025], "flows": {"A": [10, 10]}, "delta": 0.15, "pre_sample_growth": 0.05}
    told = ("-p", "delta=1", "-p", "pre_sample_growth=0", "--json")
    found = run("compute", "stock.perpetual", "-", *told, given=json.dumps(flows).encode())
    assert json.loads(found.stdout)["value"] == {"A": [10, 10]}
    broken = run("compute", "stock.perpetual", "-", "-p", "delta=x", given=json.dumps(flows).encode())
    assert broken.exit_code == 1 and "delta (number)" in broken.output


def test_parameters_are_read_as_those_of_snapshots_are() -> None:
    hours = {"kind": "general", "prep": 0, "test": 700, "post": 0}
    rates = json.dumps({"instruments": {"a": hours}, "quota_hours": {"general": 700, "special": 9}}).encode()
    told = ("-p", "quota_general=1400", "-p", "survey_benchmark=350")
    found = run("compute", "use.cn.quota_rate", "-", *told, "--json", given=rates)
    assert json.loads(found.stdout)["value"]["vs_quota"] == {"a": 0.5}
    assert json.loads(found.stdout)["value"]["vs_survey"] == {"a": 2}
    late = {"facilities": [{"id": "a", "planned": "2025-01-01", "actual": "2025-01-20"}], "as_of": "2025-12-31"}
    found = run(
        "compute", "open.on_time_rate", "-", "-p", "grace_days=30,0,15", "--json", given=json.dumps(late).encode()
    )
    assert json.loads(found.stdout)["value"]["grace"] == {"0": 0, "15": 0, "30": 1}
    left = json.dumps({"months_event": [[6, 1], [30, 0]], "at": [36]}).encode()
    found = run("compute", "ret.km", "-", "-p", "at=12,24", "--json", given=left)
    assert list(json.loads(found.stdout)["value"]["S"]) == ["12", "24"]
    case = {
        "additionality": {"GI": 10, "GI_ref": 4, "leakage": 0, "displacement": 0, "substitution": 0, "multiplier": 1}
    }
    found = run("compute", "add.net", "-", "-p", "multiplier=2", "--json", given=json.dumps(case).encode())
    before = run("compute", "add.net", "-", "--json", given=json.dumps(case).encode())
    assert found.exit_code == before.exit_code == 0
    assert json.loads(found.stdout)["value"] != json.loads(before.stdout)["value"]


@pytest.mark.parametrize(
    ("metric", "told", "said"),
    [
        (
            "ret.km",
            ("-p", "grace_days=1"),
            "grace_days (parameter_of_metric): ret.km doesn’t take the parameter grace_days",
        ),
        ("ret.km", ("-p", "nothing=1"), "nothing (parameter_of_metric)"),
        ("prox.jaffe", ("-p", "pairs=5"), "pairs (parameter_of_metric)"),
        ("use.cn.quota_rate", ("-p", "quota_general=x"), "quota_general (number)"),
        ("ret.km", ("--year", "2025"), "year (period_of_metric)"),
        ("ret.km", ("--from", "2025-01-01", "--to", "2025-02-01"), "from (period_of_metric)"),
        ("out.contract.active", ("--year", "1980"), "a number from 1990 to 2199"),
        ("no.such", ("-p", "at=1"), "no metric has the id no.such"),
    ],
    ids=range(8),
)
def test_what_a_metric_does_not_know_is_refused(metric: str, told: tuple[str, ...], said: str) -> None:
    found = run("compute", metric, "-", *told, given=b"{}")
    assert found.exit_code == 1
    assert said in found.output


def test_inputs_come_from_stdin_and_as_a_whole_case() -> None:
    inputs = {"counts": {"HK": 12, "CN": 3}}
    bare = run("compute", "sdc.round5", "-", given=json.dumps(inputs).encode())
    whole = run("compute", "sdc.round5", "-", given=json.dumps({"id": "C", "inputs": inputs}).encode())
    assert bare.exit_code == 0 and bare.stdout == whole.stdout
    assert '"lt": 5' in bare.stdout


@pytest.mark.parametrize(
    ("metric", "document", "said"),
    [
        ("ret.km", b"{", "inputs (inputs_json)"),
        ("ret.km", b'{"months_event": [[NaN, 1]]}', "inputs (inputs_json)"),
        ("ret.km", b"[" * 100_000, "inputs (inputs_json)"),
        ("ret.km", b"[]", "inputs (mapping)"),
        ("ret.km", b"{}", "months_event (required)"),
        ("ret.km", b'{"months_event": [[1]]}', "months_event/0 (same_length)"),
        ("attr.share", b'{"value": 1, "shares": [0.5, 0.4]}', "shares (sum_to_one)"),
        ("no.such", b"{}", "no metric has the id no.such"),
        ("use.e10.mcbf", b"{}", "metric_undefined"),
    ],
    ids=lambda value: value[:40].decode() if isinstance(value, bytes) else None,
)
def test_a_fault_names_field_and_rule(metric: str, document: bytes, said: str) -> None:
    result = run("compute", metric, "-", "--json", given=document)
    assert result.exit_code == 1
    assert said in result.output + str(result.exception)


def test_a_file_that_is_too_large_is_not_read() -> None:
    result = run("compute", "ret.km", "-", given=b" " * (16 * 1024 * 1024 + 1))
    assert result.exit_code == 1 and "more than" in result.output
