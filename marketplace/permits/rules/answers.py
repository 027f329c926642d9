"""What may be answered to a question, by the vocabulary: enough of each kind to see what an answer would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

# A small and a large number; what lies between decides by the same comparisons.
_NUMBERS: Final = (0, 1_000_000)
_LISTED: Final = {"CN": ["dual_use"], "HK": ["dual_use"]}


def answers_of(vocabulary: Mapping[str, Mapping[str, Any]]) -> dict[str, Sequence[Any]]:
    """The possible answers to each fact, by its name in the vocabulary."""
    return {name: _possible(fact) for name, fact in vocabulary.items()}


def _possible(fact: Mapping[str, Any]) -> Sequence[Any]:
    kind = fact["kind"]
    if kind == "boolean":
        return (True, False)
    if kind == "choice":
        return tuple(None if choice == "none" else choice for choice in fact["choices"])
    if kind == "choices":
        return ([], *([choice] for choice in fact["choices"] if choice != "none"))
    if kind == "codes":
        return ({}, _LISTED)
    return _NUMBERS if kind == "number" else ()
