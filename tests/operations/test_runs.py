"""Runs of a line: entered, corrected and taken back, and how effective it was."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from marketplace.operations.actions.runs import RunSheet, correct_run, enter_run, take_back_run
from marketplace.operations.models import Run
from marketplace.operations.queries.runs import facts_of, run_history, runs_between
from marketplace.operations.rules.oee import RunFacts, mean, of_run, pooled
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused, StateForbids
from tests.factories.stage import Stage, at, hours, make_stage

NOW = at(4)
# The worked case C08, in seconds: planned 480 min, down 60 min, cycle half a minute, 714 made, 690 good.
SHEET = RunSheet(
    period=hours(3, 9, 17), planned=480 * 60, down=60 * 60, ideal_cycle=Decimal(30), total=714, good=690, notes="Lot 7"
)


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    return make_stage(session, now)


def entered(stage: Stage, **more: Any) -> Run:
    return enter_run(stage.session, stage.unit.id, replace(SHEET, **more), now=NOW, by=stage.actor("bo"))


def facts(planned: int, down: int, total: int, good: int, cycle: str = "30") -> RunFacts:
    return RunFacts(planned=planned, down=down, ideal_cycle=Decimal(cycle), total=total, good=good)


def test_the_worked_case(session: Session, stage: Stage) -> None:
    entered(stage)
    [run] = facts_of(runs_between(session, stage.unit.id, hours(3, 0, 24)))
    assert of_run(run).oee == Fraction(71875, 100000)
    assert of_run(run) == pooled([run])


def test_the_worked_case_of_the_shared_data(shared_data: Path) -> None:
    cases = json.loads((shared_data / "spillover_cases.json").read_text(encoding="utf-8"))
    text = json.dumps(cases)
    assert "0.71875" in text
    assert float(of_run(facts(480 * 60, 60 * 60, 714, 690)).oee or 0) == 0.71875


runs = st.lists(
    st.tuples(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**5), st.integers(0, 10**5)).map(
        lambda n: facts(n[0], min(n[1], n[0]), n[2], min(n[3], n[2]), cycle=f"0.{n[0] % 999 + 1:03d}")
    ),
    max_size=8,
)


@given(runs)
def test_pooled_factors_multiply_to_a_plain_count(found: list[RunFacts]) -> None:
    told = pooled(found)
    planned = sum(run.planned for run in found)
    good = sum((run.good * Fraction(run.ideal_cycle) for run in found), Fraction(0))
    assert told.oee == (good / planned if planned else None)
    if told.availability is not None and told.performance is not None and told.quality is not None:
        assert told.availability * told.performance * told.quality == told.oee
    each = [run.good * Fraction(run.ideal_cycle) / run.planned for run in found]
    assert mean(found) == (sum(each, Fraction(0)) / len(each) if each else None)


def test_a_correction_takes_the_place_of_what_was_said(session: Session, stage: Stage) -> None:
    bo = stage.actor("bo")
    first = entered(stage)
    second = correct_run(session, first.id, replace(SHEET, good=700), "Counted again.", now=NOW, by=bo)
    assert [run.id for run in runs_between(session, stage.unit.id, hours(3, 0, 24))] == [second.id]
    assert [run.good_count for run in run_history(session, second)] == [700, 690]
    with pytest.raises(StateForbids):
        correct_run(session, first.id, SHEET, "Again.", now=NOW, by=bo)
    take_back_run(session, second.id, "It was another line.", now=NOW, by=bo)
    assert runs_between(session, stage.unit.id, hours(3, 0, 24)) == []


def test_what_is_sent_twice_counts_once(session: Session, stage: Stage) -> None:
    bo = stage.actor("bo")
    first = entered(stage)
    for period in (SHEET.period, hours(3, 7, 18), hours(3, 16, 24)):
        with pytest.raises(Refused) as refused:
            entered(stage, period=period)
        assert refused.value.codes == ("run_overlaps",)
    after = entered(stage, period=hours(3, 17, 24), planned=3600, down=0)
    with pytest.raises(Refused):
        correct_run(session, after.id, replace(SHEET, period=hours(3, 16, 24)), "Longer.", now=NOW, by=bo)
    second = correct_run(session, first.id, replace(SHEET, period=hours(3, 8, 17)), "Longer.", now=NOW, by=bo)
    take_back_run(session, second.id, "It was another line.", now=NOW, by=bo)
    entered(stage)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"planned": 0}, "planned"),
        ({"planned": 9 * 3600}, "planned"),
        ({"down": 481 * 60}, "down"),
        ({"good": 715}, "good"),
        ({"total": -1, "good": 0}, "total"),
        ({"ideal_cycle": Decimal(0)}, "ideal_cycle"),
        ({"ideal_cycle": Decimal("NaN")}, "ideal_cycle"),
        ({"ideal_cycle": Decimal("0.0000015")}, "ideal_cycle"),
        ({"period": hours(4, 9, 17)}, "end"),
        ({"notes": "a\x00"}, "notes"),
    ],
)
def test_what_cannot_be_is_refused_by_field(stage: Stage, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        entered(stage, **wrong)
    assert field in {error.field for error in refused.value.errors}


def test_only_the_host_enters_runs(session: Session, stage: Stage) -> None:
    with pytest.raises(NotFound):
        enter_run(session, stage.unit.id, SHEET, now=NOW, by=stage.actor("ada"))
    with pytest.raises(Forbidden):
        enter_run(session, stage.unit.id, SHEET, now=NOW, by=stage.actor("dee"))
