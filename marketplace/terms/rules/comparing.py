"""Two sets of terms beside each other, clause by clause."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from marketplace.terms.clauses import TEXT, VOCABULARY


class Difference(Enum):
    """How the right side stands to the left."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Row:
    """One part of a clause on both sides (`text` is what is written beside it); None where a side says nothing."""

    clause: str
    part: str
    left: Any
    right: Any
    difference: Difference


def compare(left: Mapping[str, Any], right: Mapping[str, Any]) -> tuple[Row, ...]:
    """The parts of which at least one side says something, in the order of the vocabulary."""
    rows = []
    for clause in VOCABULARY:
        one, other = left.get(clause.name) or {}, right.get(clause.name) or {}
        for part in (*(each.name for each in clause.parts), TEXT):
            row = _row(clause.name, part, one.get(part), other.get(part))
            if row.left is not None or row.right is not None:
                rows.append(row)
    return tuple(rows)


def difference(left: Any, right: Any) -> Difference:
    """How two values differ, None standing for nothing."""
    if left == right:
        return Difference.SAME
    if left is None:
        return Difference.ADDED
    return Difference.REMOVED if right is None else Difference.CHANGED


def _row(clause: str, part: str, left: Any, right: Any) -> Row:
    return Row(clause, part, left, right, difference(left, right))
