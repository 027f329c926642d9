"""Which rules arise on which entry, answered once each: directions, triggers, exclusions, and what the vault holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from marketplace.permits.rules import truth
from marketplace.permits.rules.book import Rule, RuleBook
from marketplace.permits.rules.facts import MISSING, Entry, Facts, Missing
from marketplace.permits.rules.paths import Scene
from marketplace.permits.rules.predicates import Held, Witness, valid_on
from marketplace.permits.rules.truth import NO, UNKNOWN, YES, Truth

APPROVALS: Final = frozenset(
    {"permit", "licence", "approval", "certificate", "accreditation", "registration", "filing"}
)
OTHER: Final = {"user": "host", "host": "user"}


@dataclass
class Court:
    """One booking before all rules. Answers are kept: rules ask each other."""

    facts: Facts
    book: RuleBook
    _said: dict[tuple[str, str], Truth] = field(default_factory=dict)
    _ways: dict[tuple[Any, ...], Truth] = field(default_factory=dict)
    _law: dict[tuple[str, date], Rule | None] = field(default_factory=dict)

    def judge(self, rule_id: str, entry: Entry) -> Truth:
        """Whether a rule arises on an entry, by the law of that entry's date."""
        key = rule_id, entry.path or entry.list
        found = self._said.get(key)
        if found is None:
            rule = self.law(rule_id, entry)
            found = self._said[key] = NO if rule is None else self._judge(rule, entry)
        return found

    def law(self, rule_id: str, entry: Entry) -> Rule | None:
        """The version of a rule that the entry's date stands under."""
        key = rule_id, entry.on
        if key not in self._law:
            self._law[key] = self.book.at(rule_id, entry.on)
        return self._law[key]

    def fires(self, rule_id: str, entry: Entry) -> Truth:
        """Whether a rule arises on the entry, or, looking at another list, anywhere in the booking."""
        over = self._over(rule_id)
        if over == entry.list:
            return self.judge(rule_id, entry)
        entries = self.facts.entries.get(over)
        return UNKNOWN if entries is None else truth.any_of(self.judge(rule_id, each) for each in entries)

    def witnesses(self, rule_id: str, entry: Entry) -> Iterator[Witness]:
        """The facts by which a rule arises, or those that are missing where nobody can tell."""
        over = self._over(rule_id)
        if over != entry.list:
            yield from self._elsewhere(rule_id, over, entry)
            return
        rule = self.law(rule_id, entry)
        if rule is None:
            return
        scene, whole = self.scene(entry), self.judge(rule_id, entry)
        for predicate in (rule.ways, rule.trigger):
            if predicate is not None and predicate.judge(scene) is whole:
                yield from predicate.witnesses(scene)
        for other, mirrored in self._conditions(rule):
            if (~self.judge(other, entry) if mirrored else self.judge(other, self._parent(entry))) is whole:
                yield from self.witnesses(other, entry)

    def _elsewhere(self, rule_id: str, over: str, entry: Entry) -> Iterator[Witness]:
        entries = self.facts.entries.get(over)
        if entries is None:
            yield over, MISSING
            return
        whole = self.fires(rule_id, entry)
        for each in entries:
            if self.judge(rule_id, each) is whole:
                yield from self.witnesses(rule_id, each)

    def scene(self, entry: Entry) -> Scene:
        """The entry as a predicate looks at it."""
        return Scene(self.facts, entry, self)

    def _over(self, rule_id: str) -> str:
        versions = self.book.versions.get(rule_id)
        return versions[0].over if versions else ""

    def _judge(self, rule: Rule, entry: Entry) -> Truth:
        scene = self.scene(entry)
        found = YES if rule.ways is None else self._way(rule, entry, scene)
        if found is not NO and rule.trigger is not None:
            found = min(found, rule.trigger.judge(scene))
        for other, mirrored in self._conditions(rule):
            if found is NO:
                break
            found = min(found, ~self.judge(other, entry) if mirrored else self.judge(other, self._parent(entry)))
        return found

    def _conditions(self, rule: Rule) -> Iterator[tuple[str, bool]]:
        """Rules that must arise as well, and (True) those that must not."""
        if rule.within:
            yield rule.within, False
        for other in self.book.excluders.get(rule.id, ()):
            if self._over(other) == rule.over:
                yield other, True

    def _way(self, rule: Rule, entry: Entry, scene: Scene) -> Truth:
        # Most rules fall at the direction, and flows go few ways.
        key = rule.directions, entry.origin, entry.target, entry.list
        found = self._ways.get(key)
        if found is None:
            found = self._ways[key] = YES if rule.ways is None else rule.ways.judge(scene)
        return found

    def _parent(self, entry: Entry) -> Entry:
        if entry.path == entry.parent:
            return entry
        return next(each for each in self.facts.entries[entry.list] if each.path == entry.parent)

    def holders(self, rule: Rule, entry: Entry) -> frozenset[str]:
        """Whose approval it would be."""
        exporter = entry.facts.get("exporter", MISSING)
        known = {exporter} if isinstance(exporter, str) else set(OTHER)
        by_role: Mapping[str, set[Any]] = {
            "host": {"host"},
            "user": {"user"},
            "exporter": known,
            "importer": {OTHER[each] for each in known if each in OTHER},
            "individual": {entry.parent},
            "mainland_party": {party for party in OTHER if self.facts.where(party) == "CN"},
        }
        return frozenset(by_role.get(rule.applicant, set(OTHER)))

    def own_approval(self, rule: Rule, entry: Entry) -> str | None:
        """The vault's entry that satisfies a rule: under the same rule, valid, in scope and not used up (CLR-04)."""
        if not self.facts.vault:
            return None
        holders = self.holders(rule, entry)
        for held in self.facts.vault:
            meant = held.get("rule") == rule.id and held.get("kind") in APPROVALS and held.get("holder") in holders
            if meant and valid_on(held, entry.on) and in_scope(held, entry):
                return str(held.get("id"))
        return None

    def helped(self, rule: Rule, entry: Entry) -> list[tuple[str, str]]:
        """Entries of the vault that stand in for a rule or speed it up, as its row says: id and effect."""
        scene = self.scene(entry)
        found: list[tuple[str, str]] = []
        for recognised in rule.satisfied_by:
            wanted = {name: recognised[name] for name in ("rule", "list") if name in recognised}
            asked = Held(wanted, tuple(recognised["holders"]))
            if asked.judge(scene) is YES:
                found += [(name.removeprefix("vault/"), recognised["effect"]) for name, _ in asked.witnesses(scene)]
        return found


def in_scope(held: Mapping[str, Any], entry: Entry) -> bool:
    """Whether an approval covers the entry: each thing that its scope names is among what it allows."""
    scope = held.get("scope") or {}
    return all(entry.facts.get(name, MISSING) in _listed(allowed) for name, allowed in scope.items())


def _listed(allowed: Any) -> Sequence[Any]:
    return allowed if isinstance(allowed, list) else [allowed]


def missing(witnesses: Iterator[Witness]) -> list[str]:
    """The names of the facts that nobody told, each once."""
    return list(dict.fromkeys(name for name, value in witnesses if isinstance(value, Missing)))
