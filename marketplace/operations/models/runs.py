"""Runs of a pilot line: how long it was meant to run, how long it stood still, what it made and how much was good."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Numeric, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Id, Instant


class Run(Base):
    """One run as it was entered. A correction is another row; only rows that nothing supersedes count."""

    __tablename__ = "runs"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="period_ascends"),
        CheckConstraint("planned_seconds > 0", name="planned_positive"),
        CheckConstraint("down_seconds BETWEEN 0 AND planned_seconds", name="down_within_planned"),
        CheckConstraint("ideal_cycle_seconds > 0", name="cycle_positive"),
        CheckConstraint("good_count BETWEEN 0 AND total_count", name="good_within_total"),
        CheckConstraint("corrects IS NULL OR reason IS NOT NULL", name="correction_has_reason"),
        CheckConstraint(
            "(superseded_at IS NULL) = (superseded_by IS NULL)",
            name="superseded_by_somebody",
        ),
        Index("ix_runs_unit_id", "unit_id", "starts_at"),
        Index("uq_runs_corrects", "corrects", unique=True),
    )

    id: Mapped[Id]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    planned_seconds: Mapped[int] = mapped_column(BigInteger)
    down_seconds: Mapped[int] = mapped_column(BigInteger, doc="of the planned time, when the line stood still")
    ideal_cycle_seconds: Mapped[Decimal] = mapped_column(Numeric(16, 6), doc="of one piece")
    total_count: Mapped[int] = mapped_column(BigInteger)
    good_count: Mapped[int] = mapped_column(BigInteger)
    notes: Mapped[str | None] = mapped_column(Text)
    entered_by: Mapped[UUID]
    entered_at: Mapped[Instant]
    corrects: Mapped[UUID | None] = mapped_column(ForeignKey("runs.id"))
    reason: Mapped[str | None] = mapped_column(Text, doc="why it was corrected")
    superseded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    superseded_by: Mapped[UUID | None] = mapped_column(doc="who corrected it or took it back")
    taken_back_reason: Mapped[str | None] = mapped_column(Text)
