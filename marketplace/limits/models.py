"""Token buckets: how often somebody may still do something."""

from __future__ import annotations

from sqlalchemy import Float, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Instant


class Bucket(Base):
    """What one key has left, as of an instant; refilled by arithmetic when it is next spent from."""

    __tablename__ = "buckets"
    __table_args__ = (Index("ix_buckets_at", "at"),)

    key: Mapped[str] = mapped_column(Text, primary_key=True, doc="kind and a keyed digest of who: no address, no name")
    tokens: Mapped[float] = mapped_column(Float)
    at: Mapped[Instant]
