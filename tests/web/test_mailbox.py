"""The mailbox of development: open there, absent everywhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from marketplace.application import create_app
from marketplace.database import Database
from marketplace.notices.actions import mail_to_address, tell
from marketplace.notices.models import Mail
from tests.cast import Cast
from tests.clients import SharingClient


@pytest.fixture
def developer(settings: Settings, database: Database, session: Session, now: datetime) -> FlaskClient:
    app = create_app(replace(settings, environment="development"), database)
    app.config.update(CLOCK=lambda: now, WTF_CSRF_ENABLED=False)
    app.test_client_class = type("Client", (SharingClient,), {"session": session})
    return app.test_client()


@pytest.fixture
def mail(session: Session, cast: Cast, now: datetime) -> Mail:
    mail_to_address(session, "new@example.org", "sign_up", {"path": "sign-up/one-time"}, language="zh-Hant", now=now)
    tell(session, [cast.ada.id], "token_issued", {"name": "<i>robot</i>"}, now=now)
    return session.scalars(select(Mail).where(Mail.address.is_not(None))).one()


def test_a_developer_follows_the_link_of_a_mail(developer: FlaskClient, mail: Mail) -> None:
    listed = developer.get("/en/mailbox")
    assert "new@example.org" in listed.text and "ada@example.org" in listed.text
    shown = developer.get(f"/en/mailbox/{mail.id}")
    assert shown.status_code == 200
    assert 'href="http://127.0.0.1:8000/zh-hant/sign-up/one-time"' in shown.text


def test_what_mails_say_is_escaped(developer: FlaskClient, mail: Mail, session: Session) -> None:
    other = session.scalars(select(Mail).where(Mail.address.is_(None))).one()
    assert "<i>robot" not in developer.get(f"/en/mailbox/{other.id}").text


def test_elsewhere_there_is_no_mailbox(client: FlaskClient, mail: Mail) -> None:
    assert client.get("/en/mailbox").status_code == 404
    assert client.get(f"/en/mailbox/{mail.id}").status_code == 404


def test_with_a_mail_server_there_is_none_either(
    settings: Settings, database: Database, mail: Mail, session: Session
) -> None:
    app = create_app(replace(settings, environment="development", mail_host="smtp.example"), database)
    assert app.test_client().get("/en/mailbox").status_code == 404


def test_an_instance_that_others_can_reach_has_none(settings: Settings, database: Database, mail: Mail) -> None:
    exposed = replace(settings, environment="development", host="0.0.0.0", rate_limits=True)
    app = create_app(exposed, database)
    assert app.test_client().get("/en/mailbox").status_code == 404
