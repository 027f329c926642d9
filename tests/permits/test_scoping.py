"""What an approval covers: bounds, codes, one use for one flow, and how much what is held shortens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from marketplace.applications.rules.validity import scope_of
from marketplace.permits.rules.book import RuleBook
from marketplace.permits.rules.judging import Outcome
from marketplace.permits.rules.scoping import as_wide
from marketplace.permits.rules.sharing import dealt
from marketplace.permits.rules.vault import scope_names, turns_on
from tests.permits.cases import book, by_rule, library, plan_of
from tests.permits.test_versions import ACROSS, RESTRICTED

SENT: dict[str, Any] = {
    "from": "CN", "to": "GB", "date": "2026-04-01", "exporter": "host", "pi_nonsensitive_persons": 0,
    "pi_sensitive_persons": 300, "pi_ytd_nonsensitive": 0, "pi_ytd_sensitive": 0, "important_data": False,
    "hgr_information": False, "ciio": False, "onward_outside_gba": False, "basis": "consent", "bulk_category": None,
    "purpose": "joint analysis",
}  # fmt: skip
GOODS: dict[str, Any] = {
    "from": "CN", "to": "HK", "exporter": "host", "kind": "instrument", "hs_code": "9027", "purpose": "research",
    "control_codes": {"CN": ["dual_use"]}, "special_goods": False, "bio_kind": None, "returns": False,
    "date": "2026-04-01",
}  # fmt: skip
HOST: dict[str, Any] = {
    "host": {"jurisdiction": "CN", "zone": None},
    "user": {"jurisdiction": "HK"},
    "place": {"zone": None},
}


def granted(rule_id: str, flow: dict[str, Any], name: str = "v") -> dict[str, Any]:
    """An approval with the scope that a grant for a flow gives it."""
    rule = book().versions[rule_id][0]
    scope = scope_of({"flow": flow}, scope_names(rule, library().facts), turns_on(rule, book()))
    return {"id": name, "kind": "filing", "rule": rule_id, "holder": "host", "scope": scope}


def filed(flow: dict[str, Any], **more: Any) -> Outcome:
    held = granted("DAT-02", SENT) | more
    facts = {**HOST, "user": {"jurisdiction": "GB"}, "data_flows": [flow], "vault": [held]}
    return by_rule(plan_of(facts))["DAT-02"].outcome


def licensed(flows: list[dict[str, Any]], vault: list[dict[str, Any]]) -> dict[str, Outcome]:
    plan = plan_of({**HOST, "goods_flows": flows, "vault": vault})
    return dict(by_rule(plan)["EXP-01"].verdict.states)


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, True),
        ({"pi_sensitive_persons": 299}, True),
        ({"pi_sensitive_persons": 301}, False),
        ({"pi_sensitive_persons": 9_000}, False),
        ({"pi_nonsensitive_persons": 1}, False),
        ({"purpose": "marketing"}, False),
        ({"date": "2026-05-01"}, True),
        ({"pi_ytd_sensitive": 2_000}, True),
    ],
)
def test_a_filing_covers_as_many_as_it_was_granted_for(more: dict[str, Any], counts: bool) -> None:
    assert (filed({**SENT, **more}) is Outcome.SATISFIED) is counts


def test_what_nobody_told_is_not_covered_and_an_old_entry_is_not_limited() -> None:
    assert filed({**SENT, "pi_sensitive_persons": "unknown"}) is not Outcome.SATISFIED
    many = {**SENT, "pi_sensitive_persons": 9_000}
    assert filed(many, scope={}) is Outcome.SATISFIED
    assert filed(many, scope={"from": ["CN"], "to": "GB"}) is Outcome.SATISFIED
    assert filed(many, scope={"pi_sensitive_persons": {"max": "lots"}}) is not Outcome.SATISFIED


def test_a_grant_carries_what_the_rule_turns_on() -> None:
    assert granted("DAT-02", SENT)["scope"] == {
        "from": ["CN"],
        "to": ["GB"],
        "purpose": ["joint analysis"],
        "pi_nonsensitive_persons": {"max": 0},
        "pi_sensitive_persons": {"max": 300},
    }
    assert granted("EXP-01", {**GOODS, "control_codes": {"CN": ["dual_use"], "HK": ["cwc"]}})["scope"] == {
        "from": ["CN"],
        "to": ["HK"],
        "kind": ["instrument"],
        "special_goods": [False],
        "hs_code": ["9027"],
        "purpose": ["research"],
        "control_codes": {"CN": ["dual_use"]},
    }
    two = {"a": SENT, "b": {**SENT, "pi_sensitive_persons": 40, "pi_nonsensitive_persons": "unknown"}}
    rule = book().versions["DAT-02"][0]
    both = scope_of(two, scope_names(rule, library().facts), turns_on(rule, book()))
    assert both["pi_sensitive_persons"] == {"max": 300}
    assert "pi_nonsensitive_persons" not in both


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, True),
        ({"control_codes": {"CN": ["dual_use"], "HK": ["cwc"]}}, True),
        ({"control_codes": {"CN": ["dual_use", "nuclear"]}}, False),
        ({"control_codes": {"CN": ["nuclear"]}}, False),
        ({"purpose": "production"}, False),
        ({"purpose": "unknown"}, False),
    ],
)
def test_a_licence_covers_the_codes_of_its_regime_and_its_purpose(more: dict[str, Any], counts: bool) -> None:
    [found] = licensed([{**GOODS, **more}], [granted("EXP-01", GOODS)]).values()
    assert (found is Outcome.SATISFIED) is counts


@pytest.mark.parametrize("turned", [False, True])
def test_one_use_serves_the_flow_of_the_first_day(turned: bool) -> None:
    early, late = GOODS, {**GOODS, "date": "2026-06-01"}
    flows = [late, early] if turned else [early, late]
    first, second = ("goods_flows/1", "goods_flows/0") if turned else ("goods_flows/0", "goods_flows/1")
    found = licensed(flows, [granted("EXP-01", GOODS)])
    assert (found[first], found[second] is Outcome.SATISFIED) == (Outcome.SATISFIED, False)
    both = licensed(flows, [granted("EXP-01", GOODS, "v"), granted("EXP-01", GOODS, "w")])
    assert set(both.values()) == {Outcome.SATISFIED}


def test_of_one_day_the_first_told_takes_it_and_narrow_ones_are_not_wasted() -> None:
    assert licensed([GOODS, GOODS], [granted("EXP-01", GOODS)])["goods_flows/0"] is Outcome.SATISFIED
    other = {**GOODS, "purpose": "test", "date": "2026-05-01"}
    wide = granted("EXP-01", GOODS, "wide") | {"scope": {}}
    for vault in ([wide, granted("EXP-01", GOODS)], [granted("EXP-01", GOODS), wide]):
        assert set(licensed([GOODS, other], vault).values()) == {Outcome.SATISFIED}


def test_who_comes_first_never_goes_without_for_anothers_sake() -> None:
    assert dealt({"a": ["x"], "b": ["x"]}) == {"a": "x"}
    assert dealt({"a": ["x", "y"], "b": ["x"]}) == {"a": "y", "b": "x"}
    assert dealt({"a": ["x", "y"], "b": ["x"], "c": ["y"]}) == {"a": "y", "b": "x"}
    assert dealt({"a": []}) == {}


@pytest.mark.parametrize(
    ("scope", "other", "wide"),
    [
        ({"p": {"max": 5}}, {"p": {"max": 5}}, True),
        ({"p": {"max": 5}}, {"p": {"max": 6}}, False),
        ({"p": {"max": 5}}, {}, False),
        ({}, {"p": {"max": 5}}, True),
        ({"c": {"CN": ["a", "b"]}}, {"c": {"CN": ["a"], "HK": ["x"]}}, True),
        ({"c": {"CN": ["a"], "HK": []}}, {"c": {"CN": ["a"]}}, False),
        ({"c": {"CN": ["a"]}}, {"c": {"CN": ["b"]}}, False),
        ({"to": ["HK", "MO"]}, {"to": "HK"}, True),
        ({"to": ["HK"]}, {"to": {"max": 1}}, False),
    ],
)
def test_one_scope_is_as_wide_as_another(scope: dict[str, Any], other: dict[str, Any], wide: bool) -> None:
    assert as_wide(scope, other) is wide


def timed(days: int | None, **held: Any) -> Any:
    """The dates of TEC-02, which a listing on TEC-01's approvals shortens by some days."""
    recognising = {"rule": "TEC-01", "holders": ["host"], "effect": "shortens"} | ({"days": days} if days else {})
    rules = [replace(each, satisfied_by=(recognising,)) if each.id == "TEC-02" else each for each in book().rules]
    vault = [{"id": "v", "kind": "licence", "rule": "TEC-01", "holder": "host", **held}]
    facts = {**ACROSS, "technology_flows": [{**RESTRICTED, "date": "2026-05-04"}], "vault": vault}
    return by_rule(plan_of(facts, rules=RuleBook(rules)))["TEC-02"].timing


def test_what_shortens_takes_its_days_off_the_clock() -> None:
    whole = timed(None)
    assert timed(7, scope={"to": ["MO"]}).earliest == whole.earliest, "out of scope it helps nobody"
    assert whole.earliest - timed(7).earliest >= timedelta(days=7)
    assert timed(3660).earliest == whole.start


def test_the_basis_names_the_row_that_says_so() -> None:
    plan = plan_of({**HOST, "goods_flows": [GOODS], "vault": [granted("EXP-01", GOODS)]})
    assert [(use.rule, use.basis) for use in plan.vault_used] == [("EXP-01", "same_rule:EXP-01@1")]
