"""Rows that answer a search without touching the tables they are built from; refreshed by jobs."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, Numeric, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Document, Instant, Localized


class SearchClass(Base):
    """All that facets count of a listing: listings alike in it share one row, and are counted by it."""

    __tablename__ = "search_classes"
    __table_args__ = (
        UniqueConstraint(
            *("kind", "jurisdiction_code", "zone_code", "techniques", "trl_min", "trl_max", "scale"),
            *("service_modes", "price_class"),
            name="uq_search_classes_all",
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    jurisdiction_code: Mapped[str] = mapped_column(Text)
    zone_code: Mapped[str | None] = mapped_column(Text)
    techniques: Mapped[list[str]] = mapped_column(ARRAY(Text))
    trl_min: Mapped[int | None]
    trl_max: Mapped[int | None]
    scale: Mapped[str | None] = mapped_column(Text)
    service_modes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    price_class: Mapped[str] = mapped_column(Text)


class SearchRow(Base):
    """One published facility as the search sees it."""

    __tablename__ = "search_rows"
    __table_args__ = (
        Index("ix_search_rows_published_at", "published_at"),
        # What a search reads of every result; the rest is read of one page.
        Index("ix_search_rows_found", "facility_id", postgresql_include=["class_id", "units", "published_at"]),
        Index("ix_search_rows_techniques", "techniques", postgresql_using="gin"),
    )

    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facilities.id"), primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("search_classes.id"))
    kind: Mapped[str] = mapped_column(Text)
    jurisdiction_code: Mapped[str] = mapped_column(Text)
    root_code: Mapped[str] = mapped_column(Text)
    zone_code: Mapped[str | None] = mapped_column(Text)
    organisation_id: Mapped[UUID]
    start_key: Mapped[str] = mapped_column(
        Text,
        doc="JSON of all that a permit plan hangs on: whose, where, and what hosts state; alike, they share a plan",
    )
    techniques: Mapped[list[str]] = mapped_column(ARRAY(Text), doc="codes of the technique vocabulary")
    trl_min: Mapped[int | None]
    trl_max: Mapped[int | None]
    scale: Mapped[str | None] = mapped_column(Text)
    service_modes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    price_minor: Mapped[int | None] = mapped_column(BigInteger, doc="lowest public rate, in its own currency")
    price_currency: Mapped[str | None] = mapped_column(Text)
    price_per: Mapped[str | None] = mapped_column(Text)
    price_hkd_hour: Mapped[Decimal | None] = mapped_column(Numeric(18, 4), doc="for comparing only")
    units: Mapped[int]
    name: Mapped[Localized]
    card: Mapped[Document] = mapped_column(JSONB, doc="what a result shows: organisation, place, photo, units")
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 5))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 5))
    published_at: Mapped[Instant]
    refreshed_at: Mapped[Instant] = mapped_column(doc="when it last said something new")


class SearchText(Base):
    """The words of one published facility, apart from what a page shows: reading the one must not cost the other.

    Its migration keeps the words inside the row, and it says again what a search reads of every result, so that ranking
    thousands fetches nothing from elsewhere.
    """

    __tablename__ = "search_texts"
    __table_args__ = (Index("ix_search_texts_lexemes", "lexemes", postgresql_using="gin"),)

    facility_id: Mapped[UUID] = mapped_column(
        ForeignKey("search_rows.facility_id", ondelete="CASCADE"), primary_key=True
    )
    class_id: Mapped[int] = mapped_column(ForeignKey("search_classes.id"))
    units: Mapped[int]
    published_at: Mapped[Instant]
    lexemes: Mapped[str] = mapped_column(TSVECTOR)


class SearchWord(Base):
    """A word of the index and in how many rows it stands: what a mistyped word is compared with."""

    __tablename__ = "search_words"

    word: Mapped[str] = mapped_column(Text, primary_key=True)
    facilities: Mapped[int]


class OpeningPattern(Base):
    """One way of being open, shared by all units that are open alike: what a search for free time judges once."""

    __tablename__ = "opening_patterns"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    digest: Mapped[str] = mapped_column(Text, unique=True, doc="SHA-256 of the pattern, so that equal ones are one row")
    time_zone: Mapped[str] = mapped_column(Text)
    calendar_code: Mapped[str | None] = mapped_column(Text, doc="the unit's, else that of where it stands")
    hours: Mapped[list[list[int]]] = mapped_column(JSONB, doc="weekday, opens, closes; as in opening_hours")
    rules: Mapped[Document] = mapped_column(JSONB, doc="mode, lengths and margins, as in booking_rules")


class UnitOpenness(Base):
    """Which pattern a bookable unit follows, and how many places it has."""

    __tablename__ = "unit_openness"
    __table_args__ = (
        Index("ix_unit_openness_facility_id", "facility_id"),
        Index("ix_unit_openness_pattern_id", "pattern_id"),
    )

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), primary_key=True)
    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facilities.id"))
    pattern_id: Mapped[int] = mapped_column(ForeignKey("opening_patterns.id"))
    places: Mapped[int]
