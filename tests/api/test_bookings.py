"""Bookings over the API: the shapes and errors that programs rely on."""

from __future__ import annotations

from uuid import uuid4

from tests.api.conftest import Callers

MORNING = {"start": "2026-03-04T09:00:00+08:00", "end": "2026-03-04T12:00:00+08:00"}
LATE_MORNING = {"start": "2026-03-04T10:00:00+08:00", "end": "2026-03-04T11:00:00+08:00"}
PROBLEM = "application/problem+json"


def booked(callers: Callers, **more: object) -> dict:
    answer = callers.book(**{**MORNING, **more})
    assert answer.status_code == 201, answer.json
    return answer.json


def test_a_booking_is_held_with_its_gates(callers: Callers) -> None:
    terms = callers.stage.terms()
    made = booked(callers, purpose="teaching", note="Bring your own wafers")
    assert made["state"] == "held"
    assert {gate["kind"]: gate["state"] for gate in made["gates"]} == {"host_approval": "open", "terms": "open"}
    assert made["held_until"] == min(gate["deadline"] for gate in made["gates"])
    assert made["held_until"].endswith("+00:00")
    assert made["permit_plan"] is None
    assert made["terms_version"] == str(terms.id)


def test_terms_named_in_the_request_are_accepted_at_once(callers: Callers) -> None:
    terms = callers.stage.terms()
    made = booked(callers, terms_version=str(terms.id))
    assert {gate["kind"]: gate["state"] for gate in made["gates"]} == {"host_approval": "open", "terms": "passed"}


def test_the_last_gate_confirms(callers: Callers) -> None:
    terms = callers.stage.terms()
    made = booked(callers)
    path = f"/bookings/{made['id']}"
    accepted = callers.call("ada", "POST", f"{path}/accept-terms", json={"terms_version": terms.digest})
    assert (accepted.status_code, accepted.json["state"]) == (200, "held")
    approved = callers.call("bo", "POST", f"{path}/approve")
    assert (approved.status_code, approved.json["state"], approved.json["held_until"]) == (200, "confirmed", None)
    again = callers.call("bo", "POST", f"{path}/approve")
    assert (again.status_code, again.json["code"], again.json["state"]) == (409, "state_forbids", "confirmed")


def test_a_taken_slot_answers_409_with_alternatives(callers: Callers) -> None:
    booked(callers)
    answer = callers.book("bo", **LATE_MORNING)
    assert (answer.status_code, answer.content_type) == (409, PROBLEM)
    assert answer.json["code"] == "taken"
    assert answer.json["alternatives"], "near alternatives are part of the answer"
    assert {"start", "end", "unit"} <= set(answer.json["alternatives"][0])


def test_closed_hours_answer_422_with_the_reason(callers: Callers) -> None:
    answer = callers.book(start="2026-03-04T20:00:00+08:00", end="2026-03-04T21:00:00+08:00")
    assert (answer.status_code, answer.json["code"]) == (422, "refused")
    assert "closed" in {reason["code"] for reason in answer.json["reasons"]}


