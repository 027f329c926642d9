"""The shipped rules, and the plan of some facts by them, without a database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from marketplace.jurisdictions.rules import WorkingCalendar
from marketplace.jurisdictions.tables import table
from marketplace.permits.library import Library, shipped
from marketplace.permits.rules.answers import answers_of
from marketplace.permits.rules.book import RuleBook, rule_of
from marketplace.permits.rules.facts import Facts, Territories
from marketplace.permits.rules.plan import Plan, Requirement, plan_for

UNION_OUTSIDE = {"CN", "HK", "MO", "GB", "US", "SG", "JP", "KR", "AU", "CA", "CH"}


@cache
def library() -> Library:
    """The rule files as they are shipped."""
    return shipped()


@cache
def book() -> RuleBook:
    """The first versions of all shipped rules."""
    return RuleBook([rule_of(told) for told in library().rules])


@cache
def territories() -> Territories:
    """The tree of the data files."""
    roots = {row["code"]: row["root_code"] for row in table("jurisdictions")}
    zones = {row["code"]: roots[row["jurisdiction_code"]] for row in table("zones") if row["jurisdiction_code"]}
    return Territories(roots | zones, frozenset(roots.values()) - UNION_OUTSIDE)


@cache
def calendars() -> Mapping[str, WorkingCalendar]:
    """The calendars of the data files, the years with an official notice."""
    found = {}
    for row in table("calendars"):
        days = [(date.fromisoformat(day["day"]), day["kind"]) for year in row["official"] for day in year["days"]]
        found[row["code"]] = WorkingCalendar(
            row["code"],
            frozenset(row["working_weekdays"]),
            off=frozenset(day for day, kind in days if kind == "off"),
            worked=frozenset(day for day, kind in days if kind == "worked"),
            official_years=frozenset(year["year"] for year in row["official"]),
        )
    return found


def plan_of(given: Mapping[str, Any], on: str = "2026-03-02", *, rules: RuleBook | None = None) -> Plan:
    """The plan of some facts on a day."""
    facts = Facts.read(given, date.fromisoformat(on), territories(), library().facts)
    return plan_for(facts, rules or book(), calendars(), answers_of(library().facts))


def by_rule(plan: Plan) -> dict[str, Requirement]:
    """The requirements of a plan by the ids of their rules."""
    return {each.rule_id: each for each in plan.requirements}
