"""Private calendar feeds: the secret in the address of a person's, a unit's or an organisation's, shown once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person
from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.rules.secrets import digest, new_secret
from marketplace.bookings.rules.feeds import FeedKind
from marketplace.catalogue.models import Facility, Unit
from marketplace.history.actions import Subject, record
from marketplace.values.refusal import NotFound

RENEWED = {kind: f"{kind.value}.calendar_renewed" for kind in FeedKind}
ENDED = {kind: f"{kind.value}.calendar_ended" for kind in FeedKind}


def renew_feed(session: Session, kind: FeedKind, subject_id: UUID, *, now: datetime, by: Actor) -> str:
    """A new secret, kept as a digest only; an earlier address answers nobody from now on."""
    subject = _locked(session, kind, subject_id, by)
    secret = new_secret()
    subject.calendar_secret = digest(secret).hex()
    session.flush()
    record(session, Subject(kind.value, subject_id), RENEWED[kind], now=now, by=by.person_id)
    return secret


def end_feed(session: Session, kind: FeedKind, subject_id: UUID, *, now: datetime, by: Actor) -> None:
    """No feed any more; ending one that is not there is idle."""
    subject = _locked(session, kind, subject_id, by)
    if subject.calendar_secret is None:
        return
    subject.calendar_secret = None
    session.flush()
    record(session, Subject(kind.value, subject_id), ENDED[kind], now=now, by=by.person_id)


def _locked(session: Session, kind: FeedKind, subject_id: UUID, by: Actor) -> Person | Unit | Organisation:
    subject = _row(session, kind, subject_id)
    if subject is None:
        raise NotFound("calendar_feed")
    if isinstance(subject, Unit):
        host = session.scalar(select(Facility.organisation_id).where(Facility.id == subject.facility_id))
        demand(by, "calendar_feed.manage", host=host)
    elif isinstance(subject, Organisation):
        demand(by, "calendar_feed.manage", organisation=subject.id, host=subject.id)
    else:
        demand(by, "calendar_feed.manage", owner=subject.id)
    return subject


def _row(session: Session, kind: FeedKind, subject_id: UUID) -> Person | Unit | Organisation | None:
    if kind is FeedKind.PERSON:
        return session.get(Person, subject_id, with_for_update={"key_share": True}, populate_existing=True)
    if kind is FeedKind.UNIT:
        return session.get(Unit, subject_id, with_for_update={"key_share": True}, populate_existing=True)
    return session.get(Organisation, subject_id, with_for_update={"key_share": True}, populate_existing=True)
