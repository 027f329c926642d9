"""In which of the six states of SEMI E10 a unit was at each instant, told from what was recorded.

Where several things hold at one instant the first of these decides: a correction by the host (the latest), a fault that
stops the unit, maintenance, productive use, engineering, a plain closure, open hours. Use outside open hours, or in a
plain closure, thus extends operations time. A unit with several places is productive while any of them is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from heapq import heappop, heappush
from itertools import pairwise
from typing import Final
from uuid import UUID

from marketplace.availability.models import ClosureKind
from marketplace.availability.rules import Setting, local_days, open_periods
from marketplace.availability.rules.opening import DAY
from marketplace.operations.models.states import SUBSTATES, Cause, MachineState, StateSource, Substate
from marketplace.values.period import Period, intersect

# A host's own people at its own machine serve nobody: E10 counts experiments and qualification as engineering, and the
# mainland's returns leave an owner's sessions without an order out of productive hours too.
ENGINEERING: Final = {"own_use": Substate.OWN_USE, "qualification": Substate.QUALIFICATION}

_CORRECTION, _FAULT, _MAINTENANCE, _PRODUCTIVE, _ENGINEERING, _CLOSED, _OPEN = range(7)


@dataclass(frozen=True, slots=True)
class Tile:
    """A state with what it was spent on, who says so, and which row made it so."""

    state: MachineState
    substate: Substate
    cause: Cause = Cause.HOURS
    cause_id: UUID | None = None

    @property
    def source(self) -> StateSource:
        """Only a correction is not worked out."""
        return StateSource.CORRECTED if self.cause is Cause.CORRECTION else StateSource.DERIVED


CLOSED: Final = Tile(MachineState.NON_SCHEDULED, Substate.OUTSIDE_HOURS)
STANDBY: Final = Tile(MachineState.STANDBY, Substate.WAITING)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that holds for a stretch (None: still); of several the lowest rank decides, then the lowest order."""

    start: datetime
    end: datetime | None
    rank: int
    order: tuple[float, str]
    tile: Tile


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a unit's time in one state."""

    period: Period
    tile: Tile


@dataclass(frozen=True, slots=True)
class Week:
    """The setting that held until an instant."""

    until: datetime
    setting: Setting


def used(id: UUID, start: datetime, end: datetime | None, purpose: str | None) -> Fact:
    """A session of use; one that is still open lasts."""
    own = ENGINEERING.get(purpose or "")
    if own is not None:
        tile = Tile(MachineState.ENGINEERING, own, Cause.SESSION, id)
        return Fact(start, end, _ENGINEERING, _by(start, id), tile)
    tile = Tile(MachineState.PRODUCTIVE, Substate.USE, Cause.SESSION, id)
    return Fact(start, end, _PRODUCTIVE, _by(start, id), tile)


def closed(id: UUID, kind: ClosureKind, period: tuple[datetime, datetime], lifted: datetime | None) -> Fact | None:
    """A closure, up to where it was lifted; None where it was lifted before it began, or only holds a fault's place."""
    start, end = period
    end = min(end, lifted) if lifted is not None else end
    if kind is ClosureKind.FAULT or end <= start:
        return None
    if kind is ClosureKind.MAINTENANCE:
        tile = Tile(MachineState.SCHEDULED_DOWN, Substate.MAINTENANCE, Cause.CLOSURE, id)
        return Fact(start, end, _MAINTENANCE, _by(start, id), tile)
    return Fact(
        start, end, _CLOSED, _by(start, id), Tile(MachineState.NON_SCHEDULED, Substate.CLOSED, Cause.CLOSURE, id)
    )


def stopped(id: UUID, start: datetime, end: datetime | None) -> Fact:
    """A fault, from where it stopped the unit; one that is not mended lasts."""
    tile = Tile(MachineState.UNSCHEDULED_DOWN, Substate.FAULT, Cause.FAULT, id)
    return Fact(start, end, _FAULT, _by(start, id), tile)


def corrected(
    id: UUID, period: tuple[datetime, datetime], said: tuple[MachineState, Substate], made_at: datetime
) -> Fact:
    """What a host said; the latest word comes first."""
    state, substate = said
    order = (-made_at.timestamp(), str(UUID(int=(1 << 128) - 1 - id.int)))
    return Fact(*period, _CORRECTION, order, Tile(state, substate, Cause.CORRECTION, id))


def opened(period: Period) -> Fact:
    """A stretch in which the unit stands open."""
    return Fact(period.start, period.end, _OPEN, (0.0, ""), STANDBY)


def open_through(weeks: Sequence[Week], present: Setting, stretch: Period) -> list[Period]:
    """When a unit stood open in a stretch, by the week that held at each instant; former weeks come in order."""
    found: list[Period] = []
    start = stretch.start
    for week in (*weeks, Week(stretch.end, present)):
        end = min(week.until, stretch.end)
        if start < end:
            found += _open(week.setting, Period(start, end))
            start = end
    return found


def tiling(stretch: Period, facts: Iterable[Fact]) -> list[Piece]:
    """A stretch without gap or overlap, each piece as long as can be: the same however its facts are ordered."""
    kept = [each for each in facts if each.start < stretch.end and (each.end is None or each.end > stretch.start)]
    kept.sort(key=lambda each: each.start)
    found: list[Piece] = []
    for start, end, tile in _sweep(stretch, kept):
        if found and found[-1].tile == tile:
            found[-1] = replace(found[-1], period=Period(found[-1].period.start, end))
        else:
            found.append(Piece(Period(start, end), tile))
    return found


def fits(state: MachineState, substate: Substate) -> bool:
    """Whether a substate is one of a state."""
    return substate in SUBSTATES[state]


def _sweep(stretch: Period, facts: Sequence[Fact]) -> Iterator[tuple[datetime, datetime, Tile]]:
    edges = sorted({stretch.start, stretch.end, *_edges(stretch, facts)})
    holding: list[tuple[tuple[int, tuple[float, str], int], Fact]] = []
    upcoming = 0
    for start, end in pairwise(edges):
        while upcoming < len(facts) and facts[upcoming].start <= start:
            each = facts[upcoming]
            heappush(holding, ((each.rank, each.order, upcoming), each))
            upcoming += 1
        while holding and (over := holding[0][1].end) is not None and over <= start:
            heappop(holding)
        yield start, end, holding[0][1].tile if holding else CLOSED


def _edges(stretch: Period, facts: Iterable[Fact]) -> Iterator[datetime]:
    for each in facts:
        for instant in (each.start, each.end):
            if instant is not None and stretch.contains(instant):
                yield instant


def _open(setting: Setting, stretch: Period) -> list[Period]:
    first, last = local_days(stretch, setting.zone)
    return intersect(open_periods(setting, first - DAY, last), [stretch])


def _by(start: datetime, id: UUID) -> tuple[float, str]:
    return start.timestamp(), str(id)
