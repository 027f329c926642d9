"""Uploads on their way out: inert, and only to those who may see what they hang on."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from marketplace.bookings.actions.messages import ask
from marketplace.catalogue.actions import attach
from marketplace.catalogue.models import AttachmentKind, FacilityFile
from marketplace.database import new_id
from marketplace.files.actions import Purpose, keep
from marketplace.files.models import StoredFile
from tests.cast import Cast, actor_of, signed_in
from tests.factories.listings import make_draft, make_listing
from tests.factories.stage import make_stage
from tests.pictures import picture


@pytest.fixture
def plan(app: Flask, session: Session, cast: Cast, now: datetime) -> StoredFile:
    store = app.extensions["benchbridge"][2]
    content = b"%PDF-1.7 plan"
    return keep(session, store, content, name='樓面圖 "a".pdf', purpose=Purpose.DOCUMENT, by=cast.ada.id, now=now)


def test_a_download_is_inert(client: FlaskClient, cast: Cast, plan: StoredFile) -> None:
    answer = signed_in(client, cast.ada).get(f"/en/files/{plan.id}")
    assert answer.data == b"%PDF-1.7 plan"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "private" in answer.headers["Cache-Control"] or "no-store" in answer.headers["Cache-Control"]


def test_what_a_browser_holds_is_not_sent_again(client: FlaskClient, cast: Cast, plan: StoredFile) -> None:
    ada = signed_in(client, cast.ada)
    tag = ada.get(f"/en/files/{plan.id}").headers["ETag"]
    assert ada.get(f"/en/files/{plan.id}", headers={"If-None-Match": tag}).status_code == 304


def test_strangers_and_unknown_ids_get_the_same_answer(client: FlaskClient, cast: Cast, plan: StoredFile) -> None:
    assert client.get(f"/en/files/{plan.id}").status_code == 404
    eve = signed_in(client, cast.eve)
    assert eve.get(f"/en/files/{plan.id}").status_code == eve.get(f"/en/files/{new_id()}").status_code == 404


def test_overseers_see_every_upload(client: FlaskClient, cast: Cast, plan: StoredFile) -> None:
    assert signed_in(client, cast.dee).get(f"/en/files/{plan.id}").status_code == 200


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_a_row_without_its_bytes_says_so(
    app: Flask, client: FlaskClient, cast: Cast, plan: StoredFile, language: str
) -> None:
    app.extensions["benchbridge"][2].remove(plan.sha256)
    answer = signed_in(client, cast.ada).get(f"/{language}/files/{plan.id}")
    assert answer.status_code == 410
    said = {"en": "can no longer be found", "zh-hant": "已無法找到", "zh-hans": "已无法找到"}
    assert said[language] in answer.text


def test_a_listing_whose_photo_is_lost_says_so(
    app: Flask, client: FlaskClient, cast: Cast, session: Session, now: datetime
) -> None:
    store = app.extensions["benchbridge"][2]
    bo = actor_of(session, cast.bo, now=now)
    facility, _unit = make_listing(session, cast.firm.id, by=bo, now=now)
    photo = keep(session, store, picture(), name="a.png", purpose=Purpose.PHOTO, by=cast.bo.id, now=now)
    sheet = keep(session, store, b"a,b\n1,2\n", name="a.csv", purpose=Purpose.DOCUMENT, by=cast.bo.id, now=now)
    rows = {
        kind: attach(session, facility.id, file.id, kind, now=now, by=bo)
        for kind, file in ((AttachmentKind.PHOTO, photo), (AttachmentKind.DOCUMENT, sheet))
    }
    session.flush()
    for kind, row in rows.items():
        address = f"/en/facilities/{facility.id}/{kind.value}s/{row.id}"
        assert client.get(address).status_code == 200
        store.remove((photo if kind is AttachmentKind.PHOTO else sheet).sha256)
        assert client.get(address).status_code == 410


def test_photos_come_narrower_when_asked(
    app: Flask, client: FlaskClient, cast: Cast, session: Session, now: datetime
) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (1600, 800), (10, 120, 90)).save(picture, "PNG")
    store = app.extensions["benchbridge"][2]
    photo = keep(session, store, picture.getvalue(), name="a.png", purpose=Purpose.PHOTO, by=cast.ada.id, now=now)
    ada = signed_in(client, cast.ada)
    for asked, width in (("480", 480), ("100", 480), ("960", 960), ("5000", 1600), ("x", 1600), ("", 1600)):
        drawn = Image.open(io.BytesIO(ada.get(f"/en/files/{photo.id}?width={asked}").data))
        assert (asked, drawn.width) == (asked, width)


def test_a_listings_files_are_as_public_as_the_listing(
    app: Flask, client: FlaskClient, cast: Cast, session: Session, now: datetime
) -> None:
    bo = actor_of(session, cast.bo, now=now)
    store = app.extensions["benchbridge"][2]
    published, _unit = make_listing(session, cast.firm.id, by=bo, now=now)
    draft = make_draft(session, cast.firm.id, by=bo, now=now)
    seen = {}
    for facility in (published, draft):
        file = keep(session, store, b"%PDF-1", name="a.pdf", purpose=Purpose.DOCUMENT, by=None, now=now)
        session.add(FacilityFile(facility_id=facility.id, file_id=file.id, kind=AttachmentKind.DOCUMENT))
        session.flush()
        seen[facility.id] = f"/en/files/{file.id}"
    assert client.get(seen[published.id]).status_code == 200
    assert client.get(seen[draft.id]).status_code == 404
    assert signed_in(client, cast.eve).get(seen[draft.id]).status_code == 404
    assert signed_in(client, cast.bo).get(seen[draft.id]).status_code == 200


def test_an_attachment_is_for_those_who_talk(app: Flask, client: FlaskClient, session: Session, now: datetime) -> None:
    stage = make_stage(session, now)
    cast = stage.cast
    store = app.extensions["benchbridge"][2]
    file = keep(session, store, b"%PDF-1", name="a.pdf", purpose=Purpose.ATTACHMENT, by=cast.ada.id, now=now)
    ask(session, stage.facility.id, "Chuck", "May I bring my own?", files=[file.id], now=now, by=stage.actor("ada"))
    address = f"/en/files/{file.id}"
    answers = {name: signed_in(client, cast.people[name]).get(address).status_code for name in cast.people}
    assert answers == {"ada": 200, "bo": 200, "cheng": 404, "dee": 200, "eve": 404}
