"""What a unit costs: one public rate, valid from a date."""

from __future__ import annotations

import datetime as dt
from enum import Enum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Id, Instant, text_enum


class RatePer(Enum):
    """What one amount buys."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    RUN = "run"


class Rate(Base):
    """The public rate of a unit from a date until the next one."""

    __tablename__ = "rates"
    __table_args__ = (
        UniqueConstraint("unit_id", "valid_from"),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
    )

    id: Mapped[Id]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(ForeignKey("currencies.code"))
    per: Mapped[RatePer] = mapped_column(text_enum(RatePer))
    valid_from: Mapped[dt.date]
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[Instant]
    created_by: Mapped[UUID | None]
