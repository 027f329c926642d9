"""Judging only the rules that a direction leaves open gives the plan that judging every rule gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from hypothesis import given, settings

from marketplace.permits.rules import book as books
from marketplace.permits.rules.book import Candidate, Rule, RuleBook
from marketplace.permits.rules.facts import Entry, Facts
from marketplace.permits.rules.judging import Outcome
from marketplace.permits.rules.paths import Scene
from marketplace.permits.rules.plan import Plan
from marketplace.permits.rules.predicates import All, Some
from marketplace.permits.rules.truth import NO, UNKNOWN, YES, Truth
from tests.permits.cases import book, library, plan_of, territories
from tests.permits.test_properties import bookings

ON = "2026-03-02"


class EveryRule(RuleBook):
    """The same rules, all of which are judged on every entry of their list, each time anew."""

    def candidates(self, scene: Scene) -> Mapping[str, Candidate]:
        """Whatever looks at the entry's list and is law on its day, its direction judged on the entry itself."""
        found = {}
        for rule_id, versions in self.versions.items():
            law = [each for each in versions if each.in_force(scene.entry.on)]
            if law and law[0].over == scene.entry.list:
                goes = law[0].ways.judge(scene) if law[0].ways else YES
                found[rule_id] = Candidate(law[0], goes, self.conditions(law[0]))
        return found


class Witnessing:
    """A court without memory: each answer is found by asking the rule, and those it names, again."""

    def __init__(self, facts: Facts, rules: Mapping[str, Rule]) -> None:
        """`rules` are those of one version each."""
        self.facts, self.rules = facts, rules

    def judge(self, rule_id: str, entry: Entry) -> Truth:
        rule = self.rules[rule_id]
        if not rule.in_force(entry.on):
            return NO
        scene = Scene(self.facts, entry, self)
        found = [each.judge(scene) for each in (rule.ways, rule.trigger) if each is not None]
        if rule.within:
            found.append(self.judge(rule.within, self.parent(entry)))
        found += [~self.judge(other.id, entry) for other in self.excluding(rule)]
        return min(found, default=YES)

    def fires(self, rule_id: str, entry: Entry) -> Truth:
        over = self.rules[rule_id].over
        if over == entry.list:
            return self.judge(rule_id, entry)
        entries = self.facts.entries.get(over)
        return UNKNOWN if entries is None else max((self.judge(rule_id, each) for each in entries), default=NO)

    def excluding(self, rule: Rule) -> Iterator[Rule]:
        return (other for other in self.rules.values() if rule.id in other.excludes and other.over == rule.over)

    def parent(self, entry: Entry) -> Entry:
        return next(each for each in self.facts.entries[entry.list] if each.path == entry.parent)


def told(plan: Plan) -> list[Any]:
    """All that a plan says, in its order."""
    return [
        (plan.earliest_start, plan.open, plan.provisional, plan.critical_path, plan.questions, plan.vault_used),
        *((each.rule_id, each.blocks, each.timing, each.after, each.alternatives) for each in plan.requirements),
        *((each.same_application, each.verdict.states, each.verdict.missing) for each in plan.requirements),
        *((each.verdict.blocks, each.verdict.excluded, each.verdict.why) for each in plan.requirements),
    ]


@settings(max_examples=60, deadline=None)
@given(bookings())
def test_a_plan_is_the_same_as_when_every_rule_is_judged(facts: dict[str, Any]) -> None:
    assert told(plan_of(facts)) == told(plan_of(facts, rules=EveryRule(book().rules)))


@settings(max_examples=60, deadline=None)
@given(bookings())
def test_a_rule_arises_where_it_does_when_asked_alone(facts: dict[str, Any]) -> None:
    read = Facts.read(facts, date.fromisoformat(ON), territories(), library().facts)
    rules = {rule.id: rule for rule in book().rules}
    alone = Witnessing(read, rules)
    expected = {
        (rule.id, entry.path, truth)
        for rule in rules.values()
        if rule.fires_on == "booking"
        for entry in read.entries.get(rule.over, ())
        if (truth := alone.judge(rule.id, entry)) is not NO
    }
    said = {
        (each.rule_id, path, UNKNOWN if state is Outcome.NEEDS_ANSWER else YES)
        for each in plan_of(facts, ON).requirements
        for path, state in each.verdict.states.items()
        if path in each.verdict.entries
    }
    assert said == expected


def test_what_is_kept_of_ways_stays_small(monkeypatch: Any) -> None:
    monkeypatch.setattr(books, "MOST_WAYS", 3)
    rules = RuleBook(book().rules)
    for number in range(10):
        facts = {"host": {"jurisdiction": "HK"}, "goods_flows": [{"from": f"Q{number}", "to": "HK"}]}
        assert told(plan_of(facts, rules=rules)) == told(plan_of(facts, rules=EveryRule(book().rules)))
    assert len(rules._known) <= 3


def test_what_takes_long_is_asked_last_and_told_in_its_place() -> None:
    trees = [rule.trigger for rule in book().rules if isinstance(rule.trigger, All | Some)]
    assert trees
    for tree in trees:
        assert sorted(map(id, tree.quick)) == sorted(map(id, tree.parts))
    assert any(tree.quick != tree.parts for tree in trees)
