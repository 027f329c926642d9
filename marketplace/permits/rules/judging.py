"""What each rule says of a booking: required, one of several ways, satisfied, denied or in need of an answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from marketplace.permits.rules.book import Kind, Rule, Status
from marketplace.permits.rules.court import Court, missing
from marketplace.permits.rules.facts import Entry
from marketplace.permits.rules.predicates import Witness
from marketplace.permits.rules.sharing import dealt
from marketplace.permits.rules.truth import UNKNOWN, YES


class Outcome(StrEnum):
    """What a plan says of a rule."""

    DENIED = "denied"
    REQUIRED = "required"
    ALTERNATIVE = "alternative"
    NEEDS_ANSWER = "needs_answer"
    SATISFIED = "satisfied"
    APPLIES = "applies"
    PLANNED_ONLY = "planned_only"
    NOT_REQUIRED = "not_required"


# Of several entries the gravest speaks for the rule.
_GRAVEST = tuple(Outcome)
EXPLAINED = 3
LIVE = frozenset({Outcome.REQUIRED, Outcome.ALTERNATIVE, Outcome.NEEDS_ANSWER})


@dataclass(frozen=True, slots=True)
class VaultUse:
    """An entry of the vault that was leaned on, for which rule and how."""

    vault: str
    rule: str
    effect: str
    basis: str = ""


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What one version of a rule says, entry by entry: `name` is the rule's id, with the version for those that stand
    `beside` the first."""

    name: str
    rule: Rule
    blocks: bool
    states: dict[str, Outcome] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    excluded: list[str] = field(default_factory=list)
    satisfied_by: list[VaultUse] = field(default_factory=list)
    helped_by: list[VaultUse] = field(default_factory=list)
    # By how many days what is held shortens the decision, entry by entry.
    shortened: dict[str, int] = field(default_factory=dict)
    conditional_on: str | None = None
    missing: list[str] = field(default_factory=list)
    beside: list[Verdict] = field(default_factory=list, repr=False, compare=False)
    court: Court = field(repr=False, compare=False)

    @property
    def outcome(self) -> Outcome:
        """The gravest of the entries'."""
        if not self.states:
            return Outcome.NOT_REQUIRED
        found = set(self.states.values())
        return next((outcome for outcome in _GRAVEST if outcome in found), Outcome.NOT_REQUIRED)

    @property
    def flows(self) -> list[str]:
        """The entries that it is about; the booking itself is none."""
        of_note = {self.outcome, Outcome.REQUIRED, Outcome.ALTERNATIVE, Outcome.SATISFIED, Outcome.NEEDS_ANSWER}
        return [path for path, state in self.states.items() if path and state in of_note]

    @property
    def why(self) -> list[Witness]:
        """The facts by which it arises, of the first entries: the others are like them."""
        known = [entry for path, entry in self.entries.items() if self.states[path] is not Outcome.NEEDS_ANSWER]
        told = (witness for entry in known[:EXPLAINED] for witness in self.court.witnesses(self.rule.id, entry))
        found: list[Witness] = []
        for witness in told:
            if witness not in found:
                found.append(witness)
        return found

    def on(self, outcome: Outcome) -> list[Entry]:
        """The entries of which it says so."""
        return [self.entries[path] for path, state in self.states.items() if state is outcome]


def verdicts(court: Court) -> dict[str, Verdict]:
    """Every rule that fires on bookings, by id (id and version where one booking meets two versions)."""
    found: dict[str, Verdict] = {}
    for over, rule_ids in court.book.in_plans.items():
        entries = court.facts.entries.get(over)
        if entries is None:
            for rule_id in rule_ids:
                _of_unknown_list(court, rule_id, over, found)
        else:
            _lay_open(court, rule_ids, entries, found)
            for entry in entries:
                _of_entry(court, entry, found)
    _choose(court, [verdict for verdict in found.values() if verdict.states])
    _branches(found)
    return found


def _lay_open(court: Court, rule_ids: Sequence[str], entries: Sequence[Entry], found: dict[str, Verdict]) -> None:
    """What nothing falls under is law all the same: a plan can tell that it was looked at. Of two versions the one of
    the plan's own day bears the rule's name alone, else the newer."""
    book, today = court.book, court.facts.on
    days = {book.era(entry.on): entry.on for entry in entries}
    now = book.era(today)
    laws = [book.laws(days[era]) for era in sorted(days, key=lambda era: (era != now, -era))]
    other = book.laws(today)
    for rule_id in rule_ids:
        met = {rule.version: rule for law in laws if (rule := law.get(rule_id))}
        for rule in met.values() or ([other[rule_id]] if rule_id in other else ()):
            first = found.get(rule_id)
            name = _second(rule) if first else rule_id
            found[name] = Verdict(name=name, rule=rule, blocks=rule.may_block(today), court=court)
            if first:
                first.beside.append(found[name])


