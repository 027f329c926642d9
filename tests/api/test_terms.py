"""Terms over the API: clauses with their summary, what they contradict, and versions side by side."""

from __future__ import annotations

from typing import Any

from marketplace.terms.clauses import CLAUSES, VOCABULARY
from marketplace.terms.rules import digest
from tests.api.conftest import Callers

GIVEN = {
    "foreground_ip": {"pattern": "user_owns"},
    "liability_cap": {"cap": "sum", "sum": {"amount_minor": 5000, "currency": "MOP"}},
}


def terms_of(callers: Callers) -> str:
    return f"/facilities/{callers.stage.facility.id}/terms"


def put(callers: Callers, body: dict[str, Any], name: str = "bo") -> Any:
    return callers.call(name, "POST", terms_of(callers), json=body)


def test_clauses_come_back_with_their_summary(callers: Callers) -> None:
    made = put(callers, {"clauses": GIVEN})
    assert (made.status_code, made.json["digest"]) == (201, digest({}, GIVEN))
    shown = callers.call(None, "GET", terms_of(callers)).json
    assert (shown["clauses"], shown["text"], shown["digest"]) == (GIVEN, {}, made.json["digest"])
    assert shown["summary"]["en"]["liability_cap"].endswith("The limit is MOP 50.00.")
    assert shown["summary"]["zh-Hans"]["foreground_ip"] == "成果归使用者所有，设施提供方不主张权利。"
    plain = put(callers, {"text": {"en": "Shoes."}})
    assert plain.json["digest"] == digest({"en": "Shoes."})
    assert [one["clauses"] for one in callers.call(None, "GET", f"{terms_of(callers)}/versions").json["items"]] == [
        {},
        GIVEN,
    ]


def test_broken_clauses_name_their_fields(callers: Callers) -> None:
    for body, field in (
        ({"clauses": {"liability_cap": {"cap": "sum"}}}, "clauses.liability_cap.sum"),
        ({"clauses": {"parking": {}}}, "clauses.parking"),
        ({"clauses": {"publication": {"delay_days": "1"}}}, "clauses.publication.delay_days"),
        ({}, "terms"),
    ):
        answer = put(callers, body)
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json["errors"]] == [field]
    assert put(callers, {"clauses": {"who": 3}}).status_code == 422
    assert put(callers, {"clauses": []}).status_code == 422
    assert put(callers, {"clauses": GIVEN}, "eve").status_code == 403


def test_the_vocabulary_is_told_whole(callers: Callers) -> None:
    items = callers.call(None, "GET", "/terms/clauses").json["items"]
    assert [one["name"] for one in items] == list(CLAUSES)
    for one, clause in zip(items, VOCABULARY, strict=True):
        assert [part["name"] for part in one["parts"]] == [part.name for part in clause.parts]
        assert [set(part["choices"]) for part in one["parts"]] == [set(part.choices) for part in clause.parts]


def test_checking_names_the_rules(callers: Callers) -> None:
    answer = callers.call("bo", "POST", f"{terms_of(callers)}/check", json={"clauses": GIVEN})
    assert answer.status_code == 200
    assert answer.json["contradictions"] == [{"rule": "HGR-10", "clause": "foreground_ip"}]
    assert answer.json["clauses"] == GIVEN
    assert callers.call("ada", "POST", f"{terms_of(callers)}/check", json={"clauses": GIVEN}).status_code == 403
    assert callers.call(None, "GET", terms_of(callers)).status_code == 404


def test_versions_stand_side_by_side(callers: Callers) -> None:
    first = put(callers, {"clauses": GIVEN, "text": {"en": "Shoes."}}).json["terms_version"]
    second = put(callers, {"clauses": {"training": {"needed": "induction"}}}).json["terms_version"]
    path = f"/terms/compare?left={first}&right={second}"
    rows = callers.call(None, "GET", path).json["rows"]
    assert [(row["clause"], row["part"], row["difference"]) for row in rows] == [
        ("foreground_ip", "pattern", "removed"),
        ("liability_cap", "cap", "removed"),
        ("liability_cap", "sum", "removed"),
        ("training", "needed", "added"),
        (None, "text", "removed"),
    ]
    missing = callers.stage.facility.id
    assert callers.call(None, "GET", f"/terms/compare?left={first}&right={missing}").status_code == 404
    assert callers.call(None, "GET", f"/terms/compare?left={first}").status_code == 422
