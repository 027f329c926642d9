"""Roll-ups of use by day, the marks that say which days must be summed anew, and the log of exports."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Identity, Index, Text, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.bookings.models import Purpose
from marketplace.database import Base, Document, Id, Instant, text_enum


class UsageDay(Base):
    """What one organisation did at one unit on one day of the unit's own zone, for one purpose; whole seconds.

    Facts beside the sums are those of that day: where the unit stood, what the user was. All of it is told by rows
    elsewhere and can be thrown away and summed anew.
    """

    __tablename__ = "usage_days"
    __table_args__ = (
        CheckConstraint(
            "booked_seconds >= 0 AND used_seconds >= 0 AND effective_seconds BETWEEN 0 AND used_seconds"
            " AND external_seconds BETWEEN 0 AND effective_seconds AND inside_seconds >= 0"
            " AND estimated_seconds BETWEEN 0 AND used_seconds",
            name="seconds_fit",
        ),
        CheckConstraint("sessions >= 0 AND bookings >= 0 AND missed >= 0", name="counts_not_negative"),
        Index("ix_usage_days_day", "day"),
        Index("ix_usage_days_unit_jurisdiction", "unit_jurisdiction", "user_jurisdiction", "day"),
        Index("ix_usage_days_host_id", "host_id", "day"),
    )

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, doc="counts the day's rows from 1")
    facility_id: Mapped[UUID]
    host_id: Mapped[UUID] = mapped_column(doc="the legal entity that the host was on that day")
    zone_code: Mapped[str | None] = mapped_column(Text)
    unit_jurisdiction: Mapped[str | None] = mapped_column(Text, doc="customs territory in which the unit stood")
    organisation_id: Mapped[UUID] = mapped_column(doc="the legal entity that the user's organisation was on that day")
    user_jurisdiction: Mapped[str | None] = mapped_column(Text, doc="customs territory of its seat on that day")
    user_class: Mapped[str] = mapped_column(Text, doc="internal, else the kind of the user's organisation")
    same_group: Mapped[bool] = mapped_column(doc="external, and of the same parent as the host")
    purpose: Mapped[Purpose | None] = mapped_column(text_enum(Purpose), doc="null: nobody said")
    booked_seconds: Mapped[int]
    used_seconds: Mapped[int]
    effective_seconds: Mapped[int] = mapped_column(doc="used without idle running")
    external_seconds: Mapped[int] = mapped_column(doc="effective, of another legal entity")
    inside_seconds: Mapped[int] = mapped_column(doc="used inside the session's own booking")
    estimated_seconds: Mapped[int] = mapped_column(doc="used, of sessions that a rule completed")
    sessions: Mapped[int] = mapped_column(doc="that began on this day")
    bookings: Mapped[int] = mapped_column(doc="that were to begin on this day")
    missed: Mapped[int] = mapped_column(doc="of these bookings: nobody came")


class UnitDay(Base):
    """What one unit could have done on one day of its own zone: open time, and the time in each state."""

    __tablename__ = "unit_days"
    __table_args__ = (
        CheckConstraint(
            "places > 0 AND open_seconds >= 0 AND productive_seconds >= 0 AND standby_seconds >= 0"
            " AND engineering_seconds >= 0 AND scheduled_down_seconds >= 0 AND unscheduled_down_seconds >= 0"
            " AND non_scheduled_seconds >= 0",
            name="seconds_fit",
        ),
        Index("ix_unit_days_day", "day"),
        Index("ix_unit_days_unit_jurisdiction", "unit_jurisdiction", "day"),
        Index("ix_unit_days_host_id", "host_id", "day"),
    )

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    facility_id: Mapped[UUID]
    host_id: Mapped[UUID]
    zone_code: Mapped[str | None] = mapped_column(Text)
    unit_jurisdiction: Mapped[str | None] = mapped_column(Text)
    places: Mapped[int]
    open_seconds: Mapped[int] = mapped_column(doc="open hours less closures, times places")
    productive_seconds: Mapped[int]
    standby_seconds: Mapped[int]
    engineering_seconds: Mapped[int]
    scheduled_down_seconds: Mapped[int]
    unscheduled_down_seconds: Mapped[int]
    non_scheduled_seconds: Mapped[int]


class UsageMark(Base):
    """Something changed at a unit between two instants: its days there must be summed anew.

    Triggers of the database write marks, whoever writes the rows; marks are only added and taken, never changed, so
    that nobody waits for anybody.
    """

    __tablename__ = "usage_marks"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    unit_id: Mapped[UUID]
    since: Mapped[Instant]
    until: Mapped[Instant]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())


class ExportFormat(Enum):
    """As what rows leave."""

    CSV = "csv"
    XLSX = "xlsx"
    NDJSON = "ndjson"
    PARQUET = "parquet"


class UsageExport(Base):
    """Rows that left: who asked for which and what for, and what came out. Its manifest is told by this row."""

    __tablename__ = "usage_exports"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="period_ascends"),
        CheckConstraint("personal_columns = '{}' OR purpose IS NOT NULL", name="personal_with_purpose"),
        CheckConstraint(
            "(finished_at IS NULL) = (digest IS NULL) AND (finished_at IS NULL) = (row_count IS NULL)"
            " AND (finished_at IS NULL) = (byte_count IS NULL)",
            name="finished_whole",
        ),
        Index("ix_usage_exports_asked_by", "asked_by", "asked_at"),
        Index("ix_usage_exports_asked_at", "asked_at"),
    )

    id: Mapped[Id]
    asked_at: Mapped[Instant]
    asked_by: Mapped[UUID | None] = mapped_column(doc="null: an operator at the command line")
    via: Mapped[str] = mapped_column(Text, doc="page, api or command")
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date] = mapped_column(doc="itself included")
    group_by: Mapped[list[str]] = mapped_column(ARRAY(Text))
    filters: Mapped[Document]
    columns: Mapped[list[str]] = mapped_column(ARRAY(Text))
    personal_columns: Mapped[list[str]] = mapped_column(ARRAY(Text), doc="of the columns, those about people")
    reach: Mapped[Document] = mapped_column(JSONB, doc="which part of the platform whoever asked might see")
    format: Mapped[ExportFormat] = mapped_column(text_enum(ExportFormat))
    purpose: Mapped[str | None] = mapped_column(Text, doc="what people's data are needed for, in the asker's words")
    as_of: Mapped[Instant] = mapped_column(doc="all that was recorded until then is in it")
    row_count: Mapped[int | None] = mapped_column(BigInteger)
    byte_count: Mapped[int | None] = mapped_column(BigInteger)
    digest: Mapped[str | None] = mapped_column(Text, doc="SHA-256 of the bytes, hexadecimal; null: it broke off")
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
