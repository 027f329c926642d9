"""Mail, to a real SMTP server: what arrives, what is tried again, what is given up."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from marketplace.accounts.models import Person
from marketplace.database import Database, new_id
from marketplace.files.store import FileStore
from marketplace.notices import rules
from marketplace.notices.actions import mail_to_address, outbox, tell
from marketplace.notices.models import Mail, MailState
from marketplace.values.refusal import NotFound, StateForbids
from marketplace.worker.mails import send_due
from marketplace.worker.postman import postman_for
from marketplace.worker.registry import Workshop

INVITATION = {
    "uid": "0190-booking",
    "sequence": 2,
    "method": "REQUEST",
    "start": "2026-03-06T01:00:00+00:00",
    "end": "2026-03-09T10:00:00+00:00",
    "summary": {"en": "Clean room, bay 2", "zh-Hant": "無塵室二號工位"},
    "location": {"zh-Hant": "香港科學園十二號樓"},
}


class Server:
    """What the SMTP server was handed, and what it shall answer."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.answer = "250 taken"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if "nobody" in address:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))  # type: ignore[arg-type]
            self.recipients += envelope.rcpt_tos
        return self.answer


class Clock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def smtp() -> Iterator[tuple[Server, int]]:
    handler = Server()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture
def settings(smtp: tuple[Server, int], tmp_path: Path) -> Settings:
    return Settings(
        environment="test",
        secret_key="s",
        history_key="h",
        database_url="",
        instance=tmp_path,
        public_url="https://bench.example",
        mail_host="127.0.0.1",
        mail_port=smtp[1],
        mail_starttls=False,
    )


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
def workshop(database: Database, settings: Settings, clock: Clock, tmp_path: Path) -> Workshop:
    return Workshop(settings, database, FileStore("", tmp_path), clock)


@pytest.fixture
def ada(session: Session, now: datetime) -> Person:
    person = Person(email="ada@example.org", name="Ada", pseudonym="p1", language="zh-Hant", created_at=now)
    session.add(person)
    session.commit()
    return person


def send(workshop: Workshop) -> int:
    return send_due(workshop, postman_for(workshop.settings))


def only(session: Session) -> Mail:
    session.expire_all()
    return session.scalars(select(Mail)).one()


def test_a_person_is_written_to_in_the_language_they_read_today(
    workshop: Workshop, session: Session, smtp: tuple[Server, int], ada: Person, now: datetime
) -> None:
    tell(session, [ada.id], "token_issued", {"path": "account/tokens", "name": "lab robot"}, now=now)
    ada.language = "zh-Hans"
    session.commit()

    assert send(workshop) == 1
    mail = smtp[0].mails[0]
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]

    assert smtp[0].recipients == ["ada@example.org"]
    assert mail["Content-Language"] == "zh-Hans-CN"
    assert "https://bench.example/zh-hans/account/tokens" in text
    assert 'href="https://bench.example/zh-hans/account/tokens"' in html
    assert "lab robot" in mail["Subject"] + text
    assert "选择接收哪些邮件" in text
    assert mail["Auto-Submitted"] == "auto-generated"
    assert (only(session).state, only(session).sent_at) == (MailState.SENT, now)
    assert send(workshop) == 0


