"""What an approval covers: values that it allows, numbers that it goes up to, and codes of each regime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from marketplace.permits.rules.facts import MISSING, Entry

# How a scope says that a number is covered up to some value: {"max": 300}.
MOST: Final = "max"


def in_scope(held: Mapping[str, Any], entry: Entry) -> bool:
    """Whether an approval covers the entry: each thing that its scope names is among what it allows, each number no
    more than it goes up to. What nobody told of the entry is not covered."""
    scope = held.get("scope") or {}
    return all(_covers(allowed, entry.facts.get(name, MISSING)) for name, allowed in scope.items())


def as_wide(scope: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether a scope covers all that another one covers."""
    return all(name in other and _holds(allowed, other[name]) for name, allowed in scope.items())


def bound(allowed: Any) -> Any:
    """The number that a part of a scope goes up to; None where it is no such part."""
    most = allowed.get(MOST) if isinstance(allowed, Mapping) and len(allowed) == 1 else None
    return most if _is_number(most) else None


def listed(allowed: Any) -> Sequence[Any]:
    """What a part of a scope allows, one value or several."""
    return allowed if isinstance(allowed, list) else [allowed]


def _covers(allowed: Any, value: Any) -> bool:
    most = bound(allowed)
    if most is not None:
        return _is_number(value) and bool(value <= most)
    if not isinstance(allowed, Mapping):
        return value in listed(allowed)
    # A regime that is not named lists nothing; one that nobody knows of may list anything.
    told = {} if value is None else value
    return isinstance(told, Mapping) and all(_codes(codes, told.get(regime)) for regime, codes in allowed.items())


def _codes(allowed: Any, told: Any) -> bool:
    return told is not MISSING and all(code in listed(allowed) for code in (listed(told) if told else ()))


def _holds(allowed: Any, other: Any) -> bool:
    """Whether one part of a scope allows all that the same part of another does."""
    most = bound(allowed)
    if most is not None:
        narrower = bound(other)
        return narrower is not None and bool(narrower <= most)
    if not isinstance(allowed, Mapping):
        return not isinstance(other, Mapping) and set(map(str, listed(other))) <= set(map(str, listed(allowed)))
    return isinstance(other, Mapping) and all(
        regime in other and set(map(str, listed(other[regime]))) <= set(map(str, listed(codes)))
        for regime, codes in allowed.items()
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
