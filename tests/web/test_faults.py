"""Pages of faults: reported with a photo, stopped, told on the facility's page, and closed."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.operations.models import Fault, FaultPhoto, FaultState
from tests.cast import Cast, signed_in
from tests.factories.stage import Stage, at, hours, make_stage_of


@pytest.fixture
def stage(session: Session, cast: Cast, now: datetime) -> Stage:
    return make_stage_of(session, cast, now)


def photo(kind: str = "PNG") -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(content, kind)
    content.seek(0)
    return content


def report(client: FlaskClient, stage: Stage, **more: object) -> str:
    data = {"urgency": "high", "text": "It <i>smells</i>."} | more
    answer = client.post(f"/en/units/{stage.unit.id}/faults/report", data=data, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_report_with_a_photo_reaches_the_host(client: FlaskClient, stage: Stage, session: Session) -> None:
    ada = signed_in(client, stage.cast.ada)
    facility = f"/en/facilities/{stage.facility.slug}"
    assert f"/units/{stage.unit.id}/faults/report" in ada.get(facility).text
    one = report(ada, stage, photos=[(photo(), "pump.png"), (photo("JPEG"), "pump.jpg")])
    page = ada.get(one).text
    assert "It &lt;i&gt;smells&lt;/i&gt;." in page and "Stop the unit" not in page
    kept = session.scalars(select(FaultPhoto)).all()
    assert len(kept) == 2
    file = f"/en/files/{kept[0].file_id}"
    assert ada.get(file).mimetype == "image/webp"
    bo = signed_in(client, stage.cast.bo)
    assert bo.get(file).status_code == 200
    assert "It &lt;i&gt;smells" in bo.get("/en/host/faults").text
    assert "Stop the unit" in bo.get(one).text
    eve = signed_in(client, stage.cast.eve)
    assert eve.get(file).status_code == 404
    assert eve.get(one).status_code == 404


def test_a_stop_is_told_on_the_facilitys_page_until_the_fault_is_closed(
    client: FlaskClient, stage: Stage, session: Session
) -> None:
    booking = stage.book(hours(3, 10, 12))
    one = report(signed_in(client, stage.cast.ada), stage)
    facility = f"/en/facilities/{stage.facility.slug}"
    bo = signed_in(client, stage.cast.bo)
    assert 'value="2026-03-02T09:00"' in bo.get(f"{one}/stop").text
    sent = {"since": "2026-03-02T08:00", "expected_back": "2026-03-04T12:00"}
    assert bo.post(f"{one}/stop", data=sent).status_code == 303
    assert bo.post(f"{one}/stop", data=sent).status_code == 409
    page = signed_in(client, stage.cast.ada).get(facility).text
    assert "Out of order" in page and "4 Mar 2026, 12:00" in page
    copied = signed_in(client, stage.cast.ada).get(f"/en/units/{stage.unit.id}/book?copy={booking.id}")
    assert copied.status_code == 200
    bo = signed_in(client, stage.cast.bo)
    assert "Out of order" in bo.get("/en/host/closures").text
    assert bo.get(f"{one}/expect").status_code == 200
    assert bo.post(f"{one}/expect", data={"expected_back": ""}).status_code == 303
    assert "nobody knows yet when it is back" in bo.get(facility).text
    assert bo.post(f"{one}/resolve", data={"cause": "A fuse", "resolution": ""}).status_code == 422
    assert bo.post(f"{one}/resolve", data={"cause": "A fuse", "resolution": "New fuse"}).status_code == 303
    page = bo.get(one).text
    assert "New fuse" in page and "closed a fault as mended" in page and "Mended" in page
    assert "Out of order" not in bo.get(facility).text
    fault = session.scalars(select(Fault)).one()
    assert (fault.state, fault.stopped_from) == (FaultState.RESOLVED, at(2, 8))
    assert bo.get(f"{one}/cancel").status_code == 404


def test_it_was_no_fault(client: FlaskClient, stage: Stage) -> None:
    one = report(signed_in(client, stage.cast.ada), stage)
    bo = signed_in(client, stage.cast.bo)
    assert bo.post(f"{one}/cancel", data={"reason": "The toaster."}).status_code == 303
    assert "The toaster." in signed_in(client, stage.cast.ada).get(one).text
    assert "No fault" in signed_in(client, stage.cast.bo).get("/en/host/faults?state=all").text


@pytest.mark.parametrize(
    "wrong", [{"urgency": "huge"}, {"text": " "}, {"photos": [(io.BytesIO(b"MZ"), "pump.png")]}, {"text": "a\x00b"}]
)
def test_what_cannot_be_is_said(client: FlaskClient, stage: Stage, wrong: dict[str, object]) -> None:
    data = {"urgency": "high", "text": "It smells."} | wrong
    path = f"/en/units/{stage.unit.id}/faults/report"
    answer = signed_in(client, stage.cast.ada).post(path, data=data, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "error-summary" in answer.text


@pytest.mark.parametrize("language", ["zh-hant", "zh-hans"])
def test_in_both_scripts(client: FlaskClient, stage: Stage, language: str) -> None:
    page = signed_in(client, stage.cast.ada).get(f"/{language}/units/{stage.unit.id}/faults/report").text
    assert ("報告故障" if language == "zh-hant" else "报告故障") in page
