"""Reading the inbox, the choices, and the outbox that the sweep empties."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.notices.models import Mail, MailState, Notice, NoticeChoice

OVERDUE = timedelta(minutes=5)


def inbox(session: Session, person_id: UUID, *, limit: int = 50, before: UUID | None = None) -> list[Notice]:
    """A person's notices, newest first; `before` is the id of the last one already shown."""
    query = select(Notice).where(Notice.recipient_id == person_id).order_by(Notice.id.desc()).limit(limit)
    return list(session.scalars(query if before is None else query.where(Notice.id < before)))


def unread_count(session: Session, person_id: UUID) -> int:
    """How many notices a person has not opened."""
    query = select(func.count()).where(Notice.recipient_id == person_id, Notice.read_at.is_(None))
    return session.scalar(query) or 0


def unmailed_codes(session: Session, person_id: UUID) -> set[str]:
    """The codes that a person wants no mail about."""
    query = select(NoticeChoice.code).where(NoticeChoice.person_id == person_id, NoticeChoice.by_mail.is_(False))
    return set(session.scalars(query))


def mails(
    session: Session, *, state: MailState | None = None, limit: int = 50, before: UUID | None = None
) -> list[Mail]:
    """The outbox, newest first: of one state or of all."""
    query = select(Mail).order_by(Mail.id.desc()).limit(limit)
    if state is not None:
        query = query.where(Mail.state == state)
    return list(session.scalars(query if before is None else query.where(Mail.id < before)))


def mail_counts(session: Session, *, now: datetime) -> dict[str, int]:
    """How many mails wait, how many of them are overdue by more than five minutes, and how many are dead."""
    dead = select(func.count()).where(Mail.state == MailState.DEAD).scalar_subquery()
    waiting, overdue, given_up = session.execute(
        select(func.count(), func.count().filter(Mail.next_at < now - OVERDUE), dead).where(
            Mail.state == MailState.WAITING
        )
    ).one()
    return {"waiting": waiting, "overdue": overdue, "dead": given_up}


def notice(session: Session, person_id: UUID, notice_id: UUID) -> Notice | None:
    """One of a person's own notices."""
    return session.scalar(select(Notice).where(Notice.id == notice_id, Notice.recipient_id == person_id))


def mail(session: Session, mail_id: UUID) -> Mail | None:
    """One mail of the outbox."""
    return session.get(Mail, mail_id)
