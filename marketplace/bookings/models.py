"""Bookings, their gates, and what is said about them."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Document, Id, Instant, text_enum
from marketplace.values.period import Period


class BookingState(Enum):
    """held -> confirmed -> in_use -> completed, or an end before that. The first four keep the claim."""

    HELD = "held"
    CONFIRMED = "confirmed"
    IN_USE = "in_use"
    COMPLETED = "completed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NO_SHOW = "no_show"


class Purpose(Enum):
    """What the time is for."""

    RESEARCH = "research"
    TEACHING = "teaching"
    SERVICE = "service"
    OWN_USE = "own_use"


class EndCause(Enum):
    """Why a booking ended early, where that decides what it costs."""

    AUTHORITY_DELAY = "authority_delay"
    PERMIT_REFUSED = "permit_refused"


class Booking(Base):
    """One organisation's wish for a place of a unit for a period."""

    __tablename__ = "bookings"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="period_ascends"),
        CheckConstraint("place > 0", name="place_positive"),
        CheckConstraint("(held_until IS NOT NULL) = (state = 'held')", name="held_has_deadline"),
        CheckConstraint("end_cause IS NULL OR state IN ('declined', 'cancelled', 'expired')", name="cause_of_end"),
        UniqueConstraint("person_id", "idempotency_key"),
        Index("ix_bookings_unit_id", "unit_id", "starts_at"),
        Index("ix_bookings_person_id", "person_id", "starts_at"),
        Index("ix_bookings_organisation_id", "organisation_id", "starts_at"),
        Index("ix_bookings_held", "held_until", postgresql_where="state = 'held'"),
        Index("ix_bookings_held_by_person", "person_id", postgresql_where="state = 'held'"),
        Index("ix_bookings_held_by_organisation", "organisation_id", postgresql_where="state = 'held'"),
        Index("ix_bookings_created_at", "created_at"),
        Index("ix_bookings_period", text("tstzrange(starts_at, ends_at)"), postgresql_using="gist"),
        Index("ix_bookings_starts_at", "starts_at", "id"),
        Index("ix_bookings_state", "state", "starts_at", "id"),
        Index(
            "ix_bookings_flows",
            "flows",
            postgresql_using="gin",
            postgresql_ops={"flows": "jsonb_path_ops"},
            postgresql_where="flows IS NOT NULL",
        ),
    )

    id: Mapped[Id]
    reference: Mapped[str] = mapped_column(Text, unique=True, doc="short code that people say on the telephone")
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    place: Mapped[int]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), doc="for whom")
    booked_by: Mapped[UUID] = mapped_column(
        ForeignKey("people.id"), doc="who asked: the same, or a host for somebody else"
    )
    state: Mapped[BookingState] = mapped_column(text_enum(BookingState))
    purpose: Mapped[Purpose] = mapped_column(text_enum(Purpose))
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    held_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    note: Mapped[str | None] = mapped_column(Text)
    flows: Mapped[Document | None] = mapped_column(
        JSONB(none_as_null=True), doc="facts that cross a boundary, as stated"
    )
    terms_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("terms_versions.id"), doc="pinned at the request")
    rate_id: Mapped[UUID | None] = mapped_column(ForeignKey("rates.id"), doc="public rate at the request")
    total_minor: Mapped[int | None] = mapped_column(BigInteger)
    total_currency: Mapped[str | None] = mapped_column(Text)
    approved_start: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), doc="period the host last approved"
    )
    approved_end: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    override_reason: Mapped[str | None] = mapped_column(Text, doc="why the host set limits aside")
    overridden: Mapped[list[str]] = mapped_column(JSONB, default=list, doc="codes of the refusals set aside")
    end_reason: Mapped[str | None] = mapped_column(Text, doc="why it was declined, cancelled or moved")
    end_cause: Mapped[EndCause | None] = mapped_column(text_enum(EndCause))
    copied_from: Mapped[UUID | None] = mapped_column(ForeignKey("bookings.id"))
    idempotency_key: Mapped[str | None] = mapped_column(Text)
    request_digest: Mapped[bytes | None] = mapped_column(
        LargeBinary, doc="SHA-256 of the request that the key stands for"
    )
    version: Mapped[int] = mapped_column(default=1, doc="rises with each change: ETag, and SEQUENCE of the invitation")
    reminded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]

    @property
    def period(self) -> Period:
        """From start to end, without set-up and clean-up."""
        return Period(self.starts_at, self.ends_at)


class GateKind(Enum):
    """One kind of condition. Those of later packages join here without a change in the verbs."""

    HOST_APPROVAL = "host_approval"
    TERMS = "terms"
    TRAINING = "training"
    PERMITS = "permits"
    PAYMENT = "payment"


