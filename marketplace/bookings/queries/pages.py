"""Bookings as they are shown: one with all that belongs to it, and lists; each only to whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select, true, tuple_
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.models import Organisation, Person, Role
from marketplace.accounts.policy import Actor, may
from marketplace.availability.queries import ASSUMED_ZONE
from marketplace.bookings.models import Booking, BookingState, Gate, GateKind, GateState
from marketplace.bookings.queries.permits import flows_told
from marketplace.bookings.rules import MOVES, BookingRequest, Verb, arrival_refusals, state_at
from marketplace.catalogue.models import Facility, Unit
from marketplace.jurisdictions.models import Jurisdiction
from marketplace.terms.models import TermsVersion
from marketplace.terms.queries import acceptance_for
from marketplace.values.localized import LANGUAGES
from marketplace.values.period import Period
from marketplace.values.refusal import NotFound

# What somebody may do to a booking in front of them: the row of the policy, and the row of the states.
OFFERED: Mapping[str, tuple[str, Verb]] = {
    "approve": ("booking.approve", Verb.APPROVE),
    "decline": ("booking.decline", Verb.DECLINE),
    "cancel": ("booking.cancel", Verb.CANCEL),
    "move": ("booking.move", Verb.MOVE),
    "accept_terms": ("booking.accept_terms", Verb.ACCEPT_TERMS),
    "check_in": ("booking.check_in", Verb.CHECK_IN),
    "check_out": ("booking.check_in", Verb.CHECK_OUT),
}
# The door is told to those who will really come.
TOLD_THE_WAY = frozenset({BookingState.CONFIRMED, BookingState.IN_USE, BookingState.COMPLETED})


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRow:
    """One booking with the names around it and its gates; `state` is the one that counts at the time of asking."""

    booking: Booking
    state: BookingState
    unit_name: Mapping[str, str]
    facility_id: UUID
    facility_name: Mapping[str, str]
    facility_slug: str
    zone: str
    host_id: UUID
    host_name: Mapping[str, str]
    organisation_name: Mapping[str, str]
    person_name: str
    gates: Sequence[Gate] = ()
    verbs: frozenset[str] = frozenset()

    @property
    def id(self) -> UUID:
        """The booking's id."""
        return self.booking.id

    @property
    def period(self) -> Period:
        """The booking's period."""
        return self.booking.period

    def gate(self, kind: GateKind) -> Gate | None:
        """The gate of a kind, None where the booking has none."""
        return next((gate for gate in self.gates if gate.kind is kind), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingPage:
    """One booking as one reader sees it: the way there only once confirmed, the terms it was made under."""

    row: BookingRow
    terms: TermsVersion | None
    address: Mapping[str, str] = field(default_factory=dict)
    directions: Mapping[str, str] = field(default_factory=dict)
    arrival_contact: str | None = None
    booked_by_name: str = ""
    under_framework: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which bookings a list shows; None and False leave a choice open. `ahead` are those not over, soonest first."""

    states: frozenset[BookingState] = frozenset()
    unit_id: UUID | None = None
    facility_id: UUID | None = None
    person_id: UUID | None = None
    organisation_id: UUID | None = None
    host_id: UUID | None = None
    reference: str = ""
    party: str = ""  # a part of the name or address of who books or hosts
    place: str = ""  # a part of the name of the unit or its facility
    territories: frozenset[str] = frozenset()  # in which the facility stands
    touching: Period | None = None
    beginning: Period | None = None
    ahead: bool = False
    past: bool = False


def visible_to(by: Actor) -> ColumnElement[bool]:
    """The bookings that somebody may see, over `Booking` joined with `Facility`: the policy's `booking.see`."""
    if by.administrator or by.auditor or by.via == "system":
        return true()
    if by.person_id is None:
        return false()
    hosts = by.organisations(Role.HOST_STAFF, Role.HOST_MANAGER)
    return or_(
        Booking.person_id == by.person_id,
        Booking.organisation_id.in_(by.organisations()),
        Facility.organisation_id.in_(hosts),
    )


def booking_row(session: Session, booking_id: UUID, *, by: Actor, now: datetime) -> BookingRow:
    """One booking with its gates and what `by` may do to it; NotFound for a stranger."""
    return rows_of(session, Booking.id == booking_id, by=by, now=now, limit=1, missing="booking")[0]


def booking_page(session: Session, booking_id: UUID, *, by: Actor, now: datetime) -> BookingPage:
    """One booking with everything its page shows, in a fixed number of statements; NotFound for a stranger."""
    row = booking_row(session, booking_id, by=by, now=now)
    booking = row.booking
    terms = session.get(TermsVersion, booking.terms_version_id) if booking.terms_version_id else None
    maker = select(func.coalesce(Person.name, Person.pseudonym)).where(Person.id == booking.booked_by)
    accepted = any(each.kind is GateKind.TERMS and each.state is GateState.PASSED for each in row.gates)
    page = BookingPage(
        row=row,
        terms=terms,
        booked_by_name=session.scalar(maker) or "",
        under_framework=accepted and acceptance_for(session, booking_id) is None,
    )
    if row.state not in TOLD_THE_WAY:
        return page
    columns = Facility.address, Facility.directions, Facility.arrival_contact
    address, directions, contact = session.execute(select(*columns).where(Facility.id == row.facility_id)).one()
    return replace(page, address=address, directions=directions, arrival_contact=contact)


def bookings(
    session: Session,
    wanted: Wanted,
    *,
    by: Actor,
    now: datetime,
    limit: int = 50,
    after: tuple[datetime, UUID] | None = None,
) -> list[BookingRow]:
    """A page of bookings that `by` may see, with gates: two statements. `after` is start and id of the last one shown.

    Those ahead come soonest first, all others latest first.
    """
    order = tuple_(Booking.starts_at, Booking.id)
    chosen = and_(true(), *_criteria(wanted, now))
    if after is not None:
        chosen = and_(chosen, order > after if wanted.ahead else order < after)
    ascending = wanted.ahead
    return rows_of(session, chosen, by=by, now=now, limit=limit, ascending=ascending)


def gates_of(session: Session, booking_id: UUID) -> Sequence[Gate]:
    """The gates of one booking, by kind."""
    return session.scalars(select(Gate).where(Gate.booking_id == booking_id).order_by(Gate.kind)).all()


def rows_by_id(session: Session, ids: Iterable[UUID], *, by: Actor, now: datetime) -> list[BookingRow]:
    """The bookings named, as far as `by` may see them, by time: such as those in the way of a closure."""
    wanted = set(ids)
    return rows_of(session, Booking.id.in_(wanted), by=by, now=now, limit=len(wanted), ascending=True) if wanted else []


def rows_of(
    session: Session,
    chosen: ColumnElement[bool],
    *,
    by: Actor,
    now: datetime,
    limit: int,
    ascending: bool = False,
    missing: str = "",
) -> list[BookingRow]:
    """Bookings by any criterion over bookings, units and facilities, with gates: two statements."""
    order = (Booking.starts_at, Booking.id) if ascending else (Booking.starts_at.desc(), Booking.id.desc())
    found = session.execute(_with_names().where(visible_to(by), chosen).order_by(*order).limit(limit)).all()
    if missing and not found:
        raise NotFound(missing)
    gates = _gates_of(session, [row.Booking.id for row in found])
    return [_row(row, gates.get(row.Booking.id, ()), by=by, now=now) for row in found]


def copy_of(session: Session, booking_id: UUID, *, by: Actor, now: datetime) -> BookingRequest:
    """A wish like an earlier booking: same unit, purpose and note, whole weeks later at the same wall time, ahead of
    now. A starting point for the form, judged like any other."""
    row = booking_row(session, booking_id, by=by, now=now)
    booking = row.booking
    weeks = max(1, (now - booking.starts_at) // timedelta(weeks=1) + 1)
    return BookingRequest(
        unit_id=booking.unit_id,
        period=_weeks_later(booking.period, weeks, row.zone),
        purpose=booking.purpose,
        organisation_id=booking.organisation_id,
        note=booking.note,
        flows=flows_told(booking, by),
        copied_from=booking.id,
    )


def last_booking(session: Session, *, by: Actor, unit_id: UUID | None = None) -> UUID | None:
    """The booking that the person made last, of one unit or of any."""
    chosen = select(Booking.id).where(Booking.person_id == by.person_id)
    if unit_id is not None:
        chosen = chosen.where(Booking.unit_id == unit_id)
    return session.scalar(chosen.order_by(Booking.created_at.desc(), Booking.id.desc()).limit(1))


def verbs_on(booking: Booking, state: BookingState, host_id: UUID, by: Actor) -> frozenset[str]:
    """What somebody may do to a booking in a state: the same two tables that the verbs themselves ask."""
    parties: dict[str, Any] = {"owner": booking.person_id, "organisation": booking.organisation_id, "host": host_id}
    return frozenset(
        name for name, (row, verb) in OFFERED.items() if (state, verb) in MOVES and may(by, row, **parties)
    )


def _weeks_later(period: Period, weeks: int, zone: str) -> Period:
    where = ZoneInfo(zone)
    start, end = (each.astimezone(where).replace(tzinfo=None) for each in (period.start, period.end))
    later = timedelta(weeks=weeks)
    return Period((start + later).replace(tzinfo=where), (end + later).replace(tzinfo=where))


def _criteria(wanted: Wanted, now: datetime) -> Iterable[ColumnElement[bool]]:
    exact = {
        Booking.unit_id: wanted.unit_id,
        Booking.person_id: wanted.person_id,
        Booking.organisation_id: wanted.organisation_id,
        Facility.id: wanted.facility_id,
        Facility.organisation_id: wanted.host_id,
    }
    yield from (column == value for column, value in exact.items() if value is not None)
    if wanted.reference:
        yield Booking.reference == _written(wanted.reference)
    yield from _named(wanted)
    if wanted.territories:
        yield Facility.jurisdiction_code.in_(wanted.territories)
    if wanted.states:
        yield _state_is(wanted.states, now)
    if wanted.touching is not None:
        yield and_(Booking.starts_at < wanted.touching.end, Booking.ends_at > wanted.touching.start)
    if wanted.beginning is not None:
        yield and_(Booking.starts_at >= wanted.beginning.start, Booking.starts_at < wanted.beginning.end)
    if wanted.ahead:
        yield Booking.ends_at > now
    if wanted.past:
        yield Booking.ends_at <= now


def _named(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    if wanted.party:
        parties = select(Organisation.id).where(_says(wanted.party, Organisation.name, Organisation.slug))
        yield or_(Booking.organisation_id.in_(parties), Facility.organisation_id.in_(parties))
    if wanted.place:
        listed = select(Facility.id).where(_says(wanted.place, Facility.name, Facility.slug))
        units = select(Unit.id).where(or_(_says(wanted.place, Unit.name), Unit.facility_id.in_(listed)))
        yield Booking.unit_id.in_(units)


def _written(reference: str) -> str:
    """As references are written, in threes, however it was typed."""
    letters = "".join(letter for letter in reference.upper() if letter.isalnum())[:9]
    return f"{letters[:3]}-{letters[3:6]}-{letters[6:]}"


def _says(text: str, name: Any, *others: Any) -> ColumnElement[bool]:
    like = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    fields = (*(name[tag].astext for tag in LANGUAGES), *others)
    return or_(*(field.ilike(like, escape="\\") for field in fields))


def _state_is(states: frozenset[BookingState], now: datetime) -> ColumnElement[bool]:
    # A hold past its time counts as expired, whether or not the job has been there.
    overdue = and_(Booking.state == BookingState.HELD, Booking.held_until <= now)
    plain = Booking.state.in_(states)
    if BookingState.EXPIRED in states:
        return or_(plain, overdue) if BookingState.HELD in states else or_(and_(plain, not_(overdue)), overdue)
    return and_(plain, not_(overdue))


def _with_names() -> Any:
    host, organisation = aliased(Organisation), aliased(Organisation)
    return (
        select(
            Booking,
            Unit.name.label("unit_name"),
            Facility.id.label("facility_id"),
            Facility.name.label("facility_name"),
            Facility.slug.label("facility_slug"),
            func.coalesce(Facility.time_zone, Jurisdiction.time_zone, ASSUMED_ZONE).label("zone"),
            host.id.label("host_id"),
            host.name.label("host_name"),
            organisation.name.label("organisation_name"),
            func.coalesce(Person.name, Person.pseudonym).label("person_name"),
        )
        .join(Unit, Unit.id == Booking.unit_id)
        .join(Facility, Facility.id == Unit.facility_id)
        .join(host, host.id == Facility.organisation_id)
        .join(organisation, organisation.id == Booking.organisation_id)
        .join(Person, Person.id == Booking.person_id)
        .outerjoin(Jurisdiction, Jurisdiction.code == Facility.jurisdiction_code)
    )


def _gates_of(session: Session, ids: Sequence[UUID]) -> dict[UUID, list[Gate]]:
    found: dict[UUID, list[Gate]] = {}
    if ids:
        for gate in session.scalars(select(Gate).where(Gate.booking_id.in_(ids)).order_by(Gate.kind)):
            found.setdefault(gate.booking_id, []).append(gate)
    return found


def _row(row: Any, gates: Sequence[Gate], *, by: Actor, now: datetime) -> BookingRow:
    booking: Booking = row.Booking
    state = state_at(booking.state, booking.held_until, now)
    names = {name: value for name, value in row._mapping.items() if name != "Booking"}
    verbs = verbs_on(booking, state, row.host_id, by) - _out_of_time(booking, row.zone, now) - _decided(gates)
    return BookingRow(booking=booking, state=state, gates=gates, verbs=verbs, **names)


def _out_of_time(booking: Booking, zone: str, now: datetime) -> set[str]:
    late = {"cancel"} if booking.ends_at <= now else set()
    late |= {"move"} if booking.starts_at <= now else set()
    return late | ({"check_in"} if any(arrival_refusals(booking.period, ZoneInfo(zone), now)) else set())


def _decided(gates: Sequence[Gate]) -> set[str]:
    waiting = {gate.kind for gate in gates if gate.state is GateState.OPEN}
    verbs = {"approve": GateKind.HOST_APPROVAL, "accept_terms": GateKind.TERMS}
    return {verb for verb, kind in verbs.items() if kind not in waiting}
