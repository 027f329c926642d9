"""Calendar feeds: whose a secret is, and the bookings and closures that stand in that calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person
from marketplace.accounts.rules.secrets import digest
from marketplace.availability.models import Closure
from marketplace.availability.queries import ASSUMED_ZONE
from marketplace.bookings.models import Booking, BookingState
from marketplace.bookings.rules import CLAIMING
from marketplace.bookings.rules.feeds import KEPT_ENDED, FeedKind
from marketplace.catalogue.models import Facility, Unit
from marketplace.jurisdictions.models import Jurisdiction
from marketplace.values.localized import LANGUAGES
from marketplace.values.refusal import NotFound

BEHIND = timedelta(days=90)
AHEAD = timedelta(days=400)
MOST_EVENTS = 2000
NAMES = ("unit", "facility", "facility_id", "host_id", "organisation", "person", "zone", "address")
STATES = sorted(CLAIMING, key=lambda state: state.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """Whose calendar it is; `language` is the person's, None where the reader chooses."""

    kind: FeedKind
    subject_id: UUID
    name: Mapping[str, str]
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One booking of a calendar with the names around it."""

    booking: Booking
    unit: Mapping[str, str]
    facility: Mapping[str, str]
    facility_id: UUID
    host_id: UUID
    organisation: Mapping[str, str]
    person: str
    zone: str
    address: Mapping[str, str]


def feed_of(session: Session, secret: str) -> Feed:
    """The feed of a secret, in at most three statements; NotFound for an unknown one and for who was suspended."""
    key = digest(secret).hex()
    people = Person.calendar_secret == key, Person.suspended_at.is_(None), Person.erased_at.is_(None)
    person = session.execute(select(Person.id, Person.name, Person.language).where(*people)).one_or_none()
    if person is not None:
        named = {str(tag): str(person.name or "") for tag in LANGUAGES}
        return Feed(kind=FeedKind.PERSON, subject_id=person.id, name=named, language=person.language)
    unit = session.execute(
        select(Unit.id, Unit.name)
        .join(Facility, Facility.id == Unit.facility_id)
        .join(Organisation, Organisation.id == Facility.organisation_id)
        .where(Unit.calendar_secret == key, Organisation.suspended_at.is_(None))
    ).one_or_none()
    if unit is not None:
        return Feed(kind=FeedKind.UNIT, subject_id=unit.id, name=unit.name)
    places = Organisation.calendar_secret == key, Organisation.suspended_at.is_(None)
    place = session.execute(select(Organisation.id, Organisation.name).where(*places)).one_or_none()
    if place is None:
        raise NotFound("calendar_feed")
    return Feed(kind=FeedKind.ORGANISATION, subject_id=place.id, name=place.name)


def entries(session: Session, feed: Feed, *, now: datetime) -> list[Entry]:
    """What stands in the calendar from three months ago to thirteen ahead, with what was taken back in the last sixty
    days: one statement."""
    lively = Booking.state.in_(STATES) & or_(Booking.state != BookingState.HELD, Booking.held_until > now)
    lately = func.greatest(Booking.updated_at, func.coalesce(Booking.held_until, Booking.updated_at)) > now - KEPT_ENDED
    in_window = and_(Booking.ends_at > now - BEHIND, Booking.starts_at < now + AHEAD)
    rows = session.execute(
        _with_names()
        .where(_of(feed), in_window, or_(lively, lately))
        .order_by(Booking.starts_at.desc(), Booking.id)
        .limit(MOST_EVENTS)
    )
    found = [Entry(booking=row.Booking, **{name: getattr(row, name) for name in NAMES}) for row in rows]
    return sorted(found, key=lambda entry: (entry.booking.starts_at, entry.booking.id))


def closures(session: Session, feed: Feed, *, now: datetime) -> Sequence[Closure]:
    """The closures of a unit's calendar over the same time, with what was lifted in the last sixty days: one statement;
    no other calendar holds any."""
    if feed.kind is not FeedKind.UNIT:
        return ()
    lately = or_(Closure.lifted_at.is_(None), Closure.lifted_at > now - KEPT_ENDED)
    in_window = and_(Closure.ends_at > now - BEHIND, Closure.starts_at < now + AHEAD)
    chosen = select(Closure).where(Closure.unit_id == feed.subject_id, in_window, lately)
    return session.scalars(chosen.order_by(Closure.starts_at, Closure.id).limit(MOST_EVENTS)).all()


def feeds_on(session: Session, kinds: Mapping[FeedKind, Sequence[UUID]]) -> set[tuple[FeedKind, UUID]]:
    """Which of some people, units and organisations have a feed at present: one statement each."""
    models = {FeedKind.PERSON: Person, FeedKind.UNIT: Unit, FeedKind.ORGANISATION: Organisation}
    found: set[tuple[FeedKind, UUID]] = set()
    for kind, ids in kinds.items():
        model: Any = models[kind]
        chosen = select(model.id).where(model.id.in_(list(ids)), model.calendar_secret.is_not(None))
        found |= {(kind, id) for id in session.scalars(chosen)}
    return found


def _of(feed: Feed) -> ColumnElement[bool]:
    if feed.kind is FeedKind.PERSON:
        return Booking.person_id == feed.subject_id
    if feed.kind is FeedKind.UNIT:
        return Booking.unit_id == feed.subject_id
    return or_(Booking.organisation_id == feed.subject_id, Facility.organisation_id == feed.subject_id)


def _with_names() -> Any:
    return (
        select(
            Booking,
            Unit.name.label("unit"),
            Facility.id.label("facility_id"),
            Facility.name.label("facility"),
            Facility.address,
            Facility.organisation_id.label("host_id"),
            Organisation.name.label("organisation"),
            func.coalesce(Person.name, Person.pseudonym).label("person"),
            func.coalesce(Facility.time_zone, Jurisdiction.time_zone, ASSUMED_ZONE).label("zone"),
        )
        .join(Unit, Unit.id == Booking.unit_id)
        .join(Facility, Facility.id == Unit.facility_id)
        .join(Organisation, Organisation.id == Booking.organisation_id)
        .join(Person, Person.id == Booking.person_id)
        .outerjoin(Jurisdiction, Jurisdiction.code == Facility.jurisdiction_code)
    )
