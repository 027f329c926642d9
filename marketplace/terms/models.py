"""What the host demands: versions of a facility's terms, who accepted which, and agreements over many bookings."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Document, Id, Instant, Localized, text_enum


class TermsVersion(Base):
    """Clauses and text as they were published, never changed afterwards; `digest` is what an acceptance names."""

    __tablename__ = "terms_versions"
    __table_args__ = (UniqueConstraint("facility_id", "number"),)

    id: Mapped[Id]
    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facilities.id"))
    number: Mapped[int]
    text: Mapped[Localized]
    clauses: Mapped[Document] = mapped_column(default=dict, doc="by name, as `terms.clauses` tells them")
    digest: Mapped[str] = mapped_column(Text, doc="SHA-256, hexadecimal, over the canonical JSON of text and clauses")
    published_at: Mapped[Instant]
    published_by: Mapped[UUID | None]


class TermsAcceptance(Base):
    """Somebody accepted one version for an organisation, for one booking."""

    __tablename__ = "terms_acceptances"
    __table_args__ = (UniqueConstraint("terms_version_id", "subject_id", "organisation_id"),)

    id: Mapped[Id]
    terms_version_id: Mapped[UUID] = mapped_column(ForeignKey("terms_versions.id"))
    subject_id: Mapped[UUID] = mapped_column(doc="the booking for which it was accepted")
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    accepted_by: Mapped[UUID]
    accepted_at: Mapped[Instant]
    digest: Mapped[str] = mapped_column(Text)


class FrameworkSide(Enum):
    """Which side of a framework somebody speaks for."""

    HOST = "host"
    USER = "user"


class FrameworkState(Enum):
    """Whether both sides agree. An agreed framework runs from its first day to its last, or until it ends early."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Framework(Base):
    """Two organisations agree on the terms of a facility, or of all of a host's, for a period: while it holds it stands
    in for acceptances booking by booking. `revision` counts the changes of what it covers."""

    __tablename__ = "frameworks"
    __table_args__ = (
        CheckConstraint("host_id <> organisation_id", name="two_sides"),
        CheckConstraint("from_day <= until_day", name="period"),
        CheckConstraint("notice_days BETWEEN 0 AND 365", name="notice"),
        CheckConstraint("ends_on IS NULL OR (state = 'agreed' AND ends_on <= until_day)", name="ends_early"),
        Index("ix_frameworks_host_id", "host_id"),
        Index("ix_frameworks_organisation_id", "organisation_id"),
        Index(
            "uq_frameworks_open_proposal",
            "host_id",
            "organisation_id",
            sql("COALESCE(facility_id, host_id)"),
            unique=True,
            postgresql_where="state = 'proposed'",
        ),
    )

    id: Mapped[Id]
    host_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), doc="whose bookings it covers")
    facility_id: Mapped[UUID | None] = mapped_column(ForeignKey("facilities.id"), doc="none: all of the host's")
    state: Mapped[FrameworkState] = mapped_column(text_enum(FrameworkState), default=FrameworkState.PROPOSED)
    proposed_side: Mapped[FrameworkSide] = mapped_column(text_enum(FrameworkSide))
    from_day: Mapped[date]
    until_day: Mapped[date] = mapped_column(doc="the last day, included")
    notice_days: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    proposed_at: Mapped[Instant]
    proposed_by: Mapped[UUID]
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_by: Mapped[UUID | None]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    ended_by: Mapped[UUID | None]
    ends_on: Mapped[date | None] = mapped_column(doc="the last day where one side ended it early")

    @property
    def last_day(self) -> date:
        """The last day on which it holds."""
        return self.ends_on or self.until_day


class FrameworkTerms(Base):
    """A version of a facility's terms that a framework names: covered once agreed, asked for until then."""

    __tablename__ = "framework_terms"
    __table_args__ = (Index("ix_framework_terms_facility_id", "facility_id", "digest"),)

    framework_id: Mapped[UUID] = mapped_column(ForeignKey("frameworks.id"), primary_key=True)
    terms_version_id: Mapped[UUID] = mapped_column(ForeignKey("terms_versions.id"), primary_key=True)
    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facilities.id"))
    digest: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[Instant]
    agreed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    agreed_by: Mapped[UUID | None]


class AcceptanceDocument(Base):
    """An acceptance as a PDF in one language: asked for, then made by a worker; `file_id` stands once it is there."""

    __tablename__ = "acceptance_documents"
    __table_args__ = (
        UniqueConstraint("acceptance_id", "language"),
        CheckConstraint("language IN ('en', 'zh-Hant', 'zh-Hans')", name="language"),
        CheckConstraint("(file_id IS NULL) = (made_at IS NULL)", name="made"),
    )

    id: Mapped[Id]
    acceptance_id: Mapped[UUID] = mapped_column(ForeignKey("terms_acceptances.id"))
    language: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[Instant]
    asked_by: Mapped[UUID | None]
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_files.id"))
    made_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