def test_the_same_key_answers_the_same_booking_and_another_body_is_refused(callers: Callers) -> None:
    key = {"Idempotency-Key": "one-wish"}
    first = callers.book(**MORNING, headers=key)
    again = callers.book(**MORNING, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["id"] == again.json["id"]
    other = callers.book(**LATE_MORNING, headers=key)
    assert other.status_code == 422
    assert {"idempotency_key"} == {error["field"] for error in other.json["errors"]}


def test_a_retry_is_answered_after_the_listing_is_gone(callers: Callers) -> None:
    key = {"Idempotency-Key": "one-wish"}
    first = callers.book(**MORNING, headers=key)
    assert callers.call("bo", "POST", f"/listings/{callers.stage.facility.id}/archive").status_code == 200
    again = callers.book(**MORNING, headers=key)
    assert (again.status_code, again.json["id"]) == (201, first.json["id"])
    assert callers.book(**MORNING, headers={"Idempotency-Key": "another"}).status_code == 404
    body = {"person": str(callers.stage.cast.ada.id), "organisation": str(callers.stage.cast.elsewhere.id)}
    assert callers.book("eve", **MORNING, **body, headers=key).status_code == 404, "whether there is one is not told"


def test_bad_input_names_field_and_rule(callers: Callers) -> None:
    answer = callers.call("ada", "POST", "/bookings", json={"unit": "nonsense", "start": "2026-03-04T09:00:00", "x": 1})
    assert (answer.status_code, answer.content_type) == (422, PROBLEM)
    assert {"unit", "start", "end", "x"} == {error["field"] for error in answer.json["errors"]}
    backwards = callers.book(start=MORNING["end"], end=MORNING["start"])
    assert {(error["field"], error["rule"]) for error in backwards.json["errors"]} == {("end", "after_start")}


def test_strangers_get_the_same_404_as_for_an_unknown_id(callers: Callers) -> None:
    made = booked(callers)
    for path, method in (("", "GET"), ("", "PATCH"), ("/cancel", "POST"), ("/approve", "POST"), ("/check-in", "POST")):
        body = {"json": MORNING} if method == "PATCH" else {}
        strangers = callers.call("eve", method, f"/bookings/{made['id']}{path}", **body)
        unknown = callers.call("eve", method, f"/bookings/{uuid4()}{path}", **body)
        assert (strangers.status_code, unknown.status_code) == (404, 404), path
        same = {"code", "title", "detail", "errors"}
        assert {name: strangers.json[name] for name in same} == {name: unknown.json[name] for name in same}


def test_somebody_who_sees_it_but_may_not_is_told_so(callers: Callers) -> None:
    made = booked(callers)
    answer = callers.call("ada", "POST", f"/bookings/{made['id']}/approve")
    assert (answer.status_code, answer.json["code"]) == (403, "forbidden")


def test_without_a_token_there_is_a_401(callers: Callers) -> None:
    answer = callers.call(None, "GET", "/bookings")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_moving_inside_keeps_the_approval_and_elsewhere_asks_again(callers: Callers) -> None:
    made = booked(callers)
    path = f"/bookings/{made['id']}"
    assert callers.call("bo", "POST", f"{path}/approve").json["state"] == "confirmed"
    inside = callers.call("ada", "PATCH", path, json=LATE_MORNING)
    assert (inside.status_code, inside.json["state"]) == (200, "confirmed")
    outside = callers.call("ada", "PATCH", path, json=MORNING)
    assert (outside.status_code, outside.json["state"]) == (200, "held")


def test_a_change_of_another_version_is_a_412(callers: Callers) -> None:
    made = booked(callers)
    path = f"/bookings/{made['id']}"
    tag = callers.call("ada", "GET", path).headers["ETag"]
    assert callers.call("ada", "PATCH", path, json=LATE_MORNING, headers={"If-Match": tag}).status_code == 200
    late = callers.call("ada", "PATCH", path, json=MORNING, headers={"If-Match": tag})
    assert late.status_code == 412


def test_lists_are_pages_of_what_concerns_the_caller(callers: Callers) -> None:
    for day in (4, 5, 6):
        answer = callers.book(start=f"2026-03-0{day}T09:00:00+08:00", end=f"2026-03-0{day}T10:00:00+08:00")
        assert answer.status_code == 201
    first = callers.call("ada", "GET", "/bookings?limit=2").json
    rest = callers.call("ada", "GET", f"/bookings?limit=2&cursor={first['next']}").json
    assert [item["start"][:10] for item in first["items"] + rest["items"]] == ["2026-03-06", "2026-03-05", "2026-03-04"]
    assert rest["next"] is None
    assert callers.call("eve", "GET", "/bookings").json == {"items": [], "next": None}
    assert callers.call("ada", "GET", "/bookings?cursor=%%%").status_code == 422


def test_lists_are_narrowed_like_the_pages(callers: Callers) -> None:
    stage = callers.stage
    today = booked(callers, start="2026-03-02T10:00:00+08:00", end="2026-03-02T11:00:00+08:00")
    later = booked(callers)
    callers.client.application.config["CLOCK"] = lambda: stage.now.replace(hour=12)

    def ids(name: str, query: str) -> list[str]:
        return [item["id"] for item in callers.call(name, "GET", f"/bookings?{query}").json["items"]]

    assert ids("ada", "time=coming") == [later["id"]]
    assert ids("ada", "time=past") == [today["id"]]
    assert ids("ada", f"facility={stage.facility.id}") == [later["id"], today["id"]]
    assert ids("bo", f"host={stage.cast.firm.id}&person={stage.cast.ada.id}") == [later["id"], today["id"]]
    assert ids("bo", f"person={stage.cast.bo.id}") == []
    assert ids("ada", f"organisation={stage.cast.elsewhere.id}") == []
    assert ids("eve", f"person={stage.cast.ada.id}") == [], "what one may not see is not there"
    assert callers.call("ada", "GET", "/bookings?time=soon").status_code == 422


def test_the_day_itself(callers: Callers) -> None:
    made = booked(callers, start="2026-03-02T10:00:00+08:00", end="2026-03-02T12:00:00+08:00")
    path = f"/bookings/{made['id']}"
    callers.call("bo", "POST", f"{path}/approve")
    tomorrow = booked(callers)
    callers.call("bo", "POST", f"/bookings/{tomorrow['id']}/approve")
    assert callers.call("ada", "POST", f"/bookings/{tomorrow['id']}/check-in").status_code in (409, 422)
    callers.client.application.config["CLOCK"] = lambda: callers.stage.now.replace(hour=10, minute=5)
    assert callers.call("ada", "POST", f"{path}/check-in").json["state"] == "in_use"
    callers.client.application.config["CLOCK"] = lambda: callers.stage.now.replace(hour=11, minute=5)
    assert callers.call("ada", "POST", f"{path}/check-out").json["state"] == "completed"
    page = callers.call("ada", "GET", path).json
    assert [use["checked_in_at"][11:16] for use in page["sessions"]] == ["02:05"]
    assert (page["booked_by_name"], page["terms"]) == ("Ada Leung", None)
