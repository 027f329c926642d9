"""What a host oversees and weighs: its units, its closures, what stands beside a request, and whom it may book for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from marketplace.accounts.models import Membership, Organisation, Person, Role
from marketplace.accounts.policy import Actor
from marketplace.availability.models import Closure, ClosureSeries
from marketplace.availability.queries import ASSUMED_ZONE
from marketplace.bookings.models import Booking, BookingState
from marketplace.bookings.rules import OWN_USE_ROLES
from marketplace.catalogue.models import Facility, ListingState, Unit, UnitState
from marketplace.jurisdictions.models import Jurisdiction
from marketplace.values.period import Period
from marketplace.values.refusal import NotFound

HOSTS = (Role.HOST_STAFF, Role.HOST_MANAGER)
# What lies this close to a request is worth a look before it is answered.
NEAR = timedelta(days=1)
MOST_NEAR = 4
MOST_VISITS = 100
MOST_PEOPLE = 200
RECENTLY = timedelta(days=2 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class HostUnit:
    """One unit of the host's with the names and the zone around it."""

    id: UUID
    name: Mapping[str, str]
    places: int
    state: UnitState
    facility_id: UUID
    facility_name: Mapping[str, str]
    facility_slug: str
    host_id: UUID
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """Another booking of the same unit, close to a request."""

    id: UUID
    state: BookingState
    place: int
    period: Period
    organisation_name: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside a request: whether its organisation is verified, how often it came, what is near in time."""

    verified: bool
    suspended: bool
    visits: int
    places: int
    near: Sequence[Neighbour] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureRow:
    """A closure that is not over, or the next date of a series, with the names around it."""

    closure: Closure
    series: ClosureSeries | None
    unit_name: Mapping[str, str]
    facility_name: Mapping[str, str]
    zone: str


def host_units(session: Session, *, by: Actor, role: Role | None = None) -> list[HostUnit]:
    """Every unit of the organisations that somebody hosts for (with `role`, where they hold it): one statement."""
    hosts = by.organisations(*([role] if role else HOSTS))
    chosen = (
        _units().where(Facility.organisation_id.in_(hosts)).where(Facility.state != ListingState.ARCHIVED)
        .where(Unit.state != UnitState.ARCHIVED).order_by(Facility.id, Unit.position, Unit.id)
    )  # fmt: skip
    return [HostUnit(**row) for row in session.execute(chosen).mappings()]


def host_unit(session: Session, unit_id: UUID, *, by: Actor) -> HostUnit:
    """One unit, with who hosts it; NotFound for somebody who does not host it."""
    chosen = _units().where(Unit.id == unit_id, Facility.organisation_id.in_(by.organisations(*HOSTS)))
    row = session.execute(chosen).mappings().one_or_none()
    if row is None:
        raise NotFound("unit")
    return HostUnit(**row)


def _units() -> Any:
    return (
        select(
            Unit.id,
            Unit.name,
            Unit.places,
            Unit.state,
            Facility.id.label("facility_id"),
            Facility.name.label("facility_name"),
            Facility.slug.label("facility_slug"),
            Facility.organisation_id.label("host_id"),
            func.coalesce(Facility.time_zone, Jurisdiction.time_zone, ASSUMED_ZONE).label("zone"),
        )
        .join(Facility, Facility.id == Unit.facility_id)
        .outerjoin(Jurisdiction, Jurisdiction.code == Facility.jurisdiction_code)
    )


_BESIDE = text("""
    SELECT b.id, o.verification = 'verified' AS verified, o.suspended_at IS NOT NULL AS suspended, u.places,
           (SELECT count(*) FROM (
                SELECT FROM bookings v JOIN units vu ON vu.id = v.unit_id JOIN facilities vf ON vf.id = vu.facility_id
                 WHERE v.organisation_id = b.organisation_id AND vf.organisation_id = f.organisation_id
                   AND v.state = 'completed' LIMIT :most) visits) AS visits
      FROM bookings b
      JOIN organisations o ON o.id = b.organisation_id
      JOIN units u ON u.id = b.unit_id
      JOIN facilities f ON f.id = u.facility_id
     WHERE b.id = ANY(:ids)
""")

# By way of the claims: their index knows units and time.
_NEAR = text("""
    SELECT b.id AS wanted, n.id, n.state, n.place, n.starts_at, n.ends_at, o.name AS organisation_name
      FROM bookings b
     CROSS JOIN LATERAL (
           SELECT n.*
             FROM claims c JOIN bookings n ON n.id = c.holder_id
            WHERE uuidrange(c.unit_id, c.unit_id, '[]') && uuidrange(b.unit_id, b.unit_id, '[]')
              AND c.blocked && tstzrange(b.starts_at - :near, b.ends_at + :near)
              AND c.kind = 'booking' AND c.holder_id <> b.id AND (c.held_until IS NULL OR c.held_until > :now)
            ORDER BY greatest(n.starts_at - b.ends_at, b.starts_at - n.ends_at), n.id
            LIMIT :most) n
      JOIN organisations o ON o.id = n.organisation_id
     WHERE b.id = ANY(:ids)
     ORDER BY n.starts_at, n.id
