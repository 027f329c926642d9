"""Faults over the API: reported with photos, stopped, expected, and closed."""

from __future__ import annotations

import io

from PIL import Image

from tests.api.conftest import Callers


def _photo() -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(content, "PNG")
    content.seek(0)
    return content


def test_a_fault_from_report_to_repair(callers: Callers) -> None:
    unit = f"/units/{callers.stage.unit.id}"
    photo = callers.call("ada", "POST", "/files", data={"file": (_photo(), "pump.png")}).json["id"]
    body = {"urgency": "safety", "text": "It smells.", "photos": [photo]}
    made = callers.call("ada", "POST", f"{unit}/faults", json=body)
    assert made.status_code == 201, made.json
    assert [each["id"] for each in made.json["photos"]] == [photo]
    path = f"/faults/{made.json['id']}"
    assert callers.call("bo", "GET", f"/files/{photo}").status_code == 200
    assert callers.call("eve", "GET", path).status_code == 404
    assert callers.call("ada", "POST", f"{path}/stop", json={"since": "2026-03-02T08:00:00+08:00"}).status_code == 403
    stopped = callers.call("bo", "POST", f"{path}/stop", json={"since": "2026-03-02T08:00:00+08:00"})
    assert stopped.status_code == 200 and stopped.json["expected_back"] is None
    assert callers.call("ada", "GET", f"{unit}/standstill").json["stands_still"] is True
    late = callers.call("bo", "POST", f"{path}/expect", json={"expected_back": "2026-03-01T08:00:00+08:00"})
    assert late.status_code == 422 and late.json["errors"][0]["field"] == "expected_back"
    assert callers.call("bo", "POST", f"{path}/expect", json={"expected_back": None}).status_code == 200
    wish = {
        "unit": str(callers.stage.unit.id),
        "start": "2026-03-04T10:00:00+08:00",
        "end": "2026-03-04T11:00:00+08:00",
    }
    assert callers.call("ada", "POST", "/bookings", json=wish).status_code in {409, 422}
    mended = callers.call("bo", "POST", f"{path}/resolve", json={"cause": "A fuse", "resolution": "New fuse"})
    assert mended.json["state"] == "resolved" and mended.json["back_at"] is not None
    assert callers.call("ada", "GET", f"{unit}/standstill").json["stands_still"] is False
    assert callers.call("bo", "POST", f"{path}/cancel", json={"reason": "None."}).status_code == 409
    assert [each["state"] for each in callers.call("ada", "GET", f"{unit}/faults").json["items"]] == ["resolved"]
    assert len(callers.call("bo", "GET", "/faults?state=resolved").json["items"]) == 1
    assert callers.call("bo", "GET", "/faults?state=open").json["items"] == []
