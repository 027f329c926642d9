"""What people are told: notices in their inbox and mails on their way out."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Document, Id, Instant, text_enum


class MailState(Enum):
    """Waiting until the mail server said yes; dead after the last attempt; cancelled by an administrator."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    CANCELLED = "cancelled"


class Notice(Base):
    """One line in a person's inbox: a code and what it is about. `recipient_id` is a person, without a foreign key."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("ix_notices_recipient_id", "recipient_id", "created_at"),
        Index("ix_notices_unread", "recipient_id", postgresql_where="read_at IS NULL"),
    )

    id: Mapped[Id]
    recipient_id: Mapped[UUID]
    code: Mapped[str] = mapped_column(Text)
    details: Mapped[Document]
    created_at: Mapped[Instant]
    read_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class Mail(Base):
    """One message to one reader: a person (address and language are looked up when it is sent) or a bare address."""

    __tablename__ = "mails"
    __table_args__ = (
        CheckConstraint("(recipient_id IS NULL) <> (address IS NULL)", name="one_recipient"),
        Index("ix_mails_waiting", "next_at", postgresql_where="state = 'waiting'"),
        Index("ix_mails_dead", "id", postgresql_where="state = 'dead'"),
        Index("ix_mails_created_at", "created_at"),
    )

    id: Mapped[Id]
    recipient_id: Mapped[UUID | None]
    address: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text, doc="for a bare address; a person's own language otherwise")
    code: Mapped[str] = mapped_column(Text)
    details: Mapped[Document]
    message_id: Mapped[str] = mapped_column(
        Text, unique=True, doc="kept over repeats, so that a reader's client folds them"
    )
    state: Mapped[MailState] = mapped_column(text_enum(MailState), default=MailState.WAITING)
    created_at: Mapped[Instant]
    next_at: Mapped[Instant]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class NoticeChoice(Base):
    """A person's wish about one code: in the inbox it always stands; by mail only where they want it."""

    __tablename__ = "notice_choices"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    by_mail: Mapped[bool]
