"""A stage for tests of bookings: a bookable unit of Bo's, Ada who wants it, and short ways to act."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.accounts.policy import Actor
from marketplace.availability.actions import set_rules
from marketplace.availability.rules import UnitRules
from marketplace.bookings.actions import request_booking
from marketplace.bookings.models import Booking
from marketplace.bookings.rules import BookingRequest
from marketplace.catalogue.models import Facility, Unit
from marketplace.terms.actions import publish_terms
from marketplace.values.period import Period
from tests.cast import Cast, actor_of, join, make_cast
from tests.factories.listings import make_listing

HONG_KONG = ZoneInfo("Asia/Hong_Kong")


def at(day: int, hour: int = 0, minute: int = 0, *, month: int = 3) -> datetime:
    """An instant of 2026 in Hong Kong. The tests' present is Monday 2 March, nine o'clock."""
    return datetime(2026, month, day, hour, minute, tzinfo=HONG_KONG)


def hours(day: int, start: int, end: int, *, month: int = 3) -> Period:
    """From one full hour to another of a day of 2026 in Hong Kong."""
    return Period(at(day, month=month) + timedelta(hours=start), at(day, month=month) + timedelta(hours=end))


@dataclass
class Stage:
    """A facility with a unit open Monday to Friday from nine to six, the cast, and short ways to act."""

    session: Session
    cast: Cast
    facility: Facility
    unit: Unit
    now: datetime
    actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """One of the cast by first name."""
        if name not in self.actors:
            self.actors[name] = actor_of(self.session, self.cast.people[name], now=self.now)
        return self.actors[name]

    def rules(self, **values: Any) -> None:
        """Set the unit's booking rules."""
        set_rules(self.session, self.unit.id, UnitRules(**values), now=self.now, by=self.actor("bo"))

    def terms(self, text: str = "Leave the bench as you found it.") -> Any:
        """Publish a terms text."""
        return publish_terms(self.session, self.facility.id, {"en": text}, now=self.now, by=self.actor("bo"))

    def wish(self, period: Period, **more: Any) -> BookingRequest:
        """A request for the unit."""
        return BookingRequest(unit_id=self.unit.id, period=period, **more)

    def book(self, period: Period, *, by: str = "ada", now: datetime | None = None, **more: Any) -> Booking:
        """Ask for the unit."""
        return request_booking(self.session, self.wish(period, **more), now=now or self.now, by=self.actor(by))


def make_stage(session: Session, now: datetime, *, places: int = 1) -> Stage:
    """The stage in any session: a published unit of Bo's firm, and Eve as researcher elsewhere."""
    return make_stage_of(session, make_cast(session, now=now), now, places=places)


def make_stage_of(session: Session, cast: Cast, now: datetime, *, places: int = 1) -> Stage:
    """The same with a cast that is there already."""
    join(session, cast.bo, cast.firm, Role.RESEARCHER, now=now)
    bo = actor_of(session, cast.bo, now=now)
    facility, unit = make_listing(session, cast.firm.id, by=bo, now=now)
    unit.places = places
    session.flush()
    return Stage(session, cast, facility, unit, now)
