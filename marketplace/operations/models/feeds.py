"""What meters, controllers and loggers tell: keys, events, and the files that were uploaded."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Id, Instant, text_enum


class FeedKey(Base):
    """The secret with which a unit's controller signs what it sends; one at a time."""

    __tablename__ = "feed_keys"
    __table_args__ = (Index("uq_feed_keys_unit_id", "unit_id", unique=True, postgresql_where="ended_at IS NULL"),)

    id: Mapped[Id]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    sealed: Mapped[str] = mapped_column(Text, doc="the secret, sealed: it is needed to check a signature")
    made_at: Mapped[Instant]
    made_by: Mapped[UUID]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_by: Mapped[UUID | None]


class FeedEventKind(Enum):
    """What a controller says."""

    START = "start"
    STOP = "stop"
    STATE = "state"


class FeedEvent(Base):
    """One event of a feed, kept with what it led to; the same event is applied once."""

    __tablename__ = "feed_events"
    __table_args__ = (
        UniqueConstraint("unit_id", "event_id"),
        CheckConstraint("place > 0", name="place_positive"),
        CheckConstraint("(state IS NOT NULL) = (kind = 'state')", name="states_are_named"),
        Index("ix_feed_events_unit_id", "unit_id", "place", "at"),
    )

    id: Mapped[Id]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    event_id: Mapped[str] = mapped_column(Text, doc="as the controller names it")
    place: Mapped[int]
    kind: Mapped[FeedEventKind] = mapped_column(text_enum(FeedEventKind))
    at: Mapped[Instant]
    state: Mapped[str | None] = mapped_column(Text, doc="what the machine did from then on, of a state")
    received_at: Mapped[Instant]
    session_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("sessions.id"), doc="the session that it began, ended or gave a sign of"
    )
    outcome: Mapped[str] = mapped_column(Text, doc="what it led to, in a word")


class LoggerFile(Base):
    """A file of a logger whose rows became sessions; the same file twice changes nothing."""

    __tablename__ = "logger_files"
    __table_args__ = (UniqueConstraint("unit_id", "digest"),)

    id: Mapped[Id]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    digest: Mapped[bytes] = mapped_column(LargeBinary, doc="SHA-256 of its bytes")
    name: Mapped[str] = mapped_column(Text)
    rows: Mapped[int] = mapped_column(doc="that it had")
    added: Mapped[int] = mapped_column(doc="that became sessions")
    uploaded_at: Mapped[Instant]
    uploaded_by: Mapped[UUID]
