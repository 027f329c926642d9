"""The permit plan as a document: its members, its dates, and its reasons as sentences in three languages."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.permits.rules.directions import PLACES
from marketplace.permits.rules.plan import Plan
from marketplace.values.localized import LANGUAGES, Language
from marketplace.wording.permit_reasons import direction, subject
from marketplace.wording.permit_timeline import timeline
from marketplace.wording.permits import plan_document
from tests.permits.cases import library, plan_of

MEMBERS = {
    *("rule", "rule_version", "outcome", "blocks", "authority", "stage", "flows", "after", "alternatives"),
    *("conditional_on", "same_application", "satisfied_by", "milestones", "excluded_flows", "variant", "clock_from"),
    *("earliest_done", "latest_done", "why", "documents", "fee", "sources"),
    *("title", "summary", "kind", "confidence", "reviewed_on", "conditions", "form", "contact", "instrument"),
}
PARTIES = {
    "host": {"jurisdiction": "HK", "city": "Hong Kong", "zone": None, "org_type": "university", "control": "hk_mo"},
    "user": {"jurisdiction": "CN", "city": "Shenzhen", "zone": None, "org_type": "firm", "control": "mainland"},
}
SAMPLE = {
    **{"from": "CN", "to": "HK", "date": "2026-03-20", "exporter": "user", "kind": "sample", "purpose": "test"},
    **{"control_codes": {"CN": ["dual_use"], "HK": ["dual_use"]}, "bio_kind": "none", "suspect_infectious": False},
    **{"chem_class": [], "value": {"amount_minor": 100, "currency": "HKD"}, "returns": False, "consumable": True},
    **{"carrier": "freight", "whitelisted": False, "special_goods": False},
}
EMPTY: dict[str, Any] = {
    **{name: [] for name in ("data_flows", "people_flows", "technology_flows", "chemicals", "results", "vault")},
    **{"money": {}, "mode": "sample_in", "activity_class": None, "activity_purpose": "testing"},
    "joint_hk_sz_research": False,
}


def facts(**more: Any) -> dict[str, Any]:
    return {**PARTIES, **EMPTY, "goods_flows": [SAMPLE], **more}


def document(plan: Plan, language: str = "en", *, all: bool = False) -> dict[str, Any]:
    return plan_document(plan, library().facts, language, all=all)


def of_rule(told: dict[str, Any], rule: str) -> dict[str, Any]:
    return next(each for each in told["requirements"] if each["rule"] == rule)


def test_every_named_member_is_there() -> None:
    told = document(plan_of(facts()))
    assert told.keys() == {
        *("on", "rules_version", "requirements", "questions", "earliest_start", "not_before", "open", "provisional"),
        *("critical_path", "vault_used", "reviewed_on", "notice"),
    }
    assert told["requirements"]
    assert all(each.keys() == MEMBERS for each in told["requirements"])
    assert told["on"] == "2026-03-02"


def test_a_requirement_says_who_decides_until_when_and_where_that_was_read() -> None:
    required = of_rule(document(plan_of(facts())), "EXP-08")
    assert required["outcome"] == "required"
    assert required["blocks"] is True
    assert required["authority"] == [{"code": "AGY-HK-TID", "name": "Trade and Industry Department"}]
    assert required["flows"] == ["goods_flows/0"]
    assert required["sources"] and all(
        source.keys() == {"title", "issuer", "date", "url"} for source in required["sources"]
    )


@pytest.mark.parametrize(
    ("language", "flow", "way", "listed"),
    [
        ("en", "Goods flow 1", "goes into Hong Kong", "dual-use"),
        ("zh-Hant", "物品流動1", "進入香港", "兩用物項"),
        ("zh-Hans", "物品流动1", "进入香港", "两用物项"),
    ],
)
def test_the_reason_names_flow_way_and_facts(language: str, flow: str, way: str, listed: str) -> None:
    why = of_rule(document(plan_of(facts()), language), "EXP-08")["why"]
    assert why.startswith(flow)
    assert way in why
    assert listed in why
    assert "goods_flows" not in why and ">" not in why


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_reason_shows_a_name_of_the_data(language: str) -> None:
    told = document(plan_of({}), language, all=True)
    told_known = document(plan_of(facts()), language, all=True)
    for each in (*told["requirements"], *told_known["requirements"]):
        assert each["why"].strip(" .。"), each["rule"]
        assert not any(part in each["why"] for part in ("_", "/", ">", "MISSING", "True", "…")), each["why"]


@pytest.mark.parametrize("text", [*PLACES, "CN>*", "*>HK", "US>CN", "EU>*", "*>UK", "SG>*", "MO>*"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_direction_has_its_words(text: str, language: Language) -> None:
    said = direction(text, language)
    assert ">" not in said and "*" not in said
    assert said or text == "ANY"


def test_flows_are_counted_from_one_and_ways_back_say_so() -> None:
    assert subject("goods_flows/0", "en") == "goods flow 1"
    assert subject("goods_flows/2/return", "en") == "goods flow 3, way back"
    assert subject("money", "zh-Hans") == "付款"


def test_what_is_not_required_is_listed_only_when_asked() -> None:
    plan = plan_of(facts(goods_flows=[]))
    short, whole = document(plan), document(plan, all=True)
    assert "EXP-08" not in {each["rule"] for each in short["requirements"]}
    absent = of_rule(whole, "EXP-08")
    assert (absent["outcome"], absent["earliest_done"], absent["flows"]) == ("not_required", None, [])
    assert {each["rule"] for each in short["requirements"]} < {each["rule"] for each in whole["requirements"]}


def test_questions_come_in_the_order_of_the_plan_in_words() -> None:
    plan = plan_of(facts(goods_flows=[{**SAMPLE, "bio_kind": "unknown", "control_codes": "unknown"}]))
    asked = document(plan, "zh-Hans")["questions"]
    assert [each["fact"] for each in asked] == [each.fact for each in plan.questions]
    bio = next(each for each in asked if each["fact"] == "goods_flows/0/bio_kind")
    assert bio["text"].startswith("物品流动1：")
    assert {
        "value": "pathogen",
        "label": library().facts["goods_flows[].bio_kind"]["choices"]["pathogen"]["zh-Hans"],
    } in (bio["choices"])
    assert document(plan)["not_before"] is True


def test_a_list_that_nobody_told_of_is_asked_as_a_whole() -> None:
    asked = {each["fact"]: each["text"] for each in document(plan_of({}))["questions"]}
    assert asked["goods_flows"] == library().facts["goods_flows"]["question"]["en"]


def test_the_notice_says_that_it_is_no_advice_and_how_old_the_rules_are() -> None:
    told = document(plan_of(facts()))
    assert told["reviewed_on"] == max(rule["reviewed_on"] for rule in library().rules if rule["fires_on"] == "booking")
    assert "not legal advice" in told["notice"]
    assert "2026" in told["notice"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_timeline_reads_by_stage(language: str) -> None:
    told = document(plan_of(facts()), language)
    text = timeline(told, language)
    assert told["notice"] in text
    assert all(each["rule"] in text and each["title"] in text for each in told["requirements"])


def test_a_plan_without_demands_says_so() -> None:
    told = {**document(plan_of(facts())), "requirements": [], "questions": [], "open": [], "critical_path": []}
    assert "Nothing is required." in timeline(told, "en")
    assert "May not begin" in timeline({**told, "earliest_start": None}, "en")
