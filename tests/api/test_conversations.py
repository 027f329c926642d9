"""Talking over the API: files with messages, long conversations page by page, and nobody who is not a party."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from marketplace.accounts.models import TokenScope
from marketplace.bookings.actions import ask, write
from marketplace.bookings.models import Message, Thread
from marketplace.files.models import StoredFile
from tests.api.conftest import Callers
from tests.cast import bearer
from tests.factories.stage import hours
from tests.pictures import picture

PDF = b"%PDF-1.7 plan"


def upload(callers: Callers, name: str | None = "ada", content: bytes = PDF, file: str = "plan.pdf") -> Any:
    form = {"file": (io.BytesIO(content), file)}
    return callers.call(name, "POST", "/files", data=form, content_type="multipart/form-data")


def question(callers: Callers, **more: Any) -> Any:
    body = {"facility": str(callers.stage.facility.id), "subject": "Wafers", "text": "Do you take 300 mm?", **more}
    return callers.call("ada", "POST", "/threads", json=body)


def test_a_file_goes_with_a_message_and_only_to_its_parties(callers: Callers) -> None:
    file = upload(callers)
    assert (file.status_code, file.json["name"], file.json["media_type"]) == (201, "plan.pdf", "application/pdf")
    path = f"/files/{file.json['id']}"
    assert callers.call("bo", "GET", path).status_code == 404, "nothing carries it yet"
    asked = question(callers, files=[file.json["id"]])
    assert asked.json["messages"][0]["files"] == [file.json]
    answers = {name: callers.call(name, "GET", path).status_code for name in ("ada", "bo", "eve", None)}
    assert answers == {"ada": 200, "bo": 200, "eve": 404, None: 404}
    got = callers.call("bo", "GET", path)
    assert (got.data, got.content_type) == (PDF, "application/pdf")
    assert got.headers["Content-Disposition"].startswith("attachment")
    callers.client.application.extensions["benchbridge"][2].remove(
        callers.stage.session.get_one(StoredFile, file.json["id"]).sha256
    )
    gone = callers.call("bo", "GET", path)
    assert (gone.status_code, gone.json["code"]) == (410, "file_gone")


def test_what_others_uploaded_cannot_be_sent_along(callers: Callers) -> None:
    foreign = upload(callers, "eve").json["id"]
    answer = question(callers, files=[foreign])
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, "files")


def test_uploads_are_looked_at_and_counted_like_any_write(callers: Callers) -> None:
    program = upload(callers, content=b"MZ\x90\x00\x03", file="setup.exe")
    assert (program.status_code, program.json["reasons"][0]["code"]) == (422, "file_kind_refused")
    nothing = callers.call("ada", "POST", "/files", data={}, content_type="multipart/form-data")
    assert (nothing.status_code, nothing.json["errors"][0]["field"]) == (422, "file")
    assert upload(callers, None).status_code == 401
    reading = bearer(callers.database, callers.stage.cast.ada, now=callers.stage.now, scope=TokenScope.READ)
    form = {"file": (io.BytesIO(PDF), "a.pdf")}
    assert callers.client.post("/api/v1/files", data=form, headers=reading).status_code == 403
    callers.database.info["rate_limits"] = True
    statuses = [upload(callers).status_code for _ in range(62)]
    assert (statuses[0], statuses[-1]) == (201, 429)


def test_a_photo_comes_narrower_when_asked(callers: Callers) -> None:
    photo = upload(callers, content=picture(), file="bench.png").json
    assert photo["media_type"] == "image/webp"
    whole, narrow = (callers.call("ada", "GET", f"/files/{photo['id']}{width}").data for width in ("", "?width=480"))
    assert len(narrow) < len(whole)
    assert callers.call("ada", "GET", f"/files/{photo['id']}?width=0").status_code == 422


def test_long_conversations_are_read_page_by_page(callers: Callers) -> None:
    stage = callers.stage
    asked = ask(stage.session, stage.facility.id, "Wafers", "0", now=stage.now, by=stage.actor("ada"))
    for number in range(1, 206):
        write(stage.session, asked.id, str(number), now=stage.now, by=stage.actor("ada"))
    # Many at the same instant: the id decides, and none is lost between two pages.
    stage.session.execute(update(Message).values(sent_at=stage.now))
    path = f"/threads/{asked.id}"
    detail = callers.call("bo", "GET", path).json
    assert [message["text"] for message in detail["messages"]] == [str(number) for number in range(6, 206)]
    before = callers.call("bo", "GET", f"{path}/messages?cursor={detail['earlier']}").json
    assert [message["text"] for message in before["items"]] == ["5", "4", "3", "2", "1", "0"]
    assert before["next"] is None
    told, cursor = [], ""
    while cursor is not None:
        page = callers.call("bo", "GET", f"{path}/messages?limit=60{cursor and f'&cursor={cursor}'}").json
        told += [message["text"] for message in page["items"]]
        cursor = page["next"]
    assert told == [str(number) for number in range(205, -1, -1)]
    assert callers.call("eve", "GET", f"{path}/messages").status_code == 404
    assert callers.call("bo", "GET", f"{path}/messages?cursor=eA").status_code == 422


def test_conversations_of_one_instant_are_all_told(callers: Callers) -> None:
    stage = callers.stage
    for number in range(5):
        ask(stage.session, stage.facility.id, f"Q{number}", "?", now=stage.now, by=stage.actor("ada"))
    stage.session.execute(update(Thread).values(last_at=stage.now + timedelta(minutes=1)))
    told, cursor = [], ""
    while cursor is not None:
        page = callers.call("bo", "GET", f"/threads?limit=2{cursor and f'&cursor={cursor}'}").json
        told += [thread["subject"] for thread in page["items"]]
        cursor = page["next"]
    assert sorted(told) == ["Q0", "Q1", "Q2", "Q3", "Q4"]


def test_the_conversation_of_a_booking_begins_with_its_first_message(callers: Callers) -> None:
    booking = callers.stage.book(hours(4, 10, 12))
    path = f"/bookings/{booking.id}"
    assert callers.call("ada", "GET", f"{path}/thread").status_code == 404
    assert callers.call("ada", "POST", f"{path}/messages", json={"text": "Which gloves?"}).status_code == 201
    assert callers.call("bo", "GET", f"{path}/thread").json["messages"][0]["text"] == "Which gloves?"
    assert callers.call("eve", "GET", f"{path}/thread").status_code == 404
