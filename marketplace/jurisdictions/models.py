"""Legal territories, their zones and agencies, working-day calendars and currencies."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Integer, Numeric, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Document, Instant, Localized, text_enum


class Confidence(Enum):
    """How well a row is sourced: primary, secondary, or background that may advise but never block."""

    PRIMARY = "P"
    SECONDARY = "2"
    BACKGROUND = "BG"


class Jurisdiction(Base):
    """A legal territory. Codes follow ISO 3166 (`HK`, `CN`, `CN-GD`); the root of the tree is the customs territory."""

    __tablename__ = "jurisdictions"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("jurisdictions.code"))
    root_code: Mapped[str] = mapped_column(Text, doc="customs territory")
    name: Mapped[Localized]
    currency: Mapped[str] = mapped_column(Text)
    time_zone: Mapped[str] = mapped_column(Text)
    calendar_code: Mapped[str | None] = mapped_column(Text)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    sources: Mapped[list[str]] = mapped_column(ARRAY(Text))
    confidence: Mapped[Confidence] = mapped_column(text_enum(Confidence))


class Zone(Base):
    """A named area inside a jurisdiction with rules of its own; a zone may lie in another (the two Hetao parks)."""

    __tablename__ = "zones"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("zones.code"))
    jurisdiction_code: Mapped[str | None] = mapped_column(ForeignKey("jurisdictions.code"), doc="null: spans several")
    city: Mapped[str | None] = mapped_column(Text)
    name: Mapped[Localized]
    area: Mapped[Localized]
    governing_body: Mapped[Localized]
    counterpart: Mapped[Localized]
    instrument: Mapped[Localized]
    agency_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), doc="who governs it")
    pair_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), doc="counterpart pairs that settle its issues")
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 5))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 5))
    sources: Mapped[list[str]] = mapped_column(ARRAY(Text))
    confidence: Mapped[Confidence] = mapped_column(text_enum(Confidence))


class Agency(Base):
    """An authority, one row each (`AGY-HK-DPO`)."""

    __tablename__ = "agencies"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    jurisdiction_code: Mapped[str] = mapped_column(ForeignKey("jurisdictions.code"))
    name: Mapped[Localized]
    subject: Mapped[Localized]
    website: Mapped[str | None] = mapped_column(Text)
    calendar_code: Mapped[str | None] = mapped_column(Text)
    sources: Mapped[list[str]] = mapped_column(ARRAY(Text))
    confidence: Mapped[Confidence] = mapped_column(text_enum(Confidence))


class CounterpartPair(Base):
    """Two authorities on either side of a boundary that settle issues together, with their escalation tiers."""

    __tablename__ = "counterpart_pairs"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[Localized]
    side_a: Mapped[Document] = mapped_column(JSONB, doc="{agencies: [codes], name: localized}")
    side_b: Mapped[Document] = mapped_column(JSONB)
    tiers: Mapped[list[dict[str, object]]] = mapped_column(JSONB, doc="working, next, political; each localized")
    timetable: Mapped[Localized]
    sources: Mapped[list[str]] = mapped_column(ARRAY(Text))
    confidence: Mapped[Confidence] = mapped_column(text_enum(Confidence))


class Currency(Base):
    """An ISO 4217 currency and the number of digits of its minor unit."""

    __tablename__ = "currencies"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[Localized]
    minor_digits: Mapped[int]


class ExchangeRate(Base):
    """A dated rate entered by an administrator: for comparing and sorting only, never for charging."""

    __tablename__ = "exchange_rates"
    __table_args__ = (CheckConstraint("per_hkd > 0", name="rate_positive"),)

    currency_code: Mapped[str] = mapped_column(ForeignKey("currencies.code"), primary_key=True)
    valid_from: Mapped[dt.date] = mapped_column(primary_key=True)
    per_hkd: Mapped[Decimal] = mapped_column(Numeric(18, 8), doc="how much of the currency one Hong Kong dollar buys")
    source: Mapped[str] = mapped_column(Text)
    entered_by: Mapped[UUID | None]
    entered_at: Mapped[Instant]


class Calendar(Base):
    """A working-day calendar: which weekdays work; its days off stand in `calendar_days`."""

    __tablename__ = "calendars"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[Localized]
    working_weekdays: Mapped[list[int]] = mapped_column(ARRAY(Integer), doc="ISO: 1 Monday")
    sources: Mapped[list[str]] = mapped_column(ARRAY(Text))


class DayKind(Enum):
    """Off on a weekday, or worked on a weekend (调休)."""

    OFF = "off"
    WORKED = "worked"


class CalendarDay(Base):
    """One day of one calendar that differs from its week; official once a notice is named."""

    __tablename__ = "calendar_days"

    calendar_code: Mapped[str] = mapped_column(ForeignKey("calendars.code"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    kind: Mapped[DayKind] = mapped_column(text_enum(DayKind))
    name: Mapped[Localized]
    source: Mapped[str] = mapped_column(Text)
    official: Mapped[bool] = mapped_column(doc="from the official notice, not only from a library")
    entered_by: Mapped[UUID | None] = mapped_column(doc="administrator who overrode it")


class CalendarYear(Base):
    """Whether a calendar's year rests on an official notice; without one, dates counted in it are provisional."""

    __tablename__ = "calendar_years"

    calendar_code: Mapped[str] = mapped_column(ForeignKey("calendars.code"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    official_notice: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    entered_by: Mapped[UUID | None]
    entered_at: Mapped[Instant]
