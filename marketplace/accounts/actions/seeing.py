"""Seeing the site as somebody else: an administrator, with a reason, for a while, changing nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, SeeingAs
from marketplace.accounts.policy import Actor, demand
from marketplace.history.actions import Subject, record
from marketplace.notices.actions import tell
from marketplace.platform.queries import number
from marketplace.platform.rules import SEEING_MINUTES
from marketplace.values.reasons import reason_given
from marketplace.values.refusal import NotFound, Refusal, Refused, StateForbids


def begin(session: Session, person_id: UUID, session_id: UUID, reason: str, *, now: datetime, by: Actor) -> SeeingAs:
    """See the site as somebody in the browser of this sign-in session; they are told, with the reason.

    Refused for oneself, for whoever has a role on the platform, and for who is suspended. One that still runs in the
    browser ends.
    """
    demand(by, "person.see_as")
    given = reason_given(reason)
    wanted = select(Person).where(Person.id == person_id, Person.erased_at.is_(None))
    person = session.scalar(wanted.with_for_update(key_share=True))
    if person is None:
        raise NotFound("person")
    if person.id == by.person_id:
        raise Refused([Refusal("not_oneself")])
    if person.platform_role is not None:
        raise Refused([Refusal("seeing_overseer")])
    if person.suspended_at is not None:
        raise StateForbids("suspended", "person.see_as")
    before = _running(session, session_id)
    if before is not None:
        _close(session, before, now=now, by=by.id)
    row = SeeingAs(
        session_id=session_id,
        administrator_id=by.id,
        person_id=person.id,
        begun_at=now,
        ends_at=now + timedelta(minutes=number(session, SEEING_MINUTES)),
    )
    session.add(row)
    session.flush()
    details = {"until": row.ends_at.isoformat(), "seeing": str(row.id)}
    subject = Subject("person", person.id)
    record(session, subject, "person.seen_as", now=now, by=by.id, details=details, text={"reason": given})
    tell(session, [person.id], "person_seen_as", {"path": "", "reason": given}, now=now)
    return row


def end(session: Session, session_id: UUID, *, now: datetime) -> UUID:
    """Be oneself again in this browser; answers as whom the site was seen. Raises `StateForbids` where nothing runs."""
    row = _running(session, session_id)
    if row is None:
        raise StateForbids("oneself", "person.stop_seeing")
    _close(session, row, now=now, by=row.administrator_id)
    return row.person_id


def _running(session: Session, session_id: UUID) -> SeeingAs | None:
    wanted = select(SeeingAs).where(SeeingAs.session_id == session_id, SeeingAs.ended_at.is_(None))
    return session.scalar(wanted.with_for_update())


def _close(session: Session, row: SeeingAs, *, now: datetime, by: UUID) -> None:
    # Who forgets to end it is themselves again when the time is over: it ended then.
    row.ended_at = min(now, row.ends_at)
    session.flush()
    details = {"seeing": str(row.id)}
    record(session, Subject("person", row.person_id), "person.seen_as_ended", now=now, by=by, details=details)