def _of_entry(court: Court, entry: Entry, found: dict[str, Verdict]) -> None:
    for rule, truth in court.arising(entry):
        verdict = found.get(rule.id)
        if verdict is None:
            # It fires on something else than a booking; others may ask it.
            continue
        if verdict.rule is not rule:
            verdict = found[_second(rule)]
        blocks = rule.may_block(entry.on)
        verdict.blocks = blocks or (bool(verdict.states) and verdict.blocks)
        verdict.entries[entry.path] = entry
        verdict.states[entry.path] = _state(rule, blocks=blocks) if truth is YES else Outcome.NEEDS_ANSWER
        if truth is UNKNOWN:
            _ask(court, verdict, entry)


def _of_unknown_list(court: Court, rule_id: str, over: str, found: dict[str, Verdict]) -> None:
    rule = court.book.at(rule_id, court.facts.on)
    if rule is not None:
        blocks = rule.may_block(court.facts.on)
        verdict = found[rule_id] = Verdict(name=rule_id, rule=rule, blocks=blocks, court=court)
        verdict.states[over], verdict.missing = Outcome.NEEDS_ANSWER, [over]


def _second(rule: Rule) -> str:
    """What a version is called beside another of the same rule."""
    return f"{rule.id}@{rule.version}"


def _state(rule: Rule, *, blocks: bool) -> Outcome:
    if rule.status is Status.PLANNED:
        return Outcome.PLANNED_ONLY
    if rule.kind is Kind.FACILITATION:
        return Outcome.APPLIES
    if rule.kind is Kind.PROHIBITION:
        return Outcome.DENIED if blocks else Outcome.APPLIES
    return Outcome.REQUIRED


def _ask(court: Court, verdict: Verdict, entry: Entry) -> None:
    for name in missing(court.witnesses(verdict.rule.id, entry)):
        if name not in verdict.missing:
            verdict.missing.append(name)


def _choose(court: Court, found: Sequence[Verdict]) -> None:
    """What the vault satisfies is done; of several ways each is an alternative, or moot beside one done."""
    for verdict in found:
        if verdict.rule.asks_vault and verdict.outcome is Outcome.APPLIES:
            _leaned_on(court, verdict, found)
    if court.facts.vault:
        _lean(court, found)
    ways = {(rule.rule.id, path): rule.states[path] for rule in found for path in rule.states}
    for verdict in found:
        for entry in verdict.on(Outcome.REQUIRED) if verdict.rule.alternatives else ():
            others = [ways.get((other, entry.path)) for other in verdict.rule.alternatives]
            if Outcome.SATISFIED in others:
                verdict.states[entry.path] = Outcome.NOT_REQUIRED
            elif Outcome.REQUIRED in others:
                verdict.states[entry.path] = Outcome.ALTERNATIVE
    for verdict in found:
        _exclude(court, verdict)


def _lean(court: Court, found: Sequence[Verdict]) -> None:
    """What is satisfied by the vault, and what is helped. An approval for single use serves one flow, there and back:
    that of the first day, of one day the first told."""
    asked = [(verdict, entry) for verdict in found for entry in verdict.on(Outcome.REQUIRED)]
    asked.sort(key=lambda both: _turn(both[1]))
    taken = _dealt(court, asked)
    user = {vault: parent for (_rule, parent), vault in taken.items()}
    for verdict, entry in asked:
        rule = verdict.rule
        own = taken.get((rule.id, entry.parent)) if rule.single_use else None
        held = court.own_approvals(rule, entry)
        fitting = [own] if own in held else [] if rule.single_use else held
        if fitting:
            verdict.states[entry.path] = Outcome.SATISFIED
            verdict.satisfied_by.append(VaultUse(fitting[0], rule.id, "replaces", _basis("same_rule", rule)))
        else:
            _recognise(court, verdict, entry, user)


def _turn(entry: Entry) -> tuple[date, int, str]:
    _list, _slash, rest = entry.parent.partition("/")
    return entry.on, int(rest) if rest.isdecimal() else 0, entry.path


def _dealt(court: Court, asked: Sequence[tuple[Verdict, Entry]]) -> dict[tuple[str, str], str]:
    """Which approval for single use each flow takes, by rule and flow."""
    wanted: dict[str, dict[str, list[str]]] = {}
    for verdict, entry in asked:
        if verdict.rule.single_use:
            held = court.own_approvals(verdict.rule, entry)
            flows = wanted.setdefault(verdict.rule.id, {})
            # The way back follows the way there.
            flows.setdefault(entry.parent, held)
    return {(rule_id, flow): vault for rule_id, flows in wanted.items() for flow, vault in dealt(flows).items()}


def _recognise(court: Court, verdict: Verdict, entry: Entry, user: dict[str, str]) -> None:
    """What the rule's own row recognises; `user` tells which flow uses up what is for single use."""
    rule = verdict.rule
    spent = [vault for vault, flow in user.items() if flow != entry.parent]
    for vault, recognised in court.helped(rule, entry, spent):
        effect = recognised["effect"]
        use = VaultUse(vault, rule.id, effect, _basis("recognised", rule))
        if effect == "replaces":
            verdict.states[entry.path] = Outcome.SATISFIED
            verdict.satisfied_by.append(use)
            law = court.book.at(recognised.get("rule", ""), entry.on)
            if law is not None and law.single_use:
                user[vault] = entry.parent
        else:
            verdict.helped_by.append(use)
            _shorten(verdict, entry.path, recognised)


