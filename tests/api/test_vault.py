"""The vault and the screening list over the API, by who calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import TokenScope
from marketplace.database import Database
from marketplace.permits.actions.screening import look_at_party
from marketplace.permits.actions.vault_uses import note_uses
from tests.cast import Cast, bearer
from tests.factories.approvals import ISSUER, seat_cheng, verified

BASE = "/api/v1/vault"
BODY = {"kind": "permit", "rule": "BIO-08", "issuer_code": ISSUER, "valid_from": "2026-01-01"}


@pytest.fixture
def keys(database: Database, cast: Cast, session: Session, now: datetime) -> dict[str, dict[str, str]]:
    seat_cheng(session, cast)
    return {
        name: bearer(database, person, now=now, scope=TokenScope.ADMIN if name == "dee" else TokenScope.WRITE)
        for name, person in cast.people.items()
    }


def test_the_life_of_an_entry(client: FlaskClient, cast: Cast, keys: dict[str, Any]) -> None:
    sent = BODY | {
        "organisation": str(cast.firm.id), "scope": {"purpose": ["test"]}, "volume_allowed": "5", "volume_unit": "kg",
        "valid_to": "2026-12-31",
    }  # fmt: skip
    made = client.post(BASE, json=sent, headers=keys["bo"])
    assert made.status_code == 201, made.json
    entry = made.json
    assert (entry["standing"], entry["scope"], entry["volume_allowed"]) == ("unverified", {"purpose": ["test"]}, "5")
    where = f"{BASE}/{entry['id']}"
    changed = client.put(
        where, json=BODY | {"number": "A-1", "volume_allowed": 5, "volume_unit": "kg"}, headers=keys["bo"]
    )
    assert (changed.json["number"], changed.json["revision"], changed.json["valid_to"]) == ("A-1", 2, None)
    assert [row["id"] for row in client.get(f"{BASE}/waiting", headers=keys["cheng"]).json["items"]] == [entry["id"]]
    stale = client.post(f"{where}/verify", json={"revision": 1}, headers=keys["cheng"])
    assert (stale.status_code, stale.json["reasons"][0]["code"]) == (409, "vault_changed_since")
    done = client.post(f"{where}/verify", json={"revision": 2}, headers=keys["cheng"])
    assert (done.json["standing"], done.json["verified_by"]) == ("valid", str(cast.cheng.id))
    assert client.put(where, json=BODY, headers=keys["bo"]).status_code == 409
    assert client.delete(where, headers=keys["bo"]).status_code == 409
    used = client.post(f"{where}/use", json={"amount": "2.5"}, headers=keys["bo"])
    assert used.json["volume_used"] == "2.5"
    short = client.post(f"{where}/use", json={"amount": 3}, headers=keys["bo"])
    assert short.json["reasons"][0]["details"] == {"left": "2.5", "unit": "kg"}
    assert client.post(f"{where}/use", json={"amount": "NaN"}, headers=keys["bo"]).status_code == 422
    ended = client.post(f"{where}/revoke", json={"reason": "Given back."}, headers=keys["bo"])
    assert (ended.json["standing"], ended.json["reason"]) == ("revoked", "Given back.")
    told = client.get(f"{where}/history", headers=keys["bo"]).json["items"]
    assert sorted(row["verb"] for row in told) == [
        "vault.changed", "vault.entered", "vault.revoked", "vault.used", "vault.verified",
    ]  # fmt: skip


def test_ones_own_rejected_and_removed(client: FlaskClient, keys: dict[str, Any]) -> None:
    own = BODY | {"rule": "PPL-06", "issuer_code": "AGY-CN-NIA"}
    entry = client.post(BASE, json=own, headers=keys["eve"]).json
    where = f"{BASE}/{entry['id']}"
    assert entry["organisation"] is None
    assert client.get(where, headers=keys["cheng"]).status_code == 404
    answer = client.post(f"{where}/reject", json={"reason": "Unreadable.", "revision": 1}, headers=keys["dee"])
    assert answer.json["standing"] == "rejected"
    assert [row["id"] for row in client.get(BASE, headers=keys["eve"]).json["items"]] == [entry["id"]]
    assert client.delete(where, headers=keys["eve"]).status_code == 204
    assert client.get(where, headers=keys["eve"]).status_code == 404


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"rule": "NOPE-1"}, "rule"),
        ({"rule": None}, "rule"),
        ({"kind": "whitelist", "rule": None, "list": "NOPE"}, "list"),
        ({"kind": "poem"}, "kind"),
        ({"valid_from": "soon"}, "valid_from"),
        ({"valid_to": "2025-01-01"}, "valid_to"),
        ({"volume_allowed": "Infinity", "volume_unit": "kg"}, "volume_allowed"),
        ({"scope": {"colour": ["red"]}}, "scope.colour"),
        ({"scope": {"purpose": {"a": 1}}}, "scope.purpose"),
        ({"parties": [str(uuid4())]}, "parties"),
        ({"file": str(uuid4())}, "file_id"),
        ({"issuer_code": "AGY-NONE"}, "issuer_code"),
        ({"strange": 1}, "strange"),
    ],
)
def test_what_is_wrong_is_named(
    client: FlaskClient, cast: Cast, keys: dict[str, Any], fields: dict[str, Any], field: str
) -> None:
    answer = client.post(BASE, json=BODY | {"organisation": str(cast.firm.id)} | fields, headers=keys["bo"])
    assert answer.status_code in (400, 422)
    assert field in [error["field"] for error in answer.json["errors"]]


def test_what_may_be_chosen(client: FlaskClient, keys: dict[str, Any]) -> None:
    offered = client.get(f"{BASE}/choices", headers=keys["ada"]).json
    rules = {row["rule"]: row for row in offered["rules"]}
    assert rules["PPL-06"]["of_people"] is True
    assert "purpose" in rules["BIO-08"]["scope"]
    assert "HTZ-CUS" in [row["list"] for row in offered["lists"]]


def test_what_it_saved(client: FlaskClient, cast: Cast, session: Session, now: datetime, keys: dict[str, Any]) -> None:
    row = verified(session, cast, now=now)
    note_uses(session, uuid4(), [{"vault": str(row.id), "rule": "BIO-08", "effect": "replaces"}], now=now)
    [use] = client.get(f"{BASE}/{row.id}/uses", headers=keys["bo"]).json["items"]
    assert (use["rule"], use["effect"], use["basis"], use["ended_at"]) == ("BIO-08", "replaces", "same_rule", None)
    where = "/api/v1/approvals-not-asked-again"
    assert client.get(where, headers=keys["dee"]).json["items"] == [
        {"month": "2026-03", "rule": "BIO-08", "approvals": 1}
    ]
    assert ",1" in client.get(f"{where}.csv?first=2026-03-01", headers=keys["dee"]).text
    assert client.get(f"{where}?first=x", headers=keys["dee"]).status_code == 422
    assert client.get(where, headers=keys["bo"]).status_code == 404


def test_the_screening_list(
    client: FlaskClient, cast: Cast, session: Session, now: datetime, keys: dict[str, Any]
) -> None:
    where = "/api/v1/screening"
    listed = {
        "names": ["Hetao Microsystems Ltd"],
        "listed_for": "watchlist",
        "source": "Notice 7",
        "listed_from": "2026-01-01",
    }
    made = client.post(f"{where}/parties", json=listed, headers=keys["dee"])
    assert made.status_code == 201, made.json
    party = f"{where}/parties/{made.json['id']}"
    look_at_party(session, made.json["id"], now=now)
    [match] = client.get(f"{where}/matches?state=open", headers=keys["dee"]).json["items"]
    assert (match["organisation"], match["score"]) == (str(cast.firm.id), 100)
    said = {"confirmed": True, "reason": "Same address."}
    done = client.post(f"{where}/matches/{match['id']}/review", json=said, headers=keys["dee"])
    assert (done.json["state"], done.json["reviewed_by"]) == ("confirmed", str(cast.dee.id))
    assert client.post(f"{where}/matches/{match['id']}/review", json=said, headers=keys["dee"]).status_code == 409
    assert client.get(f"{where}/matches?party={made.json['id']}", headers=keys["dee"]).json["items"] == [done.json]
    changed = client.put(party, json=listed | {"listed_to": "2026-06-30"}, headers=keys["dee"])
    assert changed.json["listed_to"] == "2026-06-30"
    assert client.put(party, json=listed | {"listed_to": "2025-06-30"}, headers=keys["dee"]).status_code == 422
    assert len(client.get(f"{party}/history", headers=keys["dee"]).json["items"]) == 2
    for stranger in ("ada", "bo", "cheng", "eve"):
        assert client.get(f"{where}/parties", headers=keys[stranger]).status_code == 404
        assert client.get(party, headers=keys[stranger]).status_code == 404
