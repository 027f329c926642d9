"""Facilities, units and free time over the API."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote
from uuid import uuid4

from sqlalchemy.orm import Session

from marketplace.permits.actions import load_rules
from marketplace.search.actions import refresh_all
from tests.api.conftest import Callers


def test_anybody_finds_and_reads_a_published_facility(callers: Callers) -> None:
    refresh_all(callers.stage.session, now=callers.stage.now)
    found = callers.call(None, "GET", "/facilities?q=wafer").json
    assert [item["id"] for item in found["items"]] == [str(callers.stage.facility.id)]
    assert found["facets"]["kind"] == {"lab": 1}
    assert found["items"][0]["matching_units"] == 1
    detail = callers.call(None, "GET", f"/facilities/{callers.stage.facility.id}").json
    unit = detail["units"][0]
    assert unit | {"name": None} == {
        "id": str(callers.stage.unit.id),
        "name": None,
        "kind": "instrument",
        "places": 1,
        "bookable": True,
        "booking_mode": "hour",
    }
    assert "directions" not in detail, "the way there is told to those who will come"


def test_results_stand_on_the_map_and_side_by_side(callers: Callers) -> None:
    facility = callers.stage.facility
    place = {"latitude": "22.33", "longitude": "114.26", "throughput_amount": "40", "throughput_unit": "wafers/day"}
    assert callers.call("bo", "PATCH", f"/listings/{facility.id}", json={"fields": place}).status_code == 200
    refresh_all(callers.stage.session, now=callers.stage.now)
    points = callers.call(None, "GET", "/facilities/map?kind=lab").json["items"]
    assert [(point["id"], point["latitude"]) for point in points] == [(str(facility.id), 22.33)]
    assert callers.call(None, "GET", "/facilities/map?kind=instrument").json["items"] == []
    side = callers.call(None, "GET", f"/facilities/compare?id={facility.id}&id={uuid4()}").json["items"]
    assert [item["throughput"] for item in side] == [{"amount": "40", "unit": "wafers/day"}]
    assert side[0]["organisation"]["slug"] == callers.stage.cast.firm.slug
    many = "&".join(f"id={uuid4()}" for _ in range(5))
    assert callers.call(None, "GET", f"/facilities/compare?{many}").status_code == 422
    nothing = callers.call(None, "GET", "/facilities?q=wafer&kind=instrument").json
    assert (nothing["total"], nothing["relaxed"]["facets"]) == (0, 1)


def test_free_time_is_what_a_booking_leaves(callers: Callers) -> None:
    path = f"/units/{callers.stage.unit.id}/availability"
    window = "?from=2026-03-04T00:00:00%2B08:00&to=2026-03-05T00:00:00%2B08:00"
    before = callers.call(None, "GET", path + window).json
    assert before["timezone"] == "Asia/Hong_Kong"
    assert [(each["start"], each["end"], each["places"]) for each in before["free"]] == [
        ("2026-03-04T01:00:00+00:00", "2026-03-04T10:00:00+00:00", 1)
    ]
    callers.book(start="2026-03-04T11:00:00+08:00", end="2026-03-04T12:00:00+08:00")
    after = callers.call(None, "GET", path + window).json["free"]
    assert [each["start"][11:16] + each["end"][11:16] for each in after] == ["01:0003:00", "04:0010:00"]
    shut = {"start": "2026-03-04T16:00:00+08:00", "end": "2026-03-04T18:00:00+08:00", "reason": {"en": "Service"}}
    callers.call("bo", "POST", f"/units/{callers.stage.unit.id}/closures", json=shut)
    closed = callers.call(None, "GET", path + window).json
    assert closed["free"][-1]["end"] == "2026-03-04T08:00:00+00:00"
    assert [(each["end"], each["reason"]) for each in closed["closures"]] == [
        ("2026-03-04T10:00:00+00:00", {"en": "Service"})
    ]


def test_a_window_that_ends_before_it_begins_is_named(callers: Callers) -> None:
    path = f"/units/{callers.stage.unit.id}/availability?from=2026-03-05T00:00:00Z&to=2026-03-04T00:00:00Z"
    answer = callers.call(None, "GET", path)
    assert (answer.status_code, [error["field"] for error in answer.json["errors"]]) == (422, ["to"])


def test_what_is_not_there_is_a_404(callers: Callers) -> None:
    for path in ("facilities", "units"):
        assert callers.call(None, "GET", f"/{path}/{uuid4()}").status_code == 404
    assert callers.call(None, "GET", f"/facilities/{callers.stage.facility.id}/terms").status_code == 404


def test_what_may_lawfully_begin_by_a_day(callers: Callers, session: Session, now: datetime) -> None:
    load_rules(session, now=now)
    refresh_all(session, now=now)
    asked = "/facilities?startable_by=2027-01-01&crossing=goods_back"
    by_ada = callers.call("ada", "GET", asked).json
    assert by_ada["total"] == 1
    start = by_ada["items"][0]["start"]
    # Both sides are in Hong Kong: nothing crosses.
    assert (start["earliest"], start["not_before"], start["questions_open"]) == ("2026-03-02", False, False)
    unsaid = callers.call(None, "GET", asked)
    assert (unsaid.status_code, unsaid.json["errors"][0]["field"]) == (422, "from")
    from_beyond = callers.call(None, "GET", f"{asked}&from=CN").json["items"][0]["start"]
    assert (from_beyond["not_before"], from_beyond["questions_open"]) == (True, True)
    assert callers.call(None, "GET", "/facilities").json["items"][0]["start"] is None
    assert callers.call(None, "GET", f"{asked.replace('2027', '2025')}&from=HK").json["relaxed"] == {"startable_by": 1}
    assert callers.call(None, "GET", "/facilities/map?startable_by=2027-01-01&from=HK").status_code == 200


def test_flows_of_a_wrong_shape_are_named(callers: Callers, session: Session, now: datetime) -> None:
    load_rules(session, now=now)
    flows = quote('{"goods_flows": [{"colour": "red"}]}')
    answer = callers.call("ada", "GET", f"/facilities?startable_by=2027-01-01&flows={flows}")
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "flows/goods_flows/0/colour")
    plain = callers.call("ada", "GET", f"/facilities?startable_by=2027-01-01&flows={quote('{}')}")
    assert plain.status_code == 200


def test_the_document_is_openapi_3_1(callers: Callers) -> None:
    document = callers.call(None, "GET", "/openapi.json").json
    assert document["openapi"] == "3.1.0"
    assert "/api/v1/bookings" in document["paths"]
