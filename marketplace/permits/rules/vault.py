"""What may be entered into the vault, how an entry stands on a day, and when its owner is warned of its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum
from typing import Any, Final
from uuid import UUID

from marketplace.permits.models import UseEffect, VaultEntry, VaultKind, VaultState
from marketplace.permits.rules.book import Kind, Rule, RuleBook
from marketplace.permits.rules.names import LISTS
from marketplace.permits.rules.scoping import MOST, as_wide, bound
from marketplace.permits.rules.shapes import YEARS, misshapen
from marketplace.values.localized import clean_text
from marketplace.values.refusal import JSON, FieldError, Refusal

# Days before the end on which an owner is warned, once each.
WARNED: Final = (60, 30, 7)
# Nobody holds an approval under these: they forbid, tax, or bind the platform.
NEVER_HELD: Final = frozenset({Kind.PROHIBITION, Kind.TAX, Kind.PLATFORM_DUTY})
INDIVIDUAL: Final = "individual"
# Facts that can be compared with a list of allowed values; the engine asks whether the fact is among them.
SCOPED: Final = frozenset(
    {"boolean", "choice", "city", "codes", "jurisdiction", "number", "party", "place", "text", "zone"}
)
MOST_SCOPED: Final = 20
MOST_VALUES: Final = 50
MOST_PARTIES: Final = 50
LONGEST: Final = {"title": 200, "number": 100, "issuer": 200, "volume_unit": 40}
LONGEST_CODE: Final = 60
LARGEST_VOLUME: Final = Decimal(10) ** 12

Vocabulary = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """An approval as its owner tells of it: of an organisation or a person, under a rule or on a list."""

    kind: VaultKind
    organisation_id: UUID | None = None
    person_id: UUID | None = None
    rule_id: str | None = None
    list_code: str | None = None
    title: str = ""
    number: str = ""
    issuer_code: str | None = None
    issuer: str = ""
    scope: Mapping[str, Any] = field(default_factory=dict)
    parties: Sequence[UUID] = ()
    volume_allowed: Decimal | None = None
    volume_unit: str = ""
    valid_from: dt.date
    valid_to: dt.date | None = None
    file_id: UUID | None = None
    application_id: UUID | None = None
    beside: Sequence[UUID] = ()


class Standing(Enum):
    """How an entry stands on a day; the last two count."""

    UNVERIFIED = "unverified"
    REJECTED = "rejected"
    REVOKED = "revoked"
    USED_UP = "used_up"
    ENDED = "ended"
    COMING = "coming"
    ENDING = "ending"
    VALID = "valid"


def standing(entry: VaultEntry, today: dt.date) -> Standing:
    """How an entry stands: what was said of it first, then its volume and its days."""
    if entry.state is not VaultState.VERIFIED:
        return Standing(entry.state.value)
    if entry.valid_to is not None and entry.valid_to < today:
        return Standing.ENDED
    if entry.used_up:
        return Standing.USED_UP
    if entry.valid_from > today:
        return Standing.COMING
    near = entry.valid_to is not None and (entry.valid_to - today).days <= WARNED[0]
    return Standing.ENDING if near else Standing.VALID


Span = tuple[dt.date, dt.date | None]


def span_beside(entry: VaultEntry, others: Sequence[VaultEntry]) -> Span | None:
    """From when until when an entry counts among `others` that count: where a rule has an office on either side, only
    beside an approval of each other application that covers as much, and no longer than these; None: not at all."""
    first, last = entry.valid_from, entry.valid_to
    for application in entry.beside:
        there = [each for each in others if each.application_id == application and each.rule_id == entry.rule_id]
        longest = max((each for each in there if _as_wide(each, entry)), key=_end, default=None)
        if longest is None:
            return None
        first, last = max(first, longest.valid_from), min(last, longest.valid_to, key=lambda day: day or dt.date.max)
    return (first, last) if last is None or first <= last else None


def _end(entry: VaultEntry) -> dt.date:
    return entry.valid_to or dt.date.max


def _as_wide(entry: VaultEntry, other: VaultEntry) -> bool:
    """Whether an entry covers all that another one covers."""
    return as_wide(entry.scope, other.scope)


def due_warning(valid_to: dt.date, warned: int | None, today: dt.date) -> int | None:
    """Which warning is due today: the nearest of 60, 30 and 7 days that has come and was not given; None for none."""
    left = (valid_to - today).days
    come = [days for days in WARNED if left <= days]
    if left < 0 or not come or (warned is not None and warned <= come[-1]):
        return None
    return come[-1]


def normal(new: NewEntry) -> NewEntry:
    """The entry with its texts as they are kept. Raises Invalid."""
    texts: dict[str, Any] = {name: clean_text(getattr(new, name), most, field=name) for name, most in LONGEST.items()}
    parties = tuple(dict.fromkeys(new.parties))
    named = {"rule_id": "rule", "list_code": "list", "issuer_code": "issuer_code"}
    blank: dict[str, Any] = {
        name: clean_text(getattr(new, name) or "", LONGEST_CODE, field=field) or None for name, field in named.items()
    }
    return replace(new, **texts, **blank, parties=parties)


def entry_faults(
    new: NewEntry, rule: Rule | None, *, lists: Collection[str], vocabulary: Vocabulary, today: dt.date
) -> Iterator[FieldError]:
    """Every field of an entry that can't be: `rule` is the one that it names, None where there is none of that id."""
    if (new.organisation_id is None) == (new.person_id is None):
        yield FieldError("owner", "one_owner", "vault_owner")
    yield from _under(new, rule, lists)
    yield from _days(new, today)
    yield from _volume(new)
    yield from scope_faults(new.scope, rule, vocabulary)
    if len(new.parties) > MOST_PARTIES:
        yield FieldError("parties", "max_items", "max_items", {"max": MOST_PARTIES})


