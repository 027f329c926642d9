"""The host's side over the API: its desk, its units over time, whom it books for, what is in the way of a closure."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from marketplace.accounts.models import Role, TokenScope
from tests.api.conftest import Callers
from tests.cast import bearer, join, make_person
from tests.factories.stage import hours

MORNING = {"start": "2026-03-04T09:00:00+08:00", "end": "2026-03-04T12:00:00+08:00"}
WHOLE_DAY = {"start": "2026-03-04T00:00:00+08:00", "end": "2026-03-05T00:00:00+08:00"}
WEEK = "from=2026-03-02T00:00:00%2B08:00&to=2026-03-09T00:00:00%2B08:00"


def gil(callers: Callers) -> dict[str, str]:
    """Somebody of the host's staff, who may look and check in, and decide nothing."""
    stage = callers.stage
    person = make_person(stage.session, "Gil Fong", now=stage.now)
    join(stage.session, person, stage.cast.firm, Role.HOST_STAFF, now=stage.now)
    return bearer(callers.database, person, now=stage.now)


def as_gil(callers: Callers, token: dict[str, str], method: str, path: str, **more: Any) -> Any:
    return callers.client.open(f"/api/v1{path}", method=method, headers=token, **more)


def test_the_desk_shows_what_helps_to_answer(callers: Callers) -> None:
    stage = callers.stage
    stage.terms()
    asked = callers.book(**MORNING).json
    near = callers.book(start="2026-03-04T14:00:00+08:00", end="2026-03-04T15:00:00+08:00").json
    callers.call("bo", "POST", f"/bookings/{near['id']}/approve")
    callers.call("ada", "POST", "/threads", json={"facility": str(stage.facility.id), "subject": "Q", "text": "?"})
    desk = callers.call("bo", "GET", "/host-desk").json
    assert [row["id"] for row in desk["waiting"]] == [asked["id"]]
    beside = desk["waiting"][0]["beside"]
    assert (beside["verified"], beside["visits"], [each["id"] for each in beside["near"]]) == (True, 0, [near["id"]])
    assert [row["id"] for row in desk["elsewhere"]] == [near["id"]], "the terms are still open"
    assert [thread["subject"] for thread in desk["threads"]] == ["Q"]
    empty = callers.call("eve", "GET", "/host-desk").json
    assert empty == {"waiting": [], "next": [], "elsewhere": [], "threads": []}


def test_staff_check_others_in_and_decide_nothing(callers: Callers) -> None:
    made = callers.book(start="2026-03-02T10:00:00+08:00", end="2026-03-02T12:00:00+08:00").json
    path = f"/bookings/{made['id']}"
    token = gil(callers)
    assert as_gil(callers, token, "POST", f"{path}/approve").status_code == 403
    callers.call("bo", "POST", f"{path}/approve")
    callers.client.application.config["CLOCK"] = lambda: callers.stage.now.replace(hour=10, minute=5)
    assert as_gil(callers, token, "POST", f"{path}/check-in").json["state"] == "in_use"
    here = as_gil(callers, token, "GET", "/host-desk").json["next"]
    assert [row["id"] for row in here] == [made["id"]]
    assert as_gil(callers, token, "POST", f"{path}/check-out").json["state"] == "completed"


def test_all_units_over_time(callers: Callers) -> None:
    stage = callers.stage
    booking = stage.book(hours(4, 9, 12))
    unit = f"/units/{stage.unit.id}/closures"
    wish = {"start": "2026-03-05T00:00:00+08:00", "end": "2026-03-06T00:00:00+08:00", "reason": {"en": "Service"}}
    closure = callers.call("bo", "POST", unit, json=wish).json["items"][0]
    lines = callers.call("bo", "GET", f"/host/timeline?{WEEK}").json["items"]
    assert [line["unit"] for line in lines] == [str(stage.unit.id)]
    bars = {bar["id"]: bar for bar in lines[0]["bars"]}
    assert set(bars) == {str(booking.id), closure["id"]}
    held, closed = bars[str(booking.id)], bars[closure["id"]]
    assert (held["kind"], held["state"], held["person_name"], held["place"]) == ("booking", "held", "Ada Leung", 1)
    assert (closed["kind"], closed["reason"], closed["state"]) == ("closure", {"en": "Service"}, None)
    assert callers.call("bo", "GET", f"/host/timeline?{WEEK}&facility={uuid4()}").json["items"] == []
    assert callers.call("ada", "GET", f"/host/timeline?{WEEK}").json["items"] == []
    assert callers.call(None, "GET", f"/host/timeline?{WEEK}").status_code == 401
    year = "from=2026-03-02T00:00:00Z&to=2027-03-02T00:00:00Z"
    assert callers.call("bo", "GET", f"/host/timeline?{year}").status_code == 422
    assert [unit["id"] for unit in callers.call("bo", "GET", "/host/units").json["items"]] == [str(stage.unit.id)]
    assert callers.call("eve", "GET", "/host/units").json["items"] == []