def _shorten(verdict: Verdict, path: str, helping: Mapping[str, Any]) -> None:
    if helping["effect"] == "shortens":
        verdict.shortened[path] = max(verdict.shortened.get(path, 0), helping.get("days") or 0)


def _basis(why: str, rule: Rule) -> str:
    """Why an approval counts, with the version of the row that says so."""
    return f"{why}:{rule.id}@{rule.version}"


def _leaned_on(court: Court, verdict: Verdict, found: Sequence[Verdict]) -> None:
    """What of the vault a facilitation rests on, and whom it helps."""
    rule = verdict.rule
    helped = rule.helps or ({"rule": rule.id, "effect": "evidence"},)
    for entry in verdict.on(Outcome.APPLIES):
        held = [name for name, _ in court.witnesses(rule.id, entry) if name.startswith("vault/")]
        for each in helped:
            basis = _basis("condition" if each["rule"] == rule.id else "recognised", rule)
            verdict.helped_by += [
                VaultUse(name.removeprefix("vault/"), each["rule"], each["effect"], basis) for name in held
            ]
            for other in found if held else ():
                if other.rule.id == each["rule"]:
                    _shorten_beside(other, entry, each)


def _shorten_beside(verdict: Verdict, entry: Entry, helping: Mapping[str, Any]) -> None:
    """Shorten what is decided of the same flow, or, of another list, of all."""
    for path, other in verdict.entries.items():
        if other.list != entry.list or other.parent == entry.parent:
            _shorten(verdict, path, helping)


def _exclude(court: Court, verdict: Verdict) -> None:
    """The entries that a way is closed to, where it is open to others."""
    rule = verdict.rule
    if rule.excluded_when is None or verdict.outcome not in LIVE | {Outcome.SATISFIED}:
        return
    for entry in court.facts.entries.get(rule.over, ()):
        scene = court.scene(entry)
        inside = rule.ways is None or rule.ways.judge(scene) is YES
        if inside and entry.path not in verdict.states and rule.excluded_when.judge(scene) is YES:
            verdict.excluded.append(entry.path)


def versions(found: Mapping[str, Verdict], rule_id: str | None) -> Sequence[Verdict]:
    """Every version of a rule that the booking meets, the first of them under the rule's id alone."""
    first = found.get(rule_id or "")
    return (first, *first.beside) if first else ()


def fitting(found: Mapping[str, Verdict], rule_id: str, beside: Verdict) -> Sequence[Verdict]:
    """The versions of a rule that speak of the same entries as another rule which names it; every version where none
    does, as for rules that look at another list."""
    every = versions(found, rule_id)
    if len(every) < 2:
        return every
    return [each for each in every if not each.states.keys().isdisjoint(beside.states)] or every


def _branches(found: Mapping[str, Verdict]) -> None:
    """A rule that arises only where another is one of several ways hangs on that way being chosen."""
    for verdict in found.values():
        stem = versions(found, verdict.rule.branch_of)
        mine = verdict.on(Outcome.REQUIRED)
        if not stem or not mine:
            continue
        states = {_of_any(stem, entry.parent) for entry in mine}
        if states == {Outcome.ALTERNATIVE}:
            verdict.conditional_on = verdict.rule.branch_of
        elif verdict.rule.within == verdict.rule.branch_of and not states & {
            Outcome.REQUIRED,
            Outcome.SATISFIED,
            Outcome.ALTERNATIVE,
        }:
            _drop(verdict, mine)


def _of_any(stem: Sequence[Verdict], path: str) -> Outcome | None:
    """What the version says that speaks of an entry."""
    return next((each.states[path] for each in stem if path in each.states), None)


def _drop(verdict: Verdict, entries: Iterable[Entry]) -> None:
    for entry in entries:
        verdict.states[entry.path] = Outcome.NOT_REQUIRED


def clusters(found: Mapping[str, Verdict]) -> Iterator[tuple[str, Sequence[Verdict]]]:
    """The ways between which one may choose, entry by entry; each choice once."""
    seen: set[tuple[str, str]] = set()
    for verdict in found.values():
        if Outcome.ALTERNATIVE not in verdict.states.values():
            continue
        for entry in verdict.on(Outcome.ALTERNATIVE):
            if (verdict.rule.id, entry.path) not in seen:
                group = _group(found, verdict, entry.path)
                seen |= {(each.rule.id, entry.path) for each in group}
                yield entry.path, group


def _group(found: Mapping[str, Verdict], first: Verdict, path: str) -> list[Verdict]:
    group, waiting = [first], [first]
    while waiting:
        for other in waiting.pop().rule.alternatives:
            for verdict in versions(found, other):
                new = not any(each is verdict for each in group)
                if new and verdict.states.get(path) is Outcome.ALTERNATIVE:
                    group.append(verdict)
                    waiting.append(verdict)
    return group
