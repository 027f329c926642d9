"""Keeping the states of units: from sessions, closures and hours, again from any instant, and by two at once."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.availability.actions import ClosureRequest, close, lift, set_opening_hours, set_rules
from marketplace.availability.models import ClosureKind, FormerWeek
from marketplace.availability.rules import Hours, UnitRules
from marketplace.database import Database
from marketplace.jobs.models import Task
from marketplace.operations.actions import check_in, check_out
from marketplace.operations.actions.states import derive, extend
from marketplace.operations.models import MachineState, UnitState
from tests.factories.listings import make_unit
from tests.factories.stage import Stage, at, hours, make_stage

S = MachineState
# Nine o'clock in the morning of the Monday on which all tests begin, before which the unit was not there.
FIRST = at(2, 9)


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    """A unit of Bo's, open from nine to six, and Ada."""
    return make_stage(session, now)


def told(session: Session, unit_id: UUID) -> list[tuple[datetime, datetime, MachineState]]:
    """The states of a unit in order."""
    chosen = select(UnitState).where(UnitState.unit_id == unit_id).order_by(UnitState.starts_at)
    rows = session.scalars(chosen.execution_options(populate_existing=True))
    return [(row.starts_at, row.ends_at, row.state) for row in rows]


def rows_of(session: Session) -> list[Any]:
    """All rows whole."""
    return list(session.execute(text("SELECT * FROM unit_states ORDER BY unit_id, starts_at")))


def used(stage: Stage, day: int, start: int, end: int, **more: Any) -> None:
    """Ada books and uses the unit."""
    booking = stage.book(hours(day, start, end), **more)
    stage.session.execute(text("UPDATE bookings SET state = 'confirmed', held_until = NULL"))
    stage.session.execute(text("UPDATE claims SET held_until = NULL"))
    stage.session.expire_all()
    check_in(stage.session, booking.id, now=at(day, start), by=stage.actor("bo"))
    check_out(stage.session, booking.id, now=at(day, end), by=stage.actor("bo"))


def test_a_day_is_told_from_hours_sessions_and_maintenance(session: Session, stage: Stage) -> None:
    request = ClosureRequest(period=hours(3, 15, 17), kind=ClosureKind.MAINTENANCE)
    close(session, stage.unit.id, request, now=stage.now, by=stage.actor("bo"))
    used(stage, 3, 10, 12)
    derive(session, {stage.unit.id: FIRST}, now=at(4))
    assert told(session, stage.unit.id) == [
        (FIRST, at(2, 18), S.STANDBY),
        (at(2, 18), at(3, 9), S.NON_SCHEDULED),
        (at(3, 9), at(3, 10), S.STANDBY),
        (at(3, 10), at(3, 12), S.PRODUCTIVE),
        (at(3, 12), at(3, 15), S.STANDBY),
        (at(3, 15), at(3, 17), S.SCHEDULED_DOWN),
        (at(3, 17), at(3, 18), S.STANDBY),
        (at(3, 18), at(4), S.NON_SCHEDULED),
    ]


def test_the_hosts_own_use_is_engineering(session: Session, stage: Stage) -> None:
    used(stage, 3, 10, 12)
    session.execute(text("UPDATE bookings SET purpose = 'own_use'"))
    derive(session, {stage.unit.id: FIRST}, now=at(4))
    assert (at(3, 10), at(3, 12), S.ENGINEERING) in told(session, stage.unit.id)


def test_a_closure_lifted_meanwhile_ends_where_it_was_lifted(session: Session, stage: Stage) -> None:
    request = ClosureRequest(period=hours(3, 10, 17))
    (closure,) = close(session, stage.unit.id, request, now=stage.now, by=stage.actor("bo"))
    derive(session, {stage.unit.id: FIRST}, now=at(3, 12))
    lift(session, closure.id, now=at(3, 12), by=stage.actor("bo"))
    derive(session, {stage.unit.id: at(3, 12)}, now=at(3, 14))
    assert told(session, stage.unit.id)[-2:] == [
        (at(3, 10), at(3, 12), S.NON_SCHEDULED),
        (at(3, 12), at(3, 14), S.STANDBY),
    ]


def test_past_months_are_told_by_the_hours_that_held_then(session: Session, stage: Stage) -> None:
    now = at(5, 7)
    set_opening_hours(session, stage.unit.id, [Hours(4, 600, 720)], now=now, by=stage.actor("bo"))
    set_rules(
        session, stage.unit.id, UnitRules(closed_on_holidays=False), now=now + timedelta(hours=1), by=stage.actor("bo")
    )
    assert len(session.scalars(select(FormerWeek).where(FormerWeek.unit_id == stage.unit.id)).all()) == 3
    derive(session, {stage.unit.id: FIRST}, now=at(6))
    standby = [(start, end) for start, end, state in told(session, stage.unit.id) if state is S.STANDBY]
    assert standby == [(FIRST, at(2, 18)), (at(3, 9), at(3, 18)), (at(4, 9), at(4, 18)), (at(5, 10), at(5, 12))]


