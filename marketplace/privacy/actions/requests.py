"""Requests about one's own data: asked by the person or entered for them, then granted, refused or taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Membership, Organisation, Person
from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.queries.readers import administrators
from marketplace.availability.rules import local_day
from marketplace.history.actions import Subject, record
from marketplace.jurisdictions.models import Jurisdiction
from marketplace.jurisdictions.queries import working_calendars
from marketplace.notices.actions import tell
from marketplace.permits.queries.vault import HERE
from marketplace.privacy.actions.erasing import erase
from marketplace.privacy.models import PrivacyRequest, RequestKind, RequestLaw, RequestState
from marketplace.privacy.queries.everything import everything_about
from marketplace.privacy.rules.deadlines import MAINLAND_CALENDAR, due_on, strictest
from marketplace.privacy.rules.retention import kept_of
from marketplace.values.localized import clean_text
from marketplace.values.reasons import reason_given
from marketplace.values.refusal import Invalid, NotFound, Refusal, Refused, StateForbids

LONGEST_NOTE: Final = 2000
# How long ago what is entered may have reached us.
LONGEST_AGO: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked: `at` is when it reached us, None for now; `law` None for the strictest of where they belong."""

    kind: RequestKind
    note: str = ""
    law: RequestLaw | None = None
    at: datetime | None = None


def ask(session: Session, asked: Asked, *, now: datetime, by: Actor) -> PrivacyRequest:
    """Ask for one's own data, or for its erasure. Of each kind one request is open at a time."""
    demand(by, "privacy.ask", owner=by.id)
    own = Asked(kind=asked.kind, note=asked.note)
    row = _enter(session, _locked_person(session, by.id), own, now=now, by=by)
    details = {"path": f"admin/privacy/{row.id}", "due": row.due_on.isoformat()}
    tell(session, administrators(session), "privacy_request_asked", details, now=now)
    return row


def enter_for(session: Session, person_id: UUID, asked: Asked, *, now: datetime, by: Actor) -> PrivacyRequest:
    """Enter what somebody asked by letter or mail; they are told. Its days count from when it reached us."""
    demand(by, "privacy.decide")
    if asked.at is not None and asked.at > now:
        raise Invalid.one("asked_on", "not_yet")
    if asked.at is not None and asked.at < now - LONGEST_AGO:
        raise Invalid.one("asked_on", "long_ago", days=LONGEST_AGO.days)
    person = _locked_person(session, person_id)
    row = _enter(session, person, asked, now=now, by=by)
    tell(session, [person.id], "privacy_request_entered", {"path": "account/privacy"}, now=now)
    return row


def withdraw(session: Session, request_id: UUID, *, now: datetime, by: Actor) -> None:
    """Take back one's own request while it is open."""
    row = _locked(session, request_id)
    if row.person_id != by.person_id:
        raise NotFound("privacy request")
    _close(session, row, RequestState.WITHDRAWN, None, now=now, by=by)


def refuse(session: Session, request_id: UUID, reason: str, *, now: datetime, by: Actor) -> None:
    """Refuse a request, with the reason that the person is told."""
    row, given = _to_decide(session, request_id, by), reason_given(reason)
    _close(session, row, RequestState.REFUSED, given, now=now, by=by)
    tell(session, [row.person_id], "privacy_request_refused", {"path": "account/privacy", "reason": given}, now=now)


def grant(session: Session, request_id: UUID, reason: str, *, now: datetime, by: Actor) -> None:
    """Grant a request: who asked for their data may take it along; who asked for erasure is erased here and now, but
    for what the law has kept, which the request names. Refused with what stands in the way of an erasure."""
    row, given = _to_decide(session, request_id, by), reason_given(reason)
    if row.kind is RequestKind.ERASURE:
        held = everything_about(session, row.person_id, now=now)
        row.kept = [kept.code for kept in kept_of([name for name, rows in held.items() if rows])]
    _close(session, row, RequestState.GRANTED, given, now=now, by=by)
    if row.kind is RequestKind.ERASURE:
        erase(session, row.person_id, now=now, by=by.person_id)
        return
    details = {"path": "account/privacy", "reason": given}
    tell(session, [row.person_id], "privacy_request_granted", details, now=now)


