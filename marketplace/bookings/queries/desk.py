"""Desks: what waits for this person, oldest deadline first, and what comes next; and all units of a host over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, not_, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.accounts.policy import Actor
from marketplace.availability.models import ClaimKind, Closure
from marketplace.availability.queries import ASSUMED_ZONE, claims_between
from marketplace.bookings.models import Booking, BookingState, Gate, GateKind, GateState
from marketplace.bookings.queries.pages import BookingRow, Wanted, bookings, rows_by_id, rows_of
from marketplace.bookings.queries.talks import silent
from marketplace.catalogue.models import Facility, ListingState, Unit, UnitState
from marketplace.jurisdictions.models import Jurisdiction
from marketplace.values.period import Period

MOST_WAITING = 200
TODAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What waits for somebody, what is next, and what a host has answered but others have not."""

    waiting: Sequence[BookingRow]
    next: Sequence[BookingRow]
    elsewhere: Sequence[BookingRow] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One stretch on a timeline: a booking or a closure on one place, with what it blocks around it."""

    unit_id: UUID
    place: int
    kind: ClaimKind
    period: Period
    blocked: Period
    holder_id: UUID
    state: BookingState | None = None
    booking: BookingRow | None = None
    closure: Closure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """One unit of a timeline with its bars, by place and time."""

    unit_id: UUID
    name: Mapping[str, str]
    places: int
    facility_id: UUID
    facility_name: Mapping[str, str]
    zone: str
    bars: Sequence[Bar]


def my_desk(session: Session, *, by: Actor, now: datetime, limit: int = 10) -> Desk:
    """For somebody who books: terms to accept, by deadline, and the bookings that come next."""
    open_terms = _open_gate(GateKind.TERMS)
    ours = by.organisations(Role.MANAGER)
    mine = or_(Booking.person_id == by.person_id, Booking.organisation_id.in_(ours))
    waiting = rows_of(session, and_(_held(now), mine, open_terms), by=by, now=now, limit=MOST_WAITING)
    # Before an authority's letter there is nothing to accept yet.
    unspoken = silent(session, [row.id for row in waiting])
    waiting = [row for row in waiting if row.id not in unspoken]
    states = frozenset({BookingState.HELD, BookingState.CONFIRMED, BookingState.IN_USE})
    ahead = Wanted(states=states, person_id=by.person_id, ahead=True)
    return Desk(
        waiting=_by_deadline(waiting, GateKind.TERMS),
        next=bookings(session, ahead, by=by, now=now, limit=limit),
    )


def host_desk(session: Session, *, by: Actor, now: datetime, limit: int = 50) -> Desk:
    """For a host: requests that wait for an answer, by deadline, and who is here (overstayed or not) or comes within a
    day."""
    hosts = by.organisations(Role.HOST_STAFF, Role.HOST_MANAGER)
    at_ours = Facility.organisation_id.in_(hosts)
    asked = and_(_held(now), at_ours, _open_gate(GateKind.HOST_APPROVAL))
    waiting = rows_of(session, asked, by=by, now=now, limit=MOST_WAITING)
    soon = and_(Booking.state == BookingState.CONFIRMED, Booking.starts_at < now + TODAY, Booking.ends_at > now)
    coming = and_(at_ours, or_(soon, Booking.state == BookingState.IN_USE))
    answered = and_(_held(now), at_ours, not_(_open_gate(GateKind.HOST_APPROVAL)))
    return Desk(
        waiting=_by_deadline(waiting, GateKind.HOST_APPROVAL),
        next=rows_of(session, coming, by=by, now=now, limit=limit, ascending=True),
        elsewhere=rows_of(session, answered, by=by, now=now, limit=limit, ascending=True),
    )


def waiting_count(session: Session, *, by: Actor, now: datetime) -> int:
    """How many requests wait for this host's answer: the figure beside the link to the desk."""
    hosts = by.organisations(Role.HOST_MANAGER)
    if not hosts:
        return 0
    chosen = (
        select(Booking.id)
        .join(Unit, Unit.id == Booking.unit_id)
        .join(Facility, Facility.id == Unit.facility_id)
        .where(_held(now), Facility.organisation_id.in_(hosts), _open_gate(GateKind.HOST_APPROVAL))
        .limit(MOST_WAITING)
    )
    return len(session.scalars(chosen).all())


