"""Trainings and framework agreements that end soon: whom they concern is warned once for each end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.notices.models import Mail, Notice
from marketplace.terms.actions import frameworks
from marketplace.terms.actions.ending import warn_of_frameworks, warn_of_trainings
from marketplace.terms.actions.training import note_use, set_need
from marketplace.terms.models import Training, TrainingState
from marketplace.terms.rules.training import Need, Passed, due_warning
from marketplace.wording.notices import render
from marketplace.worker.registry import registry
from tests.cast import Cast
from tests.factories.frameworks import LAST, Parties, make_parties
from tests.factories.stage import Stage, make_stage
from tests.terms.test_training import FIRST, NEED, asked, needed, passed


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    return make_stage(session, now)


@pytest.fixture
def parties(session: Session, cast: Cast, now: datetime) -> Parties:
    return make_parties(session, cast, now)


def told(session: Session, code: str) -> list[object]:
    """Who was told, by notice and by mail alike."""
    notices = list(session.scalars(select(Notice.recipient_id).where(Notice.code == code).order_by(Notice.id)))
    assert sorted(map(str, session.scalars(select(Mail.recipient_id).where(Mail.code == code)))) == sorted(
        map(str, notices)
    )
    return notices


@pytest.mark.parametrize(
    ("need", "days", "due"),
    [
        (NEED, 59, False),
        (NEED, 60, True),
        (NEED, 90, True),
        (NEED, 91, False),
        (replace(NEED, idle_days=10), 4, False),
        (replace(NEED, idle_days=10), 5, True),
        (replace(NEED, idle_days=None), 334, False),
        (replace(NEED, idle_days=None), 335, True),
        (replace(NEED, idle_days=None, valid_months=None), 335, False),
    ],
)
def test_when_a_warning_is_due(need: Need, days: int, due: bool) -> None:
    found = due_warning(need, Passed(on=FIRST), FIRST + timedelta(days=days), warned_of=None)
    assert (found is not None) is due
    if found:
        assert due_warning(need, Passed(on=FIRST), found, warned_of=found) is None


class TestTraining:
    """By lack of use, by time, and once."""

    def test_one_is_warned_once_and_again_where_use_moved_the_end(self, stage: Stage) -> None:
        needed(stage)
        row = passed(stage, asked(stage))
        warned = [days for days in range(50, 95, 5) for _ in range(self.warn(stage, days))]
        assert warned == [60] and told(stage.session, "training_ending") == [stage.cast.ada.id]
        assert row.warned_of == FIRST + timedelta(days=90)
        used = FIRST + timedelta(days=85)
        note_use(stage.session, stage.unit.id, stage.cast.ada.id, on=used, minutes=60)
        assert [self.warn(stage, days) for days in (86, 144, 145, 146)] == [0, 0, 1, 0]
        assert row.warned_of == used + timedelta(days=90)

    def test_by_time(self, stage: Stage) -> None:
        needed(stage, replace(NEED, valid_months=1, idle_days=None))
        passed(stage, asked(stage), date(2026, 1, 31))
        assert self.warn(stage, -3) == 1, "the last day of February, 30 days before"
        assert told(stage.session, "training_ending") == [stage.cast.ada.id]

    def test_only_the_newest_and_only_while_it_is_demanded(self, stage: Stage) -> None:
        needed(stage)
        passed(stage, asked(stage), FIRST - timedelta(days=40))
        passed(stage, asked(stage))
        assert [self.warn(stage, days) for days in (21, 59, 60)] == [0, 0, 1]
        assert stage.session.scalars(select(Training.warned_of).order_by(Training.passed_on)).all()[0] is None
        needed(stage, None)
        stage.session.query(Training).update({"warned_of": None})
        assert self.warn(stage, 70) == 0

    def test_neither_wishes_nor_what_is_over(self, stage: Stage) -> None:
        needed(stage)
        row = asked(stage)
        assert self.warn(stage, 70) == 0 and row.state is TrainingState.REQUESTED
        passed(stage, row)
        assert self.warn(stage, 92) == 0

    def warn(self, stage: Stage, days: int) -> int:
        return warn_of_trainings(stage.session, now=stage.now + timedelta(days=days))


class TestFrameworks:
    """Both sides, thirty days before the last day."""

    def test_both_sides_are_warned_once(self, parties: Parties) -> None:
        row = parties.agreed()
        parties.propose("host")
        end = datetime(LAST.year, LAST.month, LAST.day, 4, tzinfo=parties.now.tzinfo)
        done = [warn_of_frameworks(parties.session, now=end - timedelta(days=days)) for days in (31, 30, 29, 0)]
        assert done == [0, 1, 0, 0] and row.warned_of == LAST
        people = set(told(parties.session, "framework_ending"))
        assert people == {parties.cast.bo.id, parties.mara.id}

    def test_one_that_ends_early_is_warned_of_by_its_new_day(self, parties: Parties) -> None:
        row = parties.agreed(notice_days=10)
        frameworks.end(parties.session, row.id, now=parties.now, by=parties.actor("bo"))
        assert warn_of_frameworks(parties.session, now=parties.now) == 1
        assert row.warned_of == row.ends_on

    def test_one_that_is_over_is_left_alone(self, parties: Parties) -> None:
        row = parties.agreed(until_day=date(2026, 3, 20))
        assert warn_of_frameworks(parties.session, now=parties.now + timedelta(days=19)) == 0
        assert row.warned_of is None


@pytest.mark.parametrize("language", ["en", "zh-Hant", "zh-Hans"])
def test_what_is_said_names_the_thing_and_the_day(stage: Stage, language: str) -> None:
    set_need(stage.session, stage.unit.id, NEED, now=stage.now, by=stage.actor("bo"))
    passed(stage, asked(stage))
    warn_of_trainings(stage.session, now=stage.now + timedelta(days=60))
    row = stage.session.scalars(select(Notice).where(Notice.code == "training_ending")).one()
    said = render(row.code, row.details, language)
    assert "%(" not in said.subject + said.text and "2026" in said.subject


def test_the_clock_does_it_every_hour() -> None:
    periodic = registry().periodic
    assert {periodic[name].seconds for name in ("trainings.warn_of_ends", "frameworks.warn_of_ends")} == {3600}
