"""Counting what several made: in full for each of them, or in fractions that add up to the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, Final

# A publication: for each author the organisations that they name.
Authors = Sequence[frozenset[str]]
# Outcomes in these states count once they are verified far enough; an unanswered one may be, by a document (S-08).
COUNTED: Final = ("submitted", "confirmed")
# Contracts that run for a time; an assignment is done once and does not run.
CONTRACTS: Final = (
    *("contract_research", "collaborative_research", "consultancy", "facility_service"),
    *("licence", "option"),
)


def counts(status: Any, level: Any, floor: int) -> bool:
    """Whether an outcome in a state, verified to a level, counts."""
    return status in COUNTED and isinstance(level, int) and level >= floor


def full(publications: Iterable[Authors]) -> dict[str, int]:
    """For each organisation the publications that it has a part in; never to be summed over organisations."""
    found: Counter[str] = Counter()
    for authors in publications:
        found.update(frozenset[str]().union(*authors))
    return {name: found[name] for name in sorted(found)}


def fractional(publications: Iterable[Authors]) -> dict[str, Fraction]:
    """Each author counts 1/authors, shared equally among their organisations (CWTS Leiden Open Edition).

    The part of an author who names none belongs to nobody.
    """
    found: dict[str, Fraction] = {}
    for authors in publications:
        for named in authors:
            for each in named:
                found[each] = found.get(each, Fraction(0)) + Fraction(1, len(authors) * len(named))
    return {name: found[name] for name in sorted(found)}
