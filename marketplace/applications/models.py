"""Applications to authorities and what happened to them, event by event."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Document, Id, Instant, text_enum


class ApplicationState(Enum):
    """draft -> filed -> accepted -> granted, with the ways beside it; done is a duty that no authority decides."""

    DRAFT = "draft"
    FILED = "filed"
    COMPLETENESS_ASKED = "completeness_asked"
    ACCEPTED = "accepted"
    EXTENDED = "extended"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    DONE = "done"


class Verb(Enum):
    """What can be done to an application, by the applicant, the authority or the clock."""

    DRAFT = "draft"
    FILE = "file"
    ASK = "ask"
    ANSWER = "answer"
    ACCEPT = "accept"
    BEGIN_STEP = "begin_step"
    END_STEP = "end_step"
    EXTEND = "extend"
    GRANT = "grant"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    REVOKE = "revoke"
    NOTE = "note"
    DONE = "done"
    REDRAFT = "redraft"


class ClockEffect(Enum):
    """What an event does to the clock of the authority."""

    NONE = "none"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    EXTEND = "extend"
    STOP = "stop"
    RESET = "reset"


class Application(Base):
    """What one side of a booking asks of one authority under one rule, with the rules that are decided with it.

    Rule, version and clock are those of the plan that it was drafted by, and stay. The dates are worked out from its
    events and stand here to be sorted by.
    """

    __tablename__ = "applications"
    __table_args__ = (
        UniqueConstraint("booking_id", "rule_id", "applicant_id", "person_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("jsonb_array_length(covers) > 0", name="covers_something"),
        CheckConstraint("agency_code IS NOT NULL OR state IN ('draft', 'done', 'withdrawn')", name="decided_by_agency"),
        CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="validity_ascends"),
        CheckConstraint("side IN ('user', 'host')", name="side"),
        Index("ix_applications_agency_code", "agency_code", "due_on"),
        Index("ix_applications_applicant_id", "applicant_id"),
        Index(
            "ix_applications_due_on",
            "due_on",
            postgresql_where="state IN ('filed', 'completeness_asked', 'accepted', 'extended')",
        ),
    )

    id: Mapped[Id]
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"))
    rule_id: Mapped[str] = mapped_column(Text)
    rule_version: Mapped[int]
    covers: Mapped[list[str]] = mapped_column(JSONB, doc="the rule and those that are decided with it")
    flows: Mapped[list[str]] = mapped_column(JSONB, doc="names of the flows that it is about, as in the plan")
    applicant_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    side: Mapped[str] = mapped_column(Text, doc="user or host: which side of the booking applies")
    person_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("people.id"), doc="whose approval it is, where people hold"
    )
    agency_code: Mapped[str | None] = mapped_column(ForeignKey("agencies.code"), doc="null: the applicant's own duty")
    pair_code: Mapped[str | None] = mapped_column(ForeignKey("counterpart_pairs.code"))
    clock: Mapped[Document] = mapped_column(doc="how long the authority may take, from the rule's row")
    file_by: Mapped[dt.date | None] = mapped_column(doc="the applicant's own date for filing, where the rule has one")
    state: Mapped[ApplicationState] = mapped_column(text_enum(ApplicationState))
    filed_outside: Mapped[bool] = mapped_column(default=False, doc="recorded by the applicant: no officer has seen it")
    number: Mapped[str] = mapped_column(Text, default="", doc="what the authority calls it")
    filed_on: Mapped[dt.date | None]
    due_on: Mapped[dt.date | None] = mapped_column(doc="null: not begun, stopped, paused, or no published limit")
    due_provisional: Mapped[bool] = mapped_column(default=False)
    decided_on: Mapped[dt.date | None]
    valid_from: Mapped[dt.date | None]
    valid_to: Mapped[dt.date | None]
    conditions: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="", doc="why it was refused or revoked")
    entries: Mapped[list[str]] = mapped_column(JSONB, default=list, doc="ids of the vault's entries made by its grant")
    reminded_for: Mapped[dt.date | None] = mapped_column(doc="the due date that was last reminded of")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]


class ApplicationEvent(Base):
    """One thing that happened to an application; rows are added and never changed."""

    __tablename__ = "application_events"
    __table_args__ = (
        UniqueConstraint("application_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        Index("ix_application_events_by", "by"),
        Index("ix_application_events_file_id", "file_id"),
    )

    id: Mapped[Id]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    number: Mapped[int]
    verb: Mapped[Verb] = mapped_column(text_enum(Verb))
    effect: Mapped[ClockEffect] = mapped_column(text_enum(ClockEffect))
    happened_on: Mapped[dt.date] = mapped_column(doc="by the authority's calendar")
    at: Mapped[Instant] = mapped_column(doc="when it was written down")
    by: Mapped[UUID | None] = mapped_column(doc="null: the platform")
    outside: Mapped[bool] = mapped_column(default=False, doc="recorded by the applicant on the authority's behalf")
    note: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_files.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class DraftedPlan(Base):
    """Up to which plan a booking's applications have been drafted."""

    __tablename__ = "drafted_plans"

    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"), primary_key=True)
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
