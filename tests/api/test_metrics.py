"""Metrics over the API: the registry for anybody, figures anew for who is signed in, faults with field and rule."""

from __future__ import annotations

import json
from typing import Any

import pytest

from marketplace.spillovers.computing import computed
from marketplace.spillovers.registry import metrics
from tests.api.conftest import Callers
from tests.spillovers.cases import cases, differences


def test_the_twelve_cases_come_out_as_expected(callers: Callers) -> None:
    for case in cases():
        answer = callers.call("ada", "POST", f"/metrics/{case.metric}/compute", json=case.inputs)
        assert answer.status_code == 200, (case.id, answer.json)
        assert not list(differences(case.expected, answer.json["value"], case.tolerance)), case.id
        assert answer.json == json.loads(json.dumps(computed(case.metric, case.inputs))), case.id


def test_a_whole_case_may_be_sent(callers: Callers) -> None:
    case = cases()[0]
    bare = callers.call("ada", "POST", f"/metrics/{case.metric}/compute", json=case.inputs)
    assert (
        callers.call("ada", "POST", f"/metrics/{case.metric}/compute", json={"inputs": case.inputs}).json == bare.json
    )


def test_anybody_reads_the_registry(callers: Callers) -> None:
    listed = callers.call(None, "GET", "/metrics").json
    assert [each["id"] for each in listed["items"]] == list(metrics()) and listed["next"] is None
    one = callers.call(None, "GET", "/metrics/spill.tech").json
    assert one["kind"] == "exposure"
    assert one["name"]["zh-Hant"] == "技術外溢接觸量"
    assert {each["name"] for each in one["inputs"]} >= {"flows", "delta", "classes"}
    assert any("Spillover pool" in each["en"] for each in one["may_claim"])
    assert any("Caused" in each["en"] for each in one["may_not_claim"])
    assert callers.call(None, "GET", "/metrics/use.e10.mcbf").json["undefined"]["en"].startswith("The definition")


def test_who_computes_says_who_they_are(callers: Callers) -> None:
    assert callers.call(None, "POST", "/metrics/ret.km/compute", json={"months_event": []}).status_code == 401


def test_an_unknown_metric_is_not_found(callers: Callers) -> None:
    assert callers.call(None, "GET", "/metrics/no.such").status_code == 404
    assert callers.call("ada", "POST", "/metrics/no.such/compute", json={}).status_code == 404


def test_a_metric_without_a_definition_refuses_with_its_reason(callers: Callers) -> None:
    answer = callers.call("ada", "POST", "/metrics/use.e10.mcbf/compute", json={})
    assert answer.status_code == 422
    assert [each["code"] for each in answer.json["reasons"]] == ["metric_undefined"]


@pytest.mark.parametrize(
    ("metric", "inputs", "field", "rule"),
    [
        ("ret.km", {"months_event": [[-1, 1]]}, "months_event/0/0", "between"),
        ("use.e10.total_uptime", {"month_hours": 744, "states": {}}, "states/productive", "required"),
        ("geo.decay", {"points": {"a\x00": [0, 0]}}, "points", "no_nul"),
        ("sdc.round5", {"counts": {"HK": 10**400}}, "counts/HK", "between"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_bad_inputs_name_field_and_rule(
    callers: Callers, metric: str, inputs: dict[str, Any], field: str, rule: str
) -> None:
    inputs = {"half_distance_km": 1, "origin": "a", **inputs}
    answer = callers.call("ada", "POST", f"/metrics/{metric}/compute", json=inputs)
    assert answer.status_code == 422
    assert [(each["field"], each["rule"]) for each in answer.json["errors"]] == [(field, rule)]
