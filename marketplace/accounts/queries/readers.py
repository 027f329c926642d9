"""Whom mails go to: the address, language and time zone of today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, PlatformRole


@dataclass(frozen=True, slots=True)
class MailReader:
    """How to write to a person."""

    address: str
    language: str
    time_zone: str


def administrators(session: Session) -> list[UUID]:
    """The people who act for the platform."""
    acting = (Person.platform_role == PlatformRole.ADMINISTRATOR) & Person.suspended_at.is_(None)
    return list(session.scalars(select(Person.id).where(acting).order_by(Person.id)))


def mail_readers(session: Session, people: Iterable[UUID]) -> dict[UUID, MailReader]:
    """How to write to these people; those who have been erased are missing."""
    wanted = set(people)
    if not wanted:
        return {}
    rows = session.execute(
        select(Person.id, Person.email, Person.language, Person.time_zone).where(
            Person.id.in_(wanted), Person.email.is_not(None)
        )
    )
    return {row.id: MailReader(row.email or "", row.language, row.time_zone) for row in rows}