def test_a_bare_address_is_written_to_and_its_link_forgotten_once_sent(
    workshop: Workshop, session: Session, smtp: tuple[Server, int], now: datetime
) -> None:
    mail_to_address(session, "new@example.org", "sign_up", {"path": "sign-up/s3cret"}, language="en", now=now)
    session.commit()
    send(workshop)
    text = smtp[0].mails[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "https://bench.example/en/sign-up/s3cret" in text
    assert "inbox/choices" not in text
    assert "s3cret" not in str(only(session).details)


def test_an_invitation_is_one_that_calendars_take(
    workshop: Workshop, session: Session, smtp: tuple[Server, int], ada: Person, now: datetime
) -> None:
    tell(session, [ada.id], "token_issued", {"name": "n", "path": "bookings/1", "invitation": INVITATION}, now=now)
    session.commit()
    send(workshop)
    mail = smtp[0].mails[0]
    parts = {part.get_content_type(): part for part in mail.walk()}
    calendar = parts["text/calendar"]
    event = Calendar.from_ical(calendar.get_content()).walk("VEVENT")[0]

    assert mail.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["multipart/alternative", "application/ics"]
    assert calendar.get_param("method") == "REQUEST"
    assert calendar.get_content_charset() == "utf-8"
    assert "METHOD:REQUEST" in calendar.get_content()
    assert event["UID"] == "0190-booking@bench.example"
    assert (event["SEQUENCE"], event["STATUS"]) == (2, "CONFIRMED")
    assert event.decoded("DTSTART") == datetime.fromisoformat(INVITATION["start"])  # type: ignore[arg-type]
    assert b"DTSTART:20260306T010000Z" in calendar.get_content().encode()
    assert event["SUMMARY"] == "無塵室二號工位"
    assert event["ATTENDEE"] == "mailto:ada@example.org"
    assert event["ORGANIZER"] == "mailto:no-reply@benchbridge.example"
    assert parts["application/ics"].get_filename() == "booking.ics"
    attached = parts["application/ics"].get_content().decode()
    assert attached.splitlines() == calendar.get_content().splitlines()


def test_a_cancellation_has_the_same_uid_and_a_higher_sequence(
    workshop: Workshop, session: Session, smtp: tuple[Server, int], ada: Person, now: datetime
) -> None:
    for change in ({}, {"method": "CANCEL", "sequence": 3}):
        details = {"name": "n", "invitation": {**INVITATION, **change}}
        tell(session, [ada.id], "token_issued", details, now=now)
    session.commit()
    send(workshop)
    events = [Calendar.from_ical(_part(mail, "text/calendar")).walk("VEVENT")[0] for mail in smtp[0].mails]
    assert events[0]["UID"] == events[1]["UID"]
    assert [event["SEQUENCE"] for event in events] == [2, 3]
    assert events[1]["STATUS"] == "CANCELLED"


@pytest.mark.parametrize("name", ["a\r\nBcc: eve@example.org", "%(path)s", "<b onclick=x>", "=?utf-8?q?Bcc:?="])
def test_hostile_details_stay_text(
    workshop: Workshop, session: Session, smtp: tuple[Server, int], ada: Person, now: datetime, name: str
) -> None:
    hostile = {**INVITATION, "summary": name + "\r\nATTACH:http://evil.example"}
    tell(session, [ada.id], "token_issued", {"name": name, "path": "//evil.example/x", "invitation": hostile}, now=now)
    session.commit()
    send(workshop)
    mail = smtp[0].mails[0]
    assert mail["Bcc"] is None
    assert smtp[0].recipients == ["ada@example.org"]
    assert "<b onclick" not in _part(mail, "text/html")
    assert "//evil.example/x" not in _part(mail, "text/plain")
    event = Calendar.from_ical(_part(mail, "text/calendar")).walk("VEVENT")[0]
    assert "ATTACH" not in event


def test_a_busy_server_is_tried_again_with_the_same_message_id(
    workshop: Workshop, session: Session, smtp: tuple[Server, int], ada: Person, clock: Clock
) -> None:
    tell(session, [ada.id], "token_issued", {"name": "n"}, now=clock.at)
    session.commit()
    smtp[0].answer = "451 later"
    send(workshop)
    assert (only(session).state, only(session).attempts) == (MailState.WAITING, 1)
    assert "ada@" not in (only(session).last_error or "")
    assert send(workshop) == 0, "not before its time"
    smtp[0].answer = "250 taken"
    clock.at += rules.wait_after(1)
    send(workshop)
    assert only(session).state is MailState.SENT
    assert smtp[0].mails[0]["Message-ID"] == f"<{only(session).message_id}@bench.example>"


def test_a_refused_recipient_is_given_up_at_once_and_can_be_retried(
    workshop: Workshop, session: Session, smtp: tuple[Server, int], now: datetime
) -> None:
    mail_to_address(session, "nobody@example.org", "sign_up", {}, language="en", now=now)
    mail_to_address(session, "new@example.org", "sign_up", {}, language="en", now=now)
    session.commit()
    send(workshop)
    dead, sent = session.scalars(select(Mail).order_by(Mail.id)).all()
    assert (dead.state, sent.state) == (MailState.DEAD, MailState.SENT)
    with pytest.raises(StateForbids):
        outbox.retry(session, sent.id, now=now, by=new_id())
    with pytest.raises(NotFound):
        outbox.retry(session, new_id(), now=now, by=new_id())
    outbox.retry(session, dead.id, now=now, by=new_id())
    session.commit()
    assert send(workshop) == 1


def test_a_server_that_is_away_costs_attempts_and_then_the_mail(
    workshop: Workshop, session: Session, ada: Person, clock: Clock
) -> None:
    tell(session, [ada.id], "token_issued", {"name": "n"}, now=clock.at)
    session.commit()
    away = replace(workshop, settings=replace(workshop.settings, mail_port=1))
    for _ in range(rules.MAX_ATTEMPTS):
        assert send(away) == 1
        clock.at += timedelta(hours=7)
    assert only(session).state is MailState.DEAD
    assert only(session).attempts == rules.MAX_ATTEMPTS


def test_who_is_gone_gets_nothing(
    workshop: Workshop, session: Session, smtp: tuple[Server, int], ada: Person, now: datetime
) -> None:
    tell(session, [ada.id, new_id()], "token_issued", {"name": "n"}, now=now)
    ada.email = ada.name = None
    ada.erased_at = now
    session.commit()
    send(workshop)
    assert smtp[0].mails == []
    assert session.scalars(select(Mail)).all() == []


def test_without_a_server_mails_wait_in_the_mailbox(
    workshop: Workshop, session: Session, smtp: tuple[Server, int], now: datetime
) -> None:
    mail_to_address(session, "new@example.org", "sign_up", {"path": "sign-up/x"}, language="en", now=now)
    session.commit()
    send(replace(workshop, settings=replace(workshop.settings, mail_host="")))
    assert smtp[0].mails == []
    assert (only(session).state, only(session).details) == (MailState.SENT, {"path": "sign-up/x"})


def test_old_mails_are_pruned(session: Session, ada: Person, now: datetime) -> None:
    tell(session, [ada.id], "token_issued", {}, now=now)
    mail = only(session)
    outbox.claim(session, now=now, limit=1)
    outbox.mark_sent(session, mail, now=now, keep_links=False)
    assert outbox.prune(session, now=now + timedelta(days=89)) == 0
    assert outbox.prune(session, now=now + timedelta(days=91)) == 1


def _part(mail: EmailMessage, kind: str) -> str:
    return str(next(part for part in mail.walk() if part.get_content_type() == kind).get_content())
