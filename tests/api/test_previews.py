"""What a booking or a move would bring, over the API: the same answer that the verb then gives."""

from __future__ import annotations

from typing import Any

from marketplace.accounts.models import TokenScope
from marketplace.pricing.actions import set_rate
from marketplace.pricing.models import RatePer
from marketplace.values.money import Money
from tests.api.conftest import Callers
from tests.cast import bearer

MORNING = {"start": "2026-03-04T09:00:00+08:00", "end": "2026-03-04T12:00:00+08:00"}
LATE_MORNING = {"start": "2026-03-04T10:00:00+08:00", "end": "2026-03-04T11:00:00+08:00"}
NIGHT = {"start": "2026-03-04T20:00:00+08:00", "end": "2026-03-04T22:00:00+08:00"}


def preview(callers: Callers, name: str | None = "ada", **body: Any) -> Any:
    wish = {"unit": str(callers.stage.unit.id), **MORNING, **body}
    return callers.call(name, "POST", "/bookings/preview", json=wish)


def codes(answer: Any) -> set[str]:
    return {reason["code"] for reason in answer.json["reasons"]}


def test_gates_terms_and_price_are_shown_beforehand(callers: Callers) -> None:
    stage = callers.stage
    terms = stage.terms()
    bo = stage.actor("bo")
    day = stage.now.date()
    set_rate(stage.session, stage.unit.id, Money(12050, "HKD"), RatePer.HOUR, valid_from=day, now=stage.now, by=bo)
    answer = preview(callers)
    assert (answer.status_code, answer.json["accepted"], answer.json["reasons"]) == (200, True, [])
    assert {gate["kind"]: gate["state"] for gate in answer.json["gates"]} == {"host_approval": "open", "terms": "open"}
    assert answer.json["terms"] == {"terms_version": str(terms.id), "number": 1, "digest": terms.digest}
    assert answer.json["total"] == {"amount_minor": 36150, "currency": "HKD"}
    line = answer.json["lines"][0]
    assert (line["per"], line["quantity"], line["amount"]) == ("hour", 3.0, answer.json["total"])
    assert answer.json["organisation"] == str(stage.cast.university.id)
    made = callers.book(**MORNING)
    assert made.json["total"] == answer.json["total"]
    assert [gate["deadline"] for gate in made.json["gates"]] == [gate["deadline"] for gate in answer.json["gates"]]
    assert preview(callers, terms_version=terms.digest, **NIGHT).json["gates"][1]["state"] == "passed"


def test_every_reason_is_told_and_what_is_free_nearby(callers: Callers) -> None:
    callers.stage.rules(longest=120, horizon_days=2)
    callers.book(**LATE_MORNING)
    answer = preview(callers)
    assert codes(answer) == {"taken", "too_long"}
    assert [reason["overridable"] for reason in answer.json["reasons"]] == [True, False]
    assert all(reason["message"] for reason in answer.json["reasons"])
    near = answer.json["alternatives"]
    assert [each["kind"] for each in near] == ["shorter"], "what is offered instead keeps the rules"
    assert {"kind", "unit", "start", "end"} == set(near[0])
    taken = {"start": near[0]["start"], "end": near[0]["end"]}
    assert callers.book(**taken).status_code == 201


def test_nothing_is_held_by_looking(callers: Callers) -> None:
    key = {"Idempotency-Key": "looked"}
    wish = {"unit": str(callers.stage.unit.id), **MORNING}
    assert callers.call("ada", "POST", "/bookings/preview", json=wish, headers=key).json["accepted"]
    assert callers.call("ada", "GET", "/bookings").json["items"] == []
    reading = bearer(callers.database, callers.stage.cast.ada, now=callers.stage.now, scope=TokenScope.READ)
    assert callers.client.post("/api/v1/bookings/preview", json=wish, headers=reading).status_code == 200
    assert callers.client.post("/api/v1/bookings", json=wish, headers=reading).status_code == 403


def test_whoever_only_looks_is_asked_to_sign_in(callers: Callers) -> None:
    answer = preview(callers, None)
    assert (answer.status_code, codes(answer)) == (200, {"sign_in_needed"})


def test_another_persons_limits_are_their_hosts_to_see(callers: Callers) -> None:
    people = {name: str(person.id) for name, person in callers.stage.cast.people.items()}
    for_ada = {"person": people["ada"], "organisation": str(callers.stage.cast.university.id)}
    assert preview(callers, "bo", **for_ada).json["accepted"]
    assert preview(callers, "eve", **for_ada).status_code == 404
    assert preview(callers, None, **for_ada).status_code == 404
    assert preview(callers, "eve", email="ada@example.org").status_code == 404