def test_from_any_instant_the_rows_are_the_same(session: Session, stage: Stage) -> None:
    used(stage, 3, 10, 12)
    used(stage, 4, 12, 18)
    close(session, stage.unit.id, ClosureRequest(period=hours(5, 8, 20)), now=stage.now, by=stage.actor("bo"))
    end = at(7)
    derive(session, {stage.unit.id: FIRST}, now=end)
    whole = rows_of(session)
    assert whole
    seed = random.Random(7)
    edges = [row.starts_at for row in whole] + [row.ends_at for row in whole]
    for since in [*edges, *(FIRST + seed.random() * (end - FIRST) for _ in range(20)), FIRST - timedelta(days=9), end]:
        derive(session, {stage.unit.id: since}, now=end)
        assert rows_of(session) == whole
    session.execute(delete(UnitState))
    for hour in range(0, 24 * 6, 7):
        derive(session, {stage.unit.id: at(2) + timedelta(hours=hour)}, now=min(FIRST + timedelta(hours=hour), end))
    derive(session, {stage.unit.id: end}, now=end)
    assert rows_of(session) == whole


def test_a_clock_that_lags_takes_nothing_away(session: Session, stage: Stage) -> None:
    derive(session, {stage.unit.id: FIRST}, now=at(4))
    whole = rows_of(session)
    derive(session, {stage.unit.id: at(3)}, now=at(3, 12))
    assert rows_of(session) == whole


def test_the_night_brings_every_unit_up_to_now(session: Session, stage: Stage) -> None:
    other = make_unit(session, stage.facility.id, by=stage.actor("bo"), now=stage.now)
    assert extend(session, now=at(4)) is None
    assert extend(session, now=at(5)) is None
    ends = session.execute(text("SELECT unit_id, max(ends_at) FROM unit_states GROUP BY 1")).all()
    assert dict(map(tuple, ends)) == {stage.unit.id: at(5), other.id: at(5)}


def test_what_changes_a_units_facts_has_them_worked_out_again(session: Session, stage: Stage) -> None:
    session.execute(delete(Task))
    used(stage, 3, 10, 12)
    chosen = select(Task.arguments).where(Task.name == "operations.derive_states")
    assert [datetime.fromisoformat(each["since"]) for each in session.scalars(chosen)] == [at(3, 10)] * 2


def _row(unit_id: UUID, start: int, end: int, *, first: bool = False) -> dict[str, Any]:
    return {
        "unit_id": unit_id, "starts_at": at(2, start), "ends_at": at(2, end),
        "follows": None if first else at(2, start),
        "state": "standby", "substate": "waiting", "source": "derived", "cause": "hours",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "broken"),
    [
        ([(1, 3, True), (2, 4, False)], "ex_unit_states_one_at_a_time"),
        ([(1, 2, True), (3, 4, False)], "fk_unit_states_follows"),
        ([(1, 2, True), (3, 4, True)], "uq_unit_states_first"),
        ([(1, 2, False)], "fk_unit_states_follows"),
    ],
)
def test_the_database_itself_forbids_overlaps_and_gaps(
    session: Session, stage: Stage, rows: list[tuple[int, int, bool]], broken: str
) -> None:
    with pytest.raises(IntegrityError, match=broken), session.begin_nested():
        for start, end, first in rows:
            values = _row(stage.unit.id, start, end, first=first)
            columns = ", ".join(values)
            marks = ", ".join(f":{name}" for name in values)
            session.execute(text(f"INSERT INTO unit_states ({columns}) VALUES ({marks})"), values)
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def test_the_database_refuses_to_take_a_stretch_out_of_the_middle(session: Session, stage: Stage) -> None:
    derive(session, {stage.unit.id: FIRST}, now=at(4))
    with pytest.raises(IntegrityError, match="fk_unit_states_follows"), session.begin_nested():
        session.execute(delete(UnitState).where(UnitState.starts_at == at(2, 18)))
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


def _two_at_once(committed: Database, unit_id: UUID, instants: list[datetime]) -> list[BaseException | None]:
    barrier = Barrier(len(instants))

    def one(number: int, since: datetime) -> BaseException | None:
        try:
            with committed.unit_of_work() as work:
                barrier.wait()
                derive(work, {unit_id: since}, now=at(9) + timedelta(minutes=number))
        except BaseException as error:
            return error
        return None

    with ThreadPoolExecutor(len(instants)) as pool:
        return list(pool.map(one, range(len(instants)), instants))


def test_two_derivations_at_once_leave_one_whole_chain(
    committed: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with committed.unit_of_work() as work:
        stage = make_stage(work, now)
        used(stage, 3, 10, 12)
        unit_id = stage.unit.id
    for _ in range(5):
        assert _two_at_once(committed, unit_id, [FIRST, at(3, 11), at(4), at(8)]) == [None] * 4
    with committed.unit_of_work() as work:
        after = rows_of(work)
        derive(work, {unit_id: FIRST}, now=at(9))
        assert rows_of(work) == after
    # The control: without the lock the same work breaks against the constraints.
    monkeypatch.setattr("marketplace.operations.actions.states._LOCK", text("SELECT CAST(:units AS uuid[])"))
    failed: list[BaseException | None] = []
    for _ in range(10):
        failed += [each for each in _two_at_once(committed, unit_id, [FIRST] * 4) if each is not None]
    assert failed
