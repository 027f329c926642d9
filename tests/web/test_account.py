"""Signing up, links, and one's own account: each way in is proven, each sensitive change asks for the password."""

from __future__ import annotations

import json
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.actions.passwords import matches
from marketplace.accounts.models import ApiToken, MailedLink, Membership, Person, Role, SignInSession, TokenScope
from marketplace.history.actions import Subject, record
from marketplace.history.models import HistoryText
from marketplace.notices.models import Mail, Notice
from marketplace.wording.notices import render
from tests.cast import PASSWORD, Cast, actor_of, bearer, join, make_person, signed_in
from tests.database import counting_statements

GOOD = "four words and a comma"
NEW = {"name": "Gil Fong", "password": GOOD, "language": "zh-Hant", "time_zone": "Asia/Hong_Kong"}


def mail_to(session: Session, address: str) -> Mail:
    return session.scalars(select(Mail).where(Mail.address == address).order_by(Mail.id.desc())).first() or Mail()


def link_in(mail: Mail) -> str:
    return "/en/" + str(mail.details["path"])


def test_a_person_is_made_when_the_link_is_opened_and_not_before(client: FlaskClient, session: Session) -> None:
    asked = client.post("/zh-hant/sign-up", data={"email": "Gil@Example.org", "consented": "y"})
    assert asked.location == "/zh-hant/sign-up/sent"
    assert session.scalars(select(Person)).all() == []
    mail = mail_to(session, "Gil@example.org")
    assert (mail.code, mail.language) == ("sign_up", "zh-Hant")

    assert "Gil@example.org" in client.get(link_in(mail)).text
    done = client.post(link_in(mail), data=NEW)

    assert done.location == "/zh-hant/account/organisations"
    person = session.scalars(select(Person)).one()
    assert (person.name, person.language, person.consent_version) == ("Gil Fong", "zh-Hant", "2026-11")
    assert client.get("/en/account").status_code == 200
    assert client.get(link_in(mail)).status_code == 404
    assert client.post(link_in(mail), data=NEW).status_code == 404


def test_consent_is_needed(client: FlaskClient, session: Session) -> None:
    assert client.post("/en/sign-up", data={"email": "gil@example.org"}).status_code == 422
    assert session.scalars(select(MailedLink)).all() == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"password": "password1234"}, "easy to guess"),
        ({"password": "GilFong2026!!"}, "know your name"),
        ({"name": "  "}, "fill this in"),
        ({"time_zone": "Moon/Base"}, "choice"),
    ],
)
def test_what_is_wrong_leaves_the_link_usable(
    client: FlaskClient, session: Session, changes: dict[str, str], words: str
) -> None:
    client.post("/en/sign-up", data={"email": "gil@example.org", "consented": "y"})
    link = link_in(mail_to(session, "gil@example.org"))
    answer = client.post(link, data={**NEW, **changes})
    assert answer.status_code == 422
    assert words in answer.text
    assert client.post(link, data=NEW).status_code == 303


@pytest.mark.parametrize("path", ["sign-up", "reset"])
def test_known_and_unknown_addresses_get_the_same_answer_for_the_same_work(
    client: FlaskClient, app: Flask, cast: Cast, path: str
) -> None:
    answers = []
    for email in ("ada@example.org", "nobody@example.org"):
        with counting_statements(app.extensions["benchbridge"][1]) as statements:
            answer = client.post(f"/en/{path}", data={"email": email, "consented": "y"})
        answers.append((answer.status_code, answer.location, [statement[:60] for statement in statements]))
    assert answers[0] == answers[1]


def test_an_address_with_an_account_is_let_in_by_its_mail(client: FlaskClient, cast: Cast, session: Session) -> None:
    client.post("/en/sign-up", data={"email": "ada@example.org", "consented": "y"})
    mail = mail_to(session, "ada@example.org")
    assert mail.code == "sign_up_known"
    assert client.get(link_in(mail)).status_code == 200