""")


def beside(session: Session, booking_ids: Sequence[UUID], *, now: datetime) -> dict[UUID, Beside]:
    """What stands beside some requests, in two statements whatever their number."""
    ids = list(booking_ids)
    if not ids:
        return {}
    near: dict[UUID, list[Neighbour]] = {}
    for row in session.execute(_NEAR, {"ids": ids, "near": NEAR, "now": now, "most": MOST_NEAR}):
        found = Neighbour(
            id=row.id,
            state=BookingState(row.state),
            place=row.place,
            period=Period(row.starts_at, row.ends_at),
            organisation_name=row.organisation_name,
        )
        near.setdefault(row.wanted, []).append(found)
    facts = session.execute(_BESIDE, {"ids": ids, "most": MOST_VISITS})
    return {
        row.id: Beside(
            verified=row.verified,
            suspended=row.suspended,
            visits=row.visits,
            places=row.places,
            near=near.get(row.id, ()),
        )
        for row in facts
    }


def closures_ahead(
    session: Session, *, by: Actor, now: datetime, unit_id: UUID | None = None, limit: int = 200
) -> list[ClosureRow]:
    """The closures of the host's units that are not over, by time, a series by its next date: one statement."""
    each = func.coalesce(Closure.series_id, Closure.id)
    ahead = (
        select(Closure.id)
        .ext(distinct_on(each))
        .join(Unit, Unit.id == Closure.unit_id)
        .join(Facility, Facility.id == Unit.facility_id)
        .where(Facility.organisation_id.in_(by.organisations(*HOSTS)))
        .where(Closure.lifted_at.is_(None), Closure.ends_at > now)
        .order_by(each, Closure.starts_at, Closure.id)
    )
    if unit_id is not None:
        ahead = ahead.where(Closure.unit_id == unit_id)
    chosen = (
        _closures().where(Closure.id.in_(ahead.scalar_subquery())).order_by(Closure.starts_at, Closure.id).limit(limit)
    )
    return [_closure_row(row) for row in session.execute(chosen)]


def closure_row(session: Session, closure_id: UUID, *, by: Actor) -> ClosureRow:
    """One closure with the names around it; NotFound for somebody who does not host its unit."""
    hosts = by.organisations(*HOSTS)
    chosen = _closures().where(Closure.id == closure_id, Facility.organisation_id.in_(hosts))
    row = session.execute(chosen).one_or_none()
    if row is None:
        raise NotFound("closure")
    return _closure_row(row)


def _closure_row(row: Row[Any]) -> ClosureRow:
    names = {"unit_name": row.unit_name, "facility_name": row.facility_name, "zone": row.zone}
    return ClosureRow(closure=row.Closure, series=row.ClosureSeries, **names)


def _closures() -> Any:
    return (
        select(
            Closure,
            ClosureSeries,
            Unit.name.label("unit_name"),
            Facility.name.label("facility_name"),
            func.coalesce(Facility.time_zone, Jurisdiction.time_zone, ASSUMED_ZONE).label("zone"),
        )
        .outerjoin(ClosureSeries, ClosureSeries.id == Closure.series_id)
        .join(Unit, Unit.id == Closure.unit_id)
        .join(Facility, Facility.id == Unit.facility_id)
        .outerjoin(Jurisdiction, Jurisdiction.code == Facility.jurisdiction_code)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """Somebody whom a host knows already: of its own people, or because they booked here."""

    id: UUID
    name: str
    ours: bool


def known_people(session: Session, host_id: UUID, *, now: datetime) -> list[KnownPerson]:
    """The host's own people, and those who booked with it in the last two years, by name: two statements."""
    ours = (
        select(Person.id, Person.name)
        .distinct()
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organisation_id == host_id, Membership.role.in_(OWN_USE_ROLES))
        .where(Person.erased_at.is_(None), Person.suspended_at.is_(None))
    )
    guests = (
        select(Person.id, Person.name)
        .distinct()
        .join(Booking, Booking.person_id == Person.id)
        .join(Unit, Unit.id == Booking.unit_id)
        .join(Facility, Facility.id == Unit.facility_id)
        .where(Facility.organisation_id == host_id, Booking.starts_at > now - RECENTLY)
        .where(Person.erased_at.is_(None), Person.suspended_at.is_(None))
    )
    own = {row.id: row.name for row in session.execute(ours.order_by(Person.name).limit(MOST_PEOPLE))}
    others = {row.id: row.name for row in session.execute(guests.order_by(Person.name).limit(MOST_PEOPLE))}
    return [
        *(KnownPerson(id=id, name=name or "", ours=True) for id, name in own.items()),
        *(KnownPerson(id=id, name=name or "", ours=False) for id, name in others.items() if id not in own),
    ]


def known_by_email(session: Session, host_id: UUID, email: str) -> UUID | None:
    """Who has an address, of a host's own people and of those who ever booked with it; one statement."""
    ours = select(Membership.id).where(Membership.person_id == Person.id, Membership.organisation_id == host_id)
    booked = (
        select(Booking.id)
        .join(Unit, Unit.id == Booking.unit_id)
        .join(Facility, Facility.id == Unit.facility_id)
        .where(Booking.person_id == Person.id, Facility.organisation_id == host_id)
    )
    chosen = select(Person.id).where(func.lower(Person.email) == email.strip().lower(), Person.erased_at.is_(None))
    return session.scalar(chosen.where(Person.suspended_at.is_(None), ours.exists() | booked.exists()))


def organisations_of_person(session: Session, person_id: UUID) -> dict[UUID, Mapping[str, str]]:
    """The organisations that somebody belongs to, by id: for which of them a host books."""
    chosen = (
        select(Organisation.id, Organisation.name)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.person_id == person_id, Membership.role.in_(OWN_USE_ROLES))
        .distinct()
    )
    return {row.id: row.name for row in session.execute(chosen)}
