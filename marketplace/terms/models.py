"""What the host demands: versions of terms, who accepted which, agreements over many bookings, training per unit."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
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
    warned_of: Mapped[date | None] = mapped_column(doc="the last day that both sides were warned of")

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


class TrainingNeed(Base):
    """A unit that only those use who have been trained on it, and what is open to them while they are new to it."""

    __tablename__ = "training_needs"
    __table_args__ = (
        CheckConstraint("valid_months > 0", name="valid_months"),
        CheckConstraint("idle_days > 0", name="idle_days"),
        CheckConstraint("novice_hours >= 0", name="novice_hours"),
    )

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), primary_key=True)
    name: Mapped[Localized]
    valid_months: Mapped[int | None] = mapped_column(doc="null: it never ends by itself")
    idle_days: Mapped[int | None] = mapped_column(doc="days without use after which it ends; null: never")
    novice_hours: Mapped[int] = mapped_column(default=0, doc="hours of use until one is no novice any more")
    windows: Mapped[list[Any]] = mapped_column(JSONB, doc="[ISO weekday, from, to] in local minutes, for novices")
    set_at: Mapped[Instant]
    set_by: Mapped[UUID | None]


class TrainingState(Enum):
    """requested -> scheduled -> passed, or declined before that."""

    REQUESTED = "requested"
    SCHEDULED = "scheduled"
    PASSED = "passed"
    DECLINED = "declined"


class Training(Base):
    """One person's training on one unit, from the wish for it to its record; the use since keeps it alive."""

    __tablename__ = "trainings"
    __table_args__ = (
        CheckConstraint("(state = 'passed') = (passed_on IS NOT NULL)", name="passed"),
        CheckConstraint("state <> 'scheduled' OR scheduled_at IS NOT NULL", name="scheduled"),
        CheckConstraint("(state IN ('passed', 'declined')) = (decided_at IS NOT NULL)", name="decided"),
        CheckConstraint("used_minutes >= 0", name="used_minutes"),
        Index(
            "uq_trainings_open",
            "unit_id",
            "person_id",
            unique=True,
            postgresql_where="state IN ('requested', 'scheduled')",
        ),
        Index("ix_trainings_person_id", "person_id"),
        Index("ix_trainings_unit_id", "unit_id", "requested_at"),
    )

    id: Mapped[Id]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    state: Mapped[TrainingState] = mapped_column(text_enum(TrainingState))
    requested_at: Mapped[Instant]
    scheduled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    trainer: Mapped[str | None] = mapped_column(Text, doc="with whom, in the host's words")
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(Text, doc="why it was declined")
    passed_on: Mapped[date | None]
    last_used_on: Mapped[date | None]
    used_minutes: Mapped[int] = mapped_column(default=0, doc="hours of use, those before an earlier end included")
    warned_of: Mapped[date | None] = mapped_column(doc="the end that the person was warned of; use may move it")
