"""Pages of the states of units: a week drawn and told, and corrected by its host."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.operations.actions.states import derive
from marketplace.operations.models import MachineState, StateCorrection, UnitState
from tests.cast import Cast, signed_in
from tests.factories.stage import Stage, at, make_stage_of


@pytest.fixture
def stage(session: Session, cast: Cast, now: datetime) -> Stage:
    """A unit that was listed the Monday before, with its states up to now."""
    stage = make_stage_of(session, cast, now)
    stage.unit.created_at = now - timedelta(days=7)
    session.flush()
    derive(session, {stage.unit.id: now - timedelta(days=7)}, now=now)
    return stage


def address(stage: Stage, rest: str = "states") -> str:
    return f"/en/host/units/{stage.unit.id}/{rest}"


def sent(**more: str) -> dict[str, str]:
    given = {"start": "2026-02-25T10:00", "end": "2026-02-25T12:00", "said": "unscheduled_down/repair"}
    return given | {"reason": "The <b>pump</b> leaked."} | more


def test_a_week_is_drawn_and_told(client: FlaskClient, stage: Stage) -> None:
    page = signed_in(client, stage.cast.bo).get(f"{address(stage)}?week=2026-02-26").text
    assert 'class="segment standby" x' not in page and "Non-scheduled" in page
    assert "Wed, 25 Feb 2026" in page and "outside opening hours" in page
    assert "Nobody corrected anything" in page


def test_a_correction_is_kept_shown_and_taken_back(client: FlaskClient, stage: Stage, session: Session) -> None:
    bo = signed_in(client, stage.cast.bo)
    form = bo.get(f"{address(stage, 'states/correct')}?start=2026-02-25T02:00:00%2B00:00&end=never").text
    assert 'value="2026-02-25T10:00"' in form
    answer = bo.post(address(stage, "states/correct"), data=sent())
    assert answer.status_code == 303
    page = bo.get(answer.location).text
    assert "Unscheduled downtime" in page and "&lt;b&gt;pump&lt;/b&gt;" in page and "corrected by the host" in page
    assert 'class="segment unscheduled_down" x' in page
    row = session.scalar(select(UnitState).where(UnitState.starts_at == at(25, 10, month=2)))
    assert row is not None and row.state is MachineState.UNSCHEDULED_DOWN
    made = session.scalars(select(StateCorrection)).one()
    back = f"/en/host/state-corrections/{made.id}/take-back"
    assert bo.get(back).status_code == 200
    assert bo.post(back, data={"reason": " "}).status_code == 422
    assert bo.post(back, data={"reason": "Wrong day."}).status_code == 303
    page = bo.get(f"{address(stage)}?week=2026-02-26").text
    assert "Wrong day." in page and 'class="segment unscheduled_down" x' not in page
    assert bo.post(back, data={"reason": "Again."}).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"end": "2026-02-25T09:00"}, "The end must come after the start."),
        ({"end": "2026-03-09T09:00"}, "This has not come yet."),
        ({"start": "2026-01-01T09:00"}, "The unit was not listed or used yet."),
        ({"reason": ""}, "reason"),
        ({"said": "standby/repair"}, "said"),
        ({"start": "when"}, "start"),
        ({"start": "0001-01-01T00:00"}, "between the years 1990 and 2199"),
        ({"end": "9999-12-31T23:59"}, "between the years 1990 and 2199"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    client: FlaskClient, stage: Stage, wrong: dict[str, str], words: str
) -> None:
    answer = signed_in(client, stage.cast.bo).post(address(stage, "states/correct"), data=sent(**wrong))
    assert answer.status_code == 422
    assert words in answer.text


def test_overseers_look_and_do_not_correct_and_strangers_find_nothing(client: FlaskClient, stage: Stage) -> None:
    dee = signed_in(client, stage.cast.dee)
    page = dee.get(address(stage))
    assert page.status_code == 200 and "Correct a stretch" not in page.text
    assert dee.get(address(stage, "states/correct")).status_code == 403
    assert signed_in(client, stage.cast.eve).get(address(stage)).status_code == 404


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans"])
def test_in_both_scripts(client: FlaskClient, stage: Stage, language: str) -> None:
    page = signed_in(client, stage.cast.bo).get(address(stage).replace("/en/", f"/{language}/")).text
    assert ("非排程時間" if language == "zh-hant" else "非排程时间") in page
