"""Packs of evidence and returns on pages and over the API."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from config import Settings
from marketplace.database import Database
from marketplace.spillovers.packs.verifying import verify
from marketplace.spillovers.queries.evidence import packs_of
from marketplace.worker import evidence
from marketplace.worker.registry import Workshop
from tests.cast import Cast, bearer, form, signed_in
from tests.factories.outcomes import between, confirmed

DAYS = {"first_day": "2026-01-01", "last_day": "2026-12-31"}


def made(app: Flask, settings: Settings, database: Database, now: datetime, pack: object) -> None:
    store = app.extensions["benchbridge"][2]
    evidence.make_pack(Workshop(settings, database, store, lambda: now), {"pack": str(pack)})


def test_a_party_asks_waits_and_takes_a_pack_that_verifies(
    client: FlaskClient, settings: Settings, database: Database, cast: Cast, now: datetime, tmp_path: Path
) -> None:
    session = client.session  # type: ignore[attr-defined]
    row = between(session, cast, now=now)
    confirmed(session, cast, row, now=now)
    client = signed_in(client, cast.ada)
    page = client.get("/en/evidence").text
    assert f'value="collaboration:{row.id}"' in page
    answer = client.post("/en/evidence", data=form(client, {"scope": f"collaboration:{row.id}", **DAYS}))
    assert answer.status_code == 303
    assert "being prepared" in client.get(answer.location).text
    assert client.get(f"{answer.location}/pack.zip").status_code == 404
    made(client.application, settings, database, now, packs_of(session, cast.ada.id)[0].id)
    assert "Download the archive" in client.get(answer.location).text
    archive = client.get(f"{answer.location}/pack.zip")
    assert (archive.mimetype, archive.headers["Cache-Control"]) == ("application/zip", "private, no-store")
    place = tmp_path / "pack.zip"
    place.write_bytes(archive.data)
    assert verify(place).holds
    assert client.get(f"{answer.location}/pack.pdf").data.startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"scope": "platform"}, 422),
        ({"scope": "zone:\x00"}, 422),
        ({"scope": "collaboration:no"}, 422),
        ({"first_day": "2027-01-01"}, 422),
        ({"first_day": "0001-01-01"}, 422),
        ({"last_day": "9999-12-31"}, 422),
        ({"last_day": "soon"}, 422),
        ({}, 422),
    ],
    ids=["platform", "nul", "no-id", "reversed", "year-1", "year-9999", "no-day", "a-stranger"],
)
def test_wishes_that_cannot_be_are_told_on_the_form(
    client: FlaskClient, session: Session, cast: Cast, now: datetime, given: dict[str, str], status: int
) -> None:
    row = between(session, cast, now=now)
    client = signed_in(client, cast.eve if not given else cast.ada)
    answer = client.post("/en/evidence", data=form(client, {"scope": f"collaboration:{row.id}", **DAYS, **given}))
    assert answer.status_code == status


def test_a_return_is_shown_and_taken_as_a_file(client: FlaskClient, cast: Cast) -> None:
    client = signed_in(client, cast.bo)
    base = f"/en/organisations/{cast.firm.id}/returns"
    page = client.get(f"{base}?profile=he-bci&year=2025").text
    assert "What can’t be filled, and why" in page and "1b Contract research" in page
    for ending in ("csv", "xlsx"):
        assert client.get(f"{base}/he-bci.{ending}?year=2025").status_code == 200
    for wrong in ("he-bci.pdf?year=2025", "kef.csv?year=2025", "ugc.csv?year=99999", "ugc.csv?year=0000"):
        assert client.get(f"{base}/{wrong}").status_code in (400, 404, 422), wrong
    client = signed_in(client, cast.eve)
    assert client.get(base).status_code == 404


def test_a_manager_says_yes_and_no_on_the_page_and_over_the_api(
    client: FlaskClient, database: Database, cast: Cast, now: datetime
) -> None:
    client = signed_in(client, cast.bo)
    place = f"/en/account/organisations/{cast.firm.id}/comparison"
    assert "does not consent" in client.get(place).text
    assert client.post(f"{place}/give", data=form(client)).status_code == 303
    assert "consents since" in client.get(place).text
    assert client.post(f"{place}/take-back", data=form(client)).status_code == 303
    page = client.get(place).text
    assert "does not consent" in page and "Consent from" in page
    api = f"/api/v1/organisations/{cast.firm.id}/comparison-consent"
    head = bearer(database, cast.bo, now=now)
    assert client.get(api, headers=head).json["given"] is False
    told = client.put(api, headers=head, json={"given": True}).json
    assert told["given"] is True and [each["taken_back_at"] is None for each in told["consents"]] == [True, False]
    for body in ({"given": "maybe"}, {"given": None}, {}, {"given": [1]}, {"given": True, "why": "\x00"}):
        answer = client.put(api, headers=head, json=body)
        assert answer.status_code == 422, body
