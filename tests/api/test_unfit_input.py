"""What no column, calendar or currency can hold is the caller's slip, and names its field; never a fault of ours."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Callers

UNIT = "/units/{unit}"
AMOUNT = {"amount_minor": 100, "currency": "HKD"}
RATE = {"amount": AMOUNT, "per": "hour", "valid_from": "2026-03-02"}
REACHES_THE_END = {"start": "9999-12-31T00:00:00Z", "end": "9999-12-31T23:00:00Z"}
WITHIN_A_MINUTE = {
    "start": "2026-03-04T10:00:10Z",
    "end": "2026-03-04T10:00:50Z",
    "recurrence": {"frequency": "DAILY", "until": "2026-03-06"},
}
CASES: tuple[tuple[str, str, dict[str, Any] | None, set[str]], ...] = (
    ("GET", "/calendars/CN/working-day?start=9999-12-30&days=5", None, {"start"}),
    ("GET", "/calendars/CN/working-day?start=2026-03-02&days=5001", None, {"days"}),
    ("GET", "/listings?cursor=99999999999999999999", None, {"cursor"}),
    ("GET", UNIT + "/availability?from=9999-12-30T00:00:00Z&to=9999-12-31T23:00:00Z", None, {"start"}),
    ("PUT", UNIT + "/rules", {"calendar_code": "XX"}, {"calendar_code"}),
    ("POST", UNIT + "/rates", RATE | {"amount": AMOUNT | {"currency": "XXX"}}, {"amount.currency"}),
    ("POST", UNIT + "/rates", RATE | {"amount": AMOUNT | {"amount_minor": 10**16}}, {"amount.amount_minor"}),
    ("POST", UNIT + "/closures", REACHES_THE_END, {"start"}),
    ("POST", UNIT + "/closures", WITHIN_A_MINUTE, {"end"}),
)


@pytest.mark.parametrize(("method", "path", "body", "fields"), CASES)
def test_the_field_is_named(
    callers: Callers, method: str, path: str, body: dict[str, Any] | None, fields: set[str]
) -> None:
    answer = callers.call("bo", method, path.format(unit=callers.stage.unit.id), json=body)
    assert (answer.status_code, {error["field"] for error in answer.json["errors"]}) == (422, fields), answer.json


def test_nesting_beyond_all_bounds_is_bad_input(callers: Callers) -> None:
    depth = 200_000
    answer = callers.call("ada", "POST", "/bookings", data="[" * depth + "]" * depth, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/tokens", "/organisations", "/bookings/preview"])
def test_half_a_character_is_bad_input(callers: Callers, path: str) -> None:
    half = "\ud800"
    body = {
        "/tokens": {"name": "x", "scope": "read", "current_password": half},
        "/organisations": {"name": {"en": "X"}, "kind": "firm", "control": "mainland", "jurisdiction": half},
        "/bookings/preview": {"unit": str(callers.stage.unit.id), "start": half, "end": half, "note": half},
    }[path]
    answer = callers.call("ada", "POST", path, json=body)
    assert answer.status_code in (400, 403, 422), answer.json
    assert answer.json["code"]


@pytest.mark.parametrize("path", ["//listings", "/zones/--/figures/2024/rows/%2F%2Fx"])
def test_a_doubled_slash_is_an_address_that_is_not_there(callers: Callers, path: str) -> None:
    answer = callers.call("dee", "GET", path)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
