"""Lists cost a fixed number of statements, whatever the number of rows."""

from __future__ import annotations

import pytest

from marketplace.bookings.actions import ask
from tests.api.conftest import Callers
from tests.database import counting_statements
from tests.factories.stage import hours

WEEK = "from=2026-03-02T00:00:00Z&to=2026-03-30T00:00:00Z"
LISTS = (
    "/host-desk",
    "/desk",
    f"/host/timeline?{WEEK}",
    "/host/units",
    "/bookings?time=coming",
    "/threads",
    "/listings",
    "/closures",
    "/calendar-feeds",
)


def more(callers: Callers, number: int) -> None:
    """Another request, question, closure, unit and listing."""
    stage = callers.stage
    stage.book(hours(3 + number, 10, 12))
    ask(stage.session, stage.facility.id, f"Q{number}", "?", now=stage.now, by=stage.actor("ada"))
    closed = {"start": f"2026-03-2{number}T00:00:00+08:00", "end": f"2026-03-2{number}T05:00:00+08:00"}
    assert callers.call("bo", "POST", f"/units/{stage.unit.id}/closures", json=closed).status_code == 201
    bench = {"fields": {"kind": "bench", "name": {"en": f"Bench {number}"}}}
    assert callers.call("bo", "POST", f"/listings/{stage.facility.id}/units", json=bench).status_code == 201
    draft = {"organisation": str(stage.cast.firm.id), "fields": {"kind": "lab", "name": {"en": f"Lab {number}"}}}
    assert callers.call("bo", "POST", "/listings", json=draft).status_code == 201


@pytest.mark.parametrize("path", LISTS)
def test_more_rows_ask_no_more_often(callers: Callers, path: str) -> None:
    units = f"/listings/{callers.stage.facility.id}/units"
    counts = []
    for number in range(3):
        more(callers, number)
        for each in (path, units):
            callers.call("bo", "GET", each)  # the token's use is noted once a day
        with counting_statements(callers.database) as statements:
            assert callers.call("bo", "GET", path).status_code == 200
            assert callers.call("bo", "GET", units).status_code == 200
        counts.append(len(statements))
    assert counts[1] == counts[2], counts


@pytest.mark.parametrize("path", ["/api/v1/calendars", "/en/calendars"])
def test_the_years_of_all_calendars_are_asked_for_once(callers: Callers, path: str) -> None:
    client = callers.client
    with counting_statements(callers.database) as statements:
        assert client.get(path).status_code == 200
    asked = [each for each in statements if "FROM calendar_years" in each]
    assert len(asked) == 1, asked
    years = {each["code"]: each["years"] for each in client.get("/api/v1/calendars").json["items"]}
    assert len(years) > 1
    assert years["HK-GEN"] == sorted(years["HK-GEN"], reverse=True)
    assert 2026 in years["HK-GEN"]
