"""Training: demanded, asked for, scheduled, recorded; it ends by time and by lack of use; novices keep their hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.notices.models import Notice
from marketplace.terms.actions.training import ask, decline, note_use, record_passed, schedule, set_need
from marketplace.terms.models import Training, TrainingState
from marketplace.terms.queries.training import standing, trainings_hosted, trainings_of
from marketplace.terms.rules.training import Need, Passed, Window, inside, standing_of
from marketplace.values.period import Period
from marketplace.values.refusal import Invalid, NotFound, Refused, StateForbids
from tests.factories.stage import Stage, at, make_stage

NEED = Need(name={"en": "Microscope induction"}, valid_months=12, idle_days=90, novice_hours=5)
MORNINGS = (Window(1, 540, 720), Window(3, 540, 1440))
HONG_KONG = ZoneInfo("Asia/Hong_Kong")
FIRST = date(2026, 3, 2)


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    return make_stage(session, now)


def needed(stage: Stage, need: Need | None = NEED) -> None:
    set_need(stage.session, stage.unit.id, need, now=stage.now, by=stage.actor("bo"))


def asked(stage: Stage, who: str = "ada") -> Training:
    return ask(stage.session, stage.unit.id, now=stage.now, by=stage.actor(who))


def passed(stage: Stage, row: Training, on: date = FIRST) -> Training:
    return record_passed(stage.session, row.id, passed_on=on, now=stage.now, by=stage.actor("bo"))


def codes(stage: Stage, who: str) -> list[str]:
    found = select(Notice.code).where(Notice.recipient_id == stage.actor(who).id)
    return [code for code in stage.session.scalars(found.order_by(Notice.id)) if code.startswith("training")]


@pytest.mark.parametrize(
    ("need", "done", "on", "trained", "ends"),
    [
        (NEED, None, FIRST, False, None),
        (NEED, Passed(on=FIRST), FIRST, True, FIRST + timedelta(days=90)),
        (NEED, Passed(on=FIRST), FIRST + timedelta(days=90), True, FIRST + timedelta(days=90)),
        (NEED, Passed(on=FIRST), FIRST + timedelta(days=91), False, FIRST + timedelta(days=90)),
        (NEED, Passed(on=FIRST), FIRST - timedelta(days=1), False, FIRST + timedelta(days=90)),
        (NEED, Passed(on=FIRST, last_used_on=date(2026, 5, 1)), date(2026, 7, 30), True, date(2026, 7, 30)),
        (NEED, Passed(on=FIRST, last_used_on=date(2027, 2, 28)), date(2027, 3, 2), True, date(2027, 3, 2)),
        (NEED, Passed(on=FIRST, last_used_on=date(2027, 2, 28)), date(2027, 3, 3), False, date(2027, 3, 2)),
        (replace(NEED, valid_months=None, idle_days=None), Passed(on=FIRST), date(2199, 1, 1), True, None),
        (replace(NEED, valid_months=1, idle_days=None), Passed(on=date(2026, 1, 31)), FIRST, False, date(2026, 2, 28)),
    ],
)
def test_a_training_ends_by_time_or_by_lack_of_use(
    need: Need, done: Passed | None, on: date, trained: bool, ends: date | None
) -> None:
    found = standing_of(need, done, on)
    assert (found.needed, found.trained, found.expires_on) == (True, trained, ends)
    assert found.untrained is not trained


def test_who_has_used_it_long_enough_is_no_novice() -> None:
    need = replace(NEED, windows=MORNINGS)
    assert standing_of(need, None, FIRST).windows == MORNINGS
    assert standing_of(need, Passed(on=FIRST, used_minutes=299), FIRST).windows == MORNINGS
    assert standing_of(need, Passed(on=FIRST, used_minutes=300), FIRST).windows == ()
    assert standing_of(None, None, FIRST).needed is False


@pytest.mark.parametrize(
    ("start", "end", "fits"),
    [
        (at(2, 9), at(2, 12), True),
        (at(2, 8, 59), at(2, 12), False),
        (at(2, 9), at(2, 12, 1), False),
        (at(3, 9), at(3, 12), False),
        (at(4, 20), at(5, 0), True),
        (at(4, 20), at(5, 1), False),
        (at(2, 9), at(9, 12), False),
    ],
)
def test_a_period_lies_inside_a_window_of_its_day(start: datetime, end: datetime, fits: bool) -> None:
    assert inside(MORNINGS, Period(start, end), HONG_KONG) is fits
    assert inside((), Period(start, end), HONG_KONG)


def test_from_the_wish_to_the_record(stage: Stage) -> None:
    needed(stage)
    row = asked(stage)
    assert asked(stage).id == row.id, "one waits at a time"
    assert codes(stage, "bo") == ["training_asked"]
    when = at(5, 10)
    schedule(stage.session, row.id, at=when, trainer="Chan", now=stage.now, by=stage.actor("bo"))
    assert (row.state, row.scheduled_at, row.trainer) == (TrainingState.SCHEDULED, when, "Chan")
    passed(stage, row)
    assert codes(stage, "ada") == ["training_scheduled", "training_passed"]
    ada = stage.actor("ada").id
    assert standing(stage.session, stage.unit.id, ada, FIRST).trained
    assert not standing(stage.session, stage.unit.id, ada, FIRST + timedelta(days=91)).trained
    note_use(stage.session, stage.unit.id, ada, on=date(2026, 5, 1), minutes=120)
    note_use(stage.session, stage.unit.id, ada, on=date(2026, 4, 1), minutes=60)
    assert (row.last_used_on, row.used_minutes) == (date(2026, 5, 1), 180)
    assert standing(stage.session, stage.unit.id, ada, date(2026, 7, 30)).trained
    again = passed(stage, asked(stage), date(2026, 3, 3))
    assert again.used_minutes == 180, "who was no novice is none after a refresher"
    with pytest.raises(StateForbids):
        passed(stage, again)
    (theirs, _older) = trainings_of(stage.session, ada, FIRST)
    assert theirs.training.id == again.id and theirs.unit_name == stage.unit.name


def test_a_declined_training_says_why_and_may_be_asked_for_again(stage: Stage) -> None:
    needed(stage)
    row = asked(stage)
    with pytest.raises(Invalid):
        decline(stage.session, row.id, "  ", now=stage.now, by=stage.actor("bo"))
    decline(stage.session, row.id, "Fully booked", now=stage.now, by=stage.actor("bo"))
    assert codes(stage, "ada") == ["training_declined"]
    assert asked(stage).id != row.id


def test_only_the_host_decides_and_only_where_training_is_needed(stage: Stage) -> None:
    with pytest.raises(Refused):
        asked(stage)
    needed(stage)
    row = asked(stage)
    for who in ("ada", "eve", "cheng"):
        for verb in (
            lambda by: record_passed(stage.session, row.id, passed_on=FIRST, now=stage.now, by=by),
            lambda by: decline(stage.session, row.id, "no", now=stage.now, by=by),
            lambda by: schedule(stage.session, row.id, at=at(5), trainer="x", now=stage.now, by=by),
            lambda by: set_need(stage.session, stage.unit.id, None, now=stage.now, by=by),
        ):
            with pytest.raises(Exception, match=r"training|facility"):
                verb(stage.actor(who))
    assert row.state is TrainingState.REQUESTED
    assert trainings_hosted(stage.session, by=stage.actor("eve"), on=FIRST) == []
    assert [each.training.id for each in trainings_hosted(stage.session, by=stage.actor("bo"), on=FIRST)] == [row.id]
    with pytest.raises(NotFound):
        ask(stage.session, row.id, now=stage.now, by=stage.actor("ada"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": {}}, "name"),
        ({"valid_months": 0}, "valid_months"),
        ({"idle_days": 10**9}, "idle_days"),
        ({"novice_hours": -1}, "novice_hours"),
        ({"windows": (Window(8, 0, 60),)}, "windows"),
        ({"windows": (Window(1, 600, 600),)}, "windows"),
    ],
)
def test_a_need_that_makes_no_sense_is_refused_by_field(stage: Stage, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as found:
        needed(stage, replace(NEED, **change))
    assert any(error.field.startswith(field) for error in found.value.errors)


def test_dates_beyond_reason_are_refused(stage: Stage) -> None:
    needed(stage)
    row = asked(stage)
    with pytest.raises(Invalid):
        passed(stage, row, date(2026, 3, 9))
    with pytest.raises(Invalid):
        schedule(
            stage.session, row.id, at=at(2) + timedelta(days=3000), trainer="", now=stage.now, by=stage.actor("bo")
        )


def test_a_unit_that_needs_none_any_more_asks_for_none(stage: Stage) -> None:
    needed(stage)
    needed(stage, None)
    assert standing(stage.session, stage.unit.id, stage.actor("ada").id, FIRST).needed is False
