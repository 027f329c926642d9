"""Permit rules, version by version, and the vocabulary of the facts that they ask about."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Document, Id, Instant


class PermitRule(Base):
    """One version of one rule, never changed afterwards; stored plans name the versions that they used."""

    __tablename__ = "permit_rules"
    __table_args__ = (
        UniqueConstraint("rule_id", "version"),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("effective_to IS NULL OR effective_from <= effective_to", name="effective"),
    )

    id: Mapped[Id]
    rule_id: Mapped[str] = mapped_column(Text, doc="as in the rule files: DAT-01")
    version: Mapped[int]
    effective_from: Mapped[dt.date | None]
    effective_to: Mapped[dt.date | None]
    told: Mapped[Document] = mapped_column(JSONB, doc="the whole row of its file")
    digest: Mapped[str] = mapped_column(Text, doc="SHA-256 of the row, so that the same row is no new version")
    entered_at: Mapped[Instant]
    entered_by: Mapped[UUID | None] = mapped_column(doc="null: it came with the files")


class PermitLibrary(Base):
    """The files that were loaded, by their digest, with the vocabulary that they bring."""

    __tablename__ = "permit_libraries"

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    facts: Mapped[Document] = mapped_column(JSON, doc="each fact by its name; choices in the order of their file")
    loaded_at: Mapped[Instant]
