"""Whether facts have the shapes that the vocabulary gives them: a slip in a name would otherwise read as unknown."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from marketplace.permits.rules.names import FLOWS, GROUPS, LISTS, MOST_ENTRIES
from marketplace.values.refusal import FieldError

Vocabulary = Mapping[str, Mapping[str, Any]]

# Sums of dates overflow beyond; nobody plans for those years.
YEARS: Final = range(1990, 2200)
LONGEST_TEXT: Final = 200
# Approvals of both sides together: they grow with the years.
MOST_HELD: Final = 5000
MOST_LISTED: Final = 50
LARGEST: Final = 10**12
_NOTHING: Final = (None, "unknown", "none")
_EMPTY: Final[tuple[Any, ...]] = (*_NOTHING, [], {})
# Half a character, and what no column and no terminal takes.
_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_OF_VAULT: Final = frozenset(
    {
        "id",
        "kind",
        "rule",
        "list",
        "holder",
        "valid_from",
        "valid_to",
        "scope",
        "used_up",
        "revoked",
        "number",
        "issuer",
    }
)


def misshapen(given: Mapping[str, Any], vocabulary: Vocabulary) -> Iterator[FieldError]:
    """Every fact with a name that the vocabulary lacks or a value of another kind, named as a plan names facts."""
    listed = {name: len(given[name]) for name in LISTS if isinstance(given.get(name), list)}
    if sum(listed.values()) > MOST_ENTRIES and max(listed.values()) <= MOST_ENTRIES:
        longest = max(listed, key=lambda name: listed[name])
        yield FieldError(longest, "max_items", "max_items", {"max": MOST_ENTRIES})
    for name, value in given.items():
        if name == "vault":
            yield from _vault(value)
        elif name in GROUPS or name == "money":
            yield from _members(name, f"{name}.", value, vocabulary)
        elif name in LISTS:
            yield from _listed(name, value, vocabulary)
        else:
            yield from _fact(name, name, value, vocabulary)


def known_part(given: Mapping[str, Any], vocabulary: Vocabulary) -> dict[str, Any]:
    """What was told by an older vocabulary, without the facts that this one has no more, or not with such a value."""
    kept: dict[str, Any] = copy.deepcopy(dict(given))
    for fault in tuple(misshapen(kept, vocabulary)):
        whole = fault.field in LISTS or fault.rule in ("max_items", "mapping")
        if not whole:
            _drop(kept, fault.field.split("/"))
    return kept


def _drop(told: Any, path: Sequence[str]) -> None:
    *way, last = path
    for key in way:
        told = told[int(key)] if isinstance(told, list) else told.get(key, {})
    told.pop(last, None)


def _listed(name: str, value: Any, vocabulary: Vocabulary) -> Iterator[FieldError]:
    if value in _EMPTY:
        return
    if not isinstance(value, list):
        yield FieldError(name, "list", "list")
    elif len(value) > MOST_ENTRIES:
        yield FieldError(name, "max_items", "max_items", {"max": MOST_ENTRIES})
    else:
        for number, each in enumerate(value):
            yield from _members(f"{name}/{number}", f"{name}[].", each, vocabulary)


def _members(path: str, prefix: str, value: Any, vocabulary: Vocabulary) -> Iterator[FieldError]:
    if value in _EMPTY and not path.startswith((*FLOWS, "chemicals", "results")):
        return
    if not isinstance(value, Mapping):
        yield FieldError(path, "mapping", "mapping")
        return
    for key, told in value.items():
        inner = f"{prefix}{key}"
        fact = vocabulary.get(inner)
        if fact is not None:
            if told not in _NOTHING and not _fits(fact, told):
                yield _misfit(f"{path}/{key}", fact)
        elif isinstance(told, Mapping) and any(known.startswith(f"{inner}.") for known in vocabulary):
            yield from _members(f"{path}/{key}", f"{inner}.", told, vocabulary)
        else:
            yield from _unnamed(f"{path}/{key}", inner, told, vocabulary)


def _fact(path: str, name: str, value: Any, vocabulary: Vocabulary) -> Iterator[FieldError]:
    fact = vocabulary.get(name)
    if fact is None:
        yield from _unnamed(path, name, value, vocabulary)
    elif value not in _NOTHING and not _fits(fact, value):
        yield _misfit(path, fact)


def _unnamed(path: str, name: str, value: Any, vocabulary: Vocabulary) -> Iterator[FieldError]:
    parts = any(known.startswith(f"{name}.") for known in vocabulary)
    if not (parts and (value in _NOTHING or value == {})):
        yield FieldError(path, "unknown_fact", "unknown_fact")


def _misfit(path: str, fact: Mapping[str, Any]) -> FieldError:
    return FieldError(path, fact["kind"], f"fact_{fact['kind']}", {"choices": sorted(fact.get("choices", ()))})


def _fits(fact: Mapping[str, Any], value: Any) -> bool:
    return _KINDS[fact["kind"]](value, fact)


def _is_text(value: Any, _fact: Any = None) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and not _UNFIT.search(value)


def _is_number(value: Any, _fact: Any = None) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= LARGEST


def _is_choice(value: Any, fact: Mapping[str, Any]) -> bool:
    return isinstance(value, str) and value in fact["choices"]


def _are_choices(value: Any, fact: Mapping[str, Any]) -> bool:
    return isinstance(value, list) and len(value) <= MOST_LISTED and all(_is_choice(each, fact) for each in value)


def _are_codes(value: Any, _fact: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and len(value) <= MOST_LISTED
        and all(_is_text(regime) and _is_listed(codes) for regime, codes in value.items())
    )


def _is_listed(codes: Any) -> bool:
    return codes in _EMPTY or (isinstance(codes, list) and len(codes) <= MOST_LISTED and all(map(_is_text, codes)))


def _is_money(value: Any, _fact: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and set(value) == {"amount_minor", "currency"}
        and isinstance(value["amount_minor"], int)
        and abs(value["amount_minor"]) <= LARGEST
        and _is_text(value["currency"])
    )


def is_day(value: Any, _fact: Any = None) -> bool:
    """Whether a value is a date, written YYYY-MM-DD, of years that people plan for."""
    try:
        return isinstance(value, str) and len(value) == 10 and date.fromisoformat(value).year in YEARS
    except ValueError:
        return False


_KINDS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "boolean": lambda value, _: isinstance(value, bool),
    "choice": _is_choice,
    "choices": _are_choices,
    "codes": _are_codes,
    "date": is_day,
    "money": _is_money,
    "number": _is_number,
    "party": lambda value, _: value in ("user", "host"),
    "list": lambda value, _: isinstance(value, list),
    **dict.fromkeys(("city", "jurisdiction", "place", "text", "zone"), _is_text),
}


def _vault(value: Any) -> Iterator[FieldError]:
    if value in _EMPTY:
        return
    if not isinstance(value, list) or len(value) > MOST_HELD:
        yield FieldError("vault", "list", "list")
        return
    for number, held in enumerate(value):
        path = f"vault/{number}"
        if not isinstance(held, Mapping):
            yield FieldError(path, "mapping", "mapping")
            continue
        yield from (FieldError(f"{path}/{key}", "unknown_fact", "unknown_fact") for key in held if key not in _OF_VAULT)
        yield from (
            FieldError(f"{path}/{key}", "date", "fact_date")
            for key in ("valid_from", "valid_to")
            if held.get(key) not in _NOTHING and not is_day(held[key])
        )
        texts = ("id", "kind", "rule", "list", "holder")
        yield from (
            FieldError(f"{path}/{key}", "text", "fact_text") for key in texts if not _may_be_text(held.get(key))
        )
        if not isinstance(held.get("scope", {}), Mapping | None):
            yield FieldError(f"{path}/scope", "mapping", "mapping")


def _may_be_text(value: Any) -> bool:
    return value is None or _is_text(value)
