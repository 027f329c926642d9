"""What a reader does with their notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.notices.models import Mail, Notice, NoticeChoice


def mark_read(session: Session, person_id: UUID, ids: Iterable[UUID] | None, *, now: datetime) -> None:
    """Mark a person's notices as read: those of `ids`, or all for None. Other people's ids change nothing."""
    change = update(Notice).where(Notice.recipient_id == person_id, Notice.read_at.is_(None)).values(read_at=now)
    session.execute(change if ids is None else change.where(Notice.id.in_(list(ids))))


def choose(session: Session, person_id: UUID, by_mail: Mapping[str, bool]) -> None:
    """Keep a person's choice for each code: by mail too, or in the inbox alone."""
    if not by_mail:
        return
    rows = [{"person_id": person_id, "code": code, "by_mail": wanted} for code, wanted in by_mail.items()]
    put = insert(NoticeChoice).values(rows)
    session.execute(
        put.on_conflict_do_update(index_elements=["person_id", "code"], set_={"by_mail": put.excluded.by_mail})
    )


def forget(session: Session, person_id: UUID) -> None:
    """Delete an erased person's notices, choices and mails."""
    session.execute(delete(Notice).where(Notice.recipient_id == person_id))
    session.execute(delete(NoticeChoice).where(NoticeChoice.person_id == person_id))
    session.execute(delete(Mail).where(Mail.recipient_id == person_id))
