"""What broke at a unit: who reported it, how long the unit stood still for it, and how it was mended."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Id, Instant, text_enum


class Urgency(Enum):
    """How soon somebody must look; `safety` says that people may be hurt."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    SAFETY = "safety"


class FaultState(Enum):
    """Open until mended, or until the host says that it was none."""

    OPEN = "open"
    RESOLVED = "resolved"
    CANCELLED = "cancelled"


class Fault(Base):
    """One report. While it stops the unit, a closure of kind fault holds the places that no booking held."""

    __tablename__ = "faults"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_has_instant"),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed_by_somebody"),
        CheckConstraint("state = 'open' OR resolution IS NOT NULL", name="closed_has_resolution"),
        CheckConstraint(
            "stopped_from IS NOT NULL OR expected_back IS NULL AND back_at IS NULL AND closure_id IS NULL",
            name="stopped_first",
        ),
        CheckConstraint("expected_back IS NULL OR stopped_from < expected_back", name="expected_after_stop"),
        CheckConstraint("back_at IS NULL OR stopped_from <= back_at", name="back_after_stop"),
        CheckConstraint("stopped_from IS NULL OR (state = 'open') = (back_at IS NULL)", name="back_when_closed"),
        Index("ix_faults_unit_id", "unit_id", "reported_at"),
        Index("ix_faults_open", "unit_id", postgresql_where="state = 'open'"),
    )

    id: Mapped[Id]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    reported_by: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    reported_at: Mapped[Instant]
    urgency: Mapped[Urgency] = mapped_column(text_enum(Urgency))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[FaultState] = mapped_column(text_enum(FaultState), default=FaultState.OPEN)
    stopped_from: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    expected_back: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), doc="null: nobody knows yet")
    back_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closure_id: Mapped[UUID | None] = mapped_column(ForeignKey("closures.id"))
    cause: Mapped[str | None] = mapped_column(Text)
    resolution: Mapped[str | None] = mapped_column(Text, doc="how it was mended, or why it was no fault")
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_by: Mapped[UUID | None]


class FaultPhoto(Base):
    """A picture of a fault."""

    __tablename__ = "fault_photos"

    fault_id: Mapped[UUID] = mapped_column(ForeignKey("faults.id"), primary_key=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_files.id"), primary_key=True)
