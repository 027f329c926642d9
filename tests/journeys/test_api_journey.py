"""The same main job by programs alone: listed in Chinese, a sheet imported, found, booked over a closed weekend,
approved, told."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from marketplace.database import Database
from marketplace.files.store import FileStore
from marketplace.notices.models import Mail
from marketplace.sample import inventory
from marketplace.worker.registry import Workshop, registry
from marketplace.worker.sweep import sweep
from tests.cast import Cast, bearer

WEEKEND = {"start": "2026-03-06T09:00:00+08:00", "end": "2026-03-09T18:00:00+08:00"}


class Programs:
    """Calls below /api/v1, each by somebody's token."""

    def __init__(self, client: FlaskClient, database: Database, cast: Cast, now: datetime) -> None:
        self.client = client
        self.tokens = {name: bearer(database, person, now=now) for name, person in cast.people.items()}

    def call(self, who: str, method: str, path: str, **more: Any) -> Any:
        return self.client.open(f"/api/v1{path}", method=method, headers=self.tokens[who], **more)

    def done(self, who: str, method: str, path: str, **more: Any) -> Any:
        answer = self.call(who, method, path, **more)
        assert answer.status_code in (200, 201, 204), f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json if answer.status_code != 204 else None


def lists_a_pilot_line(programs: Programs, cast: Cast) -> tuple[str, str]:
    """Bo's line, booked by days, Monday to Friday from nine to six."""
    given = {
        "kind": "pilot_line",
        "name": {"zh-Hans": "晶圆中试线"},
        "techniques": ["光刻"],
        "jurisdiction_code": "CN-GD",
        "contact_email": "desk@example.org",
        "arrival_contact": "到门口找小吉",
    }
    body = {"organisation": str(cast.firm.id), "fields": given}
    facility = programs.done("bo", "POST", "/listings", json=body)["id"]
    unit = {"fields": {"kind": "line", "name": {"zh-Hans": "一号线"}}}
    unit_id = programs.done("bo", "POST", f"/listings/{facility}/units", json=unit)["id"]
    week = [{"weekday": day, "opens": 540, "closes": 1080} for day in range(1, 6)]
    programs.done("bo", "PUT", f"/units/{unit_id}/hours", json={"hours": week})
    programs.done("bo", "PUT", f"/units/{unit_id}/rules", json={"mode": "day", "shortest": 1440})
    programs.done("bo", "POST", f"/listings/{facility}/publish")
    return facility, unit_id


def imports_a_sheet(programs: Programs, cast: Cast) -> None:
    """The sample's inventory comes in whole, and a second time changes nothing."""
    form = {"organisation": str(cast.firm.id), "file": (io.BytesIO(inventory.as_csv()), inventory.FILE)}
    more = {"data": form, "content_type": "multipart/form-data"}
    brought = programs.done("bo", "POST", "/listings/imports", **more)
    path = f"/listings/imports/{brought['id']}"
    assert programs.call("eve", "GET", path).status_code == 404
    lines = programs.done("bo", "GET", f"{path}/preview")["items"]
    assert {line["outcome"] for line in lines} == {"created"}
    assert "White-light interferometer" in {line["name"] for line in lines}
    report = programs.done("bo", "POST", f"{path}/run")["report"]
    assert (report["created"], report["rejected"]) == (len(inventory.items()), 0)
    form["file"] = (io.BytesIO(inventory.as_csv()), inventory.FILE)
    again = programs.done("bo", "POST", "/listings/imports", **more)
    report = programs.done("bo", "POST", f"/listings/imports/{again['id']}/run")["report"]
    assert report["unchanged"] == len(inventory.items())
    drafts = programs.done("bo", "GET", "/listings", query_string={"state": "draft"})["items"]
    assert {next(iter(draft["name"].values())) for draft in drafts} == {
        "Shared metrology room",
        "器件可靠性实验室",
        "X-ray microscope",
    }


def tidy(database: Database, folder: Path, now: datetime) -> None:
    """What the job worker does meanwhile: the search learns of the line."""
    settings = Settings(environment="test", secret_key="s", history_key="h", database_url="", instance=folder)
    store = FileStore(settings.files_url, folder)
    sweep(Workshop(database=database, settings=settings, store=store, clock=lambda: now), registry())


def test_from_a_listing_in_chinese_to_a_confirmed_weekend(
    client: FlaskClient, session: Session, database: Database, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    programs = Programs(client, database, cast, now)
    facility, unit = lists_a_pilot_line(programs, cast)
    imports_a_sheet(programs, cast)
    tidy(database, tmp_path, now)
    for words in ("晶圓", "photolithography"):
        found = programs.done("ada", "GET", "/facilities", query_string={"q": words})["items"]
        assert [item["id"] for item in found] == [facility]

    window = {"from": "2026-03-06T00:00:00+08:00", "to": "2026-03-10T00:00:00+08:00"}
    free = programs.done("ada", "GET", f"/units/{unit}/availability", query_string=window)["free"]
    assert [(datetime.fromisoformat(each["start"]), datetime.fromisoformat(each["end"])) for each in free] == [
        (datetime.fromisoformat(WEEKEND["start"]), datetime.fromisoformat(WEEKEND["end"]))
    ]
    beforehand = programs.done("ada", "POST", "/bookings/preview", json={"unit": unit, **WEEKEND})
    assert (beforehand["accepted"], [gate["kind"] for gate in beforehand["gates"]]) == (True, ["host_approval"])
    booking = programs.done("ada", "POST", "/bookings", json={"unit": unit, **WEEKEND})
    assert booking["state"] == "held"
    assert [gate["kind"] for gate in booking["gates"]] == ["host_approval"]

    path = f"/bookings/{booking['id']}"
    assert programs.call("eve", "GET", path).status_code == 404
    assert programs.call("eve", "POST", f"{path}/cancel").status_code == 404
    assert programs.call("eve", "POST", "/bookings", json={"unit": unit, **WEEKEND}).status_code == 409
    assert programs.done("eve", "GET", "/bookings")["items"] == []

    assert programs.done("bo", "POST", f"{path}/approve")["state"] == "confirmed"
    shown = programs.done("ada", "GET", path)
    assert (shown["state"], shown["arrival_contact"]) == ("confirmed", "到门口找小吉")
    mails = session.scalars(select(Mail).where(Mail.code == "booking_confirmed"))
    assert {mail.recipient_id for mail in mails} == {cast.ada.id, cast.bo.id}
