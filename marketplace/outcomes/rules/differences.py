"""What changed from one version of an outcome to the next."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from marketplace.outcomes.rules.statements import Statement

# How a version came is not what it says.
_LEFT_OUT = frozenset({"source"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that says something else: what it said, and what it says."""

    field: str
    before: Any
    after: Any


def differences(before: Statement, after: Statement) -> list[Difference]:
    """Every field that differs, in the order of the statement; the order of parties and shares means nothing."""
    found = []
    for member in fields(Statement):
        if member.name in _LEFT_OUT:
            continue
        old, new = getattr(before, member.name), getattr(after, member.name)
        if _plain(member.name, old) != _plain(member.name, new):
            found.append(Difference(member.name, old, new))
    return found


def _plain(name: str, value: Any) -> Any:
    if name in ("parties", "shares"):
        return sorted(value, key=repr)
    if name == "identifiers":
        return sorted((each.scheme, each.normalised) for each in value)
    return value
