"""Changing permit rules over the API: the same verbs, the same refusals, two people where a rule blocks."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace.accounts.models import PlatformRole, TokenScope
from marketplace.permits import queries
from tests.api.conftest import Callers
from tests.cast import bearer, make_person

BLOCKING, BACKGROUND = "TEC-02", "EXP-11"


def change(callers: Callers, rule: str, who: str = "dee", base: int = 1, **changes: Any) -> Any:
    row = queries.versions(callers.stage.session, rule)[0].told
    body = {"row": {**row, **changes}, "reason": "Gazette 12", "base_version": base}
    return callers.call(who, "POST", f"/permit-rules/{rule}/changes", json=body)


@pytest.fixture
def fay(callers: Callers, session: Session) -> dict[str, str]:
    role = PlatformRole.ADMINISTRATOR
    person = make_person(session, "Fay Ho", now=callers.stage.now, platform_role=role)
    session.flush()
    return bearer(callers.database, person, now=callers.stage.now, scope=TokenScope.ADMIN)


def test_a_change_that_blocks_nothing_is_a_version_at_once(callers: Callers) -> None:
    row = callers.call("dee", "GET", f"/permit-rules/{BACKGROUND}/rows").json["items"][0]["row"]
    draft = callers.call(
        "dee", "POST", f"/permit-rules/{BACKGROUND}/drafts", json={"row": {**row, "effective_to": "2026-12-31"}}
    ).json
    assert (draft["differing"], draft["needs_two"], draft["base_version"]) == (["effective_to"], False, 1)
    answer = change(callers, BACKGROUND, effective_to="2026-12-31")
    assert answer.status_code == 201
    assert answer.json["proposal"] is None and answer.json["version"]["version"] == 2
    assert change(callers, BACKGROUND, effective_to="2027-12-31").json["reasons"][0]["code"] == "rule_changed"
    history = callers.call("dee", "GET", f"/permit-rules/{BACKGROUND}/history").json["items"]
    assert [each["verb"] for each in history] == ["permit_rule.changed"]


def test_two_people_change_a_rule_that_blocks(callers: Callers, fay: dict[str, str]) -> None:
    made = change(callers, BLOCKING, applicant="host").json["proposal"]
    assert made["state"] == "open" and made["row"]["applicant"] == "host"
    path = f"/permit-rule-proposals/{made['id']}"
    own = callers.call("dee", "POST", f"{path}/agree", json={"seen_version": 1})
    assert (own.status_code, own.json["reasons"][0]["code"]) == (422, "own_proposal")
    waiting = callers.call("dee", "GET", "/permit-rule-proposals").json["items"]
    assert [each["id"] for each in waiting] == [made["id"]]
    stale = callers.call(None, "POST", f"{path}/agree", json={"seen_version": 9}, headers=fay)
    assert stale.json["reasons"][0]["code"] == "rule_changed"
    agreed = callers.call(None, "POST", f"{path}/agree", json={"seen_version": 1}, headers=fay)
    assert (agreed.status_code, agreed.json["version"]) == (200, 2)
    again = callers.call(None, "POST", f"{path}/reject", json={"reason": "late"}, headers=fay)
    assert (again.status_code, again.json["state"]) == (409, "agreed")
    told = callers.call("dee", "GET", f"/permit-rule-proposals?rule={BLOCKING}").json["items"]
    assert [each["state"] for each in told] == ["agreed"]


def test_a_rejection_carries_its_reason(callers: Callers, fay: dict[str, str]) -> None:
    made = change(callers, BLOCKING, applicant="host").json["proposal"]
    path = f"/permit-rule-proposals/{made['id']}"
    answer = callers.call(None, "POST", f"{path}/reject", json={"reason": "Article 3"}, headers=fay)
    assert (answer.json["state"], answer.json["decision_reason"]) == ("rejected", "Article 3")
    assert callers.call("dee", "GET", path).json["decision_reason"] == "Article 3"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"stage": "whenever"}, "whenever"),
        ({"after": ["DAT-99"]}, "DAT-99"),
        ({"sources": ["\ud800"]}, ""),
        ({"title": {"en": "\x00", "zh-Hant": "x", "zh-Hans": "x"}}, ""),
        ({"clock": [{"max_days": 1e300}]}, "clock"),
        ({"reviewed_on": None}, "reviewed_on"),
        ({"id": "TEC-99"}, "TEC-02"),
    ],
)
def test_a_broken_row_is_refused_by_field(callers: Callers, changes: dict[str, Any], said: str) -> None:
    answer = change(callers, BLOCKING, **changes)
    assert answer.status_code == 422
    assert all(each["field"] == "row" for each in answer.json["errors"])
    assert any(said in each["message"] for each in answer.json["errors"]), answer.json
    assert callers.call("dee", "GET", "/permit-rule-proposals").json["items"] == []


def test_deep_rows_and_large_ones_are_refused(callers: Callers) -> None:
    deep: dict[str, Any] = {}
    for _level in range(300):
        deep = {"not": deep}
    assert change(callers, BLOCKING, trigger=deep).status_code == 422
    assert change(callers, BLOCKING, portal="x" * 100_000).status_code == 422
    assert change(callers, BLOCKING, portal="x" * 700_000).status_code == 413


@pytest.mark.parametrize("who", ["ada", "bo", "cheng", "eve"])
def test_others_find_nothing(callers: Callers, who: str) -> None:
    assert change(callers, BACKGROUND, who, applicant="host").status_code == 404
    assert callers.call(who, "GET", "/permit-rule-proposals").status_code == 404
    assert callers.call(who, "GET", f"/permit-rules/{BACKGROUND}/rows").status_code == 404
