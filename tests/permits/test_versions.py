"""Two versions of one rule in one plan: each waits for, and stands beside, those that speak of the same things."""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.permits.rules.book import Rule, RuleBook
from marketplace.permits.rules.judging import Outcome
from marketplace.permits.rules.plan import Plan, Requirement
from tests.permits.cases import book, plan_of
from tests.permits.test_properties import bookings

TURN = date(2026, 6, 30)
EARLY, LATE = "2026-05-04", "2026-08-03"


def split(*rule_ids: str) -> RuleBook:
    """The rules, some of them (all where none is named) followed by a second version that says the same."""
    found: list[Rule] = []
    for rule in book().rules:
        lasts = rule.effective_to is None and (rule.effective_from is None or rule.effective_from <= TURN)
        if lasts and (not rule_ids or rule.id in rule_ids):
            found.append(replace(rule, effective_to=TURN))
            found.append(replace(rule, version=2, effective_from=TURN + timedelta(days=1)))
        else:
            found.append(rule)
    return RuleBook(found)


def states(plan: Plan) -> dict[tuple[str, str], Outcome]:
    """What is said of each rule and entry, whatever the version."""
    told = ((each, path, state) for each in plan.requirements for path, state in each.verdict.states.items())
    return {(each.rule_id, path): state for each, path, state in told}


def ways(plan: Plan, *, alone: bool) -> set[tuple[str, str, str]]:
    """Which way stands beside which, entry by entry."""
    by_name = {each.verdict.name: each for each in plan.requirements}
    found = set()
    for each in by_name.values():
        for other in each.alternatives:
            beside = [by_name[other]] if alone else [one for one in by_name.values() if one.rule_id == other]
            for path, state in each.verdict.states.items():
                if any(state is one.verdict.states.get(path) is Outcome.ALTERNATIVE for one in beside):
                    found.add((each.rule_id, other, path))
    return found


def spread(told: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """The same booking with each thing before or after the law changed."""
    moved = copy.deepcopy(told)
    for name in ("data_flows", "goods_flows", "people_flows", "technology_flows", "chemicals"):
        for each in moved[name]:
            each["date"] = data.draw(st.sampled_from([EARLY, LATE]))
    return moved


@settings(max_examples=60, deadline=None)
@given(bookings(), st.data())
def test_a_second_version_that_says_the_same_changes_nothing(told: dict[str, Any], data: st.DataObject) -> None:
    dated = spread(told, data)
    one, two = plan_of(dated), plan_of(dated, rules=split())
    assert states(two) == states(one)
    assert ways(two, alone=False) == ways(one, alone=True)
    assert (two.earliest_start is None) == (one.earliest_start is None)
    if one.earliest_start and two.earliest_start:
        # What runs by itself for fewer things may be done sooner, never later.
        assert two.earliest_start <= one.earliest_start
    waits_for = named(two)
    for each in two.requirements:
        for other in each.after:
            assert other in waits_for, "each that is waited for is there"
            assert fits(each, waits_for[other], waits_for)
        assert each.verdict.conditional_on in (None, each.verdict.rule.branch_of)


def named(plan: Plan) -> dict[str, Requirement]:
    return {each.verdict.name: each for each in plan.requirements}


def fits(each: Requirement, other: Requirement, every: dict[str, Requirement]) -> bool:
    """Whether `other` speaks of the same entries, or no version of its rule does."""
    versions = [one for one in every.values() if one.rule_id == other.rule_id]
    mine = each.verdict.states.keys()
    return bool(mine & other.verdict.states.keys()) or not any(mine & one.verdict.states.keys() for one in versions)


RESTRICTED: dict[str, Any] = {
    "from": "CN",
    "to": "HK",
    "export_catalogue_part": "restricted",
    "import_catalogue_part": "none",
    "contract_type": "technical_service",
}
ACROSS: dict[str, Any] = {
    "host": {"jurisdiction": "CN-GD"},
    "user": {"jurisdiction": "HK"},
    "mode": "on_site",
}


def test_each_version_waits_for_the_version_of_its_own_day() -> None:
    first = next(rule for rule in book().rules if rule.id == "TEC-02")
    rules = [rule for rule in split("TEC-02").rules if rule.id != "TEC-05"]
    follower = replace(first, id="TEC-05", after=("TEC-02",), clocks=())
    old = replace(follower, effective_to=TURN)
    new = replace(follower, version=2, effective_from=TURN + timedelta(days=1))
    flows = [{**RESTRICTED, "date": EARLY}, {**RESTRICTED, "date": LATE}]
    plan = plan_of({**ACROSS, "technology_flows": flows}, rules=RuleBook([*rules, old, new]))
    found = named(plan)
    assert {each.verdict.rule.version for each in found.values() if each.rule_id == "TEC-02"} == {1, 2}
    for name, each in found.items():
        if each.rule_id == "TEC-05":
            version = each.verdict.rule.version
            assert [found[other].verdict.rule.version for other in each.after] == [version], name
            leader = next(
                one for one in found.values() if one.rule_id == "TEC-02" and one.verdict.rule.version == version
            )
            assert each.timing.bound >= leader.timing.bound > plan.on


def test_one_version_is_found_from_rules_that_have_one() -> None:
    """Where only one of two ways has a second version, about nothing here, the first stands beside the other way."""
    lent = {"from": "HK", "to": "CN", "exporter": "user", "kind": "instrument", "purpose": "research", "returns": True}
    lent |= {"consumable": False, "special_goods": False, "bio_kind": None, "control_codes": {}}
    flows = [
        {**lent, "date": EARLY, "return_by": "2026-05-20"},
        {**lent, "date": LATE, "returns": False},
    ]
    told = {**ACROSS, "goods_flows": flows}
    one = plan_of(told)
    assert ways(one, alone=True), "there is something to choose"
    for rule_id in {rule for rule, _, _ in ways(one, alone=True)}:
        two = plan_of(told, rules=split(rule_id))
        assert ways(two, alone=False) == ways(one, alone=True)
        assert two.earliest_start == one.earliest_start
