"""Stored figures: a snapshot of a scope and period as known at an instant, and each metric's value in it."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Document, Id, Instant, Localized, text_enum
from marketplace.spillovers.rules.scopes import Scope, ScopeKind


class MetricSnapshot(Base):
    """All figures of a scope and period, as they were known at an instant; never changed afterwards.

    The same rows give it again to the last digit: `digest` is taken over the inputs of every figure.
    """

    __tablename__ = "metric_snapshots"
    __table_args__ = (
        CheckConstraint("first_day < after_day", name="period_ascends"),
        CheckConstraint(
            "(scope_id IS NOT NULL) = (scope_kind IN ('collaboration', 'organisation'))", name="scope_by_id"
        ),
        CheckConstraint("(scope_code IS NOT NULL) = (scope_kind = 'zone')", name="scope_by_code"),
        CheckConstraint("floor BETWEEN 0 AND 4", name="floor"),
        Index("ix_metric_snapshots_scope_id", "scope_id", "as_of"),
        Index("ix_metric_snapshots_scope_kind", "scope_kind", "scope_code", "as_of"),
    )

    id: Mapped[Id]
    scope_kind: Mapped[ScopeKind] = mapped_column(text_enum(ScopeKind))
    scope_id: Mapped[UUID | None] = mapped_column(doc="of the collaboration or organisation; it may be gone")
    scope_code: Mapped[str | None] = mapped_column(Text, doc="of the zone")
    first_day: Mapped[dt.date]
    after_day: Mapped[dt.date] = mapped_column(doc="the day after the period")
    as_of: Mapped[Instant] = mapped_column(doc="nothing recorded later is in it")
    taken_at: Mapped[Instant]
    taken_by: Mapped[UUID | None] = mapped_column(doc="null: the platform")
    floor: Mapped[int]
    parameters: Mapped[Document] = mapped_column(doc="what figures assume: depreciation, growth, quotas, grace ...")
    metrics: Mapped[Document] = mapped_column(doc="version of each metric by its id")
    code_version: Mapped[str] = mapped_column(Text, doc="edition of formulas and registry")
    digest: Mapped[str] = mapped_column(Text, doc="SHA-256 over the canonical inputs, hexadecimal")


class MetricValue(Base):
    """One metric's value in a snapshot. Exact numbers are kept as text: `3`, `0.25`, `7/12`."""

    __tablename__ = "metric_values"
    __table_args__ = (
        UniqueConstraint("snapshot_id", "metric", "variant"),
        CheckConstraint("n_units >= 0 AND n_unknown >= 0 AND suppressed >= 0", name="counts_not_negative"),
    )

    id: Mapped[Id]
    snapshot_id: Mapped[UUID] = mapped_column(ForeignKey("metric_snapshots.id", ondelete="CASCADE"))
    metric: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    variant: Mapped[str] = mapped_column(Text, default="", doc="what is never added to another: HKD 2024, by currency")
    value: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True), nullable=True)
    numerator: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True), nullable=True)
    denominator: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True), nullable=True)
    n_units: Mapped[int]
    n_unknown: Mapped[int]
    suppressed: Mapped[int]
    mix: Mapped[Document] = mapped_column(doc="how many of the units at each level of verification")
    notes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, doc="codes of what the figure does not say")
    subject_kind: Mapped[str] = mapped_column(Text, doc="of the rows behind it: outcome, session, facility ...")
    subjects: Mapped[list[UUID] | None] = mapped_column(
        ARRAY(Uuid()), doc="the rows behind it, of a collaboration's figures only"
    )
    digest: Mapped[str] = mapped_column(Text, doc="SHA-256 over its canonical inputs")


class EvidencePack(Base):
    """A pack of evidence that somebody asked for: an archive for programs and a document for people, made by a worker.

    It holds what this person might see, so it is this person's alone.
    """

    __tablename__ = "evidence_packs"
    __table_args__ = (
        CheckConstraint("first_day < after_day", name="period_ascends"),
        CheckConstraint("language IN ('en', 'zh-Hant', 'zh-Hans')", name="language"),
        CheckConstraint(
            "(made_at IS NULL) = (archive_id IS NULL) AND (made_at IS NULL) = (document_id IS NULL)", name="made_whole"
        ),
        CheckConstraint("made_at IS NULL OR refused IS NULL", name="made_or_refused"),
        CheckConstraint("(scope_id IS NOT NULL) = (scope_kind IN ('collaboration', 'organisation'))", name="scope_id"),
        CheckConstraint("(scope_code IS NOT NULL) = (scope_kind = 'zone')", name="scope_code"),
        Index("ix_evidence_packs_asked_by", "asked_by", "asked_at"),
        Index("ix_evidence_packs_archive_id", "archive_id"),
        Index("ix_evidence_packs_document_id", "document_id"),
    )

    id: Mapped[Id]
    scope_kind: Mapped[ScopeKind] = mapped_column(text_enum(ScopeKind))
    scope_id: Mapped[UUID | None] = mapped_column(doc="of the collaboration or organisation")
    scope_code: Mapped[str | None] = mapped_column(Text, doc="of the zone")
    name: Mapped[Localized] = mapped_column(doc="of the scope, as it was called then")
    first_day: Mapped[dt.date]
    after_day: Mapped[dt.date] = mapped_column(doc="the day after the period")
    as_of: Mapped[Instant]
    language: Mapped[str] = mapped_column(Text, doc="of the document")
    asked_at: Mapped[Instant]
    asked_by: Mapped[UUID]
    archive_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_files.id"))
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_files.id"))
    made_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    refused: Mapped[str | None] = mapped_column(Text, doc="the code of why it was not made")

    @property
    def scope(self) -> Scope:
        """What it is about."""
        return Scope(self.scope_kind, self.scope_id, self.scope_code)

    @property
    def state(self) -> str:
        """preparing, ready or refused."""
        return "refused" if self.refused else "ready" if self.made_at else "preparing"


class ComparisonConsent(Base):
    """An organisation lets evaluators count it among those whose requests were not taken up, until it takes that back.

    Rows are kept: who had consented at an instant can be told later.
    """

    __tablename__ = "comparison_consents"
    __table_args__ = (
        CheckConstraint("given_at <= taken_back_at", name="given_before"),
        CheckConstraint("(taken_back_at IS NULL) = (taken_back_by IS NULL)", name="taken_back_by_one"),
        Index("ix_comparison_consents_organisation_id", "organisation_id", "given_at"),
        Index("ix_comparison_consents_open", "organisation_id", unique=True, postgresql_where="taken_back_at IS NULL"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    purpose: Mapped[str] = mapped_column(Text, doc="code of what was consented to, as its words stood then")
    given_at: Mapped[Instant]
    given_by: Mapped[UUID]
    taken_back_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    taken_back_by: Mapped[UUID | None]
