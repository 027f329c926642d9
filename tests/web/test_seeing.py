"""Seeing the site as somebody else: a reason, a banner, a time, and nothing changed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import PlatformRole, SeeingAs
from marketplace.history.models import HistoryEntry
from marketplace.history.queries import entries
from marketplace.history.rules import Subject
from marketplace.notices.models import Notice
from marketplace.privacy.models import PrivacyRequest
from marketplace.web import limiting
from tests.cast import Cast, make_person, signed_in

WHY = {"reason": "She reports that her desk is empty."}


@pytest.fixture
def dee(client: FlaskClient, cast: Cast) -> FlaskClient:
    return signed_in(client, cast.dee)


def begin(dee: FlaskClient, cast: Cast) -> None:
    assert dee.post(f"/en/admin/people/{cast.ada.id}/see-as", data=WHY).status_code == 303


def test_the_site_is_seen_as_somebody_with_a_banner_and_ended_by_one_click(
    dee: FlaskClient, cast: Cast, session: Session
) -> None:
    begin(dee, cast)
    page = dee.get("/en/desk")
    assert page.status_code == 200
    assert "Dee Marr, you see the site as Ada Leung" in page.text and "nothing can be changed" in page.text
    assert dee.get("/en/admin").status_code == 404, "what Ada may not see"
    assert "Dee Marr，你正以Ada Leung的身分瀏覽" in dee.get("/zh-hant/bookings").text
    assert dee.post("/en/seeing/end").status_code == 303
    assert dee.get("/en/admin").status_code == 200
    assert "you see the site as" not in dee.get("/en/desk").text
    assert dee.post("/en/seeing/end").status_code == 409
    lines = entries(session, Subject("person", cast.ada.id))
    assert [(line.verb, line.actor_id) for line in lines] == [
        ("person.seen_as_ended", cast.dee.id),
        ("person.seen_as", cast.dee.id),
    ]
    assert lines[1].text == WHY
    told = session.scalars(select(Notice.code).where(Notice.recipient_id == cast.ada.id)).all()
    assert told == ["person_seen_as"]


def test_nothing_is_changed_meanwhile(dee: FlaskClient, cast: Cast, session: Session, app: Flask) -> None:
    begin(dee, cast)
    before = session.scalars(select(HistoryEntry.id)).all()
    refused = dee.post("/en/account/privacy", data={"kind": "export"})
    assert refused.status_code == 403
    assert "nothing can be changed" in refused.text
    writes = {
        rule.endpoint: rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and set(rule.arguments) == {"language"}
    }
    assert len(writes) > 15
    for endpoint, rule in writes.items():
        path = rule.rule.replace("<language:language>", "en")
        if endpoint not in ("admin_people.stop_seeing", "sign_in.sign_out"):
            assert dee.post(path).status_code == 403, endpoint
    assert session.scalars(select(HistoryEntry.id)).all() == before


@pytest.mark.parametrize(
    "path", ["account", "account/password", "account/second-factor", "account/tokens", "account/sessions"]
)
def test_how_they_sign_in_stays_closed(dee: FlaskClient, cast: Cast, path: str) -> None:
    begin(dee, cast)
    answer = dee.get(f"/en/{path}")
    assert answer.status_code in (403, 404)
    assert answer.status_code == 403 or path not in ("account", "account/password", "account/tokens")
    assert cast.ada.email not in answer.text


def test_every_page_without_an_id_can_be_looked_at(dee: FlaskClient, cast: Cast, app: Flask) -> None:
    begin(dee, cast)
    pages = {
        rule.endpoint: rule.rule.replace("<language:language>", "en")
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and set(rule.arguments) == {"language"}
    }
    answers = {endpoint: dee.get(path).status_code for endpoint, path in pages.items()}
    assert {endpoint: status for endpoint, status in answers.items() if status >= 500} == {}
    own = ("desk.desk", "bookings.mine", "inbox.inbox", "vault.mine", "threads.mine", "search.search", "home.home")
    assert [answers[name] for name in own] == [200] * len(own)


def test_it_is_over_after_half_an_hour(dee: FlaskClient, cast: Cast, app: Flask, now: datetime) -> None:
    begin(dee, cast)
    app.config["CLOCK"] = lambda: now + timedelta(minutes=29)
    assert dee.get("/en/admin").status_code == 404
    app.config["CLOCK"] = lambda: now + timedelta(minutes=30)
    assert dee.get("/en/admin").status_code == 200


def test_what_is_sent_after_the_time_is_over_is_not_done_with_the_administrators_rights(
    dee: FlaskClient, cast: Cast, session: Session, app: Flask, now: datetime
) -> None:
    begin(dee, cast)
    app.config["CLOCK"] = lambda: now + timedelta(minutes=31)
    asked = {"kind": "export", "note": "Hers."}
    answer = dee.post("/en/account/privacy", data=asked)
    assert (answer.status_code, answer.location) == (303, "/en/")
    assert session.scalars(select(PrivacyRequest)).all() == []
    assert session.scalars(select(SeeingAs.ended_at)).all() == [now + timedelta(minutes=30)]
    assert dee.post("/en/account/privacy", data=asked).location == "/en/account/privacy", "as oneself from here on"


def test_one_that_runs_ends_when_another_begins(
    dee: FlaskClient, cast: Cast, session: Session, app: Flask, now: datetime
) -> None:
    begin(dee, cast)
    app.config["CLOCK"] = lambda: now + timedelta(minutes=45)
    assert dee.get("/en/admin").status_code == 200
    assert dee.post(f"/en/admin/people/{cast.bo.id}/see-as", data=WHY).status_code == 303
    first, second = session.scalars(select(SeeingAs).order_by(SeeingAs.begun_at)).all()
    assert (first.ended_at, second.ended_at) == (now + timedelta(minutes=30), None), "it ended when its time was over"


def test_never_as_an_overseer_or_oneself_nor_without_a_reason(
    dee: FlaskClient, cast: Cast, session: Session, now: datetime
) -> None:
    for role in PlatformRole:
        other = make_person(session, f"{role.value.title()} Fay", now=now, platform_role=role)
        answer = dee.post(f"/en/admin/people/{other.id}/see-as", data=WHY)
        assert answer.status_code == 422 and "administrator or auditor" in answer.text
    assert dee.post(f"/en/admin/people/{cast.dee.id}/see-as", data=WHY).status_code == 422
    assert dee.post(f"/en/admin/people/{cast.ada.id}/see-as", data={"reason": " "}).status_code == 422
    assert session.scalars(select(SeeingAs)).all() == []


def test_who_becomes_an_overseer_is_seen_as_no_longer(dee: FlaskClient, cast: Cast, session: Session) -> None:
    begin(dee, cast)
    cast.ada.platform_role = PlatformRole.AUDITOR
    session.flush()
    page = dee.get("/en/admin")
    assert page.status_code == 200 and "can no longer be seen as" in page.text
    assert "you see the site as" not in page.text and "can no longer" not in dee.get("/en/admin").text


@pytest.mark.parametrize("column", ["suspended_at", "erased_at", "platform_role"])
def test_who_can_be_seen_no_longer_leaves_no_deed_to_the_administrator(
    dee: FlaskClient, cast: Cast, session: Session, now: datetime, column: str
) -> None:
    begin(dee, cast)
    setattr(cast.ada, column, PlatformRole.AUDITOR if column == "platform_role" else now)
    if column == "erased_at":
        cast.ada.name = cast.ada.email = cast.ada.password_hash = None
    session.flush()
    asked = {"kind": "export", "note": "Hers."}
    answer = dee.post("/en/account/privacy", data=asked)
    assert (answer.status_code, answer.location) == (303, "/en/")
    assert session.scalars(select(PrivacyRequest)).all() == [], "nothing is done with the rights of another"
    assert session.scalars(select(SeeingAs.ended_at)).all() == [now]
    assert "can no longer be seen as" in dee.get("/en/").text
    assert dee.post("/en/account/privacy", data=asked).location == "/en/account/privacy", "as oneself from here on"


def test_the_administrator_signs_out_themselves_and_nobody_else(
    dee: FlaskClient, cast: Cast, session: Session, app: Flask, now: datetime
) -> None:
    ada = signed_in(app.test_client(), cast.ada)
    begin(dee, cast)
    assert dee.post("/en/sign-out").status_code == 303
    assert dee.get("/en/desk").status_code == 303, "signed out"
    assert ada.get("/en/desk").status_code == 200, "she is not"
    assert session.scalars(select(SeeingAs.ended_at)).all() == [now]
    out = session.scalars(select(HistoryEntry).order_by(HistoryEntry.id.desc())).first()
    assert out is not None and out.actor_id == cast.dee.id


@pytest.mark.parametrize("who", ["ada", "bo", "cheng", "eve"])
def test_others_see_as_nobody(client: FlaskClient, cast: Cast, who: str) -> None:
    visitor = signed_in(client, cast.people[who])
    assert visitor.get(f"/en/admin/people/{cast.ada.id}/see-as").status_code == 404
    assert visitor.post(f"/en/admin/people/{cast.ada.id}/see-as", data=WHY).status_code == 404


def test_what_is_looked_at_is_spent_from_the_administrators_own(
    dee: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(dee, cast)
    spent: list[str] = []
    monkeypatch.setattr(limiting, "spend", lambda _database, _kind, who, **_: spent.append(who))
    assert dee.get("/en/desk").status_code == 200
    assert spent == [str(cast.dee.id)]
