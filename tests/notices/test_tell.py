"""Telling people: one inbox line each, one mail unless they chose otherwise."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.database import new_id
from marketplace.notices.actions import mail_to_address, tell
from marketplace.notices.models import Mail, Notice, NoticeChoice

ADA, BO = new_id(), new_id()


def test_everyone_is_told_once(session: Session, now: datetime) -> None:
    tell(session, [ADA, BO, ADA], "booking_confirmed", {"path": "bookings/1"}, now=now)

    assert {n.recipient_id for n in session.scalars(select(Notice))} == {ADA, BO}
    assert sorted(m.recipient_id for m in session.scalars(select(Mail)) if m.recipient_id) == sorted([ADA, BO])


def test_no_mail_for_those_who_chose_none(session: Session, now: datetime) -> None:
    session.add(NoticeChoice(person_id=ADA, code="booking_confirmed", by_mail=False))
    session.flush()
    tell(session, [ADA, BO], "booking_confirmed", {}, now=now)
    tell(session, [ADA], "booking_declined", {}, now=now)

    assert [(m.recipient_id, m.code) for m in session.scalars(select(Mail).order_by(Mail.id))] == [
        (BO, "booking_confirmed"),
        (ADA, "booking_declined"),
    ]
    assert len(session.scalars(select(Notice)).all()) == 3


def test_an_inbox_line_alone(session: Session, now: datetime) -> None:
    tell(session, [ADA], "booking_confirmed", {}, now=now, by_mail=False)
    tell(session, [], "booking_confirmed", {}, now=now)
    assert len(session.scalars(select(Notice)).all()) == 1
    assert session.scalars(select(Mail)).all() == []


def test_a_bare_address_gets_a_mail_and_no_inbox(session: Session, now: datetime) -> None:
    mail_to_address(session, "new@example.org", "sign_up", {"path": "sign-up/x"}, language="zh-Hant", now=now)
    mail = session.scalars(select(Mail)).one()
    assert (mail.address, mail.language, mail.recipient_id) == ("new@example.org", "zh-Hant", None)
    assert session.scalars(select(Notice)).all() == []
