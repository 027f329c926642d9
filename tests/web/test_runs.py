"""Pages of runs: entered, corrected, taken back, and how effective the line was."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.operations.actions.runs import RunSheet, enter_run
from marketplace.operations.models import Run
from marketplace.values.period import Period
from tests.cast import Cast, signed_in
from tests.factories.stage import Stage, at, make_stage_of


@pytest.fixture
def stage(session: Session, cast: Cast, now: datetime) -> Stage:
    return make_stage_of(session, cast, now)


def sent(**more: str) -> dict[str, str]:
    given = {"start": "2026-02-25T09:00", "end": "2026-02-25T17:00", "planned": "480", "down": "60"}
    return given | {"ideal_cycle": "30", "total": "714", "good": "690", "notes": "=Lot <7>"} | more


def test_a_run_is_entered_corrected_and_taken_back(client: FlaskClient, stage: Stage, session: Session) -> None:
    bo = signed_in(client, stage.cast.bo)
    listed = f"/en/host/units/{stage.unit.id}/runs"
    assert "No run in these days" in bo.get(listed).text
    assert bo.post(f"{listed}/new", data=sent()).status_code == 303
    page = bo.get(listed).text
    assert "71.9%" in page and "87.5%" in page and "96.6%" in page
    first = session.scalars(select(Run)).one()
    one = f"/en/host/runs/{first.id}"
    assert 'value="480"' in bo.get(f"{one}/correct").text
    assert bo.post(f"{one}/correct", data=sent(good="700")).status_code == 422
    answer = bo.post(f"{one}/correct", data=sent(good="700", reason="Counted again."))
    assert answer.status_code == 303
    page = bo.get(answer.location).text
    assert "Counted again." in page and "=Lot &lt;7&gt;" in page and "690" in page
    assert "Another row has taken its place." in bo.get(one).text
    back = f"{answer.location}/take-back"
    assert bo.get(back).status_code == 200
    assert bo.post(back, data={"reason": "Wrong line."}).status_code == 303
    assert "No run in these days" in bo.get(listed).text
    assert "Wrong line." in bo.get(answer.location).text


def test_seconds_that_a_program_entered_stay_where_the_minutes_do(
    client: FlaskClient, stage: Stage, session: Session
) -> None:
    period = Period(datetime(2026, 2, 25, 1, 0, 7, tzinfo=UTC), datetime(2026, 2, 25, 9, 0, 11, tzinfo=UTC))
    said = RunSheet(period=period, planned=28_790, down=20, ideal_cycle=Decimal("1.5"), total=700, good=690)
    first = enter_run(session, stage.unit.id, said, now=at(4), by=stage.actor("bo"))
    bo, way = signed_in(client, stage.cast.bo), f"/en/host/runs/{first.id}/correct"
    shown = bo.get(way).text
    assert 'value="2026-02-25T09:00"' in shown and 'value="480"' in shown and 'name="down"' in shown
    typed = {"planned": "480", "down": "0", "ideal_cycle": "1.5", "total": "700", "notes": ""}
    answer = bo.post(way, data=sent(**typed, good="680", reason="Counted again."))
    assert answer.status_code == 303
    run = session.scalars(select(Run).where(Run.corrects == first.id)).one()
    assert (run.planned_seconds, run.down_seconds, run.good_count) == (28_790, 20, 680)
    assert (run.starts_at, run.ends_at) == (period.start, period.end)
    again = sent(**typed | {"planned": "470", "start": "2026-02-25T09:05"}, good="680", reason="Began later.")
    assert bo.post(f"/en/host/runs/{run.id}/correct", data=again).status_code == 303
    last = session.scalars(select(Run).where(Run.corrects == run.id)).one()
    assert (last.planned_seconds, last.down_seconds) == (28_200, 20)
    assert (last.starts_at, last.ends_at) == (datetime(2026, 2, 25, 1, 5, tzinfo=UTC), period.end)


@pytest.mark.parametrize(
    "wrong",
    [
        {"good": "715"}, {"down": "481"}, {"ideal_cycle": "0"}, {"ideal_cycle": "NaN"}, {"total": "many"},
        {"end": "2026-02-25T09:00"}, {"planned": "99999999999999999999"}, {"ideal_cycle": "1e999999"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(client: FlaskClient, stage: Stage, wrong: dict[str, str]) -> None:
    path = f"/en/host/units/{stage.unit.id}/runs/new"
    answer = signed_in(client, stage.cast.bo).post(path, data=sent(**wrong))
    assert answer.status_code == 422
    assert "error-summary" in answer.text
