"""Where inputs are gathered: the frame, its parameters, the organisations in it, and what a figure rests on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.spillovers.queries.known import MERGED, SEATS
from marketplace.spillovers.queries.standing import values
from marketplace.spillovers.rules.bodies import Bodies, Body, Merger, Seat, merged
from marketplace.spillovers.rules.parameters import PARAMETERS
from marketplace.spillovers.rules.scopes import Frame

T = TypeVar("T")

_BODIES = text(f"""
    SELECT o.id, o.kind, j.root_code, o.parent_id FROM {SEATS} AS o
      JOIN jurisdictions j ON j.code = o.jurisdiction_code
""")
_SEATS = text("""
    SELECT s.organisation_id, s.until, s.kind, j.root_code, s.parent_id FROM former_organisation_seats s
      JOIN jurisdictions j ON j.code = s.jurisdiction_code WHERE s.until <= :as_of ORDER BY s.organisation_id, s.until
""")
_MERGERS = text(f"SELECT organisation_id, into_id, merged_on FROM organisation_mergers m WHERE {MERGED}")


@dataclass(frozen=True, slots=True)
class Told:
    """The inputs of one figure with what it rests on.

    `variant` parts what is never added (currencies, price years). `parts` are inputs of their own, summed afterwards.
    `mix` counts the units by level of verification, `unknown` those whose rows lack what the inputs need, `subjects`
    are the rows behind it, of a kind.
    """

    inputs: Mapping[str, Any] | None = None
    variant: str = ""
    parts: Sequence[tuple[str, Mapping[str, Any]]] | None = None
    unknown: int = 0
    mix: Mapping[str, int] = field(default_factory=dict)
    notes: Sequence[str] = ()
    subjects: Sequence[UUID] = ()
    kind: str = "outcome"

    @property
    def canonical(self) -> Mapping[str, Any]:
        """All that the figure is computed from."""
        if self.parts is not None:
            return {"parts": self.parts, "unknown": self.unknown}
        return {**(self.inputs or {}), "unknown": self.unknown}


@dataclass(frozen=True, slots=True)
class Desk:
    """What every gatherer of inputs works with, once the frame is laid out."""

    session: Session
    frame: Frame
    bodies: Bodies
    parameters: Mapping[str, Any] = field(default_factory=lambda: PARAMETERS)
    # Collaborations that the reader's side left, with the last day of which it knows.
    left: Mapping[UUID, date] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)

    def once(self, name: str, gather: Callable[[], T]) -> T:
        """What several figures share, gathered when it is first asked for."""
        if name not in self.kept:
            self.kept[name] = gather()
        found: T = self.kept[name]
        return found

    def rows(self, statement: str) -> Iterable[Any]:
        """The rows of a statement over the tables of the frame, streamed."""
        bound = {name: value for name, value in values(self.frame).items() if f":{name}" in statement}
        return self.session.execute(text(statement).execution_options(yield_per=5000), bound)


def seated(session: Session, frame: Frame) -> Bodies:
    """All organisations of that time, with the seats and mergers that were known."""
    former: dict[UUID, list[Seat]] = {}
    bound = {"as_of": frame.as_of}
    for id, until, kind, territory, parent in session.execute(_SEATS, bound):
        former.setdefault(id, []).append(Seat(territory, parent, _day(until), kind))
    known = {
        id: Body((*former.get(id, ()), Seat(territory, parent, sector=kind)))
        for id, kind, territory, parent in session.execute(_BODIES, bound)
    }
    return Bodies(known, merged(Merger(*row) for row in session.execute(_MERGERS, bound)))


def mixed(levels: Iterable[int]) -> dict[str, int]:
    """How many there are of each level."""
    return {str(level): count for level, count in sorted(Counter(levels).items())}


def _day(instant: datetime) -> Any:
    return instant.astimezone(UTC).date()
