"""Outcomes for programs: entered, revised, confirmed or disputed, settled, imported; and what strangers get."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import TokenScope
from marketplace.outcomes.actions.yearly import ask
from marketplace.outcomes.formats.sheets import template_csv
from tests.cast import Cast, bearer
from tests.database import PinnedDatabase
from tests.factories.outcomes import DOI, between, paper, submitted, used

V1 = "/api/v1"


class Caller:
    """Somebody of the cast with a token."""

    def __init__(self, client: FlaskClient, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        headers = self.headers | more.pop("headers", {})
        sent = {"json": body} if body is not None else more
        return self.client.open(V1 + path, method=method, headers=headers, **sent)


@pytest.fixture
def callers(client: FlaskClient, database: PinnedDatabase, cast: Cast, now: datetime) -> dict[str, Caller]:
    scope = TokenScope.ADMIN
    return {name: Caller(client, bearer(database, one, now=now, scope=scope)) for name, one in cast.people.items()}


def test_from_entry_to_settlement(callers: dict[str, Caller], session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    ada, bo, dee, eve = (callers[name] for name in ("ada", "bo", "dee", "eve"))
    body = paper(cast) | {"value": {"amount": "12.50", "currency": "HKD", "price_year": 2026, "method": "cost"}}
    del body["parties"]
    once = {"Idempotency-Key": "one"}
    made = ada("POST", f"/collaborations/{around.id}/outcomes", body, headers=once)
    assert made.status_code == 201 and made.json["status"] == "draft"
    assert made.json["says"]["value"]["amount"] == "12.5"
    assert {each["role"] for each in made.json["says"]["parties"]} == {"provider", "user"}
    again = ada("POST", f"/collaborations/{around.id}/outcomes", body, headers=once)
    assert again.json["id"] == made.json["id"]
    where = f"/outcomes/{made.json['id']}"
    assert [who("GET", where).status_code for who in (bo, dee, eve)] == [404, 404, 404]
    assert ada("POST", f"{where}/submit", {}).json["status"] == "submitted"
    assert bo("GET", where).json["may"] == ["confirm", "dispute"]
    assert bo("POST", f"{where}/confirm", {"version": 2}).status_code == 422
    for gap in ({}, {"version": None}):
        refused = bo("POST", f"{where}/confirm", gap)
        assert (refused.status_code, [each["field"] for each in refused.json["errors"]]) == (422, ["version"])
    confirmed = bo("POST", f"{where}/confirm", {"version": 1}).json
    assert (confirmed["status"], confirmed["level"], confirmed["fully_confirmed"]) == ("confirmed", 2, True)
    assert bo("PATCH", where, body | {"version": 1}).status_code == 403
    changed = ada("PATCH", where, body | {"title": {"en": "Other"}, "version": 1}).json
    assert (changed["status"], changed["version"], changed["level"]) == ("submitted", 2, 0)
    assert bo("POST", f"{where}/dispute", {"reason": "No.", "version": 2}).json["status"] == "disputed"
    assert [row["id"] for row in dee("GET", "/outcomes/disputed").json["items"]] == [made.json["id"]]
    decision = {"reason": "It is so.", "stands": True, "level": 4}
    assert [each["field"] for each in dee("POST", f"{where}/settle", decision).json["errors"]] == ["version"]
    settled = dee("POST", f"{where}/settle", decision | {"version": 2}).json
    assert (settled["status"], settled["level"]) == ("confirmed", 4)
    assert [each["number"] for each in ada("GET", f"{where}/versions").json["items"]] == [1, 2]
    assert [each["verb"] for each in bo("GET", f"{where}/events").json["items"]][-1] == "settle"
    assert ada("POST", f"{where}/withdraw", {"reason": "Retracted."}).json["status"] == "withdrawn"
    for path in ("", "/versions", "/events", "/history"):
        assert eve("GET", where + path).status_code == 404
    assert ada("POST", f"{where}/confirm", {"version": 2}).status_code == 409
    assert ada("GET", f"{where}/history").status_code == 200
    assert bo("GET", f"{where}/history").status_code == 403


@pytest.mark.parametrize(
    ("more", "field", "rule"),
    [
        ({"date_event": "2027-01-01"}, "date_event", "future"),
        ({"value": {"amount": 12.5, "currency": "HKD", "price_year": 2026}}, "value.amount", "decimal"),
        ({"identifiers": [{"scheme": "doi", "value": "x"}]}, "identifiers.0.value", "format"),
        ({"title": {"en": "\x00"}}, "title.en", "no_nul"),
        ({"shares": [{"basis": "equal", "organisation": "x", "share": "1"}]}, "shares.0.organisation", "unknown"),
        ({"colour": "red"}, "colour", None),
        ({"title": []}, "title", None),
        ({"creators": "Ada"}, "creators", None),
        ({"organisation": "00000000-0000-7000-8000-000000000000"}, None, None),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_named(
    more: dict[str, Any], field: str | None, rule: str | None, callers: dict[str, Caller], session: Session, cast: Cast,
    now: datetime,
) -> None:  # fmt: skip
    around = between(session, cast, now=now)
    answer = callers["ada"]("POST", f"/collaborations/{around.id}/outcomes", paper(cast) | more)
    if field is None:
        assert answer.status_code == 403
        return
    assert answer.status_code == 422
    found = {error["field"].split(".0.")[0] if rule is None else error["field"]: error["rule"]
             for error in answer.json["errors"]}  # fmt: skip
    assert any(name.startswith(field) for name in found)
    if rule is not None:
        assert found[field] == rule


def test_pasted_previewed_and_brought(callers: dict[str, Caller], session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    row = submitted(session, cast, around, now=now)
    ada, eve = callers["ada"], callers["eve"]
    where = f"/collaborations/{around.id}/outcomes"
    seen = ada("POST", f"{where}/preview", {"text": DOI}).json
    assert seen["entries"][0]["alike"][0]["id"] == str(row.id) and seen["entries"][0]["alike"][0]["certain"]
    assert eve("POST", f"{where}/preview", {"text": DOI}).status_code == 404
    assert ada("POST", f"{where}/preview", {"text": "\x00"}).status_code == 422
    rows = [["publication", "New one", "", "", "2026-01", "10.1000/new", *[""] * 11], ["essay", "Two", *[""] * 15]]
    for dry, created in (("1", 0), ("", 1)):
        sent = {"file": (BytesIO(template_csv(rows)), "ours.csv"), "dry_run": dry}
        report = ada("POST", f"{where}/import", data=sent, content_type="multipart/form-data").json
        assert (report["read"], report["created"], report["added"]) == (2, created, 0)
        assert [(each["row"], each["field"], each["rule"]) for each in report["rejected"]] == [(3, "type", "choice")]
    listed = ada("GET", f"{where}?limit=1").json
    assert len(listed["items"]) == 1 and listed["next"]
    assert len(ada("GET", f"{where}?cursor={listed['next']}").json["items"]) == 1
    assert ada("GET", f"{where}?status=draft&type=publication&year=2026").json["items"][0]["title"] == {"en": "New one"}
    assert ada("GET", f"{where}?year=99999").status_code == 422


def test_papers_questions_and_queues(callers: dict[str, Caller], session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    row = submitted(session, cast, around, now=now)
    ask(session, now=now)
    ada, bo, dee = (callers[name] for name in ("ada", "bo", "dee"))
    where = f"/outcomes/{row.id}"
    shown = ada("POST", f"{where}/evidence", {"kind": "web_page", "url": "https://example.org/a"}).json
    assert bo("POST", f"{where}/evidence", {"kind": "web_page", "url": "https://example.org/a"}).status_code == 403
    assert [each["id"] for each in dee("GET", "/outcomes/to-check").json["items"]] == [str(row.id)]
    assert dee("POST", f"{where}/check", {"level": 3, "evidence": [shown["id"]], "version": 1}).json["level"] == 3
    assert ada("DELETE", f"{where}/evidence/{shown['id']}").status_code == 409
    assert bo("GET", "/outcomes/waiting").json["to_confirm"][0]["id"] == str(row.id)
    assert ada("GET", "/outcomes/disputed").status_code == 404
    [question] = ada("GET", "/outcomes/questions").json["items"]
    path = f"/outcomes/questions/{around.id}/{cast.university.id}/{question['year']}/nothing"
    assert ada("POST", path).json["answer"] == "nothing"
    assert bo("POST", path).status_code == 404
    assert ada("POST", f"{where}/links", {}).status_code == 422
    use = used(session, cast, around, now=now)
    assert ada("POST", f"{where}/links", {"session": str(use.id)}).json["sessions"] == [str(use.id)]
    assert bo("DELETE", f"{where}/sessions/{use.id}").status_code == 403
    assert ada("DELETE", f"{where}/sessions/{use.id}").status_code == 204
    assert ada("DELETE", f"{where}/sessions/{use.id}").status_code == 404
    assert ada("GET", where).json["sessions"] == []
    assert len(ada("GET", "/outcomes/choices").json["items"]) == 25
