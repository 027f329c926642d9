"""What readers do with their notices: read them, choose, and be forgotten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.database import new_id
from marketplace.notices.actions import choose, mark_read, tell
from marketplace.notices.actions.inbox import forget
from marketplace.notices.models import Mail, Notice, NoticeChoice
from marketplace.notices.queries import inbox, mail_counts, unmailed_codes, unread_count

ADA, BO = new_id(), new_id()


def test_reading_is_one_s_own(session: Session, now: datetime) -> None:
    tell(session, [ADA, BO], "a", {}, now=now)
    tell(session, [ADA], "b", {}, now=now)
    theirs = inbox(session, BO)[0]
    mark_read(session, ADA, [inbox(session, ADA)[0].id, theirs.id], now=now)
    assert (unread_count(session, ADA), unread_count(session, BO)) == (1, 1)
    mark_read(session, ADA, None, now=now)
    assert (unread_count(session, ADA), unread_count(session, BO)) == (0, 1)


def test_the_inbox_is_read_newest_first_and_by_page(session: Session, now: datetime) -> None:
    for code in "abc":
        tell(session, [ADA], code, {}, now=now)
    first = inbox(session, ADA, limit=2)
    assert [notice.code for notice in first] == ["c", "b"]
    assert [notice.code for notice in inbox(session, ADA, before=first[-1].id)] == ["a"]


def test_choices_can_be_changed(session: Session, now: datetime) -> None:
    choose(session, ADA, {})
    choose(session, ADA, {"a": False, "b": False})
    choose(session, ADA, {"a": True})
    assert unmailed_codes(session, ADA) == {"b"}
    tell(session, [ADA], "b", {}, now=now)
    assert mail_counts(session, now=now)["waiting"] == 0


def test_the_erased_leave_nothing(session: Session, now: datetime) -> None:
    tell(session, [ADA, BO], "a", {"name": "x"}, now=now)
    choose(session, ADA, {"a": False})
    forget(session, ADA, pseudonym="person-x")
    assert [row.recipient_id for row in session.scalars(select(Notice))] == [BO]
    assert [row.recipient_id for row in session.scalars(select(Mail))] == [BO]
    assert session.scalars(select(NoticeChoice)).all() == []
