"""Permit plans and rules over the API: the command line's very document, public rules, and input that is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace.accounts.models import TokenScope
from marketplace.permits import queries
from marketplace.wording.permits import plan_document
from tests.api.conftest import Callers
from tests.cast import bearer
from tests.wording.test_permits import facts

ON = "2026-03-02"


def ask(callers: Callers, name: str | None, body: Any, **more: Any) -> Any:
    return callers.call(name, "POST", f"/permit-plans{more.pop('query', '')}", json=body, **more)


def told(callers: Callers, path: str) -> Any:
    return callers.call(None, "GET", path).json


def test_a_plan_is_the_document_that_the_command_line_prints(callers: Callers, session: Session) -> None:
    plan = queries.permit_plan(session, facts(), date(2026, 3, 2))
    known = queries.vocabulary(session)
    answer = ask(callers, "ada", {"on": ON, "facts": facts()})
    assert answer.status_code == 200
    assert answer.json == plan_document(plan, known, "en")
    callers.stage.cast.ada.language = "zh-Hant"
    every = ask(callers, "ada", {"on": ON, "facts": facts()}, query="?all=1").json
    assert every == plan_document(plan, known, "zh-Hant", all=True)


def test_the_day_is_today_where_none_is_named(callers: Callers) -> None:
    assert ask(callers, "ada", {"facts": {}}).json["on"] == ON


def test_who_is_signed_in_may_ask_and_a_token_that_reads_too(callers: Callers) -> None:
    assert ask(callers, None, {"on": ON, "facts": {}}).status_code == 401
    stage = callers.stage
    reading = bearer(callers.database, stage.cast.eve, now=stage.now, scope=TokenScope.READ)
    assert ask(callers, None, {"on": ON, "facts": {}}, headers=reading).status_code == 200


@pytest.mark.parametrize(
    ("given", "field", "rule"),
    [
        ({"goods_flow": []}, "goods_flow", "unknown_fact"),
        ({"host": {"shoe_size": 3}}, "host/shoe_size", "unknown_fact"),
        ({"goods_flows": {"from": "HK"}}, "goods_flows", "list"),
        ({"goods_flows": [1]}, "goods_flows/0", "mapping"),
        ({"goods_flows": [{"date": "9999-12-31"}]}, "goods_flows/0/date", "date"),
        ({"goods_flows": [{"exporter": {}}]}, "goods_flows/0/exporter", "party"),
        ({"goods_flows": [{"control_codes": {"CN": "dual_use"}}]}, "goods_flows/0/control_codes", "codes"),
        ({"data_flows": [{"pi_sensitive_persons": -1}]}, "data_flows/0/pi_sensitive_persons", "number"),
        ({"chemicals": [{}] * 201}, "chemicals", "max_items"),
        ({"vault": [{"holder": ["user"]}]}, "vault/0/holder", "text"),
        ({"money": {"grant": {"source": "lottery"}}}, "money/grant/source", "choice"),
        ({"mode": "\ud800"}, "mode", "choice"),
    ],
)
def test_facts_of_another_shape_are_refused_by_name(callers: Callers, given: Any, field: str, rule: str) -> None:
    answer = ask(callers, "ada", {"on": ON, "facts": given})
    assert answer.status_code == 422
    assert {"field": field, "rule": rule} in [
        {key: each[key] for key in ("field", "rule")} for each in answer.json["errors"]
    ]
    assert all(each["message"] for each in answer.json["errors"])


@pytest.mark.parametrize(
    "body",
    [{"on": "2026-02-30", "facts": {}}, {"on": ON}, {"on": ON, "facts": [], "more": 1}, {"on": ON, "facts": None}],
)
def test_bodies_of_another_shape_are_refused(callers: Callers, body: Any) -> None:
    assert ask(callers, "ada", body).status_code == 422


def test_days_beyond_any_calendar_and_bodies_beyond_any_booking_are_refused(callers: Callers) -> None:
    assert ask(callers, "ada", {"on": "9999-12-31", "facts": {}}).json["errors"][0]["field"] == "on"
    assert ask(callers, "ada", {"on": ON, "facts": {"mode": "x" * 3_000_000}}).status_code == 413


def test_nothing_of_the_kind_is_said_in_four_ways(callers: Callers) -> None:
    def rules(nothing: Any) -> set[str]:
        told = ask(callers, "ada", {"on": ON, "facts": facts(goods_flows=nothing)}).json
        return {each["rule"] for each in told["requirements"]}

    assert rules(None) == rules([]) == rules({}) == rules("none")
    assert rules("unknown") > rules([])


def test_a_regime_that_nobody_knows_of_is_asked(callers: Callers) -> None:
    flow = {**facts()["goods_flows"][0], "control_codes": {"CN": "unknown", "HK": []}}
    told = ask(callers, "ada", {"on": ON, "facts": facts(goods_flows=[flow])}).json
    assert "goods_flows/0/control_codes" in {each["fact"] for each in told["questions"]}


def test_anybody_reads_the_rules_and_their_facts(callers: Callers, session: Session) -> None:
    listed = told(callers, "/permit-rules")["items"]
    assert [each["rule"] for each in listed] == [row.rule_id for row in queries.rules(session)]
    one = told(callers, "/permit-rules/EXP-08")
    assert one["rule"] == "EXP-08"
    newest = one["versions"][0]
    assert newest["version"] == 1
    assert newest["title"].keys() == {"en", "zh-Hant", "zh-Hans"}
    assert newest["trigger"] and newest["sources"][0]["title"]
    assert newest["authority"] == ["AGY-HK-TID"]
    known = told(callers, "/permit-facts")["items"]
    assert {each["fact"] for each in known} == queries.vocabulary(session).keys()


def test_an_unknown_rule_is_not_found(callers: Callers) -> None:
    assert callers.call(None, "GET", "/permit-rules/EXP-99").status_code == 404


def stated(callers: Callers) -> None:
    """Bo states what only a host knows."""
    place = {"permit_facts": {"lab_bsl": 3, "lab_accreditations": []}}
    equipment = {"permit_facts": {"control_codes": {"CN": ["dual_use"]}}}
    stage = callers.stage
    assert callers.call("bo", "PATCH", f"/listings/{stage.facility.id}", json={"fields": place}).status_code == 200
    assert callers.call("bo", "PATCH", f"/units/{stage.unit.id}", json={"fields": equipment}).status_code == 200


def test_what_a_host_states_is_shown_and_put_into_a_plan(callers: Callers) -> None:
    stage, known = callers.stage, {"activity_class": "highly_pathogenic", "place": {"lab_bsl": 1}}
    stage.facility.jurisdiction_code = "CN-GD"
    unknown = {"activity_class": "highly_pathogenic", "host": {"jurisdiction": "CN-GD"}}
    plain = {each["fact"] for each in ask(callers, "ada", {"on": ON, "facts": unknown}).json["questions"]}
    assert {"place/lab_bsl", "place/control_codes/CN"} <= plain
    stated(callers)
    shown = callers.call(None, "GET", f"/facilities/{stage.facility.id}").json
    assert shown["permit_facts"] == {"lab_bsl": 3, "lab_accreditations": []}
    shown = callers.call(None, "GET", f"/units/{stage.unit.id}").json
    assert shown["permit_facts"] == {"control_codes": {"CN": ["dual_use"]}}
    for named, left in (({"facility": str(stage.facility.id)}, True), ({"unit": str(stage.unit.id)}, False)):
        answer = ask(callers, "ada", {"on": ON, "facts": known, **named})
        assert answer.status_code == 200
        asked = {each["fact"] for each in answer.json["questions"]}
        assert "place/lab_bsl" not in asked and "host/jurisdiction" not in asked
        assert ("place/control_codes/CN" in asked) is left


def test_a_listing_that_is_not_there_gives_no_plan(callers: Callers) -> None:
    stage = callers.stage
    nobody = "01900000-0000-7000-8000-000000000000"
    assert ask(callers, "ada", {"facts": {}, "facility": nobody}).status_code == 404
    assert ask(callers, "ada", {"facts": {}, "unit": nobody}).status_code == 404
    answer = ask(callers, "ada", {"facts": {}, "facility": nobody, "unit": str(stage.unit.id)})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "facility")


def test_what_a_host_cannot_mean_is_refused_by_name(callers: Callers) -> None:
    body = {"fields": {"permit_facts": {"lab_bsl": 9, "control_codes": {}}}}
    answer = callers.call("bo", "PATCH", f"/listings/{callers.stage.facility.id}", json=body)
    assert answer.status_code == 422
    fields = {each["field"] for each in answer.json["errors"]}
    assert fields == {"permit_facts.lab_bsl", "permit_facts.control_codes"}