def test_a_reset_ends_every_session_and_works_once(
    client: FlaskClient, app: Flask, cast: Cast, session: Session
) -> None:
    other = signed_in(app.test_client(), cast.ada)
    client.post("/en/reset", data={"email": "ada@example.org"})
    link = link_in(mail_to(session, "ada@example.org"))

    assert client.post(link, data={"password": GOOD}).location == "/en/sign-in"

    assert other.get("/en/account").status_code == 303
    assert client.post(link, data={"password": "another good phrase"}).status_code == 404
    assert matches(session.get_one(Person, cast.ada.id).password_hash, GOOD)
    assert "password_reset" in session.scalars(select(Notice.code).where(Notice.recipient_id == cast.ada.id)).all()


def test_a_reset_ends_tokens_and_links_too_and_says_so(
    client: FlaskClient, app: Flask, cast: Cast, session: Session, now
) -> None:
    ada = signed_in(app.test_client(), cast.ada)
    headers = bearer(app.extensions["benchbridge"][1], cast.ada, now=now)
    ada.post("/en/account/email", data={"current_password": PASSWORD, "email": "thief@example.org"})
    elsewhere = link_in(mail_to(session, "thief@example.org"))
    client.post("/en/reset", data={"email": "ada@example.org"})
    earlier = link_in(mail_to(session, "ada@example.org"))
    client.post("/en/sign-up", data={"email": "ada@example.org", "consented": "y"})
    known = link_in(mail_to(session, "ada@example.org"))
    assert client.get("/api/v1/account", headers=headers).status_code == 200

    assert client.post(known, data={"password": GOOD}).status_code == 303

    assert client.get("/api/v1/account", headers=headers).status_code == 401
    for link in (elsewhere, earlier, known):
        assert client.post(link, data={"password": GOOD}).status_code == 404
    told = session.scalars(select(Notice).where(Notice.code == "password_reset")).one()
    assert (told.details["sessions"], told.details["tokens"]) == (1, 1)
    mailed = session.scalars(select(Mail).where(Mail.code == "password_reset")).one()
    assert mailed.recipient_id == cast.ada.id
    for language in ("en", "zh-Hant", "zh-Hans"):
        assert "API" in str(render("password_reset", told.details, language))


def test_a_changed_password_leaves_tokens_and_tells_of_them(
    client: FlaskClient, app: Flask, cast: Cast, session: Session, now
) -> None:
    headers = bearer(app.extensions["benchbridge"][1], cast.ada, now=now)
    signed_in(client, cast.ada)
    client.post("/en/account/email", data={"current_password": PASSWORD, "email": "thief@example.org"})
    client.post("/en/account/password", data={"current_password": PASSWORD, "password": GOOD})
    assert app.test_client().get("/api/v1/account", headers=headers).status_code == 200
    assert app.test_client().post(link_in(mail_to(session, "thief@example.org"))).status_code == 404
    told = session.scalars(select(Notice).where(Notice.code == "password_changed")).one()
    assert told.details["tokens"] == 1


def test_a_link_grows_old(client: FlaskClient, app: Flask, cast: Cast, session: Session, now) -> None:
    client.post("/en/reset", data={"email": "ada@example.org"})
    link = link_in(mail_to(session, "ada@example.org"))
    app.config["CLOCK"] = lambda: now + timedelta(minutes=61)
    assert client.get(link).status_code == 404


def test_a_link_for_one_thing_does_no_other(client: FlaskClient, cast: Cast, session: Session) -> None:
    client.post("/en/sign-up", data={"email": "new@example.org", "consented": "y"})
    token = link_in(mail_to(session, "new@example.org")).rpartition("/")[2]
    for path in ("reset", "change-email", "invitations"):
        assert client.get(f"/en/{path}/{token}").status_code == 404


def test_a_new_password_asks_for_the_old_one_and_ends_all_others(
    client: FlaskClient, app: Flask, cast: Cast, session: Session
) -> None:
    other = signed_in(app.test_client(), cast.ada)
    signed_in(client, cast.ada)
    wrong = client.post("/en/account/password", data={"current_password": "wrong", "password": GOOD})
    assert wrong.status_code == 422
    assert "not your password" in wrong.text

    assert client.post("/en/account/password", data={"current_password": PASSWORD, "password": GOOD}).status_code == 303

    assert client.get("/en/account").status_code == 200
    assert other.get("/en/account").status_code == 303
    live = session.scalars(select(SignInSession).where(SignInSession.ended_at.is_(None))).all()
    assert len(live) == 1


