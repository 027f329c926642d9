"""What actually happened at a unit: sessions from check-in to check-out."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Id, Instant


class UseSession(Base):
    """One stretch of real use of a booking."""

    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint("checked_out_at IS NULL OR checked_in_at <= checked_out_at", name="period_ascends"),
        Index("uq_sessions_open", "booking_id", unique=True, postgresql_where="checked_out_at IS NULL"),
        Index("ix_sessions_unit_id", "unit_id", "checked_in_at"),
        Index("ix_sessions_booking_id", "booking_id"),
    )

    id: Mapped[Id]
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    checked_in_at: Mapped[Instant]
    checked_in_by: Mapped[UUID]
    checked_out_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    checked_out_by: Mapped[UUID | None]
