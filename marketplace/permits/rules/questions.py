"""What to ask: of the facts that nobody told, those whose answers would change the plan, the most telling first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from marketplace.permits.rules.book import Kind, Rule
from marketplace.permits.rules.court import Court
from marketplace.permits.rules.facts import Entry
from marketplace.permits.rules.judging import Verdict
from marketplace.permits.rules.names import LISTS
from marketplace.permits.rules.truth import UNKNOWN

Answers = Mapping[str, Sequence[Any]]

# How much it matters that a rule is decided, in days of waiting: what denies comes before what takes long.
DENYING: Final = 400
WITHOUT_LIMIT: Final = 120
AT_LEAST: Final = 5
EACH_TRIED: Final = 150


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to be told, the rules that hang on it, and how much they weigh."""

    fact: str
    rules: tuple[str, ...]
    weight: float


def questions(court: Court, found: Mapping[str, Verdict], answers: Answers) -> list[Question]:
    """The questions of a plan. `answers` gives, by fact (`goods_flows[].special_goods`), what may be answered."""
    waiting: dict[str, list[str]] = {}
    for rule_id, verdict in found.items():
        if verdict.blocks and verdict.rule.kind is not Kind.FACILITATION:
            for fact in verdict.missing:
                waiting.setdefault(fact, []).append(rule_id)
    asked, alike = [], dict[tuple[str, ...], float]()
    for fact, rules in waiting.items():
        weights = {found[rule_id].rule.id: weight_of(found[rule_id].rule) for rule_id in rules}
        # With hundreds of flows, the same question to the same rules is tried on one of them.
        key = (pattern_of(fact) if len(waiting) > EACH_TRIED else fact, *rules)
        if key not in alike:
            alike[key] = _weight(court, weights, fact, answers.get(pattern_of(fact), ()))
        asked.append(Question(fact, tuple(rules), alike[key]))
    return sorted(asked, key=lambda question: (-question.weight, question.fact))


def _weight(court: Court, weights: Mapping[str, float], fact: str, possible: Sequence[Any]) -> float:
    """The weight of the rules that an answer decides, on the mean of the possible answers."""
    entry = entry_of(court, fact)
    if entry is None or not possible:
        return float(sum(weights.values()))
    key = fact.removeprefix(f"{entry.path}/")
    decided = 0.0
    for answer in possible:
        told = replace(entry, facts={**entry.facts, key: answer})
        trial = Court(court.facts.with_entry(entry, told), court.book)
        decided += sum(weight for rule_id, weight in weights.items() if trial.fires(rule_id, told) is not UNKNOWN)
    return decided / len(possible)


def entry_of(court: Court, fact: str) -> Entry | None:
    """The entry that a fact belongs to; None for a fact of the booking or a list as a whole."""
    name, _, rest = fact.partition("/")
    if name not in LISTS or not rest:
        return None
    path = "money" if name == "money" else f"{name}/{rest.partition('/')[0]}"
    return next((entry for entry in court.facts.entries.get(name, ()) if entry.path == path), None)


def pattern_of(fact: str) -> str:
    """A fact as the vocabulary names it: `goods_flows/0/special_goods` is `goods_flows[].special_goods`."""
    name, *rest = fact.split("/")
    if name in LISTS and name != "money" and rest:
        return ".".join((f"{name}[]", *rest[1:]))
    return ".".join((name, *rest))


def weight_of(rule: Rule) -> float:
    """How much it matters to know of a rule, in days."""
    if rule.kind is Kind.PROHIBITION:
        return DENYING
    limits = [clock.max_days for clock in rule.clocks]
    if not limits:
        return AT_LEAST
    longest = max((limit for limit in limits if limit is not None), default=0)
    return AT_LEAST + max(longest, WITHOUT_LIMIT if None in limits else 0)
