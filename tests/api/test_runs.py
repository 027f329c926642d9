"""Runs over the API: entered, corrected and taken back, with each factor of OEE."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Callers

WINDOW = "from=2026-02-25T00:00:00%2B08:00&to=2026-02-26T00:00:00%2B08:00"
RUN: dict[str, Any] = {
    "start": "2026-02-25T09:00:00+08:00", "end": "2026-02-25T17:00:00+08:00",
    "planned": 28800, "down": 3600, "ideal_cycle": "30.000001", "total": 714, "good": 690,
}  # fmt: skip


def test_a_run_and_its_correction(callers: Callers) -> None:
    path = f"/units/{callers.stage.unit.id}/runs"
    made = callers.call("bo", "POST", path, json=RUN)
    assert made.status_code == 201, made.json
    assert made.json["ideal_cycle"] == "30.000001"
    body = RUN | {"ideal_cycle": "30", "reason": "Counted again."}
    corrected = callers.call("bo", "POST", f"/runs/{made.json['id']}/correct", json=body)
    assert corrected.status_code == 200, corrected.json
    assert corrected.json["effectiveness"]["oee"] == 0.71875
    assert [each["id"] for each in corrected.json["before"]] == [made.json["id"]]
    found = callers.call("bo", "GET", f"{path}?{WINDOW}").json
    assert found["pooled"] == {"availability": 0.875, "performance": 0.85, "quality": 690 / 714, "oee": 0.71875}
    assert found["mean_oee"] == 0.71875 and len(found["items"]) == 1
    one = f"/runs/{corrected.json['id']}"
    assert callers.call("bo", "POST", f"{one}/take-back", json={"reason": "Wrong line."}).status_code == 200
    assert callers.call("bo", "POST", f"{one}/take-back", json={"reason": "Wrong line."}).status_code == 409
    assert callers.call("bo", "GET", f"{path}?{WINDOW}").json["pooled"]["oee"] is None
    assert callers.call("ada", "GET", one).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"good": 715}, "good"),
        ({"planned": 10**30}, "planned"),
        ({"ideal_cycle": "1e99999"}, "ideal_cycle"),
        ({"ideal_cycle": "NaN"}, "ideal_cycle"),
        ({"total": 1.5}, "total"),
        ({"end": "2026-02-25T09:00:00+08:00"}, "end"),
    ],
)
def test_a_wrong_run_names_its_field(callers: Callers, wrong: dict[str, Any], field: str) -> None:
    answer = callers.call("bo", "POST", f"/units/{callers.stage.unit.id}/runs", json=RUN | wrong)
    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.json["errors"]}
