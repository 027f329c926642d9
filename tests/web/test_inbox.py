"""The inbox: one's own notices, read and followed, and what comes by mail."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.notices.actions import tell
from marketplace.notices.models import Mail, Notice, NoticeChoice
from marketplace.notices.queries import unread_count
from marketplace.wording.notices import choices
from tests.cast import Cast, signed_in
from tests.database import counting_statements


@pytest.fixture
def told(session: Session, cast: Cast, now: datetime) -> Notice:
    tell(session, [cast.ada.id], "token_issued", {"path": "account/tokens", "name": "<b>robot</b>"}, now=now)
    return session.scalars(select(Notice)).one()


def test_ada_reads_what_she_was_told(client: FlaskClient, cast: Cast, told: Notice) -> None:
    page = signed_in(client, cast.ada).get("/en/inbox").text
    assert "&lt;b&gt;robot&lt;/b&gt;" in page
    assert "<b>robot" not in page
    assert "1 unread" in page


def test_opening_marks_as_read_and_leads_on(client: FlaskClient, cast: Cast, told: Notice, session: Session) -> None:
    answer = signed_in(client, cast.ada).post(f"/zh-hant/inbox/{told.id}/open")
    assert (answer.status_code, answer.location) == (303, "/zh-hant/account/tokens")
    assert unread_count(session, cast.ada.id) == 0


@pytest.mark.parametrize("path", ["//evil.example", "https://evil.example", "a/../../b", "\\\\evil.example", "", None])
def test_a_notice_never_leads_off_the_site(
    client: FlaskClient, cast: Cast, told: Notice, session: Session, path: str | None
) -> None:
    told.details = {"path": path, "name": "x"}
    answer = signed_in(client, cast.ada).post(f"/en/inbox/{told.id}/open")
    assert answer.location in ("/en/inbox", "/en/evil.example")


def test_a_stranger_neither_sees_nor_reads_it(client: FlaskClient, cast: Cast, told: Notice, session: Session) -> None:
    eve = signed_in(client, cast.eve)
    assert "robot" not in eve.get("/en/inbox").text
    assert eve.post(f"/en/inbox/{told.id}/open").status_code == 404
    eve.post("/en/inbox/read")
    assert unread_count(session, cast.ada.id) == 1


def test_everything_can_be_marked_as_read(client: FlaskClient, cast: Cast, told: Notice, session: Session) -> None:
    assert signed_in(client, cast.ada).post("/en/inbox/read").status_code == 303
    assert unread_count(session, cast.ada.id) == 0


def test_choices_decide_what_comes_by_mail(client: FlaskClient, cast: Cast, session: Session, now: datetime) -> None:
    codes = [code for code, _ in choices("en")]
    ada = signed_in(client, cast.ada)
    assert ada.get("/en/inbox/choices").text.count(" checked") == len(codes)

    assert ada.post("/en/inbox/choices", data={"mail": codes[1:]}).status_code == 303

    assert ada.get("/en/inbox/choices").text.count(" checked") == len(codes) - 1
    assert not session.get_one(NoticeChoice, (cast.ada.id, codes[0])).by_mail
    tell(session, [cast.ada.id], codes[0], {}, now=now)
    assert session.scalars(select(Mail).where(Mail.recipient_id == cast.ada.id)).all() == []


def test_unknown_codes_are_not_kept(client: FlaskClient, cast: Cast, session: Session) -> None:
    signed_in(client, cast.ada).post("/en/inbox/choices", data={"mail": ["nonsense"]})
    assert "nonsense" not in set(session.scalars(select(NoticeChoice.code)))


def test_an_empty_inbox_says_what_it_is_for(client: FlaskClient, cast: Cast) -> None:
    assert "Nothing here yet" in signed_in(client, cast.ada).get("/en/inbox").text


def test_writing_needs_the_form_s_token(app: Flask, client: FlaskClient, cast: Cast, told: Notice) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert signed_in(client, cast.ada).post("/en/inbox/read").status_code == 400


def test_long_inboxes_go_on_and_take_the_same_number_of_statements(
    client: FlaskClient, cast: Cast, session: Session, now: datetime, database
) -> None:  # type: ignore[no-untyped-def]
    ada = signed_in(client, cast.ada)
    counts = []
    for _ in range(2):
        for _ in range(20):
            tell(session, [cast.ada.id], "token_issued", {"name": "n"}, now=now)
        session.flush()
        with counting_statements(database) as statements:
            page = ada.get("/en/inbox").text
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert page.count('class="told"') == 30
    following = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert ada.get(following).text.count('class="told"') == 10
