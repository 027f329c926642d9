"""What happened: one chain of rows per subject, its erasable texts, and the seals over all of them."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Document, Id, Instant

# A database that was loaded from a dump counts its transactions from the beginning; its operator then sets this to
# where the seals had come to, and the numbers keep rising.
TRANSACTIONS_BEFORE = "coalesce(nullif(current_setting('benchbridge.transactions_before', true), ''), '0')::bigint"


class HistorySubject(Base):
    """The head of one chain: how many rows it has, the last row's mark, and a mark over both."""

    __tablename__ = "history_subjects"
    __table_args__ = (CheckConstraint("entries > 0", name="entries_positive"),)

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(primary_key=True)
    entries: Mapped[int]
    head: Mapped[bytes] = mapped_column(LargeBinary, doc="mark of the last entry: HMAC-SHA-256, 32 bytes")
    mark: Mapped[bytes] = mapped_column(LargeBinary, doc="HMAC over kind, subject, entries and head")


class HistoryEntry(Base):
    """One thing that happened to one subject. Holds ids, codes and a salted digest; never names or free text."""

    __tablename__ = "history_entries"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        Index("ix_history_entries_written_in", "written_in"),
        Index("ix_history_entries_at", "at"),
        Index("ix_history_entries_actor_id", "actor_id", "at"),
    )

    id: Mapped[Id]
    subject_kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(doc="1, 2, 3 ... within its subject")
    at: Mapped[Instant]
    actor_id: Mapped[UUID | None] = mapped_column(doc="person who did it; none: the platform itself")
    verb: Mapped[str] = mapped_column(Text, doc="code such as booking.approved")
    details: Mapped[Document]
    text_digest: Mapped[bytes | None] = mapped_column(LargeBinary, doc="SHA-256 over salt and text, when there is one")
    mark: Mapped[bytes] = mapped_column(LargeBinary, doc="HMAC over this row and the mark before it")
    written_in: Mapped[int] = mapped_column(
        BigInteger,
        server_default=text(f"pg_current_xact_id()::text::bigint + {TRANSACTIONS_BEFORE}"),
        doc="transaction, for sealing below xmin",
    )


class HistoryText(Base):
    """Names and free text of an entry: erasable, while the chain keeps its salted digest."""

    __tablename__ = "history_texts"

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("history_entries.id"), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    text: Mapped[Document | None] = mapped_column(JSONB(none_as_null=True), doc="null once erased")


class HistorySeal(Base):
    """A signed digest over every entry written in a range of transactions; copied outside the database."""

    __tablename__ = "history_seals"
    __table_args__ = (CheckConstraint("from_transaction < to_transaction", name="range_ascends"),)

    number: Mapped[int] = mapped_column(Identity(always=False), primary_key=True)
    sealed_at: Mapped[Instant]
    from_transaction: Mapped[int] = mapped_column(BigInteger, doc="inclusive")
    to_transaction: Mapped[int] = mapped_column(BigInteger, doc="exclusive: xmin of the sealing snapshot")
    entries: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary, doc="SHA-256 over the marks in order of id")
    previous: Mapped[bytes] = mapped_column(LargeBinary, doc="signature of the seal before")
    signature: Mapped[bytes] = mapped_column(LargeBinary)
