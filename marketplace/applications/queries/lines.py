"""Applications in lists: a party's own and the other side's that are there, and an authority's desk; page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Role
from marketplace.accounts.policy import Actor, may
from marketplace.applications.models import Application, ApplicationState
from marketplace.applications.queries.agencies import agencies_of, zones_of
from marketplace.applications.queries.rows import limit_of
from marketplace.applications.rules.clocks import days_left
from marketplace.applications.rules.states import FILED
from marketplace.availability.rules import local_day
from marketplace.bookings.models import Booking
from marketplace.catalogue.models import Facility, Unit
from marketplace.jurisdictions.models import Agency
from marketplace.jurisdictions.queries import working_calendars
from marketplace.jurisdictions.rules import WorkingCalendar
from marketplace.permits.models import PermitRule
from marketplace.permits.queries.vault import HERE
from marketplace.values.refusal import NotFound

# What an authority decided, by the day of its decision.
DECIDED: Final = (ApplicationState.GRANTED, ApplicationState.REFUSED, ApplicationState.REVOKED)
Key = tuple[ColumnElement[date], ColumnElement[date]]


def _dates(first: Any, second: Any, otherwise: date) -> Key:
    return func.coalesce(first, otherwise), func.coalesce(second, otherwise)


# What is due first comes first; what has no date comes last.
_BY_DUE: Final = _dates(Application.due_on, Application.file_by, date.max)
_ON_DESK: Final = _dates(Application.due_on, Application.filed_on, date.max)
_BY_DECISION: Final = _dates(Application.decided_on, Application.filed_on, date.min)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands in its list: the two dates that it is ordered by, then its id."""

    first: date
    second: date
    id: UUID

    @classmethod
    def read(cls, parts: Sequence[str]) -> Place:
        """From texts; raises ValueError where they are no place."""
        first, second, row = parts
        return cls(date.fromisoformat(first), date.fromisoformat(second), UUID(row))

    def parts(self) -> tuple[str, str, str]:
        """As texts."""
        return self.first.isoformat(), self.second.isoformat(), str(self.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One application in a list. `whole` says that the reader may look into it; else they see that it is there."""

    row: Application
    reference: str
    title: Mapping[str, str]
    agency: Mapping[str, str]
    applicant: Mapping[str, str]
    whole: bool
    left: int | None = None
    place: Place | None = None


def lines() -> Select[Any]:
    """Applications with what a list says of each."""
    return (
        select(
            Application,
            Booking.reference,
            Booking.person_id,
            Booking.organisation_id,
            Facility.organisation_id.label("host_id"),
            PermitRule.told["title"].label("title"),
            Agency.name.label("agency"),
            Organisation.name.label("applicant"),
        )
        .join(Booking, Booking.id == Application.booking_id)
        .join(Unit, Unit.id == Booking.unit_id)
        .join(Facility, Facility.id == Unit.facility_id)
        .join(Organisation, Organisation.id == Application.applicant_id)
        .outerjoin(Agency, Agency.code == Application.agency_code)
        .outerjoin(
            PermitRule,
            (PermitRule.rule_id == Application.rule_id) & (PermitRule.version == Application.rule_version),
        )
    )


def of_parties(session: Session, by: Actor, *, limit: int, after: Place | None = None) -> list[Line]:
    """The applications of the reader's bookings and of those at their facilities, what is due first on top: `limit` at
    most, those `after` a place."""
    wanted = lines().where(_of(by))
    return [line(found, by) for found in _page(session, wanted, _BY_DUE, limit=limit, after=after)]


def of_one_booking(session: Session, by: Actor, booking_id: UUID) -> list[Line]:
    """The same of one booking, all of them."""
    wanted = lines().where(_of(by), Application.booking_id == booking_id)
    return [line(found, by) for found in session.execute(wanted.order_by(*_BY_DUE, Application.id))]


def of_bookings(session: Session, by: Actor, booking_ids: Iterable[UUID], *, limit: int) -> list[Line]:
    """The same of some bookings, the first that was filed first."""
    wanted = lines().where(_of(by), Application.booking_id.in_(list(booking_ids)), Application.filed_on.is_not(None))
    return [
        line(found, by) for found in session.execute(wanted.order_by(Application.filed_on, Application.id).limit(limit))
    ]


def counts_of(
    session: Session, by: Actor, booking_ids: Iterable[UUID]
) -> Mapping[UUID, Mapping[ApplicationState, int]]:
    """How many applications of some bookings the reader may see, by booking and state."""
    wanted = lines().where(_of(by), Application.booking_id.in_(list(booking_ids))).subquery()
    each = wanted.c.booking_id, wanted.c.state
    found: dict[UUID, dict[ApplicationState, int]] = {}
    for booking_id, state, count in session.execute(select(*each, func.count()).group_by(*each)):
        found.setdefault(booking_id, {})[state] = count
    return found


def overdue(session: Session, by: Actor, *, now: datetime, limit: int, after: Place | None = None) -> list[Line]:
    """What lies with any authority past the day by which it was to decide, the longest overdue first; for those who
    oversee the platform. Days are counted by each authority's own calendar."""
    late = Application.state.in_(tuple(FILED)), Application.due_on < local_day(now, HERE)
    found = _page(session, lines().where(*late), _ON_DESK, limit=limit, after=after)
    zones = zones_of(session, {each.Application.agency_code for each in found} - {None})
    calendars = working_calendars(session, {limit_of(each.Application).calendar for each in found})
    days = {code: local_day(now, zone) for code, zone in zones.items()}
    return [_dated(each, by, days.get(each.Application.agency_code, local_day(now, HERE)), calendars) for each in found]


def _of(by: Actor) -> ColumnElement[bool]:
    managed = by.organisations(Role.MANAGER)
    hosting = by.organisations(Role.HOST_MANAGER, Role.HOST_STAFF)
    own = [] if by.person_id is None else [Booking.person_id == by.person_id, Application.person_id == by.person_id]
    return or_(*own, Booking.organisation_id.in_(managed), Facility.organisation_id.in_(hosting))


def on_desk(
    session: Session, by: Actor, *, now: datetime, limit: int, after: Place | None = None, decided: bool = False
) -> list[Line]:
    """What lies with the reader's authorities: what is to be decided by due date, or what was decided, the latest
    first; `limit` at most, those `after` a place. Raises NotFound for who is no officer."""
    codes = agencies_of(session, by)
    if not codes:
        raise NotFound("agency")
    states = DECIDED if decided else tuple(FILED)
    wanted = lines().where(Application.agency_code.in_(codes), Application.state.in_(states))
    key = _BY_DECISION if decided else _ON_DESK
    found = _page(session, wanted, key, limit=limit, after=after, falling=decided)
    zones = zones_of(session, codes)
    calendars = working_calendars(session, {limit_of(each.Application).calendar for each in found})
    days = {code: local_day(now, zones[code]) for code in codes}
    return [_dated(each, by, days[each.Application.agency_code], calendars) for each in found]


def _page(
    session: Session, wanted: Select[Any], key: Key, *, limit: int, after: Place | None, falling: bool = False
) -> Sequence[Any]:
    whole = (*key, Application.id)
    if after is not None:
        here, last = tuple_(*whole), tuple_(after.first, after.second, after.id)
        wanted = wanted.where(here < last if falling else here > last)
    order = [part.desc() for part in whole] if falling else whole
    named = wanted.add_columns(key[0].label("first"), key[1].label("second"))
    return session.execute(named.order_by(*order).limit(limit)).all()


def _dated(found: Any, by: Actor, today: date, calendars: Mapping[str | None, WorkingCalendar]) -> Line:
    return line(found, by, whole=True, left=left_of(found.Application, today, calendars))


def left_of(row: Application, today: date, calendars: Mapping[str | None, WorkingCalendar]) -> int | None:
    """How many days the authority has left, by its own calendar; None where no date runs."""
    if row.due_on is None:
        return None
    limit = limit_of(row)
    return days_left(row.due_on, today, calendars[limit.calendar], plain=limit.day_kind == "calendar")


def line(found: Any, by: Actor, *, whole: bool | None = None, left: int | None = None) -> Line:
    """A line of what was found; where nobody says whether it is seen whole, the reader's rights do."""
    row: Application = found.Application
    seen = may(by, "application.know", **relations(row, found.person_id, by)) if whole is None else whole
    return Line(
        row=row,
        reference=found.reference,
        title=found.title or {"en": row.rule_id},
        agency=found.agency or {},
        applicant=found.applicant,
        whole=seen,
        left=left,
        place=Place(found.first, found.second, row.id) if hasattr(found, "first") else None,
    )


def relations(row: Application, person_id: UUID, by: Actor) -> dict[str, UUID | None]:
    """To whom an application belongs, as the policy asks: the booking's own person applies for the user, and whoever's
    permit it is for themselves."""
    if row.side == "host":
        return {"owner": None, "organisation": row.applicant_id, "host": row.applicant_id}
    own = row.person_id is not None and row.person_id == by.person_id
    return {"owner": row.person_id if own else person_id, "organisation": row.applicant_id, "host": None}