def _under(new: NewEntry, rule: Rule | None, lists: Collection[str]) -> Iterator[FieldError]:
    """What it stands under: a rule, a white list, or its own title."""
    free = new.kind is VaultKind.TRAINING
    listed = new.kind is VaultKind.WHITELIST
    if new.rule_id is not None and (free or listed):
        yield FieldError("rule", "not_of_kind", "vault_not_of_kind")
    elif not (free or listed):
        yield from _of_rule(new, rule)
    if listed and new.list_code is None:
        yield FieldError("list", "required", "required")
    elif free and new.list_code is not None:
        yield FieldError("list", "not_of_kind", "vault_not_of_kind")
    elif new.list_code is not None and new.list_code not in lists:
        yield FieldError("list", "unknown", "vault_list_unknown")
    if free and not new.title:
        yield FieldError("title", "required", "required")


def _of_rule(new: NewEntry, rule: Rule | None) -> Iterator[FieldError]:
    if new.rule_id is None:
        yield FieldError("rule", "required", "required")
    elif rule is None:
        yield FieldError("rule", "unknown", "vault_rule_unknown")
    elif not may_be_held(rule):
        yield FieldError("rule", "never_held", "vault_never_held")
    elif personal(rule) and new.organisation_id is not None:
        yield FieldError("rule", "of_people", "vault_of_people")
    elif not personal(rule) and new.person_id is not None:
        yield FieldError("rule", "of_organisations", "vault_of_organisations")


def may_be_held(rule: Rule) -> bool:
    """Whether anybody can hold an approval under a rule."""
    return rule.kind not in NEVER_HELD and rule.fires_on == "booking"


def personal(rule: Rule) -> bool:
    """Whether it is people who hold approvals under a rule, and not organisations."""
    return rule.applicant == INDIVIDUAL


def _days(new: NewEntry, today: dt.date) -> Iterator[FieldError]:
    for name in ("valid_from", "valid_to"):
        day = getattr(new, name)
        if day is not None and day.year not in YEARS:
            yield FieldError(name, "year_range", "year_range", {"first": YEARS.start, "last": YEARS.stop - 1})
    if new.valid_to is not None and new.valid_to < new.valid_from:
        yield FieldError("valid_to", "order", "vault_days")
    elif new.valid_to is not None and new.valid_to < today:
        yield FieldError("valid_to", "past", "vault_past")


def _volume(new: NewEntry) -> Iterator[FieldError]:
    if new.volume_allowed is None:
        if new.volume_unit:
            yield FieldError("volume_allowed", "required", "required")
    elif not fit_volume(new.volume_allowed):
        yield FieldError("volume_allowed", "range", "vault_volume")
    elif not new.volume_unit:
        yield FieldError("volume_unit", "required", "required")


def fit_volume(amount: Decimal) -> bool:
    """Whether a volume can be kept: above nought, below a million million, to three places."""
    return amount.is_finite() and 0 < amount < LARGEST_VOLUME and amount == round(amount, 3)


def volume_refusals(entry: VaultEntry, amount: Decimal) -> list[Refusal]:
    """Against using so much of an entry: `vault_no_volume`, `vault_volume_short` with what is left."""
    if entry.volume_allowed is None:
        return [Refusal("vault_no_volume")]
    left = entry.volume_allowed - entry.volume_used
    return [Refusal("vault_volume_short", {"left": plain(left), "unit": entry.volume_unit})] if amount > left else []


