"""When a unit can be used: opening hours, closures, booking rules, and the claims that hold its places."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Id, Instant, Localized, text_enum


class BookingMode(Enum):
    """Hours inside one open stretch, or runs of whole open days or weeks."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


class BookingRules(Base):
    """How one unit may be booked. Minutes unless the name says otherwise; null means no limit."""

    __tablename__ = "booking_rules"
    __table_args__ = (
        CheckConstraint("step > 0 AND 1440 % step = 0", name="step_divides_day"),
        CheckConstraint("shortest > 0 AND (longest IS NULL OR longest >= shortest)", name="lengths_ascend"),
        CheckConstraint("set_up >= 0 AND clean_up >= 0 AND cut_off >= 0", name="margins_not_negative"),
        CheckConstraint("end_grace >= 0", name="grace_not_negative"),
        CheckConstraint(
            "permit_days > 0 AND (most_permit_holds IS NULL OR most_permit_holds >= 0)", name="permits_positive"
        ),
    )

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), primary_key=True)
    mode: Mapped[BookingMode] = mapped_column(text_enum(BookingMode), default=BookingMode.HOUR)
    step: Mapped[int] = mapped_column(
        default=30, doc="starts and ends lie on multiples of it, counted from local midnight"
    )
    shortest: Mapped[int] = mapped_column(default=30)
    longest: Mapped[int | None]
    set_up: Mapped[int] = mapped_column(default=0)
    clean_up: Mapped[int] = mapped_column(default=0)
    cut_off: Mapped[int] = mapped_column(default=0, doc="latest moment to ask, before the start")
    horizon_days: Mapped[int | None] = mapped_column(doc="how many days ahead one may book")
    max_per_day: Mapped[int | None] = mapped_column(doc="bookings of one person that touch one local day")
    max_at_once: Mapped[int | None] = mapped_column(doc="bookings of one person still to come")
    max_future_minutes: Mapped[int | None] = mapped_column(doc="minutes of one person still to come")
    min_gap: Mapped[int | None] = mapped_column(doc="between two bookings of one person")
    organisation_weekly_hours: Mapped[int | None] = mapped_column(doc="hours of one organisation in one local ISO week")
    missed_threshold: Mapped[int | None] = mapped_column(
        doc="minutes after the start at which an unused booking is missed"
    )
    asks: Mapped[list[str]] = mapped_column(
        JSONB, default=list, server_default="[]", doc="what is put down when somebody leaves"
    )
    end_grace: Mapped[int] = mapped_column(
        default=60, server_default="60", doc="after the booked end, until a session that nobody ended is ended by rule"
    )
    approval_days: Mapped[int] = mapped_column(default=3, doc="working days the host has to answer")
    permit_days: Mapped[int] = mapped_column(
        default=90, server_default="90", doc="days for which a time may stay held for permits"
    )
    most_permit_holds: Mapped[int | None] = mapped_column(doc="how many times at once may wait for permits")
    instant: Mapped[bool] = mapped_column(default=False, doc="no host approval needed")
    calendar_code: Mapped[str | None] = mapped_column(ForeignKey("calendars.code"))
    closed_on_holidays: Mapped[bool] = mapped_column(default=True)
    open_on_worked_weekends: Mapped[bool] = mapped_column(default=False)


class OpeningHours(Base):
    """One stretch of a weekday in local minutes from midnight; `closes` over 1440 runs into the next day."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday_iso"),
        CheckConstraint("opens >= 0 AND opens < 1440 AND closes > opens AND closes <= 2880", name="minutes_ascend"),
        UniqueConstraint("unit_id", "weekday", "opens"),
    )

    id: Mapped[Id]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    weekday: Mapped[int] = mapped_column(doc="ISO: 1 Monday ... 7 Sunday")
    opens: Mapped[int]
    closes: Mapped[int]


class FormerWeek(Base):
    """When a unit was open until an instant: its hours, and what holidays did to them. What is derived of a past month
    is told by it."""

    __tablename__ = "former_opening_hours"

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), primary_key=True)
    until: Mapped[Instant] = mapped_column(primary_key=True)
    hours: Mapped[list[list[int]]] = mapped_column(JSONB, doc="weekday, opens, closes")
    calendar_code: Mapped[str | None] = mapped_column(ForeignKey("calendars.code"))
    closed_on_holidays: Mapped[bool]
    open_on_worked_weekends: Mapped[bool]


class ClosureKind(Enum):
    """Why a unit is closed although its week says open."""

    CLOSURE = "closure"
    MAINTENANCE = "maintenance"
    FAULT = "fault"


# What a host may choose; a fault stops a unit by verbs of its own.
CHOSEN_KINDS = (ClosureKind.CLOSURE, ClosureKind.MAINTENANCE)


class ClosureSeries(Base):
    """A recurring closure: its dates are written out as closures, so that the constraint sees them."""

    __tablename__ = "closure_series"

    id: Mapped[Id]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    rule: Mapped[str] = mapped_column(Text, doc="RFC 5545 RRULE: DAILY, WEEKLY or MONTHLY, in the facility's zone")
    created_by: Mapped[UUID]
    created_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Closure(Base):
    """A stretch in which every place of a unit is closed."""

    __tablename__ = "closures"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="period_ascends"),
        Index("ix_closures_unit_id", "unit_id", "starts_at"),
    )

    id: Mapped[Id]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    series_id: Mapped[UUID | None] = mapped_column(ForeignKey("closure_series.id"))
    kind: Mapped[ClosureKind] = mapped_column(text_enum(ClosureKind))
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    reason: Mapped[Localized] = mapped_column(JSONB, default=dict)
    created_by: Mapped[UUID | None]
    created_at: Mapped[Instant]
    lifted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ClaimKind(Enum):
    """Whose claim it is."""

    BOOKING = "booking"
    CLOSURE = "closure"


class Claim(Base):
    """What holds one place of a unit for a stretch of time. A released claim is deleted; history keeps it.

    The exclusion constraint is the last word on double booking. uuidrange and int4range stand in for btree_gist's
    equality, which a server without contrib extensions lacks.
    """

    __tablename__ = "claims"
    __table_args__ = (
        ExcludeConstraint(
            (text("uuidrange(unit_id, unit_id, '[]')"), "&&"),
            (text("int4range(place, place, '[]')"), "&&"),
            ("blocked", "&&"),
            name="ex_claims_one_per_place",
            using="gist",
        ),
        CheckConstraint("place > 0", name="place_positive"),
        CheckConstraint(
            "NOT isempty(blocked) AND NOT lower_inf(blocked) AND NOT upper_inf(blocked)", name="blocked_bounded"
        ),
        CheckConstraint("kind = 'booking' OR held_until IS NULL", name="closures_are_not_held"),
        Index("ix_claims_blocked", "blocked", postgresql_using="gist"),
        Index("ix_claims_holder_id", "holder_id"),
    )

    id: Mapped[Id]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    place: Mapped[int]
    blocked: Mapped[Range[datetime]] = mapped_column(TSTZRANGE, doc="half-open; set-up and clean-up included")
    kind: Mapped[ClaimKind] = mapped_column(text_enum(ClaimKind))
    holder_id: Mapped[UUID] = mapped_column(doc="the booking's or the closure's id")
    held_until: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), doc="the booking's; past it the claim is ignored, and a new one deletes it"
    )
