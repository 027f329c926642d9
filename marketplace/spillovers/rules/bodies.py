"""Legal entities through time: which one an organisation was on a day, in which customs territory, of which group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Seat:
    """Where an organisation is seated, whose and of what kind it is; `until` is the day from which that holds no
    more."""

    territory: str
    parent: UUID | None = None
    until: date | None = None
    sector: str | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation: its seats, the former ones first."""

    seats: Sequence[Seat]

    def seat(self, day: date) -> Seat:
        """The seat on a day."""
        return next((each for each in self.seats if each.until is None or day < each.until), self.seats[-1])


@dataclass(frozen=True, slots=True)
class Merger:
    """An organisation that went into another on a day."""

    organisation: UUID
    into: UUID
    on: date


@dataclass(slots=True)
class Bodies:
    """All organisations that figures meet, with what is known of them."""

    known: Mapping[UUID, Body]
    merged: Mapping[UUID, Merger] = field(default_factory=dict)
    _moved: frozenset[UUID] = frozenset()

    def __post_init__(self) -> None:
        self._moved = frozenset(
            id for id, body in self.known.items() if len({seat.territory for seat in body.seats}) > 1
        )

    def entity(self, id: UUID, day: date) -> UUID:
        """The legal entity that an organisation was on a day: what it had gone into by then."""
        seen = {id}
        while (merger := self.merged.get(id)) is not None and merger.on <= day and merger.into not in seen:
            id = merger.into
            seen.add(id)
        return id

    def territory(self, id: UUID, day: date) -> str | None:
        """The customs territory of its seat on a day (S-10)."""
        body = self.known.get(id)
        return body.seat(day).territory if body else None

    def sector(self, id: UUID, day: date) -> str | None:
        """What kind of organisation it was on a day."""
        body = self.known.get(id)
        return body.seat(day).sector if body else None

    def name(self, id: UUID, day: date) -> str:
        """How figures name it: by its id, and by the territory too where it has moved from one to another."""
        return f"{id}@{self.territory(id, day)}" if id in self._moved else str(id)

    def top(self, id: UUID, day: date) -> UUID:
        """The organisation at the top of its group on a day."""
        seen = {id}
        while (body := self.known.get(id)) is not None:
            parent = body.seat(day).parent
            if parent is None or parent in seen:
                return id
            seen.add(parent)
            id = parent
        return id

    def one_group(self, one: UUID, other: UUID, day: date) -> bool:
        """Whether two legal entities have the same parent: still external, and flagged (S-05)."""
        return one != other and self.top(one, day) == self.top(other, day)


def merged(rows: Iterable[Merger]) -> dict[UUID, Merger]:
    """Mergers by who went."""
    return {each.organisation: each for each in rows}
