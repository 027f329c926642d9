"""Kiosks: the page at a unit that a QR code leads to."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Instant


class Kiosk(Base):
    """The code that hangs at a unit. A new one takes the place of the old, which opens nothing any more."""

    __tablename__ = "unit_kiosks"

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True, doc="SHA-256 of the code: by it the page is found")
    sealed: Mapped[str] = mapped_column(Text, doc="the code, sealed, to be printed again")
    made_at: Mapped[Instant]
    made_by: Mapped[UUID]
