"""A host lists, closes and talks through the API alone; strangers are told nothing."""

from __future__ import annotations

from uuid import uuid4

from tests.api.conftest import Callers


def test_a_line_is_listed_from_draft_to_published(callers: Callers) -> None:
    given = {"kind": "pilot_line", "name": {"en": "Coating line"}, "jurisdiction_code": "CN-GD", "city": "Shenzhen"}
    draft = callers.call(
        "bo", "POST", "/listings", json={"organisation": str(callers.stage.cast.firm.id), "fields": given}
    )
    assert (draft.status_code, draft.json["state"]) == (201, "draft")
    path = f"/listings/{draft.json['id']}"
    assert callers.call("eve", "GET", f"/facilities/{draft.json['id']}").status_code == 404
    early = callers.call("bo", "POST", f"{path}/publish")
    assert (early.status_code, early.json["code"]) == (422, "refused")
    lacking = {reason["code"] for reason in callers.call("bo", "GET", f"{path}/missing").json["missing"]}
    assert lacking, "what is missing is named"
    changed = callers.call("bo", "PATCH", path, json={"fields": {"contact_email": "line@example.org"}})
    assert changed.status_code == 200
    unit = callers.call("bo", "POST", f"{path}/units", json={"fields": {"kind": "line", "name": {"en": "Lane"}}})
    assert unit.status_code == 201, unit.json
    week = {"hours": [{"weekday": day, "opens": 540, "closes": 1080} for day in range(1, 6)]}
    assert callers.call("bo", "PUT", f"/units/{unit.json['id']}/hours", json=week).status_code == 204
    rules = {"mode": "day", "shortest": 1, "instant": True}
    assert callers.call("bo", "PUT", f"/units/{unit.json['id']}/rules", json=rules).status_code == 204
    rate = {"amount": {"amount_minor": 760000, "currency": "CNY"}, "per": "day", "valid_from": "2026-03-02"}
    assert callers.call("bo", "POST", f"/units/{unit.json['id']}/rates", json=rate).status_code == 201
    terms = callers.call("bo", "POST", f"/facilities/{draft.json['id']}/terms", json={"text": {"en": "Wear shoes."}})
    assert terms.status_code == 201
    shown = callers.call("bo", "POST", f"{path}/publish")
    assert (shown.status_code, shown.json.get("state")) == (200, "published"), shown.json
    assert callers.call(None, "GET", f"/facilities/{draft.json['id']}/terms").json["text"] == {"en": "Wear shoes."}


def test_a_field_that_nobody_knows_is_named(callers: Callers) -> None:
    path = f"/listings/{callers.stage.facility.id}"
    answer = callers.call("bo", "PATCH", path, json={"fields": {"colour": "red", "trl_min": 12}})
    assert (answer.status_code, {error["field"] for error in answer.json["errors"]}) == (422, {"colour", "trl_min"})


def test_only_its_host_changes_a_listing(callers: Callers) -> None:
    path = f"/listings/{callers.stage.facility.id}"
    body = {"json": {"fields": {"city": "Shenzhen"}}}
    assert callers.call("ada", "PATCH", path, **body).status_code == 403
    assert callers.call("eve", "PATCH", f"/listings/{uuid4()}", **body).status_code == 404
    assert callers.call(None, "PATCH", path, **body).status_code == 401


