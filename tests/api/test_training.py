"""Training over the API: demanded, asked for, recorded; a stranger's is not found."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Callers

NEED = {"name": {"en": "Laser safety"}, "valid_months": 12, "windows": [{"weekday": 3, "opens": 540, "closes": 720}]}


def demanded(callers: Callers, **changes: Any) -> Any:
    return callers.call("bo", "PUT", f"/units/{callers.stage.unit.id}/training", json={**NEED, **changes})


def test_from_the_demand_to_the_record(callers: Callers) -> None:
    unit = callers.stage.unit.id
    assert demanded(callers, novice_hours=2).json["need"]["windows"] == NEED["windows"]
    assert callers.call(None, "GET", f"/units/{unit}/training").json["need"]["valid_months"] == 12
    late = callers.book(start="2026-03-04T14:00:00+08:00", end="2026-03-04T16:00:00+08:00")
    assert [each["code"] for each in late.json["reasons"]] == ["novice_hours"]
    booked = callers.book(start="2026-03-04T09:00:00+08:00", end="2026-03-04T11:00:00+08:00").json
    assert {each["kind"] for each in booked["gates"]} == {"host_approval", "training"}
    (row,) = callers.call("bo", "GET", f"/host/trainings?unit={unit}").json["items"]
    again = callers.call("ada", "POST", f"/units/{unit}/training/requests").json
    assert again["id"] == row["id"]
    path = f"/trainings/{row['id']}"
    planned = callers.call("bo", "POST", f"{path}/schedule", json={"at": "2026-03-03T10:00:00+08:00", "trainer": "C"})
    assert planned.json["state"] == "scheduled"
    done = callers.call("bo", "POST", f"{path}/record", json={"passed_on": "2026-03-02"}).json
    assert (done["state"], done["trained"], done["expires_on"]) == ("passed", True, "2027-03-02")
    gates = {
        each["kind"]: each["state"] for each in callers.call("ada", "GET", f"/bookings/{booked['id']}").json["gates"]
    }
    assert gates == {"host_approval": "open", "training": "passed"}
    assert callers.call("bo", "POST", f"{path}/decline", json={"reason": "late"}).status_code == 409
    assert [each["id"] for each in callers.call("ada", "GET", "/trainings").json["items"]] == [row["id"]]
    assert callers.call("bo", "DELETE", f"/units/{unit}/training").status_code == 204
    assert callers.call(None, "GET", f"/units/{unit}/training").json["need"] is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": {}}, "name"),
        ({"valid_months": 0}, "valid_months"),
        ({"idle_days": 10**30}, "idle_days"),
        ({"windows": [{"weekday": 9, "opens": 0, "closes": 5}]}, "windows"),
        ({"windows": [{"weekday": 1, "opens": 9, "closes": 5}]}, "windows"),
        ({"shoe": 1}, "shoe"),
    ],
)
def test_a_demand_that_makes_no_sense_is_refused_by_field(callers: Callers, changes: Any, field: str) -> None:
    answer = demanded(callers, **changes)
    assert answer.status_code == 422
    assert any(field in each["field"] for each in answer.json["errors"])


def test_a_strangers_training_is_not_found(callers: Callers) -> None:
    unit = callers.stage.unit.id
    demanded(callers)
    row = callers.call("ada", "POST", f"/units/{unit}/training/requests").json
    for who in ("ada", "eve"):
        for verb, body in (("record", {"passed_on": "2026-03-02"}), ("decline", {"reason": "x"})):
            assert callers.call(who, "POST", f"/trainings/{row['id']}/{verb}", json=body).status_code == 404
        assert callers.call(who, "GET", f"/trainings/{row['id']}").status_code == 404
    assert callers.call("eve", "GET", "/host/trainings").json["items"] == []


def test_a_training_nobody_asked_for_is_recorded_for_people_who_are_known(callers: Callers) -> None:
    cast, unit = callers.stage.cast, callers.stage.unit.id
    demanded(callers)
    path, body = f"/units/{unit}/training/records", {"email": cast.bo.email, "passed_on": "2026-03-02"}
    made = callers.call("bo", "POST", path, json=body)
    assert made.status_code == 201
    assert (made.json["person"], made.json["state"]) == (str(cast.bo.id), "passed")
    answers = [
        callers.call("bo", "POST", path, json={**body, "email": email}) for email in (cast.eve.email, "no@body.example")
    ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert answers[0].json["errors"] == answers[1].json["errors"], "whether there is an account is not told"
    assert answers[0].json["errors"][0]["field"] == "email"
    assert callers.call("ada", "POST", path, json=body).status_code in (403, 404)
    assert callers.call("eve", "POST", path, json=body).status_code == 404
