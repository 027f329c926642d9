"""States of units over the API: read in a window, corrected, and taken back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from marketplace.operations.actions.states import derive
from tests.api.conftest import Callers

WINDOW = "from=2026-02-25T00:00:00%2B08:00&to=2026-02-26T00:00:00%2B08:00"
CORRECTION = {
    "start": "2026-02-25T10:00:00+08:00",
    "end": "2026-02-25T12:00:00+08:00",
    "state": "unscheduled_down",
    "substate": "repair",
    "reason": "The pump leaked.",
}


@pytest.fixture
def path(callers: Callers, session: Session, now: datetime) -> str:
    """A unit with a week behind it."""
    unit = callers.stage.unit
    unit.created_at = now - timedelta(days=7)
    session.flush()
    derive(session, {unit.id: now - timedelta(days=7)}, now=now)
    return f"/units/{unit.id}"


def test_a_correction_over_the_api(callers: Callers, path: str, now: datetime) -> None:
    made = callers.call("bo", "POST", f"{path}/state-corrections", json=CORRECTION)
    assert made.status_code == 201, made.json
    found = callers.call("bo", "GET", f"{path}/states?{WINDOW}").json
    assert datetime.fromisoformat(found["as_of"]) == now
    assert [(each["state"], each["source"]) for each in found["items"]] == [
        ("non_scheduled", "derived"),
        ("unscheduled_down", "corrected"),
        ("non_scheduled", "derived"),
    ]
    assert found["items"][1]["cause_id"] == made.json["id"]
    back = callers.call("bo", "POST", f"/state-corrections/{made.json['id']}/take-back", json={"reason": "Wrong day."})
    assert back.status_code == 200 and back.json["taken_back_reason"] == "Wrong day."
    assert len(callers.call("bo", "GET", f"{path}/states?{WINDOW}").json["items"]) == 1
    [kept] = callers.call("bo", "GET", f"{path}/state-corrections?{WINDOW}").json["items"]
    assert kept["reason"] == "The pump leaked." and kept["taken_back_at"] is not None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"substate": "waiting"}, "substate"),
        ({"end": "2026-02-25T10:00:00+08:00"}, "end"),
        ({"start": "1024-01-01T00:00:00Z"}, "start"),
        ({"reason": "  "}, "reason"),
        ({"state": "broken"}, "state"),
    ],
)
def test_a_wrong_correction_names_its_field(callers: Callers, path: str, wrong: dict[str, str], field: str) -> None:
    answer = callers.call("bo", "POST", f"{path}/state-corrections", json=CORRECTION | wrong)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json["errors"]} == {field}


def test_strangers_and_researchers_find_nothing(callers: Callers, path: str) -> None:
    for who in ("eve", "ada"):
        assert callers.call(who, "GET", f"{path}/states?{WINDOW}").status_code == 404
        assert callers.call(who, "POST", f"{path}/state-corrections", json=CORRECTION).status_code == 404
    assert callers.call("dee", "GET", f"{path}/states?{WINDOW}").status_code == 200
    assert callers.call("dee", "POST", f"{path}/state-corrections", json=CORRECTION).status_code == 403
