"""The address where controllers send: signed messages only, no token, and nothing that is sent twice counts twice."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.database import Database
from marketplace.limits.rules import LIMITS, Limit
from marketplace.operations.actions.feeding import renew_feed_key
from marketplace.operations.models import UseSession
from marketplace.operations.rules.signatures import signature
from tests.cast import signed_in
from tests.factories.stage import Stage, make_stage


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    return make_stage(session, now)


@pytest.fixture
def secret(stage: Stage, app: Flask, now: datetime) -> str:
    key = app.extensions["benchbridge"][0].secret_key
    return renew_feed_key(stage.session, stage.unit.id, key=key, now=now, by=stage.actor("bo"))


def send(client: FlaskClient, unit: object, body: Any, *, secret: str, when: datetime) -> TestResponse:
    told, stamp = json.dumps(body).encode(), str(int(when.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "Benchbridge-Timestamp": stamp,
        "Benchbridge-Signature": signature(stamp, told, secret=secret),
    }
    return client.post(f"/api/v1/units/{unit}/feed", data=told, headers=headers)


def test_a_signed_message_is_taken_once(stage: Stage, client: FlaskClient, secret: str, now: datetime) -> None:
    body = {"events": [{"id": "e1", "type": "start", "at": (now - timedelta(minutes=9)).isoformat()}]}
    first = send(client, stage.unit.id, body, secret=secret, when=now)
    assert (first.status_code, first.json) == (200, {"began": 1, "ended": 0, "sign": 0, "kept": 0, "repeated": 0})
    again = send(client, stage.unit.id, body, secret=secret, when=now)
    assert again.json is not None
    assert again.json["repeated"] == 1
    assert len(stage.session.scalars(select(UseSession)).all()) == 1


def test_what_is_not_signed_or_too_old_is_refused(
    stage: Stage, client: FlaskClient, secret: str, now: datetime
) -> None:
    body = {"events": [{"id": "e1", "type": "start", "at": now.isoformat()}]}
    for other, when in (("x" * 32, now), (secret, now - timedelta(minutes=6)), (secret, now + timedelta(minutes=6))):
        answer = send(client, stage.unit.id, body, secret=other, when=when)
        assert (answer.status_code, "not_signed" in answer.text) == (422, True)
    assert client.post(f"/api/v1/units/{stage.unit.id}/feed", json=body).status_code == 422
    assert stage.session.scalars(select(UseSession)).all() == []


def test_who_does_not_sign_spends_nothing_of_what_the_controller_may_send(
    stage: Stage, client: FlaskClient, database: Database, secret: str, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(database.info, "rate_limits", True)
    monkeypatch.setitem(LIMITS, "feed", Limit(2, 1))
    body = {"events": [{"id": "e1", "type": "start", "at": now.isoformat()}]}
    for _ in range(5):
        assert send(client, stage.unit.id, body, secret="x" * 32, when=now).status_code == 422
    answers = [send(client, stage.unit.id, body, secret=secret, when=now).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


def test_bad_events_are_named_and_none_of_their_message_is_taken(
    stage: Stage, client: FlaskClient, secret: str, now: datetime
) -> None:
    good = {"id": "e1", "type": "start", "at": now.isoformat()}
    bad = {"id": "e2", "type": "stop", "at": now.isoformat(), "place": 7}
    answer = send(client, stage.unit.id, {"events": [good, bad]}, secret=secret, when=now)
    assert answer.status_code == 422
    assert "events.1.place" in answer.text
    assert send(client, stage.unit.id, {"events": []}, secret=secret, when=now).status_code == 422
    assert stage.session.scalars(select(UseSession)).all() == []


def test_the_secret_is_shown_once_and_the_page_offers_both(stage: Stage, client: FlaskClient) -> None:
    bo = signed_in(client, stage.cast.bo)
    address = f"/en/host/units/{stage.unit.id}"
    assert "Make a secret" in bo.get(f"{address}/devices").text
    fresh = bo.post(f"{address}/feed/renew").text
    assert 'id="fresh-secret"' in fresh
    assert 'id="fresh-secret"' not in bo.get(f"{address}/devices").text
    assert bo.post(f"{address}/kiosk/renew").status_code == 303
    assert "<svg" in bo.get(f"{address}/devices").text
    assert bo.post(f"{address}/feed/end").status_code == 303
    assert bo.post(f"{address}/kiosk/end").status_code == 303