def test_a_closure_names_the_bookings_in_its_way(callers: Callers) -> None:
    booked = callers.book(start="2026-03-04T09:00:00+08:00", end="2026-03-04T12:00:00+08:00").json
    path = f"/units/{callers.stage.unit.id}/closures"
    wish = {"start": "2026-03-04T00:00:00+08:00", "end": "2026-03-05T00:00:00+08:00", "reason": {"en": "Service"}}
    refused = callers.call("bo", "POST", path, json=wish)
    assert refused.status_code == 422
    assert refused.json["reasons"][0]["details"] == {"bookings": [booked["id"]]}
    later = {**wish, "start": "2026-03-05T00:00:00+08:00", "end": "2026-03-06T00:00:00+08:00"}
    made = callers.call("bo", "POST", path, json=later).json["items"]
    assert len(made) == 1
    taken = callers.book(start="2026-03-05T09:00:00+08:00", end="2026-03-05T10:00:00+08:00")
    assert (taken.status_code, taken.json["code"]) == (409, "taken"), "a closure's claim is in the way"
    assert callers.call("bo", "DELETE", f"/closures/{made[0]['id']}").status_code == 200
    assert callers.book(start="2026-03-05T09:00:00+08:00", end="2026-03-05T10:00:00+08:00").status_code == 201


def test_a_question_is_seen_by_both_sides_alone(callers: Callers) -> None:
    body = {"facility": str(callers.stage.facility.id), "subject": "Wafers", "text": "Do you take 300 mm?"}
    asked = callers.call("ada", "POST", "/threads", json=body)
    assert asked.status_code == 201, asked.json
    path = f"/threads/{asked.json['id']}"
    answered = callers.call("bo", "POST", f"{path}/messages", json={"text": "We do."})
    assert [message["text"] for message in answered.json["messages"]] == ["Do you take 300 mm?", "We do."]
    assert callers.call("eve", "GET", path).status_code == 404
    assert [item["id"] for item in callers.call("ada", "GET", "/threads").json["items"]] == [asked.json["id"]]
    told = callers.call("ada", "GET", "/inbox").json["items"]
    assert told, "the answer is told"
    assert callers.call("ada", "POST", "/inbox/read", json={}).status_code == 204
    assert all(item["read_at"] for item in callers.call("ada", "GET", "/inbox").json["items"])


def test_desks_show_what_waits(callers: Callers) -> None:
    made = callers.book(start="2026-03-04T09:00:00+08:00", end="2026-03-04T12:00:00+08:00").json
    assert [row["id"] for row in callers.call("bo", "GET", "/host-desk").json["waiting"]] == [made["id"]]
    assert callers.call("eve", "GET", "/host-desk").json["waiting"] == []
    assert [row["id"] for row in callers.call("ada", "GET", "/desk").json["next"]] == [made["id"]]


def test_an_organisation_is_entered_and_verified(callers: Callers) -> None:
    body = {
        "name": {"en": "Lantern Optics"},
        "kind": "firm",
        "jurisdiction": "HK",
        "control": "hk_macao",
        "identifiers": {"ror": "02zhqgq87"},
    }
    wrong = callers.call("eve", "POST", "/organisations", json=body)
    assert wrong.status_code == 422, "the check digits do not fit"
    made = callers.call("eve", "POST", "/organisations", json={**body, "identifiers": {"ror": "02zhqgq86"}})
    assert (made.status_code, made.json["verification"]) == (201, "pending"), made.json
    path = f"/organisations/{made.json['id']}"
    assert callers.call("eve", "POST", f"{path}/verify").status_code == 404, "for administrators alone"
    assert callers.call("ada", "GET", f"{path}/members").status_code in (403, 404)
    assert [row["name"] for row in callers.call("eve", "GET", f"{path}/members").json["items"]] == ["Eve Stone"]


def test_places_and_calendars_are_for_all(callers: Callers) -> None:
    assert {"HK", "CN", "MO"} <= {row["code"] for row in callers.call(None, "GET", "/jurisdictions").json["items"]}
    day = callers.call(None, "GET", "/calendars/CN/working-day?start=2026-02-12&days=10").json
    assert day == {"date": "2026-03-04", "provisional": False}


def test_one_changes_ones_own_account(callers: Callers) -> None:
    assert callers.call("ada", "GET", "/account").json["email"] == "ada@example.org"
    changed = callers.call("ada", "PUT", "/account", json={"name": "Ada Leung-Wong", "language": "zh-Hant"})
    assert (changed.status_code, changed.json["language"]) == (200, "zh-Hant")
