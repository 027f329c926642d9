"""What administrators do to accounts: suspend, readmit, give and take the platform's own roles. Each with a reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.actions import sessions
from marketplace.accounts.actions.members import defer_look_at_travels
from marketplace.accounts.models import Person, PlatformRole
from marketplace.accounts.policy import Actor, demand
from marketplace.history.actions import Subject, record
from marketplace.notices.actions import tell
from marketplace.values.reasons import reason_given
from marketplace.values.refusal import NotFound, Refusal, Refused, StateForbids


def suspend_person(session: Session, person_id: UUID, reason: str, *, now: datetime, by: Actor) -> None:
    """Keep somebody out: every session ends and no token works until they are readmitted."""
    demand(by, "person.suspend", owner=person_id)
    person = _person(session, person_id)
    given = reason_given(reason)
    if person.id == by.person_id:
        raise Refused([Refusal("not_oneself")])
    if person.suspended_at is not None:
        raise StateForbids("suspended", "person.suspend")
    person.suspended_at = now
    defer_look_at_travels(session, person.id, now=now)
    sessions.end_all(session, person.id, now=now)
    _write(session, person, "person.suspended", given, now=now, by=by)


def readmit_person(session: Session, person_id: UUID, reason: str, *, now: datetime, by: Actor) -> None:
    """End a suspension; they sign in anew."""
    demand(by, "person.suspend", owner=person_id)
    person = _person(session, person_id)
    given = reason_given(reason)
    if person.suspended_at is None:
        raise StateForbids("active", "person.readmit")
    person.suspended_at = None
    defer_look_at_travels(session, person.id, now=now)
    _write(session, person, "person.readmitted", given, now=now, by=by)


def set_platform_role(
    session: Session, person_id: UUID, role: PlatformRole | None, *, reason: str, now: datetime, by: Actor
) -> None:
    """Make somebody administrator or auditor, or neither; never oneself, and every session of theirs ends."""
    demand(by, "person.change_role", owner=person_id)
    person = _person(session, person_id)
    given = reason_given(reason)
    if person.id == by.person_id:
        raise Refused([Refusal("not_oneself")])
    if person.platform_role is role:
        return
    before, person.platform_role = person.platform_role, role
    sessions.end_all(session, person.id, now=now)
    session.flush()
    details = {"before": before, "role": role}
    record(
        session, Subject("person", person.id), "person.role_changed", now=now, by=by.person_id, details=details,
        text={"reason": given},
    )  # fmt: skip
    tell(session, [person.id], "platform_role_changed", {"path": "account", "reason": given}, now=now)


def _write(session: Session, person: Person, verb: str, reason: str, *, now: datetime, by: Actor) -> None:
    session.flush()
    record(session, Subject("person", person.id), verb, now=now, by=by.person_id, text={"reason": reason})
    tell(session, [person.id], verb.replace(".", "_"), {"path": "", "reason": reason}, now=now)


def _person(session: Session, person_id: UUID) -> Person:
    found = session.scalar(
        select(Person).where(Person.id == person_id, Person.erased_at.is_(None)).with_for_update(key_share=True)
    )
    if found is None:
        raise NotFound("person")
    return found
