"""Which rules arise on which entry, answered once each: directions, triggers, exclusions, and what the vault holds."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from marketplace.permits.rules import truth
from marketplace.permits.rules.book import Candidate, Rule, RuleBook
from marketplace.permits.rules.facts import MISSING, Entry, Facts, Missing
from marketplace.permits.rules.paths import Scene
from marketplace.permits.rules.predicates import APPROVALS, Held, Witness, valid_on
from marketplace.permits.rules.scoping import in_scope
from marketplace.permits.rules.truth import NO, UNKNOWN, YES, Truth

OTHER: Final = {"user": "host", "host": "user"}


@dataclass
class Court:
    """One booking before all rules. Answers are kept: rules ask each other."""

    facts: Facts
    book: RuleBook
    _said: dict[tuple[str, str], Truth] = field(default_factory=dict)
    _scenes: dict[str, Scene] = field(default_factory=dict)
    _candidates: dict[str, Mapping[str, Candidate]] = field(default_factory=dict)

    def judge(self, rule_id: str, entry: Entry) -> Truth:
        """Whether a rule arises on an entry, by the law of that entry's date."""
        found = self._said.get((rule_id, entry.path))
        if found is None:
            candidate = self._open(entry).get(rule_id)
            found = NO if candidate is None else self._judge(candidate, entry)
        return found

    def arising(self, entry: Entry) -> Iterator[tuple[Rule, Truth]]:
        """The rules that arise on an entry or may do so, with what is known of each."""
        for rule_id, candidate in self._open(entry).items():
            found = self._said.get((rule_id, entry.path))
            if found is None:
                found = self._judge(candidate, entry)
            if found is not NO:
                yield candidate.rule, found

    def _open(self, entry: Entry) -> Mapping[str, Candidate]:
        found = self._candidates.get(entry.path)
        if found is None:
            found = self._candidates[entry.path] = self.book.candidates(self.scene(entry))
        return found

    def fires(self, rule_id: str, entry: Entry) -> Truth:
        """Whether a rule arises on the entry, or, looking at another list, anywhere in the booking."""
        over = self.book.listed(rule_id)
        if over == entry.list:
            return self.judge(rule_id, entry)
        entries = self.facts.entries.get(over)
        return UNKNOWN if entries is None else truth.any_of(self.judge(rule_id, each) for each in entries)

    def witnesses(self, rule_id: str, entry: Entry) -> Iterator[Witness]:
        """The facts by which a rule arises, or those that are missing where nobody can tell."""
        over = self.book.listed(rule_id)
        if over != entry.list:
            yield from self._elsewhere(rule_id, over, entry)
            return
        rule = self.book.at(rule_id, entry.on)
        if rule is None:
            return
        scene, whole = self.scene(entry), self.judge(rule_id, entry)
        for predicate in (rule.ways, rule.trigger):
            if predicate is not None and predicate.judge(scene) is whole:
                yield from predicate.witnesses(scene)
        for other, mirrored in self.book.conditions(rule, entry.on):
            if self._condition(other, entry, mirrored=mirrored) is whole:
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
        found = self._scenes.get(entry.path)
        if found is None:
            found = self._scenes[entry.path] = Scene(self.facts, entry, self)
        return found

    def _judge(self, candidate: Candidate, entry: Entry) -> Truth:
        found, trigger = candidate.goes, candidate.rule.trigger
        if trigger is not None:
            found = min(found, trigger.judge(self.scene(entry)))
        for other, mirrored in candidate.conditions:
            if found is NO:
                break
            found = min(found, self._condition(other, entry, mirrored=mirrored))
        self._said[candidate.rule.id, entry.path] = found
        return found

    def _condition(self, rule_id: str, entry: Entry, *, mirrored: bool) -> Truth:
        """Whether another rule arises on the entry too, there and back being one; mirrored: whether it does not."""
        return ~self.judge(rule_id, entry) if mirrored else self.fires(rule_id, self._parent(entry))

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

    def own_approvals(self, rule: Rule, entry: Entry) -> list[str]:
        """The vault's entries that satisfy a rule: under the same rule, valid, in scope and not used up (CLR-04)."""
        if not self.facts.vault:
            return []
        holders = self.holders(rule, entry)
        meant = (
            held
            for held in self.facts.vault
            if held.get("rule") == rule.id and held.get("kind") in APPROVALS and held.get("holder") in holders
        )
        return [str(held.get("id")) for held in meant if valid_on(held, entry.on) and in_scope(held, entry)]

    def helped(self, rule: Rule, entry: Entry, spent: Collection[str]) -> list[tuple[str, Mapping[str, Any]]]:
        """Entries of the vault that stand in for a rule or speed it up, each with the part of its row that says so.
        What is spent stands in for nothing."""
        scene = self.scene(entry)
        found: list[tuple[str, Mapping[str, Any]]] = []
        for recognised in rule.satisfied_by:
            wanted = {name: recognised[name] for name in ("rule", "list") if name in recognised}
            gone = frozenset(spent) if recognised["effect"] == "replaces" else frozenset[str]()
            asked = Held(wanted, tuple(recognised["holders"]), gone)
            if asked.judge(scene) is YES:
                found += [(name.removeprefix("vault/"), recognised) for name, _ in asked.witnesses(scene)]
        return found


def missing(witnesses: Iterator[Witness]) -> list[str]:
    """The names of the facts that nobody told, each once."""
    return list(dict.fromkeys(name for name, value in witnesses if isinstance(value, Missing)))
