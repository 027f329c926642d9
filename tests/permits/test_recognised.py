"""What satisfies a rule by recognition is tested as an approval under the rule itself is: in scope, and an approval."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from marketplace.permits.rules.book import RuleBook
from marketplace.permits.rules.judging import Outcome
from tests.permits.cases import book, by_rule, plan_of
from tests.permits.test_versions import ACROSS, RESTRICTED

FLOW = {**RESTRICTED, "date": "2026-05-04"}
HELD: dict[str, Any] = {"id": "v", "kind": "licence", "rule": "TEC-01", "holder": "host"}


def satisfied(held: dict[str, Any], effect: str = "replaces") -> tuple[Outcome, list[str]]:
    """What a plan says of TEC-02, which recognises approvals under TEC-01, and what helped."""
    recognising = ({"rule": "TEC-01", "holders": ["host"], "effect": effect},)
    rules = [replace(each, satisfied_by=recognising) if each.id == "TEC-02" else each for each in book().rules]
    plan = plan_of({**ACROSS, "technology_flows": [FLOW], "vault": [held]}, rules=RuleBook(rules))
    found = by_rule(plan)["TEC-02"]
    return found.outcome, [use.effect for use in (*found.verdict.satisfied_by, *found.verdict.helped_by)]


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, True),
        ({"scope": {}}, True),
        ({"scope": {"to": ["HK", "MO"]}}, True),
        ({"scope": {"to": "HK", "contract_type": ["technical_service"]}}, True),
        ({"scope": {"to": ["MO"]}}, False),
        ({"scope": {"to": ["HK"], "contract_type": ["licence"]}}, False),
        ({"scope": {"of_another_list": ["x"]}}, False),
        ({"kind": "letter_of_intent"}, False),
        ({"kind": "training"}, False),
        ({"holder": "user"}, False),
        ({"valid_to": "2026-05-03"}, False),
        ({"valid_from": "2026-05-05"}, False),
        ({"used_up": True}, False),
        ({"revoked": True}, False),
    ],
)
def test_only_what_is_in_scope_counts(more: dict[str, Any], counts: bool) -> None:
    expected = (Outcome.SATISFIED, ["replaces"]) if counts else (Outcome.REQUIRED, [])
    assert satisfied({**HELD, **more}) == expected


@pytest.mark.parametrize("effect", ["shortens", "prioritises", "evidence"])
def test_what_only_helps_is_tested_alike(effect: str) -> None:
    assert satisfied(HELD, effect) == (Outcome.REQUIRED, [effect])
    assert satisfied({**HELD, "scope": {"to": ["MO"]}}, effect) == (Outcome.REQUIRED, [])
