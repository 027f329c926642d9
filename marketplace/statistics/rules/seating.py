"""What each organisation was, day by day, as stretches: its legal entity, where that was seated, of what kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from marketplace.spillovers.rules.bodies import Bodies

INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Stretch:
    """An organisation from one day to another, the latter not included."""

    organisation: UUID
    since: date
    until: date
    entity: UUID
    territory: str | None
    kind: str | None
    top: UUID


def stretches(bodies: Bodies) -> Iterator[Stretch]:
    """Every organisation in the stretches in which nothing about it changed."""
    for id in bodies.known:
        days = sorted({date.min, *_turns(bodies, id)})
        for since, until in zip(days, [*days[1:], date.max], strict=True):
            entity = bodies.entity(id, since)
            told = bodies.territory(entity, since), bodies.sector(entity, since), bodies.top(entity, since)
            yield Stretch(id, since, until, entity, *told)


def user_class(entity: UUID, host: UUID, kind: str | None) -> str:
    """Whose use it is: the host's own, else what kind of organisation the user's is."""
    return INTERNAL if entity == host else kind or "unknown"


def _turns(bodies: Bodies, id: UUID) -> Iterator[date]:
    """The days on which anything about an organisation may change: mergers and seats, its own and those above it."""
    waiting, seen = [id], set()
    while waiting:
        one = waiting.pop()
        if one in seen or one not in bodies.known:
            continue
        seen.add(one)
        merger = bodies.merged.get(one)
        if merger is not None:
            yield merger.on
            waiting.append(merger.into)
        for seat in bodies.known[one].seats:
            if seat.until is not None:
                yield seat.until
            if seat.parent is not None:
                waiting.append(seat.parent)
