"""What the host demands: versions of a facility's terms, who accepted which, and training per unit."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint
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
    passed_on: Mapped[dt.date | None]
    last_used_on: Mapped[dt.date | None]
    used_minutes: Mapped[int] = mapped_column(default=0, doc="hours of use, those before an earlier end included")
