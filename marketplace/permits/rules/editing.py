"""Changes of a rule's row: what differs, whether the row may block, and whether a second person must agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from marketplace.permits.rules.book import BACKGROUND, UNSURE, Kind, Rule, Status, asked_by, rule_of
from marketplace.values.refusal import FieldError

# What a plan only repeats: it decides nothing about another rule.
TEXTS: Final = frozenset(
    {"title", "summary", "portal", "variant", "conditions", "documents", "fee", "form", "contact", "instrument"}
    | {"sources", "reviewed_on", "confirmed"}
)


@dataclass(frozen=True, slots=True)
class Weight:
    """What a change means: whether the row blocks before and after it, and which blocking rules lean on it."""

    before: bool
    after: bool
    leaning: tuple[str, ...] = ()

    @property
    def needs_two(self) -> bool:
        """Whether another administrator has to agree."""
        return self.before or self.after or bool(self.leaning)


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The fields of a row that differ, in the order of the new row; left out and null are the same."""
    names = dict.fromkeys((*new, *old))
    return [name for name in names if old.get(name) != new.get(name)]


def may_block(rule: Rule) -> bool:
    """Whether a rule may hold up a booking on any day at all (CLR-02): never background, plans, or what only eases."""
    if rule.fires_on != "booking" or rule.kind in (Kind.FACILITATION, Kind.TAX, Kind.PLATFORM_DUTY):
        return False
    if rule.status in (Status.PLANNED, Status.SUPERSEDED) or rule.confidence == BACKGROUND:
        return False
    return rule.confidence != UNSURE or rule.blocks_until is not None


def weight(old: Mapping[str, Any], new: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> Weight:
    """What a change of a row means among the rows beside it."""
    before, after = rule_of(old), rule_of(new)
    leaning: tuple[str, ...] = ()
    if not TEXTS.issuperset(differing(old, new)):
        blocking = [each for each in map(rule_of, others) if may_block(each)]
        touched = _touches(before) | _touches(after)
        leaning = tuple(sorted(each.id for each in blocking if each.id in touched or before.id in _asks(each)))
    return Weight(may_block(before), may_block(after), leaning)


def confirmation_errors(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[FieldError]:
    """A background row becomes more only where somebody says on which day and by which source that was confirmed."""
    if old["confidence"] != BACKGROUND or new["confidence"] == BACKGROUND:
        return []
    if new.get("confirmed") and new["confirmed"] != old.get("confirmed"):
        return []
    return [FieldError("confirmed", "unconfirmed", "unconfirmed")]


def _touches(rule: Rule) -> set[str]:
    """The rules whose outcome this one changes."""
    return {*rule.excludes, *(each["rule"] for each in rule.helps if "rule" in each)}


def _asks(rule: Rule) -> set[str]:
    """The rules whose outcome, or being there, this one depends on."""
    branches = {rule.branch_of} if rule.branch_of else set()
    held = {each["rule"] for each in rule.satisfied_by if "rule" in each}
    return asked_by(rule, ()) | {*rule.after, *rule.same_application, *rule.alternatives} | branches | held