def test_a_host_books_for_somebody_by_address_and_sets_limits_aside(callers: Callers) -> None:
    wish = {"email": "ADA@example.org", **NIGHT}
    looked = preview(callers, "bo", **wish)
    assert (codes(looked), looked.json["reasons"][0]["overridable"]) == ({"closed"}, True)
    assert callers.book("bo", **wish).status_code == 422
    key = {"Idempotency-Key": "for-ada"}
    made = callers.book("bo", **wish, override_reason="An open day", headers=key)
    assert (made.status_code, made.json["person"]) == (201, str(callers.stage.cast.ada.id))
    assert (made.json["state"], made.json["overridden"]) == ("confirmed", ["closed"])
    assert callers.book("bo", **wish, override_reason="An open day", headers=key).json["id"] == made.json["id"]
    nobody = callers.book("bo", **MORNING, email="nobody@example.org")
    assert (nobody.status_code, nobody.json["errors"][0]["field"]) == (422, "email")


def test_own_use_is_entered_at_once(callers: Callers) -> None:
    callers.stage.terms()
    made = callers.book("bo", **MORNING, purpose="own_use", organisation=str(callers.stage.cast.firm.id))
    assert (made.status_code, made.json["state"], made.json["total"]) == (201, "confirmed", None)


def test_a_move_is_judged_beforehand(callers: Callers) -> None:
    made = callers.book(**MORNING).json
    path = f"/bookings/{made['id']}/move/preview"
    inside = callers.call("ada", "POST", path, json=LATE_MORNING).json
    assert (inside["accepted"], inside["asks_again"]) == (True, False)
    elsewhere = {"start": "2026-03-05T09:00:00+08:00", "end": "2026-03-05T10:00:00+08:00"}
    assert callers.call("ada", "POST", path, json=elsewhere).json["asks_again"]
    assert not callers.call("bo", "POST", path, json=elsewhere).json["asks_again"]
    night = callers.call("ada", "POST", path, json=NIGHT)
    assert codes(night) == {"closed"}
    for nobody, status in (("eve", 404), (None, 401)):
        assert callers.call(nobody, "POST", path, json=NIGHT).status_code == status


def test_a_copy_can_be_sent_as_it_is(callers: Callers) -> None:
    made = callers.book(**MORNING, note="Two wafers", purpose="teaching").json
    copied = callers.call("ada", "GET", f"/bookings/{made['id']}/copy")
    assert copied.json["start"] == "2026-03-11T01:00:00+00:00"
    again = callers.call("ada", "POST", "/bookings", json=copied.json)
    assert (again.status_code, again.json["note"], again.json["purpose"]) == (201, "Two wafers", "teaching")
    assert callers.call("eve", "GET", f"/bookings/{made['id']}/copy").status_code == 404


def test_what_happened_is_told_in_the_callers_words(callers: Callers) -> None:
    made = callers.book(**MORNING).json
    callers.call("bo", "POST", f"/bookings/{made['id']}/approve")
    path = f"/bookings/{made['id']}/history"
    first = callers.call("ada", "GET", f"{path}?limit=1").json
    rest = callers.call("ada", "GET", f"{path}?cursor={first['next']}").json
    told = [*first["items"], *rest["items"]]
    assert [item["number"] for item in told] == list(range(len(told), 0, -1))
    assert (told[-1]["verb"], told[-1]["actor_name"]) == ("booking.requested", "Ada Leung")
    assert all(item["sentence"] != item["verb"] for item in told)
    assert set(told[0]) == {"number", "at", "verb", "actor_name", "sentence", "erased"}
    assert callers.call("eve", "GET", path).status_code == 404


def test_the_calendar_file_knows_the_clock(callers: Callers) -> None:
    made = callers.book(**MORNING).json
    path = f"/bookings/{made['id']}/calendar"
    held = callers.call("ada", "GET", path)
    assert held.content_type.startswith("text/calendar")
    assert "STATUS:TENTATIVE" in held.text and made["id"] in held.text
    assert f"/en/bookings/{made['id']}" in held.text.replace("\r\n ", "")
    callers.client.application.config["CLOCK"] = lambda: callers.stage.now.replace(day=12)
    bearers = bearer(callers.database, callers.stage.cast.ada, now=callers.stage.now.replace(day=12))
    late = callers.client.get(f"/api/v1{path}", headers=bearers)
    assert "STATUS:CANCELLED" in late.text
    assert callers.client.get(f"/api/v1{path}").status_code == 401
    assert callers.client.get("/api/v1/openapi.json").status_code == 200


def test_hosts_read_no_names_of_who_travels(callers: Callers) -> None:
    ada = str(callers.stage.cast.ada.id)
    made = callers.book(
        **MORNING, flows={"mode": "on_site", "people_flows": [{"from": "HK", "to": "HK", "person": ada}]}
    )
    assert made.status_code == 201, made.json
    path = f"/bookings/{made.json['id']}"
    for name, named in (("ada", True), ("dee", True), ("bo", False)):
        for answer in (callers.call(name, "GET", path), callers.call(name, "GET", f"{path}/copy")):
            [way] = answer.json["flows"]["people_flows"]
            assert (way["from"], way.get("person") == ada) == ("HK", named)
