"""Signing in and out: one answer for known and unknown, sessions that rotate and end, codes that work once."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.actions import credentials, second_factor
from marketplace.accounts.models import Person, SignInSession
from tests.cast import PASSWORD, Cast, signed_in

SIGN_IN = "/en/sign-in"
TOKEN = re.compile(r"name=\"csrf_token\"[^>]*>")


def give(client: FlaskClient, email: str, password: str = PASSWORD, **more: str):
    return client.post(SIGN_IN, data={"email": email, "password": password, **more})


def token_of(client: FlaskClient) -> str | None:
    with client.session_transaction() as cookie:
        return cookie.get("sign_in")


def test_the_right_password_opens_the_account_in_its_own_language(client: FlaskClient, cast: Cast) -> None:
    answer = give(client, "BO@example.org")

    assert answer.status_code == 303
    assert answer.location.startswith("/zh-hans/")
    assert client.get("/en/account").status_code == 200


def test_known_and_unknown_addresses_get_the_same_answer(client: FlaskClient, cast: Cast) -> None:
    known = give(client, "ada@example.org", "a wrong one")
    unknown = give(client, "nobody@example.org", "a wrong one")

    assert known.status_code == unknown.status_code == 422
    # The token of the form tells the second in which it was made.
    pages = [TOKEN.sub("", answer.text.replace("ada@", "nobody@")) for answer in (known, unknown)]
    assert pages[0] == pages[1]
    assert "wrong" in known.text


def test_the_same_work_is_done_for_nobody_as_for_somebody(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    from marketplace.accounts.actions import passwords

    checked: list[str] = []
    real = passwords.HASHER.verify

    class Counting:
        def verify(self, password_hash: str, given: str) -> bool:
            checked.append(given)
            return bool(real(password_hash, given))

    monkeypatch.setattr(passwords, "HASHER", Counting())
    passwords._nobodys.cache_clear()
    monkeypatch.setattr(passwords, "_nobodys", lambda: cast.eve.password_hash)

    give(client, "ada@example.org", "a wrong one")
    give(client, "nobody@example.org", "a wrong one")

    assert checked == ["a wrong one", "a wrong one"]


def test_the_password_of_one_account_opens_no_other(client: FlaskClient, cast: Cast, session: Session) -> None:
    cast.ada.password_hash = None
    assert give(client, "ada@example.org").status_code == 422


def test_a_suspended_person_is_told_only_with_the_right_password(
    client: FlaskClient, cast: Cast, now: datetime
) -> None:
    cast.ada.suspended_at = now

    assert "suspended" not in give(client, "ada@example.org", "wrong").text
    assert "suspended" in give(client, "ada@example.org").text
    assert client.get("/en/account").status_code == 303


def test_signing_in_rotates_the_session(client: FlaskClient, cast: Cast) -> None:
    with client.session_transaction() as cookie:
        cookie["sign_in"] = "a token that somebody planted"
        cookie["planted"] = "yes"

    give(client, "ada@example.org")

    with client.session_transaction() as cookie:
        assert cookie["sign_in"] != "a token that somebody planted"
        assert "planted" not in cookie


def test_signing_out_ends_the_session_for_good(client: FlaskClient, cast: Cast, session: Session) -> None:
    give(client, "ada@example.org")
    token = token_of(client)
    assert client.post("/en/sign-out").status_code == 303

    with client.session_transaction() as cookie:
        cookie["sign_in"] = token

    assert client.get("/en/account").status_code == 303
    assert session.scalar(select(func.count()).where(SignInSession.ended_at.is_not(None))) == 1


@pytest.mark.parametrize(
    ("wanted", "leads"),
    [
        ("/en/account", "/en/account"),
        ("/en/search?q=%E7%94%B5%E9%95%9C&page=2", "/en/search?q=%E7%94%B5%E9%95%9C&page=2"),
        ("//evil.example", None),
        ("/\\evil.example", None),
        ("https://evil.example/", None),
        ("/\t/evil.example", None),
        ("javascript:alert(1)", None),
    ],
)
def test_only_places_of_this_site_are_led_to(client: FlaskClient, cast: Cast, wanted: str, leads: str | None) -> None:
    answer = give(client, "ada@example.org", next=wanted)

    assert answer.status_code == 303
    if leads:
        assert answer.location == leads
    else:
        assert "evil" not in answer.location
        assert answer.location.startswith("/en/")


def test_a_page_that_wants_somebody_leads_there_and_back(client: FlaskClient, cast: Cast) -> None:
    asked = client.get("/en/account/sessions")
    assert asked.status_code == 303

    page = client.get(asked.location)
    assert 'value="/en/account/sessions"' in page.text


def test_guesses_are_counted(client: FlaskClient, cast: Cast) -> None:
    answers = [give(client, "ada@example.org", f"guess {n}").status_code for n in range(11)]

    assert answers[:10] == [422] * 10
    assert answers[10] == 429
    assert give(client, "ada@example.org").status_code == 429
    assert give(client, "bo@example.org").status_code == 303


def with_factor(session: Session, app: Flask, person: Person, *, now: datetime) -> tuple[str, list[str]]:
    secret = pyotp.random_base32()
    key = app.extensions["benchbridge"][0].secret_key
    earlier = now - timedelta(minutes=10)
    codes = second_factor.enable(session, person.id, secret, pyotp.TOTP(secret).at(earlier), key=key, now=earlier)
    session.flush()
    return secret, codes


def test_a_second_factor_is_asked_for_and_works_once(
    client: FlaskClient, app: Flask, cast: Cast, session: Session, now: datetime
) -> None:
    secret, _ = with_factor(session, app, cast.ada, now=now)
    code = pyotp.TOTP(secret).at(now)

    assert give(client, "ada@example.org").location == "/en/sign-in/code"
    assert token_of(client) is None
    assert client.get("/en/account").status_code == 303
    assert client.post("/en/sign-in/code", data={"code": "000000" if code != "000000" else "111111"}).status_code == 422
    assert client.post("/en/sign-in/code", data={"code": code}).status_code == 303
    assert client.get("/en/account").status_code == 200

    other = app.test_client()
    give(other, "ada@example.org")
    assert other.post("/en/sign-in/code", data={"code": code}).status_code == 422


def test_a_recovery_code_stands_in_and_is_spent(
    client: FlaskClient, app: Flask, cast: Cast, session: Session, now: datetime
) -> None:
    _, codes = with_factor(session, app, cast.ada, now=now)
    give(client, "ada@example.org")

    assert client.post("/en/sign-in/code", data={"code": codes[0].lower()}).status_code == 303
    assert len(session.get_one(Person, cast.ada.id).recovery_codes) == 9

    other = app.test_client()
    give(other, "ada@example.org")
    assert other.post("/en/sign-in/code", data={"code": codes[0]}).status_code == 422


def test_with_another_key_recovery_codes_still_work(
    client: FlaskClient, app: Flask, cast: Cast, session: Session, now: datetime
) -> None:
    secret, codes = with_factor(session, app, cast.ada, now=now)
    settings, *others = app.extensions["benchbridge"]
    app.extensions["benchbridge"] = (replace(settings, secret_key="another key, as long as the one before"), *others)
    give(client, "ada@example.org")

    assert client.post("/en/sign-in/code", data={"code": pyotp.TOTP(secret).at(now)}).status_code == 422
    assert client.post("/en/sign-in/code", data={"code": codes[0]}).status_code == 303


def test_the_second_step_waits_five_minutes(
    client: FlaskClient, app: Flask, cast: Cast, session: Session, now: datetime
) -> None:
    secret, _ = with_factor(session, app, cast.ada, now=now)
    give(client, "ada@example.org")
    later = now + timedelta(minutes=6)
    app.config["CLOCK"] = lambda: later

    answer = client.post("/en/sign-in/code", data={"code": pyotp.TOTP(secret).at(later)})

    assert answer.location == "/en/sign-in"


def test_the_second_step_counts_for_the_password_that_was_given(
    client: FlaskClient, app: Flask, cast: Cast, session: Session, now: datetime
) -> None:
    secret, _ = with_factor(session, app, cast.ada, now=now)
    give(client, "ada@example.org")
    credentials.change_password(session, cast.ada.id, "four words and a comma", now=now)
    session.flush()

    answer = client.post("/en/sign-in/code", data={"code": pyotp.TOTP(secret).at(now)})

    assert answer.location == "/en/sign-in"


def test_an_old_hash_is_renewed_before_the_second_step(
    client: FlaskClient, app: Flask, cast: Cast, session: Session, now: datetime
) -> None:
    from argon2 import PasswordHasher

    secret, _ = with_factor(session, app, cast.ada, now=now)
    cast.ada.password_hash = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    give(client, "ada@example.org")
    assert client.post("/en/sign-in/code", data={"code": pyotp.TOTP(secret).at(now)}).status_code == 303
    assert client.get("/en/account").status_code == 200


def test_the_first_step_is_needed(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/en/sign-in/code").location == "/en/sign-in"


def test_an_old_hash_is_renewed(client: FlaskClient, cast: Cast, session: Session) -> None:
    from argon2 import PasswordHasher

    cast.ada.password_hash = old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    give(client, "ada@example.org")

    renewed = session.get_one(Person, cast.ada.id).password_hash
    assert renewed != old
    assert renewed is not None
    assert "m=19456" in renewed


def test_whoever_is_signed_in_is_led_on(client: FlaskClient, cast: Cast) -> None:
    assert signed_in(client, cast.ada).get(SIGN_IN).status_code == 303
