"""How long partners stay, from the days on which they came and went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from marketplace.spillovers.rules.scopes import months_between


@dataclass(frozen=True, slots=True)
class Stay:
    """One party of one collaboration: the legal entity that it is, and its first and last day; `own` is no partner."""

    entity: str
    joined_on: date
    left_on: date | None
    own: bool = False


def months_of(stays: Iterable[Stay], seen: date) -> list[dict[str, Any]]:
    """Each legal entity: months from its first day to its last, and whether it left for good by the end of watching.

    Who came back before that never left. An organisation's own stay is no partner's."""
    first: dict[str, date] = {}
    last: dict[str, date | None] = {}
    own = set()
    for stay in stays:
        entity, joined, left = stay.entity, stay.joined_on, stay.left_on
        first[entity] = min(first.get(entity, joined), joined)
        ended = left if left is not None and left <= seen else None
        before = last.get(entity, date.min)
        last[entity] = None if ended is None or before is None else max(before, ended)
        own |= {entity} if stay.own else set()
    return [
        {"id": entity, "months": months_between(first[entity], last[entity] or seen)}
        | {"event": int(last[entity] is not None), "cohort": str(first[entity].year)}
        for entity in sorted(first)
        if entity not in own
    ]


def lag_of(id: str, began: date, came: date | None, seen: date) -> dict[str, Any]:
    """Months from the first use of a collaboration to its first outcome since, or to the end of watching."""
    return {"id": id, "months": months_between(began, came or seen), "event": int(came is not None)}


def life_of(id: str, founded: date, ended: date | None, seen: date) -> dict[str, Any]:
    """Months that a company lives, to its end or to the end of watching."""
    last = min(ended or seen, seen)
    return {"id": id, "months": months_between(founded, last), "event": int(last != seen)}
