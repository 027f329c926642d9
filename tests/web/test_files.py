"""Uploads on their way out: inert, and only to those who may see what they hang on."""

from __future__ import annotations

import io
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from marketplace.database import new_id
from marketplace.files.actions import Purpose, keep
from marketplace.files.models import StoredFile
from tests.cast import Cast, signed_in


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


def test_a_row_without_its_bytes_is_not_found(app: Flask, client: FlaskClient, cast: Cast, plan: StoredFile) -> None:
    app.extensions["benchbridge"][2].remove(plan.sha256)
    assert signed_in(client, cast.ada).get(f"/en/files/{plan.id}").status_code == 404


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