class GateState(Enum):
    """Open until passed or failed."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"


class Gate(Base):
    """One condition of a booking, with who decided, when, and until when."""

    __tablename__ = "gates"
    __table_args__ = (
        UniqueConstraint("booking_id", "kind"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_when_closed"),
        Index("ix_gates_open", "deadline", postgresql_where="state = 'open'"),
    )

    id: Mapped[Id]
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"))
    kind: Mapped[GateKind] = mapped_column(text_enum(GateKind))
    state: Mapped[GateState] = mapped_column(text_enum(GateState), default=GateState.OPEN)
    opened_at: Mapped[Instant]
    deadline: Mapped[Instant]
    provisional: Mapped[bool] = mapped_column(
        default=False, doc="the deadline fell in a year without an official calendar"
    )
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decided_by: Mapped[UUID | None]
    reason: Mapped[str | None] = mapped_column(Text)
    reminded_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), doc="when whoever decides was reminded of the present deadline"
    )


class PlanCause(Enum):
    """Why a permit plan was made anew."""

    REQUEST = "request"
    FACTS = "facts"
    MOVE = "move"
    VAULT = "vault"
    RULES = "rules"


class BookingPlan(Base):
    """A permit plan as it was worked out for a booking, never changed afterwards; the last one counts.

    The same facts, vault and rules (those entered until `made_at`) give the same plan again, with all its words.
    """

    __tablename__ = "booking_plans"
    __table_args__ = (
        UniqueConstraint("booking_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        Index("ix_booking_plans_vault", "vault", postgresql_using="gin", postgresql_ops={"vault": "jsonb_path_ops"}),
    )

    id: Mapped[Id]
    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"))
    number: Mapped[int]
    cause: Mapped[PlanCause] = mapped_column(text_enum(PlanCause))
    counted_from: Mapped[dt.date] = mapped_column(doc="the day on which it was looked at: clocks run from there")
    facts: Mapped[Document] = mapped_column(doc="what was judged, the vault left out")
    vault: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, doc="the approvals that were held then")
    rules_version: Mapped[str] = mapped_column(Text)
    requirements: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, doc="each rule that says something, with its version, outcome, stage, flows and dates"
    )
    awaited: Mapped[list[str]] = mapped_column(JSONB, doc="ids of the rules that hold the booking up")
    letters: Mapped[list[str]] = mapped_column(JSONB, doc="ids of the rules that forbid talks before their letter")
    denied: Mapped[list[str]] = mapped_column(JSONB, doc="ids of the rules that forbid the booking")
    earliest_start: Mapped[dt.date | None]
    not_before: Mapped[bool] = mapped_column(doc="the earliest start is a lower bound")
    made_at: Mapped[Instant]
    made_by: Mapped[UUID | None]


class BookingTransfer(Base):
    """Personal information that a booking's plan sends over a boundary: what the counts of a year are summed from."""

    __tablename__ = "booking_transfers"
    __table_args__ = (
        CheckConstraint("persons >= 0 AND sensitive_persons >= 0", name="persons_not_negative"),
        Index("ix_booking_transfers_exporter_id", "exporter_id", "year"),
    )

    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"), primary_key=True)
    flow: Mapped[str] = mapped_column(Text, primary_key=True, doc="as the plan names it: data_flows/0")
    exporter_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    origin: Mapped[str] = mapped_column(Text, doc="customs territory that the data leave")
    year: Mapped[int]
    persons: Mapped[int] = mapped_column(BigInteger, doc="whose information is not sensitive")
    sensitive_persons: Mapped[int] = mapped_column(BigInteger)


class Thread(Base):
    """A conversation between a person's organisation and a host: before a booking, or on one."""

    __tablename__ = "threads"
    __table_args__ = (
        Index("ix_threads_facility_id", "facility_id", "last_at"),
        Index("ix_threads_person_id", "person_id", "last_at"),
    )

    id: Mapped[Id]
    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facilities.id"))
    booking_id: Mapped[UUID | None] = mapped_column(ForeignKey("bookings.id"), unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), doc="who asked")
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    subject: Mapped[str] = mapped_column(Text)
    created_at: Mapped[Instant]
    last_at: Mapped[Instant]


class Message(Base):
    """One message of a thread; its text is data wherever it is shown."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_thread_id", "thread_id", "sent_at"),)

    id: Mapped[Id]
    thread_id: Mapped[UUID] = mapped_column(ForeignKey("threads.id"))
    sender_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    text: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[Instant]


class MessageFile(Base):
    """An attachment of a message."""

    __tablename__ = "message_files"

    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"), primary_key=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_files.id"), primary_key=True)
