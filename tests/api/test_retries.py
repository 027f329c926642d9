"""Requests that are repeated under one Idempotency-Key: what is made is made once, and told again."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import AnsweredRequest
from marketplace.availability.models import Closure
from marketplace.bookings.models import Message, Thread
from marketplace.catalogue.models import Facility, FacilityFile, ListingImport, Unit
from marketplace.database import Base
from marketplace.files.models import StoredFile
from marketplace.privacy.actions import erase
from marketplace.worker.tidying import prune
from tests.api.conftest import Callers

KEY = {"Idempotency-Key": "once"}
CLOSED = {"start": "2026-03-05T00:00:00+08:00", "end": "2026-03-06T00:00:00+08:00"}


def count(callers: Callers, table: type[Base]) -> int:
    return callers.stage.session.scalar(select(func.count()).select_from(table)) or 0


def wishes(callers: Callers) -> dict[str, tuple[str, str, dict[str, Any], type[Base]]]:
    """Who makes what where, with which body, and the table that grows by it."""
    stage = callers.stage
    listing, unit = f"/listings/{stage.facility.id}", f"/units/{stage.unit.id}"
    draft = {"organisation": str(stage.cast.firm.id), "fields": {"kind": "lab", "name": {"en": "Second lab"}}}
    weekly = {**CLOSED, "recurrence": {"frequency": "WEEKLY", "until": "2026-03-20"}}
    return {
        "question": ("ada", "/threads", {"facility": str(stage.facility.id), "subject": "Q", "text": "?"}, Thread),
        "listing": ("bo", "/listings", draft, Facility),
        "unit": ("bo", f"{listing}/units", {"fields": {"kind": "bench", "name": {"en": "Bench"}}}, Unit),
        "closure": ("bo", f"{unit}/closures", weekly, Closure),
    }


@pytest.mark.parametrize("name", ["question", "listing", "unit", "closure"])
def test_the_same_request_again_makes_nothing_more(callers: Callers, name: str) -> None:
    who, path, body, table = wishes(callers)[name]
    first = callers.call(who, "POST", path, json=body, headers=KEY)
    after = count(callers, table)
    again = callers.call(who, "POST", path, json=body, headers=KEY)
    assert (first.status_code, again.status_code, again.json) == (201, 201, first.json)
    assert count(callers, table) == after
    other = callers.call(who, "POST", path, json={**body, "x": 1}, headers=KEY)
    assert other.status_code == 422
    fresh = callers.call(who, "POST", path, json=body, headers={"Idempotency-Key": "another"})
    assert fresh.status_code == 201
    assert count(callers, table) > after


def test_a_key_stands_for_one_request(callers: Callers) -> None:
    _, path, body, table = wishes(callers)["question"]
    assert callers.call("ada", "POST", path, json=body, headers=KEY).status_code == 201
    changed = callers.call("ada", "POST", path, json={**body, "text": "Or not?"}, headers=KEY)
    assert (changed.status_code, changed.json["errors"][0]["rule"]) == (422, "key_reused")
    elsewhere = callers.call("bo", "POST", path, json={**body, "text": "Mine"}, headers=KEY)
    assert elsewhere.status_code == 201, "everybody has keys of their own"
    assert count(callers, table) == 2
    for key in ("k" * 201, " \u00a0"):
        assert callers.call("ada", "POST", path, json=body, headers={"Idempotency-Key": key}).status_code == 422


def test_messages_are_sent_once(callers: Callers) -> None:
    booking = callers.book(start="2026-03-04T09:00:00+08:00", end="2026-03-04T12:00:00+08:00").json["id"]
    path = f"/bookings/{booking}/messages"
    for _ in range(2):
        answer = callers.call("ada", "POST", path, json={"text": "Which gloves?"}, headers=KEY)
        assert [message["text"] for message in answer.json["messages"]] == ["Which gloves?"]
    thread = f"/threads/{answer.json['id']}/messages"
    for _ in range(2):
        assert callers.call("bo", "POST", thread, json={"text": "Nitrile."}, headers=KEY).status_code == 201
    assert count(callers, Message) == 2


def test_what_was_refused_may_be_asked_again_under_its_key(callers: Callers) -> None:
    booked = callers.book(start="2026-03-05T09:00:00+08:00", end="2026-03-05T10:00:00+08:00").json["id"]
    path = f"/units/{callers.stage.unit.id}/closures"
    assert callers.call("bo", "POST", path, json=CLOSED, headers=KEY).status_code == 422
    callers.call("bo", "POST", f"/bookings/{booked}/cancel", json={"reason": "Service"})
    assert callers.call("bo", "POST", path, json=CLOSED, headers=KEY).status_code == 201


def test_uploads_are_kept_once_whatever_divides_their_parts(callers: Callers) -> None:
    firm = str(callers.stage.cast.firm.id)
    sheet = b"Type,Name\nfacility,A\n"
    cases: list[tuple[str, dict[str, Any], bytes, type[Base]]] = [
        ("/files", {}, b"%PDF-1", StoredFile),
        (f"/listings/{callers.stage.facility.id}/files/document", {"credit": "Bo"}, b"%PDF-2", FacilityFile),
        ("/listings/imports", {"organisation": firm}, sheet, ListingImport),
    ]
    for path, parts, content, table in cases:
        key = {"Idempotency-Key": path}

        def sent(bytes_: bytes, path: str = path, parts: dict[str, Any] = parts, key: dict[str, str] = key) -> Any:
            form = {**parts, "file": (io.BytesIO(bytes_), "a.pdf" if path != "/listings/imports" else "a.csv")}
            return callers.call("bo", "POST", path, data=form, headers=key, content_type="multipart/form-data")

        before = count(callers, table)
        first, again = sent(content), sent(content)
        assert (first.status_code, again.json) == (201, first.json), path
        assert count(callers, table) - before == (2 if table is StoredFile and "import" in path else 1)
        assert sent(content + b" ").status_code == 422


def test_keys_are_forgotten_and_go_with_their_person(callers: Callers) -> None:
    _, path, body, _ = wishes(callers)["question"]
    callers.call("ada", "POST", path, json=body, headers=KEY)
    callers.call("bo", "POST", path, json=body, headers=KEY)
    session, now = callers.stage.session, callers.stage.now
    erase(session, callers.stage.cast.ada.id, now=now)
    assert session.scalars(select(AnsweredRequest.person_id)).all() == [callers.stage.cast.bo.id]
    prune(session, now + timedelta(days=6))
    assert count(callers, AnsweredRequest) == 1
    prune(session, now + timedelta(days=8))
    assert count(callers, AnsweredRequest) == 0