def test_whom_a_host_may_book_for(callers: Callers) -> None:
    stage = callers.stage
    path = f"/units/{stage.unit.id}/people"
    ada = str(stage.cast.ada.id)
    assert ada not in {one["person"] for one in callers.call("bo", "GET", path).json["items"]}
    assert callers.call("bo", "GET", f"{path}/{ada}/organisations").status_code == 404, "not known there yet"
    stage.book(hours(4, 9, 12))
    known = {one["person"]: one["ours"] for one in callers.call("bo", "GET", path).json["items"]}
    assert (known[ada], known[str(stage.cast.bo.id)]) == (False, True)
    places = callers.call("bo", "GET", f"{path}/{ada}/organisations").json["items"]
    assert [place["organisation"] for place in places] == [str(stage.cast.university.id)]
    for name, status in (("ada", 404), ("eve", 404), (None, 401)):
        assert callers.call(name, "GET", path).status_code == status
        assert callers.call(name, "GET", f"{path}/{ada}/organisations").status_code == status


def test_what_stands_in_the_way_is_seen_before_closing(callers: Callers) -> None:
    made = callers.book(**MORNING).json
    path = f"/units/{callers.stage.unit.id}/closures"
    found = callers.call("bo", "POST", f"{path}/preview", json=WHOLE_DAY).json["items"]
    assert [(row["id"], "cancel" in row["verbs"]) for row in found] == [(made["id"], True)]
    assert callers.call("bo", "GET", "/closures").json["items"] == [], "looking closes nothing"
    weekly = {**WHOLE_DAY, "start": "2026-02-25T00:00:00+08:00", "end": "2026-02-26T00:00:00+08:00"}
    weekly["recurrence"] = {"frequency": "WEEKLY"}
    assert [row["id"] for row in callers.call("bo", "POST", f"{path}/preview", json=weekly).json["items"]] == [
        made["id"]
    ]
    callers.call("bo", "POST", f"/bookings/{made['id']}/cancel", json={"reason": "Service"})
    assert callers.call("bo", "POST", f"{path}/preview", json=WHOLE_DAY).json["items"] == []
    far = {"start": "9998-12-31T00:00:00Z", "end": "9998-12-31T23:00:00Z"}
    assert callers.call("bo", "POST", f"{path}/preview", json=far).json["errors"][0]["field"] == "start"
    for name, status in (("ada", 404), ("eve", 404), (None, 401)):
        assert callers.call(name, "POST", f"{path}/preview", json=WHOLE_DAY).status_code == status
    reading = bearer(callers.database, callers.stage.cast.bo, now=callers.stage.now, scope=TokenScope.READ)
    assert as_gil(callers, reading, "POST", f"{path}/preview", json=WHOLE_DAY).status_code == 200
    assert as_gil(callers, reading, "POST", path, json=WHOLE_DAY).status_code == 403


def test_a_series_stands_by_its_next_date_and_its_rule(callers: Callers) -> None:
    wish = {**WHOLE_DAY, "recurrence": {"frequency": "WEEKLY", "weekdays": [3], "until": "2026-04-01"}}
    made = callers.call("bo", "POST", f"/units/{callers.stage.unit.id}/closures", json=wish).json["items"]
    ahead = callers.call("bo", "GET", "/closures").json["items"]
    assert [(row["id"], row["series"]) for row in ahead] == [(made[0]["id"], made[0]["series"])]
    rule = {"frequency": "WEEKLY", "interval": 1, "weekdays": [3], "until": "2026-04-01"}
    assert (ahead[0]["recurrence"], ahead[0]["timezone"]) == (rule, "Asia/Hong_Kong")
    assert callers.call("eve", "GET", "/closures").json["items"] == []
    assert callers.call("eve", "DELETE", f"/closure-series/{made[0]['series']}").status_code == 404
    assert callers.call("bo", "DELETE", f"/closure-series/{made[0]['series']}").status_code == 204
    assert callers.call("bo", "GET", "/closures").json["items"] == []