def host_timeline(
    session: Session, window: Period, *, by: Actor, now: datetime, facility_id: UUID | None = None
) -> list[UnitLine]:
    """Every unit of the host's facilities (or of one) with its bookings and closures in a window: five statements."""
    hosts = by.organisations(Role.HOST_STAFF, Role.HOST_MANAGER)
    zone = func.coalesce(Facility.time_zone, Jurisdiction.time_zone, ASSUMED_ZONE).label("zone")
    facility = Facility.id.label("facility_id"), Facility.name.label("facility_name")
    chosen = (
        select(Unit.id, Unit.name, Unit.places, *facility, zone)
        .join(Facility, Facility.id == Unit.facility_id)
        .outerjoin(Jurisdiction, Jurisdiction.code == Facility.jurisdiction_code)
        .where(Facility.organisation_id.in_(hosts), Facility.state != ListingState.ARCHIVED)
        .where(Unit.state != UnitState.ARCHIVED)
        .order_by(Facility.id, Unit.position, Unit.id)
    )
    if facility_id is not None:
        chosen = chosen.where(Facility.id == facility_id)
    units = session.execute(chosen).all()
    bars = _bars(session, [unit.id for unit in units], window, by=by, now=now)
    return [
        UnitLine(
            unit_id=unit.id,
            name=unit.name,
            places=unit.places,
            facility_id=unit.facility_id,
            facility_name=unit.facility_name,
            zone=unit.zone,
            bars=bars.get(unit.id, []),
        )
        for unit in units
    ]


def _bars(
    session: Session, units: Sequence[UUID], window: Period, *, by: Actor, now: datetime
) -> dict[UUID, list[Bar]]:
    claims = claims_between(session, units, window, now)
    held = [claim.holder_id for claim in claims if claim.kind is ClaimKind.BOOKING]
    rows = {row.id: row for row in rows_by_id(session, held, by=by, now=now)}
    closing = {claim.holder_id for claim in claims if claim.kind is ClaimKind.CLOSURE}
    closures = {each.id: each for each in session.scalars(select(Closure).where(Closure.id.in_(closing)))}
    found: dict[UUID, list[Bar]] = {}
    for claim in claims:
        assert claim.blocked.lower and claim.blocked.upper  # a CHECK keeps claims bounded
        blocked = Period(claim.blocked.lower, claim.blocked.upper)
        row = rows.get(claim.holder_id)
        bar = Bar(
            unit_id=claim.unit_id,
            place=claim.place,
            kind=claim.kind,
            period=row.period if row else blocked,
            blocked=blocked,
            holder_id=claim.holder_id,
            state=row.state if row else None,
            booking=row,
            closure=closures.get(claim.holder_id),
        )
        found.setdefault(claim.unit_id, []).append(bar)
    return found


def _held(now: datetime) -> ColumnElement[bool]:
    return and_(Booking.state == BookingState.HELD, Booking.held_until > now)


def _open_gate(kind: GateKind) -> ColumnElement[bool]:
    waiting = Gate.booking_id == Booking.id, Gate.kind == kind, Gate.state == GateState.OPEN
    return select(Gate.id).where(*waiting).exists()


def _by_deadline(rows: Sequence[BookingRow], kind: GateKind) -> list[BookingRow]:
    def deadline(row: BookingRow) -> tuple[datetime, UUID]:
        gate = row.gate(kind)
        return (gate.deadline if gate else row.booking.starts_at), row.id

    return sorted(rows, key=deadline)
