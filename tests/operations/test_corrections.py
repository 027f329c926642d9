"""Correcting a unit's states: by its host, with a reason, until it is taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.operations.actions.corrections import Correction, correct_state, take_back_correction
from marketplace.operations.actions.states import derive
from marketplace.operations.models import MachineState, StateSource, Substate, UnitState
from marketplace.values.period import Period
from marketplace.values.refusal import Forbidden, Invalid, NotFound, StateForbids
from tests.factories.stage import Stage, at, hours, make_stage
from tests.operations.test_states import rows_of, told

S = MachineState


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    """A unit of Bo's with two days behind it."""
    stage = make_stage(session, now)
    derive(session, {stage.unit.id: now}, now=at(4))
    return stage


def said(
    period: Period, state: S = S.UNSCHEDULED_DOWN, substate: Substate = Substate.REPAIR, **more: Any
) -> Correction:
    return Correction(period=period, state=state, substate=substate, reason=more.get("reason", "The pump leaked."))


def test_a_correction_holds_over_all_else_and_is_marked(session: Session, stage: Stage) -> None:
    made = correct_state(session, stage.unit.id, said(hours(3, 10, 12)), now=at(4), by=stage.actor("bo"))
    assert (at(3, 10), at(3, 12), S.UNSCHEDULED_DOWN) in told(session, stage.unit.id)
    row = session.scalar(select(UnitState).where(UnitState.starts_at == at(3, 10)))
    assert row is not None
    assert (row.source, row.cause_id, row.substate) == (StateSource.CORRECTED, made.id, Substate.REPAIR)


def test_of_words_that_overlap_the_latest_holds_until_it_is_taken_back(session: Session, stage: Stage) -> None:
    bo = stage.actor("bo")
    before = rows_of(session)
    first = correct_state(session, stage.unit.id, said(hours(3, 10, 14)), now=at(4), by=bo)
    corrected = rows_of(session)
    idle = said(hours(3, 12, 16), S.STANDBY, Substate.NO_MATERIAL)
    second = correct_state(session, stage.unit.id, idle, now=at(4) + timedelta(seconds=1), by=bo)
    assert (at(3, 12), at(3, 16), S.STANDBY) in told(session, stage.unit.id)
    take_back_correction(session, second.id, "It was the pump after all.", now=at(4), by=bo)
    assert [row[:8] for row in rows_of(session)][:-1] == [row[:8] for row in corrected][:-1]
    take_back_correction(session, first.id, "Wrong day.", now=at(4), by=bo)
    assert [row[:8] for row in rows_of(session)][:-1] == [row[:8] for row in before][:-1]
    assert (first.taken_back_reason, first.taken_back_by) == ("Wrong day.", bo.id)
    with pytest.raises(StateForbids):
        take_back_correction(session, first.id, "Again.", now=at(4), by=bo)


@pytest.mark.parametrize(
    ("wrong", "field", "rule"),
    [
        (said(hours(4, 10, 12)), "end", "not_in_future"),
        (said(hours(1, 10, 12)), "start", "before_unit"),
        (said(hours(3, 10, 12), S.STANDBY, Substate.REPAIR), "substate", "not_of_state"),
        (said(hours(3, 10, 12), reason=" "), "reason", "required"),
        (said(hours(3, 10, 12), reason="a\x00b"), "reason", "no_nul"),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    session: Session, stage: Stage, wrong: Correction, field: str, rule: str
) -> None:
    with pytest.raises(Invalid) as refused:
        correct_state(session, stage.unit.id, wrong, now=at(4, 11), by=stage.actor("bo"))
    assert [(error.field, error.rule) for error in refused.value.errors] == [(field, rule)]


def test_only_its_host_corrects(session: Session, stage: Stage) -> None:
    with pytest.raises(NotFound):
        correct_state(session, stage.unit.id, said(hours(3, 10, 12)), now=at(4), by=stage.actor("ada"))
    with pytest.raises(Forbidden):
        correct_state(session, stage.unit.id, said(hours(3, 10, 12)), now=at(4), by=stage.actor("dee"))