def hand_over(session: Session, request_id: UUID, reason: str, *, now: datetime, by: Actor) -> PrivacyRequest:
    """Note that an administrator takes out the file of a granted export, to send it to who cannot sign in."""
    demand(by, "privacy.decide")
    given = reason_given(reason)
    row = _locked(session, request_id)
    if row.kind is not RequestKind.EXPORT or row.state is not RequestState.GRANTED:
        raise StateForbids(row.state.value, "privacy.decide")
    subject = Subject("privacy_request", row.id)
    told, words = {"person": str(row.person_id)}, {"reason": given}
    record(session, subject, "privacy_request.handed_over", now=now, by=by.person_id, details=told, text=words)
    return row


def _enter(session: Session, person: Person, asked: Asked, *, now: datetime, by: Actor) -> PrivacyRequest:
    note = clean_text(asked.note, LONGEST_NOTE, field="note", multiline=True)
    same = PrivacyRequest.person_id == person.id, PrivacyRequest.kind == asked.kind
    if session.scalar(select(PrivacyRequest.id).where(*same, PrivacyRequest.state == RequestState.OPEN)):
        raise Refused([Refusal("privacy_request_open")])
    at = asked.at or now
    day, mainland = local_day(at, HERE), working_calendars(session, [MAINLAND_CALENDAR])[MAINLAND_CALENDAR]
    law = asked.law or strictest(_roots(session, person.id), day, mainland)
    row = PrivacyRequest(
        person_id=person.id,
        kind=asked.kind,
        law=law,
        state=RequestState.OPEN,
        asked_at=at,
        due_on=due_on(law, day, mainland),
        entered_by=by.id,
        entered_at=now,
        note=note or None,
        kept=[],
    )
    session.add(row)
    session.flush()
    told = {"kind": asked.kind, "law": law, "due": row.due_on, "person": str(person.id)}
    text = {"note": note} if note else None
    subject = Subject("privacy_request", row.id)
    record(session, subject, "privacy_request.asked", now=now, by=by.person_id, details=told, text=text)
    return row


def _close(
    session: Session, row: PrivacyRequest, state: RequestState, reason: str | None, *, now: datetime, by: Actor
) -> None:
    if row.state is not RequestState.OPEN:
        raise StateForbids(row.state.value, "privacy.decide")
    row.state, row.decided_at, row.decided_by, row.reason = state, now, by.id, reason
    session.flush()
    told = {"kind": row.kind, "person": str(row.person_id), "kept": row.kept}
    text = {"reason": reason} if reason else None
    subject = Subject("privacy_request", row.id)
    record(session, subject, f"privacy_request.{state.value}", now=now, by=by.person_id, details=told, text=text)


def _to_decide(session: Session, request_id: UUID, by: Actor) -> PrivacyRequest:
    demand(by, "privacy.decide")
    row = _locked(session, request_id)
    if row.person_id == by.person_id:
        raise Refused([Refusal("not_oneself")])
    return row


def _locked(session: Session, request_id: UUID) -> PrivacyRequest:
    row = session.get(PrivacyRequest, request_id, with_for_update=True)
    if row is None:
        raise NotFound("privacy request")
    return row


def _locked_person(session: Session, person_id: UUID) -> Person:
    wanted = select(Person).where(Person.id == person_id, Person.erased_at.is_(None))
    found = session.scalar(wanted.with_for_update(key_share=True))
    if found is None:
        raise NotFound("person")
    return found


def _roots(session: Session, person_id: UUID) -> set[str]:
    """The customs territories of the organisations to which somebody belongs."""
    rows = (
        select(Jurisdiction.root_code)
        .join(Organisation, Organisation.jurisdiction_code == Jurisdiction.code)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person_id)
        .distinct()
    )
    return set(session.scalars(rows))
