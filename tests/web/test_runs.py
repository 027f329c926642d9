"""Pages of runs: entered, corrected, taken back, and how effective the line was."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.operations.models import Run
from tests.cast import Cast, signed_in
from tests.factories.stage import Stage, make_stage_of


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