def test_guesses_at_the_old_password_are_counted(client: FlaskClient, cast: Cast) -> None:
    signed_in(client, cast.ada)
    form = {"current_password": "wrong", "password": GOOD}
    assert [client.post("/en/account/password", data=form).status_code for _ in range(11)][-2:] == [422, 429]


def test_a_new_address_changes_when_its_link_is_pressed(
    client: FlaskClient, app: Flask, cast: Cast, session: Session
) -> None:
    signed_in(client, cast.ada)
    client.post("/en/account/email", data={"current_password": PASSWORD, "email": "ada@new.example.org"})
    link = link_in(mail_to(session, "ada@new.example.org"))
    stranger = app.test_client()

    assert stranger.get(link).status_code == 200
    assert session.get_one(Person, cast.ada.id).email == "ada@example.org"
    assert stranger.post(link).status_code == 303
    assert session.get_one(Person, cast.ada.id).email == "ada@new.example.org"
    assert mail_to(session, "ada@example.org").code == "email_changed"


def test_somebody_elses_address_is_not_taken_and_not_told_of(client: FlaskClient, cast: Cast, session: Session) -> None:
    signed_in(client, cast.ada)
    form = {"current_password": PASSWORD, "email": "BO@example.org"}
    assert client.post("/en/account/email", data=form).status_code == 303
    assert mail_to(session, "BO@example.org").code == "email_in_use"


def test_the_profile_is_kept_and_checked(client: FlaskClient, cast: Cast, session: Session) -> None:
    signed_in(client, cast.ada)
    form = {"name": "Ada L.", "language": "zh-Hans", "time_zone": "Europe/London", "orcid": "0000-0002-1825-0097"}
    wrong = client.post("/en/account/profile", data={**form, "orcid": "0000-0002-1825-0098"})
    assert wrong.status_code == 422
    assert "check digit" in wrong.text

    assert client.post("/en/account/profile", data=form).location == "/zh-hans/account"
    row = session.get_one(Person, cast.ada.id)
    assert (row.name, row.language, row.time_zone, row.orcid) == (
        "Ada L.", "zh-Hans", "Europe/London", "0000-0002-1825-0097",
    )  # fmt: skip
    assert 'value="0000-0002-1825-0097"' in client.get("/en/account/profile").text


def test_the_second_factor_is_set_up_and_given_up(client: FlaskClient, cast: Cast, session: Session, now) -> None:
    signed_in(client, cast.ada)
    page = client.get("/en/account/second-factor").text
    with client.session_transaction() as cookie:
        secret = cookie["second_factor_pending"]
    assert secret in page
    assert "<svg" in page
    form = {"current_password": PASSWORD, "code": "12345"}
    assert client.post("/en/account/second-factor", data=form).status_code == 422

    shown = client.post("/en/account/second-factor", data={**form, "code": pyotp.TOTP(secret).at(now)}).text
    assert shown.count("<li><code>") == 10
    row = session.get_one(Person, cast.ada.id)
    assert row.totp_secret is not None
    assert secret not in row.totp_secret

    assert client.post("/en/account/second-factor/off", data={"current_password": "wrong"}).status_code == 422
    renewed = client.post("/en/account/second-factor/recovery-codes", data={"current_password": PASSWORD})
    assert renewed.text.count("<li><code>") == 10
    assert client.post("/en/account/second-factor/off", data={"current_password": PASSWORD}).status_code == 303
    assert session.get_one(Person, cast.ada.id).totp_secret is None


def test_sessions_are_listed_and_ended_one_by_one(
    client: FlaskClient, app: Flask, cast: Cast, session: Session
) -> None:
    other, stranger = signed_in(app.test_client(), cast.ada), signed_in(app.test_client(), cast.eve)
    signed_in(client, cast.ada)
    first = session.scalars(
        select(SignInSession.id).where(SignInSession.person_id == cast.ada.id).order_by(SignInSession.id)
    ).first()
    assert client.get("/en/account/sessions").text.count('<th scope="row"') == 2

    assert stranger.post(f"/en/account/sessions/{first}/end").status_code == 404
    assert client.post(f"/en/account/sessions/{first}/end").status_code == 303
    assert other.get("/en/account").status_code == 303
    assert client.post("/en/account/sessions/end-others").status_code == 303
    assert client.get("/en/account").status_code == 200


