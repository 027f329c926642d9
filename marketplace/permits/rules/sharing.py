"""Who gets which, where each thing can be had once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def dealt(wanted: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """One thing for each who wants one of some: as many get one as can, and who comes first never goes without for
    another's sake."""
    owner: dict[str, str] = {}

    def give(who: str, tried: set[str]) -> bool:
        for thing in wanted[who]:
            if thing not in tried:
                tried.add(thing)
                if thing not in owner or give(owner[thing], tried):
                    owner[thing] = who
                    return True
        return False

    for who in wanted:
        give(who, set())
    return {who: thing for thing, who in owner.items()}
