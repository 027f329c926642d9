"""A unit's time in six states: complete, without overlap, and what a plain count by the minute gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.availability.models import ClosureKind
from marketplace.availability.rules import Hours, Setting
from marketplace.operations.models import SUBSTATES, Cause, MachineState, Substate
from marketplace.operations.rules.states import (
    Fact,
    Week,
    closed,
    corrected,
    fits,
    open_through,
    opened,
    stopped,
    tiling,
    used,
)
from marketplace.values.period import Period

START = datetime(2026, 3, 1, tzinfo=UTC)
MINUTES = 31 * 1440
MONTH = Period(START, START + timedelta(minutes=MINUTES))
UNIT = UUID(int=7)


@dataclass(frozen=True)
class Told:
    """One random row: which kind it is of, from which minute to which, and a number that tells it from others."""

    kind: str
    start: int
    end: int | None
    number: int

    @property
    def id(self) -> UUID:
        return UUID(int=self.number)


KINDS = ("session", "own", "fault", "maintenance", "closure", "correction", "hours")
STATES = {
    "session": MachineState.PRODUCTIVE,
    "own": MachineState.ENGINEERING,
    "fault": MachineState.UNSCHEDULED_DOWN,
    "maintenance": MachineState.SCHEDULED_DOWN,
    "closure": MachineState.NON_SCHEDULED,
    "correction": MachineState.STANDBY,
    "hours": MachineState.STANDBY,
}
# What is painted later covers what was painted before.
PAINTED = ("hours", "closure", "own", "session", "maintenance", "fault", "correction")


def rows() -> st.SearchStrategy[list[Told]]:
    """Months of rows: short and long, touching, nested, over both ends of the month, some still open."""
    starts = st.integers(-2000, MINUTES + 100)
    lengths = st.one_of(st.integers(0, 300), st.integers(0, 15_000))
    pairs = st.lists(st.tuples(st.sampled_from(KINDS), starts, lengths, st.booleans()), max_size=60)
    return pairs.map(_numbered)


def _numbered(pairs: list[tuple[str, int, int, bool]]) -> list[Told]:
    lasting = {"session", "own", "fault"}
    return [
        Told(kind, start, None if still and kind in lasting else start + length, number)
        for number, (kind, start, length, still) in enumerate(pairs, 1)
    ]


def fact_of(row: Told) -> Fact | None:
    """The row as the verb reads it."""
    start = START + timedelta(minutes=row.start)
    end = None if row.end is None else START + timedelta(minutes=row.end)
    if row.kind in {"session", "own"}:
        return used(row.id, start, end, "own_use" if row.kind == "own" else "research")
    if row.kind == "fault":
        return stopped(row.id, start, end)
    assert end is not None
    if start == end:
        return None
    if row.kind == "hours":
        return opened(Period(start, end))
    if row.kind == "correction":
        said = (MachineState.STANDBY, Substate.NO_MATERIAL)
        return corrected(row.id, (start, end), said, START + timedelta(days=60, seconds=row.number))
    kind = ClosureKind.MAINTENANCE if row.kind == "maintenance" else ClosureKind.CLOSURE
    return closed(row.id, kind, (start, end), None)


def by_the_minute(told: list[Told]) -> list[tuple[MachineState, UUID | None]]:
    """The plain count: paint each minute, what counts less before what counts more."""
    minutes: list[tuple[MachineState, UUID | None]] = [(MachineState.NON_SCHEDULED, None)] * MINUTES
    for kind in PAINTED:
        those = [row for row in told if row.kind == kind]
        # Of a kind the earliest decides; of corrections the one made last.
        those.sort(key=lambda row: row.number if row.kind == "correction" else (-row.start, -row.number))
        for row in those:
            first = max(row.start, 0)
            after = MINUTES if row.end is None else min(row.end, MINUTES)
            if first < after:
                mark = (STATES[kind], None if kind == "hours" else row.id)
                minutes[first:after] = [mark] * (after - first)
    return minutes


@settings(max_examples=150, deadline=None)
@given(rows())
def test_random_months_are_complete_without_overlap_and_equal_to_a_plain_count(told: list[Told]) -> None:
    facts = [fact for row in told if (fact := fact_of(row)) is not None]
    pieces = tiling(MONTH, facts)
    assert pieces[0].period.start == MONTH.start
    assert pieces[-1].period.end == MONTH.end
    for before, after in pairwise(pieces):
        assert before.period.end == after.period.start
        assert before.tile != after.tile
    assert tiling(MONTH, reversed(facts)) == pieces
    counted: list[tuple[MachineState, UUID | None]] = []
    for piece in pieces:
        counted += [(piece.tile.state, piece.tile.cause_id)] * int(piece.period.length / timedelta(minutes=1))
    assert counted == by_the_minute(told)


@settings(max_examples=60, deadline=None)
@given(rows(), st.integers(1, MINUTES - 1))
def test_a_month_in_two_parts_is_the_same_month(told: list[Told], cut: int) -> None:
    facts = [fact for row in told if (fact := fact_of(row)) is not None]
    middle = START + timedelta(minutes=cut)
    parts = tiling(Period(MONTH.start, middle), facts) + tiling(Period(middle, MONTH.end), facts)
    at = {piece.period.start: piece.tile for piece in tiling(MONTH, facts)}
    assert at == {piece.period.start: piece.tile for piece in parts if piece.period.start != middle or middle in at}


def test_a_closure_lifted_early_ends_then_and_one_lifted_before_it_began_never_was() -> None:
    start, end = START, START + timedelta(hours=4)
    lifted = closed(UUID(int=1), ClosureKind.MAINTENANCE, (start, end), START + timedelta(hours=1))
    assert lifted is not None
    assert lifted.end == START + timedelta(hours=1)
    assert closed(UUID(int=1), ClosureKind.CLOSURE, (start, end), START) is None
    assert closed(UUID(int=1), ClosureKind.FAULT, (start, end), None) is None


def test_each_instant_is_told_by_the_week_that_held_then() -> None:
    zone = ZoneInfo("Asia/Hong_Kong")
    monday = datetime.combine(START.date() + timedelta(days=1), time(), zone)
    short = Setting(unit_id=UNIT, zone=zone, hours=(Hours(1, 9 * 60, 12 * 60),))
    long = Setting(unit_id=UNIT, zone=zone, hours=(Hours(1, 8 * 60, 18 * 60),))
    day = Period(monday, monday + timedelta(days=1))
    changed = Week(monday + timedelta(hours=11), short)
    found = open_through([changed], long, day)
    assert found == [
        Period(monday + timedelta(hours=9), monday + timedelta(hours=11)),
        Period(monday + timedelta(hours=11), monday + timedelta(hours=18)),
    ]
    assert open_through([Week(monday, short)], long, day) == [
        Period(monday + timedelta(hours=8), monday + timedelta(hours=18))
    ]


def test_every_substate_belongs_to_one_state() -> None:
    assert sorted(each.value for group in SUBSTATES.values() for each in group) == sorted(s.value for s in Substate)
    assert fits(MachineState.STANDBY, Substate.WAITING)
    assert not fits(MachineState.STANDBY, Substate.REPAIR)
    assert tiling(MONTH, [])[0].tile.cause is Cause.HOURS
