"""Listings over the API as their host keeps them: every field, units, rates, terms, photos and documents."""

from __future__ import annotations

import io
import json
from typing import Any

from marketplace.accounts.models import TokenScope
from tests.api.conftest import Callers
from tests.cast import bearer
from tests.pictures import picture


def listing(callers: Callers) -> str:
    return f"/listings/{callers.stage.facility.id}"


def attach(callers: Callers, name: str | None = "bo", kind: str = "photo", **parts: str) -> Any:
    content, file = (picture(), "bench.png") if kind == "photo" else (b"a,b\n1,2\n", "sheet.csv")
    form = {"file": (io.BytesIO(content), file), **parts}
    path = f"{listing(callers)}/files/{kind}"
    return callers.call(name, "POST", path, data=form, content_type="multipart/form-data")


def test_what_a_host_filled_in_comes_back_to_it_alone(callers: Callers) -> None:
    fields = {"directions": {"en": "Second gate"}, "throughput_amount": "2.5", "throughput_unit": "kg/day",
              "latitude": "22.28", "longitude": "114.13", "actual_opening": "2025-05-01"}  # fmt: skip
    assert callers.call("bo", "PATCH", listing(callers), json={"fields": fields}).status_code == 200
    shown = callers.call("bo", "GET", listing(callers)).json
    assert shown["fields"]["directions"] == {"en": "Second gate"}
    assert shown["fields"]["actual_opening"] == "2025-05-01"
    assert (shown["state"], shown["publishable"], shown["units"]) == ("published", True, 1)
    again = callers.call("bo", "PATCH", listing(callers), json={"fields": shown["fields"]})
    assert again.status_code == 200, "what was read can be sent back"
    assert callers.call("bo", "GET", listing(callers)).json["version"] == shown["version"]
    assert callers.call("ada", "GET", listing(callers)).status_code == 403
    callers.call("bo", "POST", f"{listing(callers)}/archive")
    assert callers.call("eve", "GET", listing(callers)).status_code == 404


def test_my_listings_by_state_and_page(callers: Callers) -> None:
    for number in range(3):
        given = {"kind": "lab", "name": {"en": f"Lab {number}"}}
        body = {"organisation": str(callers.stage.cast.firm.id), "fields": given}
        assert callers.call("bo", "POST", "/listings", json=body).status_code == 201
    first = callers.call("bo", "GET", "/listings?state=draft&limit=2").json
    assert (len(first["items"]), first["states"]) == (2, {"draft": 3, "published": 1})
    rest = callers.call("bo", "GET", f"/listings?state=draft&limit=2&cursor={first['next']}").json
    names = {item["name"]["en"] for item in first["items"] + rest["items"]}
    assert (names, rest["next"]) == ({"Lab 0", "Lab 1", "Lab 2"}, None)
    assert callers.call("eve", "GET", "/listings").json["items"] == []


def test_units_are_shown_as_they_were_set_and_moved(callers: Callers) -> None:
    unit = callers.stage.unit.id
    changed = callers.call("bo", "PATCH", f"/units/{unit}", json={"fields": {"maker": "Lantern"}, "places": 3})
    assert (changed.status_code, changed.json["places"]) == (200, 3)
    rules = {"mode": "hour", "step": 60, "shortest": 60, "cut_off": 120}
    assert callers.call("bo", "PUT", f"/units/{unit}/rules", json=rules).status_code == 204
    own = callers.call("bo", "GET", f"{listing(callers)}/units").json["items"][0]
    assert (own["fields"]["maker"], own["places"], own["rules"]["cut_off"]) == ("Lantern", 3, 120)
    assert own["hours"][0] == {"weekday": 1, "opens": 540, "closes": 1080}
    assert callers.call("bo", "PUT", f"/units/{unit}/rules", json=own["rules"]).status_code == 204
    assert callers.call(None, "GET", f"/units/{unit}").json["hours"] == own["hours"]
    assert callers.call("bo", "POST", f"/units/{unit}/pause").json["bookable"] is False
    again = callers.call("bo", "POST", f"/units/{unit}/pause")
    assert (again.status_code, again.json["state"]) == (409, "paused")
    assert callers.call("bo", "POST", f"/units/{unit}/resume").json["bookable"] is True
    assert callers.call("ada", "POST", f"/units/{unit}/pause").status_code == 403
    assert callers.call("eve", "GET", f"{listing(callers)}/units").status_code == 403


