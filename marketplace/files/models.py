"""Uploads, kept by the hash of their content."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Id, Instant


class StoredFile(Base):
    """One upload: who brought it, under which name, and the hash under which its bytes lie in the store."""

    __tablename__ = "stored_files"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size_not_negative"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_hex"),
        Index("ix_stored_files_sha256", "sha256"),
    )

    id: Mapped[Id]
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger, doc="bytes")
    media_type: Mapped[str] = mapped_column(Text, doc="as found by looking, not as claimed")
    name: Mapped[str] = mapped_column(Text, doc="as the uploader called it; data, never a path")
    uploaded_by: Mapped[UUID | None]
    uploaded_at: Mapped[Instant]