def plain(amount: Decimal) -> str:
    """A volume without the noughts that say nothing: 2.500 is 2.5, and 100 stays 100."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def scope_names(rule: Rule | None, vocabulary: Vocabulary) -> list[str]:
    """The facts that an approval under a rule may be narrowed by: single ones of the list that the rule looks at."""
    if rule is None or rule.over not in LISTS:
        return []
    prefix = f"{rule.over}." if rule.over == "money" else f"{rule.over}[]."
    return [
        name.removeprefix(prefix)
        for name, fact in vocabulary.items()
        if name.startswith(prefix) and "." not in name.removeprefix(prefix) and _narrows(fact)
    ]


def _narrows(fact: Mapping[str, Any]) -> bool:
    """Whether it can be compared; what was sent out in the year so far is counted, and nobody is held to it."""
    return fact["kind"] in SCOPED and not (fact["kind"] == "number" and fact.get("optional"))


def turns_on(rule: Rule, book: RuleBook) -> set[tuple[str, ...]]:
    """The facts of its entries that a rule turns on, by itself and by the rules that it asks: `("control_codes",
    "CN")`."""
    found, waiting, seen = set[tuple[str, ...]](), [rule], {rule.id}
    while waiting:
        one = waiting.pop()
        tested = list(one.predicates())
        if one.over == rule.over:
            found |= {path.keys for predicate in tested for path in predicate.paths() if path.scope == "flow"}
        named = {other for predicate in tested for other in predicate.rules()} | ({one.within} if one.within else set())
        fresh = [other for other in sorted(named) if other not in seen and other in book.versions]
        seen.update(fresh)
        waiting += [book.versions[other][0] for other in fresh]
    return found


def scope_faults(scope: Mapping[str, Any], rule: Rule | None, vocabulary: Vocabulary) -> Iterator[FieldError]:
    """Every part of a scope that the engine could not compare: a fact that the rule does not know, a value of another
    kind."""
    if len(scope) > MOST_SCOPED:
        yield FieldError("scope", "max_items", "max_items", {"max": MOST_SCOPED})
        return
    known = scope_names(rule, vocabulary)
    for name, allowed in scope.items():
        path = f"scope.{name}"[:80]
        values = allowed if isinstance(allowed, list) else [allowed]
        kind = fact_of(rule, name, vocabulary)["kind"] if rule is not None and name in known else None
        if rule is None or kind is None:
            yield FieldError(path, "unknown_fact", "vault_scope_unknown", {"known": list[JSON](sorted(known))})
        elif kind == "number" and bound(allowed) is None:
            yield FieldError(path, "bound", "vault_scope_bound")
        elif kind in ("number", "codes"):
            told = allowed[MOST] if kind == "number" else allowed
            yield from (
                FieldError(path, each.rule, each.message_code) for each in _misfit(rule.over, name, told, vocabulary)
            )
        elif not 1 <= len(values) <= MOST_VALUES:
            yield FieldError(path, "max_items", "max_items", {"max": MOST_VALUES})
        elif fault := next((found for each in values for found in _misfit(rule.over, name, each, vocabulary)), None):
            yield FieldError(path, fault.rule, fault.message_code, fault.details)


def fact_of(rule: Rule, name: str, vocabulary: Vocabulary) -> Mapping[str, Any]:
    """What the vocabulary says of a fact of the list that a rule looks at."""
    return vocabulary[f"{rule.over}.{name}" if rule.over == "money" else f"{rule.over}[].{name}"]


def _misfit(over: str, name: str, value: Any, vocabulary: Vocabulary) -> Iterator[FieldError]:
    if value in (None, "unknown", ""):
        yield FieldError(name, "required", "required")
    else:
        told = {name: value}
        yield from misshapen({over: told if over == "money" else [told]}, vocabulary)


def strongest(uses: Sequence[Mapping[str, Any]]) -> dict[tuple[UUID, str], tuple[UseEffect, str]]:
    """What a plan's `vault_used` says of each entry and rule: the strongest effect, and its basis where one is told.
    Entries that are none of ours (a plan may be made with facts of anybody's) are left out."""
    order = list(UseEffect)
    found: dict[tuple[UUID, str], tuple[UseEffect, str]] = {}
    for use in uses:
        entry = _uuid(use.get("vault"))
        if entry is None:
            continue
        key, effect = (entry, str(use["rule"])), UseEffect(use["effect"])
        if key not in found or order.index(effect) < order.index(found[key][0]):
            found[key] = effect, str(use.get("basis") or "")
    return found


def basis_of(held_under: str | None, rule_id: str, effect: UseEffect) -> str:
    """Why an entry did something for a rule: an approval under the same rule always satisfies it (CLR-04), another one
    only where the rule's row recognises it (F2)."""
    if held_under == rule_id:
        return "same_rule" if effect is UseEffect.REPLACES else "condition"
    return "recognised"


def _uuid(text: Any) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None
