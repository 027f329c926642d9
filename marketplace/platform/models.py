"""Values that an administrator has put in the place of the default."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Instant, new_id


class PlatformSetting(Base):
    """One setting that somebody has changed; those that nobody touched have no row."""

    __tablename__ = "platform_settings"
    __table_args__ = (CheckConstraint("version > 0", name="version_positive"),)

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[Any] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(default=1, doc="rises with each change; guards against lost edits")
    subject_id: Mapped[UUID] = mapped_column(unique=True, default=new_id, doc="under which its history stands")
    changed_at: Mapped[Instant]
    changed_by: Mapped[UUID]
