"""Requests about personal data: one's own, and all of them by the day of their answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.privacy.models import PrivacyRequest, RequestState
from marketplace.privacy.queries.everything import everything_about
from marketplace.privacy.rules.retention import RETENTION, Kept, kept_of
from marketplace.values.refusal import NotFound


@dataclass(frozen=True, slots=True)
class Line:
    """One request with what its person is called."""

    request: PrivacyRequest
    person: str


def requests_of(session: Session, person_id: UUID) -> Sequence[PrivacyRequest]:
    """Somebody's own requests, the latest first."""
    wanted = select(PrivacyRequest).where(PrivacyRequest.person_id == person_id)
    return session.scalars(wanted.order_by(PrivacyRequest.id.desc()).limit(100)).all()


def requests(session: Session, *, state: RequestState | None, limit: int, offset: int = 0) -> list[Line]:
    """Requests of one state or of all: what is open by its day, the first due on top; else the latest first."""
    wanted = select(PrivacyRequest, func.coalesce(Person.name, Person.pseudonym)).join(
        Person, Person.id == PrivacyRequest.person_id
    )
    if state is not None:
        wanted = wanted.where(PrivacyRequest.state == state)
    key = PrivacyRequest.due_on if state is RequestState.OPEN else PrivacyRequest.id.desc()
    return [Line(*row) for row in session.execute(wanted.order_by(key, PrivacyRequest.id).limit(limit).offset(offset))]


def request(session: Session, request_id: UUID) -> Line:
    """One request. Raises NotFound."""
    row = session.execute(
        select(PrivacyRequest, func.coalesce(Person.name, Person.pseudonym))
        .join(Person, Person.id == PrivacyRequest.person_id)
        .where(PrivacyRequest.id == request_id)
    ).one_or_none()
    if row is None:
        raise NotFound("privacy request")
    return Line(*row)


def would_stay(session: Session, row: PrivacyRequest, *, now: datetime) -> list[Kept]:
    """What stays of somebody who is erased: once decided, what stayed then."""
    if row.state is not RequestState.OPEN:
        return [kept for kept in RETENTION if kept.code in row.kept]
    held = everything_about(session, row.person_id, now=now)
    return kept_of([name for name, rows in held.items() if rows])