def test_places_that_are_booked_stay(callers: Callers) -> None:
    unit = callers.stage.unit.id
    callers.call("bo", "PATCH", f"/units/{unit}", json={"places": 2})
    for _ in range(2):
        assert callers.book(start="2026-03-04T09:00:00+08:00", end="2026-03-04T10:00:00+08:00").status_code == 201
    answer = callers.call("bo", "PATCH", f"/units/{unit}", json={"places": 1})
    assert (answer.status_code, answer.json["reasons"][0]["code"]) == (422, "places_in_use")


def test_a_rate_to_come_is_withdrawn(callers: Callers) -> None:
    path = f"/units/{callers.stage.unit.id}/rates"
    amount = {"amount_minor": 9900, "currency": "CNY"}
    body = {"amount": amount, "per": "hour", "valid_from": "2026-04-01", "note": "Spring"}
    assert callers.call("bo", "POST", path, json=body).status_code == 201
    rates = callers.call("bo", "GET", path).json["items"]
    assert [(rate["amount"], rate["note"]) for rate in rates] == [(amount, "Spring")]
    assert callers.call("ada", "GET", path).status_code == 403
    assert callers.call("eve", "DELETE", f"/rates/{rates[0]['id']}").status_code == 403
    assert callers.call("bo", "DELETE", f"/rates/{rates[0]['id']}").status_code == 204
    assert callers.call("bo", "GET", path).json["items"] == []


def test_terms_are_kept_version_by_version(callers: Callers) -> None:
    callers.stage.terms("Wear shoes.")
    callers.stage.terms("Wear boots.")
    path = f"/facilities/{callers.stage.facility.id}/terms"
    assert callers.call(None, "GET", path).json["text"] == {"en": "Wear boots."}
    assert callers.call(None, "GET", f"{path}?version=1").json["text"] == {"en": "Wear shoes."}
    assert callers.call(None, "GET", f"{path}?version=3").status_code == 404
    assert [row["number"] for row in callers.call(None, "GET", f"{path}/versions").json["items"]] == [2, 1]


def test_photos_are_described_ordered_and_taken_off(callers: Callers) -> None:
    first = attach(callers, caption=json.dumps({"en": "The bench"}), credit="Bo")
    assert (first.status_code, first.json["caption"], first.json["credit"]) == (201, {"en": "The bench"}, "Bo")
    sheet = attach(callers, kind="document").json
    path = f"{listing(callers)}/files"
    changed = callers.call("bo", "PATCH", f"{path}/{sheet['id']}", json={"caption": {"en": "Data sheet"}})
    assert (changed.status_code, changed.json["caption"]) == (200, {"en": "Data sheet"})
    assert callers.call("bo", "PATCH", f"{path}/{sheet['id']}", json={"move": 2}).status_code == 422
    assert len(callers.call("bo", "GET", path).json["items"]) == 2
    page = callers.call(None, "GET", f"/facilities/{callers.stage.facility.id}").json
    assert [photo["caption"] for photo in page["photos"]] == [{"en": "The bench"}]
    assert [file["name"] for file in page["documents"]] == ["sheet.csv"]
    assert callers.call(None, "GET", f"/files/{page['documents'][0]['file']}").data == b"a,b\n1,2\n"
    assert callers.call("bo", "DELETE", f"{path}/{first.json['id']}").status_code == 204
    assert callers.call(None, "GET", f"/facilities/{callers.stage.facility.id}").json["photos"] == []


def test_photos_change_places(callers: Callers) -> None:
    ids = []
    for width in (300, 301, 302):
        form = {"file": (io.BytesIO(picture(width)), "a.png")}
        path = f"{listing(callers)}/files/photo"
        ids.append(callers.call("bo", "POST", path, data=form, content_type="multipart/form-data").json["id"])
    path = f"{listing(callers)}/files"
    assert callers.call("bo", "PATCH", f"{path}/{ids[2]}", json={"move": -1}).status_code == 200
    order = [item["id"] for item in callers.call("bo", "GET", path).json["items"]]
    assert order == [ids[0], ids[2], ids[1]]


def test_nobody_else_touches_the_files(callers: Callers) -> None:
    photo = attach(callers).json
    path = f"{listing(callers)}/files"
    for name, status in (("ada", 403), ("eve", 403), (None, 401)):
        assert attach(callers, name).status_code == status
        assert callers.call(name, "GET", path).status_code == status
        assert callers.call(name, "DELETE", f"{path}/{photo['id']}").status_code == status
    assert attach(callers, caption="not json").status_code == 422
    reading = bearer(callers.database, callers.stage.cast.bo, now=callers.stage.now, scope=TokenScope.READ)
    assert callers.client.delete(f"/api/v1{path}/{photo['id']}", headers=reading).status_code == 403
    assert callers.client.get(f"/api/v1{path}", headers=reading).status_code == 200
