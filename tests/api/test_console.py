"""The administrators' console over the API."""

from __future__ import annotations

import pytest

from tests.api.conftest import Callers

READ = ("/overdue-applications", "/ending", "/privacy-requests", "/settings")


@pytest.mark.parametrize("path", READ)
def test_overseeing_is_for_overseers(callers: Callers, path: str) -> None:
    assert callers.call("dee", "GET", path).status_code == 200
    assert callers.call("ada", "GET", path).status_code == 404
    assert callers.call(None, "GET", path).status_code == 401


def test_what_waits_is_told_by_kind(callers: Callers) -> None:
    asked = callers.call("ada", "POST", "/account/privacy-requests", json={"kind": "export", "note": "All."})
    assert (asked.status_code, asked.json["state"], asked.json["law"]) == (201, "open", "hk")
    waiting = {each["kind"]: each for each in callers.call("dee", "GET", "/overview").json["waiting"]}
    assert waiting["privacy_requests"]["count"] == 1
    assert waiting["privacy_requests"]["day"] == asked.json["due_on"]


def test_a_request_is_entered_granted_and_handed_over(callers: Callers) -> None:
    body = {"person": str(callers.stage.cast.ada.id), "kind": "export", "law": "cn", "asked_on": "2026-03-02"}
    assert callers.call("bo", "POST", "/privacy-requests", json=body).status_code == 404
    made = callers.call("dee", "POST", "/privacy-requests", json=body)
    assert (made.status_code, made.json["law"]) == (201, "cn")
    path = f"/privacy-requests/{made.json['id']}"
    early = callers.call("dee", "POST", f"{path}/file", json={"reason": "By post."})
    assert early.status_code == 409
    granted = callers.call("dee", "POST", f"{path}/grant", json={"reason": "Her right."})
    assert (granted.json["state"], granted.json["reason"]) == ("granted", "Her right.")
    file = callers.call("dee", "POST", f"{path}/file", json={"reason": "By post."}).json
    assert file["person"][0]["email"] == callers.stage.cast.ada.email
    assert [each["state"] for each in callers.call("ada", "GET", "/account/privacy-requests").json["items"]] == [
        "granted"
    ]
    verbs = [each["verb"] for each in callers.call("dee", "GET", path).json["history"]]
    assert verbs[0] == "privacy_request.handed_over"


def test_a_setting_is_changed_on_top_of_what_was_read(callers: Callers) -> None:
    body = {"value": "48", "version": 0, "reason": "A day is short."}
    assert callers.call("ada", "PUT", "/settings/remind_of_start", json=body).status_code == 404
    changed = callers.call("dee", "PUT", "/settings/remind_of_start", json=body)
    assert (changed.json["value"], changed.json["version"], changed.json["low"]) == ("48", 1, 1)
    late = callers.call("dee", "PUT", "/settings/remind_of_start", json=body)
    assert late.json["reasons"][0]["code"] == "setting_changed"
    wrong = callers.call("dee", "PUT", "/settings/remind_of_start", json={**body, "value": "x", "version": 1})
    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (422, "value")
    assert callers.call("dee", "PUT", "/settings/nonsense", json=body).status_code == 404


def test_bookings_are_looked_for_everywhere(callers: Callers) -> None:
    made = callers.book(start="2026-03-04T09:00:00+08:00", end="2026-03-04T12:00:00+08:00").json
    for asked in (
        f"reference={made['reference']}",
        "party=harbour",
        "jurisdiction=HK",
        "from=2026-03-04T00:00:00%2B08:00",
    ):
        assert [each["id"] for each in callers.call("dee", "GET", f"/bookings?{asked}").json["items"]] == [made["id"]]
        assert callers.call("eve", "GET", f"/bookings?{asked}").json["items"] == []
    assert callers.call("dee", "GET", "/bookings?to=2026-03-04T00:00:00%2B08:00").json["items"] == []
    order = callers.call("dee", "GET", "/bookings?from=2026-03-04T00:00:00Z&to=2026-03-03T00:00:00Z")
    assert (order.status_code, order.json["errors"][0]["field"]) == (422, "to")


def test_history_leaves_as_a_sheet_and_is_read_again(callers: Callers) -> None:
    assert callers.call("dee", "GET", "/history.csv?verb=booking").mimetype == "text/csv"
    assert callers.call("ada", "GET", "/history.csv").status_code == 404
    assert callers.call("dee", "POST", "/history/verify").status_code == 204
    assert callers.call("dee", "GET", "/history").json["verified"] is None


def test_a_listing_is_reported_and_suspended(callers: Callers) -> None:
    facility = callers.stage.facility.id
    said = {"reason": "wrong", "text": "There is no such hood."}
    assert callers.call("ada", "POST", f"/facilities/{facility}/reports", json=said).status_code == 204
    assert callers.call("ada", "GET", "/listing-reports").status_code == 404
    (row,) = callers.call("dee", "GET", "/listing-reports").json["items"]
    assert (row["facility"], row["reason"]) == (str(facility), "wrong")
    why = {"reason": "There is none."}
    assert callers.call("bo", "POST", f"/facilities/{facility}/suspend", json=why).status_code == 404
    assert callers.call("dee", "POST", f"/facilities/{facility}/suspend", json=why).status_code == 204
    assert callers.call("eve", "GET", f"/facilities/{facility}").status_code == 404
    assert callers.call("dee", "GET", "/listing-reports").json["items"] == []
    assert len(callers.call("dee", "GET", "/suspended-listings").json["items"]) == 1
    assert callers.call("dee", "POST", f"/facilities/{facility}/readmit", json=why).status_code == 204
    late = callers.call("dee", "POST", f"/listing-reports/{row['id']}/dismiss", json=why)
    assert (late.status_code, late.json["state"]) == (409, "settled")
