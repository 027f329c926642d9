"""Framework agreements and acceptances over the API."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.accounts.models import Role
from marketplace.bookings.actions import accept_terms
from tests.api.conftest import Callers
from tests.cast import join
from tests.factories.stage import hours


@pytest.fixture
def managed(callers: Callers) -> Callers:
    """Ada manages her university; Bo's facility has terms."""
    stage = callers.stage
    join(stage.session, stage.cast.ada, stage.cast.university, Role.MANAGER, now=stage.now)
    stage.terms("Wear shoes.")
    stage.session.flush()
    return callers


def body(callers: Callers, **more: Any) -> dict[str, Any]:
    cast = callers.stage.cast
    return {
        "side": "user",
        "host": str(cast.firm.id),
        "organisation": str(cast.university.id),
        "facility": str(callers.stage.facility.id),
        "first_day": "2026-03-02",
        "last_day": "2026-12-31",
        **more,
    }


def test_from_the_proposal_to_the_end(managed: Callers) -> None:
    made = managed.call("ada", "POST", "/frameworks", json=body(managed))
    assert made.status_code == 201
    assert (made.json["state"], made.json["verbs"], made.json["revision"]) == ("proposed", ["withdraw"], 1)
    path = f"/frameworks/{made.json['id']}"
    assert managed.call("ada", "POST", f"{path}/agree", json={"revision": 1}).status_code == 403
    stale = managed.call("bo", "POST", f"{path}/agree", json={"revision": 7})
    assert (stale.status_code, stale.json["reasons"][0]["code"]) == (422, "framework_changed")
    agreed = managed.call("bo", "POST", f"{path}/agree", json={"revision": 1})
    assert (agreed.status_code, agreed.json["state"]) == (200, "in_force")
    again = managed.call("bo", "POST", f"{path}/agree", json={"revision": 1})
    assert (again.status_code, again.json["state"]) == (409, "in_force")
    managed.stage.terms("Wear boots.")
    managed.stage.session.flush()
    asked = managed.call("ada", "GET", path).json
    assert [one["agreed_at"] is None for one in asked["terms"]] == [False, True]
    extended = managed.call("ada", "POST", f"{path}/extend", json={"revision": asked["revision"]})
    assert all(one["agreed_at"] for one in extended.json["terms"])
    assert managed.call("bo", "POST", f"{path}/end").json["ends_on"] == "2026-04-01"
    assert [one["id"] for one in managed.call("bo", "GET", "/frameworks").json["items"]] == [made.json["id"]]


def test_bad_input_and_strangers(managed: Callers) -> None:
    for change, field in (
        ({"side": "both"}, "side"),
        ({"first_day": "soon"}, "first_day"),
        ({"last_day": "2026-01-01"}, "last_day"),
        ({"notice_days": "x"}, "notice_days"),
        ({"host": str(managed.stage.cast.ada.id)}, "host"),
        ({"more": 1}, "more"),
    ):
        answer = managed.call("ada", "POST", "/frameworks", json=body(managed, **change))
        assert answer.status_code == 422, change
        assert [error["field"] for error in answer.json["errors"]] == [field]
    assert managed.call("eve", "POST", "/frameworks", json=body(managed)).status_code in (403, 404)
    made = managed.call("ada", "POST", "/frameworks", json=body(managed)).json["id"]
    assert managed.call("eve", "GET", f"/frameworks/{made}").status_code == 404
    assert managed.call("eve", "POST", f"/frameworks/{made}/decline").status_code == 404
    assert managed.call("eve", "GET", "/frameworks").json["items"] == []
    assert managed.call(None, "GET", "/frameworks").status_code == 401


def test_an_acceptance_and_its_document(managed: Callers) -> None:
    stage = managed.stage
    booking = stage.book(hours(3, 10, 12))
    stage.session.flush()
    path = f"/bookings/{booking.id}/acceptance"
    assert managed.call("ada", "GET", path).status_code == 404
    accept_terms(stage.session, booking.id, "1", now=stage.now, by=stage.actor("ada"))
    stage.session.flush()
    shown = managed.call("bo", "GET", path).json
    assert (shown["document"], shown["number"], shown["reference"]) == ("none", 1, booking.reference)
    assert (shown["host"]["person"], shown["user"]["person"]) == ("Bo Chen", "Ada Leung")
    assert managed.call("bo", "GET", f"{path}.pdf").status_code == 404
    asked = managed.call("bo", "POST", path, json={"language": "zh-Hans"})
    assert (asked.status_code, asked.json["document"]) == (202, "preparing")
    assert managed.call("bo", "GET", path).json["document"] == "none"
    assert managed.call("bo", "POST", path, json={"language": "fr"}).status_code == 422
    assert managed.call("eve", "GET", path).status_code == 404
