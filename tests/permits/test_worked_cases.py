"""The worked bookings of the reference: every field of their expectations, compared as their file says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from marketplace.permits.rules.judging import Outcome
from marketplace.permits.rules.plan import Plan, Requirement
from tests.permits.cases import by_rule, plan_of

CASES = (
    *("P1", "P2", "P2b", "P2c", "P2d", "P3", "P3b", "P3c", "P4", "P4b", "P5", "P5b", "P5c", "P6", "P6b", "P6c", "P6d"),
    *("P7", "P7b", "P7c", "P8", "P8b", "P9"),
)
ABSENT = (None, Outcome.NOT_REQUIRED, Outcome.DENIED)


def outcome(plan: Plan, rule: str) -> Outcome | None:
    found = by_rule(plan).get(rule)
    return found.outcome if found else None


def present(plan: Plan, rule: str) -> bool:
    return outcome(plan, rule) not in ABSENT


def of(plan: Plan, rule: str) -> Requirement:
    assert rule in by_rule(plan), rule
    return by_rule(plan)[rule]


def outcomes(plan: Plan, expected: Mapping[str, str]) -> None:
    said = {rule: (outcome(plan, rule) or Outcome.NOT_REQUIRED).value for rule in expected}
    assert said == expected


def are_present(plan: Plan, expected: list[str]) -> None:
    assert [rule for rule in expected if not present(plan, rule)] == []


def any_present(plan: Plan, expected: list[list[str]]) -> None:
    assert [group for group in expected if not any(present(plan, rule) for rule in group)] == []


def absent(plan: Plan, expected: list[str]) -> None:
    said = {rule: outcome(plan, rule) for rule in expected}
    assert {rule: one for rule, one in said.items() if one not in (None, Outcome.NOT_REQUIRED)} == {}


def advice(plan: Plan, expected: list[str]) -> None:
    assert [rule for rule in expected if not present(plan, rule) or of(plan, rule).blocks] == []


def normal_done(plan: Plan, expected: Mapping[str, str | None]) -> None:
    assert {rule: _text(of(plan, rule).timing.earliest) for rule in expected} == expected


def latest_done(plan: Plan, expected: Mapping[str, str | None]) -> None:
    assert {rule: _text(of(plan, rule).timing.latest) for rule in expected} == expected


def conditional(plan: Plan, expected: Mapping[str, list[str]]) -> None:
    shown = [each for each in plan.requirements if each.outcome not in ABSENT]
    said = {rule: {each.rule_id for each in shown if each.verdict.conditional_on == rule} for rule in expected}
    assert said == {rule: set(others) for rule, others in expected.items()}


def before(plan: Plan, expected: list[list[str]]) -> None:
    for first, second in expected:
        reached, waiting = set(), [second]
        while waiting:
            following = [rule for rule in of(plan, waiting.pop()).after if rule not in reached]
            reached |= set(following)
            waiting += following
        assert first in reached


def same_application(plan: Plan, expected: list[list[str]]) -> None:
    for first, second in expected:
        assert second in of(plan, first).same_application and first in of(plan, second).same_application


def milestones(plan: Plan, expected: Mapping[str, Mapping[str, str]]) -> None:
    for rule, days in expected.items():
        said = {each.kind: each.day.isoformat() for each in of(plan, rule).timing.milestones}
        assert {kind: said.get(kind) for kind in days} == days


def excluded_flows(plan: Plan, expected: Mapping[str, list[str]]) -> None:
    assert {rule: set(of(plan, rule).verdict.excluded) for rule in expected} == {
        rule: set(flows) for rule, flows in expected.items()
    }


def flows_of(plan: Plan, expected: Mapping[str, list[str]]) -> None:
    assert {rule: set(of(plan, rule).verdict.flows) for rule in expected} == {
        rule: set(flows) for rule, flows in expected.items()
    }


def is_open(plan: Plan, expected: list[str]) -> None:
    assert set(expected) <= set(plan.open)


def uses_vault(plan: Plan, expected: list[str]) -> None:
    assert set(expected) <= {use.vault for use in plan.vault_used}


def variant_given(plan: Plan, expected: list[str]) -> None:
    assert [rule for rule in expected if not of(plan, rule).verdict.rule.told.get("variant")] == []


def question(plan: Plan, expected: str) -> None:
    assert expected in [each.fact for each in plan.questions]


def _text(day: Any) -> str | None:
    return day.isoformat() if day else None


COMPARED: dict[str, Callable[[Plan, Any], None]] = {
    "outcomes": outcomes,
    "present": are_present,
    "any_present": any_present,
    "absent": absent,
    "advice": advice,
    "normal_done": normal_done,
    "latest_done": latest_done,
    "conditional": conditional,
    "before": before,
    "same_application": same_application,
    "milestones": milestones,
    "excluded_flows": excluded_flows,
    "flows_of": flows_of,
    "open": is_open,
    "uses_vault": uses_vault,
    "variant_given": variant_given,
    "question": question,
}


@pytest.fixture
def cases(shared_data: Path) -> Mapping[str, Mapping[str, Any]]:
    """Every worked case by its id."""
    told = json.loads((shared_data / "permit_cases.json").read_text(encoding="utf-8"))["cases"]
    return {case["id"]: case for case in told}


def test_no_worked_booking_is_left_out(cases: Mapping[str, Mapping[str, Any]]) -> None:
    assert tuple(cases) == CASES


@pytest.mark.parametrize("name", CASES)
def test_a_worked_booking_comes_out_as_expected(name: str, cases: Mapping[str, Mapping[str, Any]]) -> None:
    case = cases[name]
    plan = plan_of(case["facts"], case["on"])
    assert case["expect"], "a case that expects nothing proves nothing"
    for field, expected in case["expect"].items():
        COMPARED[field](plan, expected)
