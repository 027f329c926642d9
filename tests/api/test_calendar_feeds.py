"""Calendar feeds over the API: made, replaced and ended by those whose they are."""

from __future__ import annotations

from urllib.parse import urlsplit

from marketplace.accounts.models import TokenScope
from tests.api.conftest import Callers
from tests.cast import bearer
from tests.factories.stage import hours


def subjects(callers: Callers, name: str) -> dict[str, bool]:
    items = callers.call(name, "GET", "/calendar-feeds").json["items"]
    return {f"{item['kind']}/{item['subject']}": item["on"] for item in items}


def fetched(callers: Callers, address: str) -> int:
    parts = urlsplit(address)
    return callers.client.get(f"{parts.path}?{parts.query}").status_code


def test_a_feed_is_made_replaced_and_ended(callers: Callers) -> None:
    stage = callers.stage
    booking = stage.book(hours(4, 10, 12))
    mine = f"person/{stage.cast.ada.id}"
    assert subjects(callers, "ada") == {mine: False}
    first = callers.call("ada", "POST", f"/calendar-feeds/{mine}")
    assert first.status_code == 201
    assert first.json["url"].endswith(".ics")
    assert str(booking.id) in callers.client.get(urlsplit(first.json["url"]).path).text
    assert subjects(callers, "ada") == {mine: True}
    second = callers.call("ada", "POST", f"/calendar-feeds/{mine}").json["url"]
    assert (fetched(callers, first.json["url"]), fetched(callers, second)) == (404, 200)
    assert callers.call("ada", "DELETE", f"/calendar-feeds/{mine}").status_code == 204
    assert callers.call("ada", "DELETE", f"/calendar-feeds/{mine}").status_code == 204
    assert (fetched(callers, second), subjects(callers, "ada")) == (404, {mine: False})


def test_units_and_organisations_have_feeds_of_their_managers(callers: Callers) -> None:
    stage = callers.stage
    firm, unit = f"organisation/{stage.cast.firm.id}", f"unit/{stage.unit.id}"
    assert set(subjects(callers, "bo")) == {f"person/{stage.cast.bo.id}", firm, unit}
    for path in (firm, unit):
        made = callers.call("bo", "POST", f"/calendar-feeds/{path}")
        assert made.status_code == 201
        assert fetched(callers, made.json["url"]) == 200
        for name, status in (("ada", 404), ("eve", 404), (None, 401)):
            assert callers.call(name, "POST", f"/calendar-feeds/{path}").status_code == status
            assert callers.call(name, "DELETE", f"/calendar-feeds/{path}").status_code == status
        assert fetched(callers, made.json["url"]) == 200
    assert callers.call("eve", "POST", f"/calendar-feeds/person/{stage.cast.ada.id}").status_code == 404
    assert callers.call("bo", "POST", f"/calendar-feeds/planet/{stage.unit.id}").status_code == 404
    reading = bearer(callers.database, stage.cast.bo, now=stage.now, scope=TokenScope.READ)
    assert callers.client.post(f"/api/v1/calendar-feeds/{unit}", headers=reading).status_code == 403