def test_a_token_is_shown_once_works_and_is_ended(client: FlaskClient, cast: Cast, session: Session) -> None:
    signed_in(client, cast.ada)
    form = {"name": "My notebook", "scope": "read", "days": "30", "current_password": PASSWORD}
    page = client.post("/en/account/tokens", data=form)
    assert page.status_code == 200
    text = page.text.partition('id="fresh-token">')[2].partition("<")[0]
    assert text.startswith("bb_")
    assert text not in client.get("/en/account/tokens").text

    call = {"headers": {"Authorization": f"Bearer {text}"}}
    assert client.get("/api/v1/facilities", **call).status_code == 200
    assert client.get("/api/v1/bookings", **call).status_code == 200
    token = session.scalars(select(ApiToken)).one()
    assert token.last_used_on is not None
    assert client.post(f"/en/account/tokens/{token.id}/end").status_code == 303
    assert client.get("/api/v1/bookings", **call).status_code == 401


def test_a_token_that_only_reads_changes_nothing(client: FlaskClient, app: Flask, cast: Cast, now) -> None:
    database = app.extensions["benchbridge"][1]
    for scope, status in ((TokenScope.READ, 403), (TokenScope.WRITE, 404)):
        headers = bearer(database, cast.bo, now=now, scope=scope)
        assert client.get("/api/v1/bookings", headers=headers).status_code == 200
        answer = client.post(f"/api/v1/bookings/{cast.bo.id}/approve", headers=headers)
        assert answer.status_code == status


def test_only_administrators_make_tokens_that_administer(client: FlaskClient, cast: Cast) -> None:
    form = {"name": "x", "scope": "admin", "days": "30", "current_password": PASSWORD}
    assert signed_in(client, cast.ada).post("/en/account/tokens", data=form).status_code == 422
    assert signed_in(client, cast.dee).post("/en/account/tokens", data=form).status_code == 200


def test_everything_is_taken_along_but_no_secrets(
    client: FlaskClient, app: Flask, cast: Cast, session: Session, now
) -> None:
    bearer(app.extensions["benchbridge"][1], cast.ada, now=now)
    answer = signed_in(client, cast.ada).post("/en/account/export")
    taken = json.loads(answer.data)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert taken["person"][0]["email"] == "ada@example.org"
    assert taken["organisations"][0]["role"] == "researcher"
    assert len(taken["api_tokens"]) == len(taken["sessions"]) == 1
    for secret in ("password_hash", "token_digest", "totp_secret", "argon2", "bo@example.org"):
        assert secret not in answer.text


def test_leaving_erases_all_but_the_pseudonym(client: FlaskClient, cast: Cast, session: Session, now) -> None:
    record(session, Subject("person", cast.ada.id), "person.suspended", now=now, by=cast.dee.id, text={"reason": "Ada"})
    signed_in(client, cast.ada)
    form = {"current_password": PASSWORD, "sure": "y"}
    assert client.post("/en/account/delete", data={**form, "sure": ""}).status_code == 422
    assert client.post("/en/account/delete", data={**form, "current_password": "no"}).status_code == 422

    assert client.post("/en/account/delete", data=form).status_code == 303

    row = session.get_one(Person, cast.ada.id)
    assert (row.email, row.name, row.password_hash, row.erased_at) == (None, None, None, now)
    assert row.pseudonym
    assert session.scalars(select(Membership).where(Membership.person_id == row.id)).all() == []
    assert session.scalars(select(HistoryText.text)).all() == [None]
    assert client.get("/en/account").status_code == 303
    assert client.post("/en/sign-in", data={"email": "ada@example.org", "password": PASSWORD}).status_code == 422
    assert mail_to(session, "ada@example.org").code == "account_erased"


def test_the_only_manager_among_others_must_hand_over_first(
    client: FlaskClient, cast: Cast, session: Session, now
) -> None:
    gil = make_person(session, "Gil", now=now)
    join(session, gil, cast.firm, Role.HOST_STAFF, now=now)
    form = {"current_password": PASSWORD, "sure": "y"}
    refused = signed_in(client, cast.bo).post("/en/account/delete", data=form)
    assert refused.status_code == 422
    assert "only manager" in refused.text
    assert actor_of(session, cast.bo, now=now)
