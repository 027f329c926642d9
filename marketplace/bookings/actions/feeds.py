"""Private calendar feeds: the secret in the address of a person's, a unit's or an organisation's, shown once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.actions.members import MANAGING, roles_in
from marketplace.accounts.models import Organisation, Person
from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.queries import people_with_role
from marketplace.accounts.rules.secrets import digest, new_secret
from marketplace.bookings.rules.feeds import FeedKind
from marketplace.catalogue.models import Facility, Unit
from marketplace.history.actions import Subject, record
from marketplace.history.models import HistoryEntry
from marketplace.notices.actions import tell
from marketplace.values.refusal import NotFound, Refusal, Refused

RENEWED = {kind: f"{kind.value}.calendar_renewed" for kind in FeedKind}
ENDED = {kind: f"{kind.value}.calendar_ended" for kind in FeedKind}


def renew_feed(session: Session, kind: FeedKind, subject_id: UUID, *, now: datetime, by: Actor) -> str:
    """A new secret, kept as a digest only; an earlier address answers nobody from now on. An address outlives the days
    of a deputy: only those who manage the organisation themselves make one."""
    subject = _locked(session, kind, subject_id, by)
    place = _place_of(session, subject)
    if place is not None and by.via != "system" and not roles_in(session, place, by.id) & MANAGING:
        raise Refused([Refusal("feed_by_deputy")])
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


def end_feeds_of(session: Session, organisation_id: UUID, person_id: UUID, *, now: datetime) -> int:
    """End the feeds of an organisation and its units whose addresses somebody made who manages it no more. Those who do
    are told, and make new ones. Answers how many."""
    if roles_in(session, organisation_id, person_id) & MANAGING:
        return 0
    theirs = [each for each in _feeds(session, organisation_id) if _made_by(session, *each) == person_id]
    people = people_with_role(session, organisation_id, sorted(MANAGING, key=lambda role: role.value), now)
    for kind, subject in theirs:
        subject.calendar_secret = None
        record(session, Subject(kind.value, subject.id), ENDED[kind], now=now, by=None)
        details = {"calendar": dict(subject.name), "path": "account/calendars"}
        tell(session, people, "calendar_feed_ended", details, now=now)
    session.flush()
    return len(theirs)


def _feeds(session: Session, organisation_id: UUID) -> Iterator[tuple[FeedKind, Organisation | Unit]]:
    """The feeds of an organisation and its units, locked in that order."""
    place = session.get(Organisation, organisation_id, with_for_update={"key_share": True}, populate_existing=True)
    if place is not None and place.calendar_secret is not None:
        yield FeedKind.ORGANISATION, place
    units = (
        select(Unit)
        .join(Facility, Facility.id == Unit.facility_id)
        .where(Facility.organisation_id == organisation_id, Unit.calendar_secret.is_not(None))
        .order_by(Unit.id)
        .with_for_update(key_share=True, of=Unit)
        .execution_options(populate_existing=True)
    )
    for unit in session.scalars(units).all():
        yield FeedKind.UNIT, unit


def _made_by(session: Session, kind: FeedKind, subject: Organisation | Unit) -> UUID | None:
    """Who made the present address of a feed."""
    made = (
        select(HistoryEntry.actor_id)
        .where(HistoryEntry.subject_kind == kind.value, HistoryEntry.subject_id == subject.id)
        .where(HistoryEntry.verb == RENEWED[kind])
        .order_by(HistoryEntry.number.desc())
        .limit(1)
    )
    return session.scalar(made)


def _locked(session: Session, kind: FeedKind, subject_id: UUID, by: Actor) -> Person | Unit | Organisation:
    subject = _row(session, kind, subject_id)
    if subject is None:
        raise NotFound("calendar_feed")
    place = _place_of(session, subject)
    if isinstance(subject, Unit):
        demand(by, "calendar_feed.manage", host=place)
    elif isinstance(subject, Organisation):
        demand(by, "calendar_feed.manage", organisation=place, host=place)
    else:
        demand(by, "calendar_feed.manage", owner=subject.id)
    return subject


def _place_of(session: Session, subject: Person | Unit | Organisation) -> UUID | None:
    """The organisation whose calendar it is; none for a person's."""
    if isinstance(subject, Unit):
        return session.scalar(select(Facility.organisation_id).where(Facility.id == subject.facility_id))
    return subject.id if isinstance(subject, Organisation) else None


def _row(session: Session, kind: FeedKind, subject_id: UUID) -> Person | Unit | Organisation | None:
    if kind is FeedKind.PERSON:
        return session.get(Person, subject_id, with_for_update={"key_share": True}, populate_existing=True)
    if kind is FeedKind.UNIT:
        return session.get(Unit, subject_id, with_for_update={"key_share": True}, populate_existing=True)
    return session.get(Organisation, subject_id, with_for_update={"key_share": True}, populate_existing=True)
