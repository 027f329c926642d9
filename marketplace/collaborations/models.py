"""Collaborations between organisations: who takes part, under which agreement, with what money, towards what."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Document, Id, Instant, Localized, text_enum
from marketplace.values.money import Money


class CollaborationKind(Enum):
    """What the parties agreed on, by the classes of knowledge-exchange returns."""

    FACILITY_SERVICE = "facility_service"
    COLLABORATIVE_RESEARCH = "collaborative_research"
    CONTRACT_RESEARCH = "contract_research"
    CONSULTANCY = "consultancy"
    PILOT_PROJECT = "pilot_project"
    TRAINING = "training"
    OTHER = "other"


class CollaborationState(Enum):
    """proposed -> active -> completed, or declined before it began, or ended before it was done."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    COMPLETED = "completed"
    ENDED = "ended"
    DECLINED = "declined"


class ReadinessScheme(Enum):
    """Scales of readiness; levels of different scales are never compared."""

    TRL = "trl"
    MRL = "mrl"


class Collaboration(Base):
    """Two or more organisations that share facilities under an agreement.

    The first confirmed booking between two organisations opens one, known by its `pair`; others are opened by hand.
    """

    __tablename__ = "collaborations"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name="period_ascends"),
        CheckConstraint("ended_on IS NULL OR starts_on <= ended_on", name="end_follows_start"),
        CheckConstraint("(state IN ('completed', 'ended')) = (ended_on IS NOT NULL)", name="ended_when_over"),
        CheckConstraint("(ended_on IS NULL) = (closed_at IS NULL)", name="end_is_recorded"),
        CheckConstraint("pair IS NULL OR opened_by_booking IS NOT NULL", name="pair_of_booking"),
        CheckConstraint(
            "(scheme IS NOT NULL) OR (level_now IS NULL AND level_wanted IS NULL)", name="levels_have_scheme"
        ),
        CheckConstraint("level_now BETWEEN 1 AND 10 AND (scheme = 'mrl' OR level_now <= 9)", name="level_now_on_scale"),
        CheckConstraint(
            "level_wanted BETWEEN 1 AND 10 AND (scheme = 'mrl' OR level_wanted <= 9)", name="level_wanted_on_scale"
        ),
        Index("uq_collaborations_pair", "pair", unique=True, postgresql_where="state = 'active'"),
        Index("ix_collaborations_opened_by_booking", "opened_by_booking"),
        Index("ix_collaborations_starts_on", "starts_on"),
    )

    id: Mapped[Id]
    reference: Mapped[str] = mapped_column(Text, unique=True, doc="short code that people say on the telephone")
    kind: Mapped[CollaborationKind] = mapped_column(text_enum(CollaborationKind))
    state: Mapped[CollaborationState] = mapped_column(text_enum(CollaborationState))
    title: Mapped[Localized] = mapped_column(doc="empty: the parties' names stand for it")
    aim: Mapped[str] = mapped_column(Text, default="", doc="what it is for, in the parties' words")
    scheme: Mapped[ReadinessScheme | None] = mapped_column(text_enum(ReadinessScheme))
    level_now: Mapped[int | None]
    level_wanted: Mapped[int | None]
    agreement_number: Mapped[str] = mapped_column(Text, default="")
    framework_id: Mapped[UUID | None] = mapped_column(ForeignKey("frameworks.id"), doc="the agreement on terms")
    clauses: Mapped[Document] = mapped_column(JSONB, default=dict, doc="what was agreed beyond the host's terms")
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date | None] = mapped_column(doc="the last day that is planned")
    ended_on: Mapped[dt.date | None]
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), doc="when its last day was recorded")
    end_reason: Mapped[str] = mapped_column(Text, default="")
    report: Mapped[str] = mapped_column(Text, default="", doc="the closing report's words")
    report_file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_files.id"))
    reported_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reported_by: Mapped[UUID | None]
    raid: Mapped[str | None] = mapped_column(Text, doc="Research Activity Identifier, bare")
    pair: Mapped[str | None] = mapped_column(
        Text, doc="both organisations' ids, the smaller first; none once one of them has left"
    )
    opened_by_booking: Mapped[UUID | None] = mapped_column(ForeignKey("bookings.id"))
    opened_by: Mapped[UUID | None] = mapped_column(doc="null: the platform")
    version: Mapped[int] = mapped_column(default=1)
    sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]


class PartyRole(Enum):
    """What an organisation does in a collaboration; one may do several."""

    PROVIDER = "provider"
    USER = "user"
    FUNDER = "funder"
    PARTNER = "partner"


class CollaborationParty(Base):
    """One organisation in a collaboration. Who leaves keeps the row, and what was theirs until then."""

    __tablename__ = "collaboration_parties"
    __table_args__ = (
        CheckConstraint("cardinality(roles) > 0", name="does_something"),
        CheckConstraint("left_on IS NULL OR joined_on IS NULL OR joined_on <= left_on", name="stay_ascends"),
        CheckConstraint("(joined_on IS NULL) = (joined_at IS NULL)", name="joining_is_recorded"),
        CheckConstraint("(left_on IS NULL) = (left_at IS NULL)", name="leaving_is_recorded"),
        Index("ix_collaboration_parties_organisation_id", "organisation_id"),
    )

    collaboration_id: Mapped[UUID] = mapped_column(ForeignKey("collaborations.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    roles: Mapped[list[str]] = mapped_column(ARRAY(Text), doc="values of PartyRole")
    invited_at: Mapped[Instant]
    invited_by: Mapped[UUID | None]
    joined_on: Mapped[dt.date | None] = mapped_column(doc="null: asked, and has not answered")
    joined_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), doc="when that was recorded: figures as of an instant read it"
    )
    declined_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    left_on: Mapped[dt.date | None]
    left_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), doc="when that was recorded")
    left_reason: Mapped[str] = mapped_column(Text, default="")
    left_with: Mapped[Document | None] = mapped_column(
        JSONB(none_as_null=True), doc="the agreement as it stood on that day: what they still see"
    )


class CollaborationPerson(Base):
    """Somebody whom a party names for a collaboration."""

    __tablename__ = "collaboration_people"
    __table_args__ = (
        CheckConstraint("role IN ('lead', 'contact', 'member')", name="role"),
        Index("ix_collaboration_people_person_id", "person_id"),
    )

    collaboration_id: Mapped[UUID] = mapped_column(ForeignKey("collaborations.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), doc="for whom")
    role: Mapped[str] = mapped_column(Text)
    named_at: Mapped[Instant]
    named_by: Mapped[UUID | None]


class CollaborationBooking(Base):
    """The collaboration that a booking belongs to: one."""

    __tablename__ = "collaboration_bookings"
    __table_args__ = (Index("ix_collaboration_bookings_collaboration_id", "collaboration_id"),)

    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"), primary_key=True)
    collaboration_id: Mapped[UUID] = mapped_column(ForeignKey("collaborations.id"))
    at: Mapped[Instant]
    by: Mapped[UUID | None] = mapped_column(doc="null: the platform, at the confirmation")


class FormerCollaborationBooking(Base):
    """The collaboration that a booking belonged to from an instant until another, when it was moved."""

    __tablename__ = "former_collaboration_bookings"
    __table_args__ = (Index("ix_former_collaboration_bookings_collaboration_id", "collaboration_id"),)

    booking_id: Mapped[UUID] = mapped_column(ForeignKey("bookings.id"), primary_key=True)
    until: Mapped[Instant] = mapped_column(primary_key=True)
    collaboration_id: Mapped[UUID] = mapped_column(ForeignKey("collaborations.id"))
    at: Mapped[Instant]


class Funding(Base):
    """Money that a collaboration was awarded."""

    __tablename__ = "collaboration_funding"
    __table_args__ = (
        CheckConstraint("amount_minor IS NULL OR amount_minor >= 0", name="amount_not_negative"),
        CheckConstraint("(amount_minor IS NULL) = (currency IS NULL)", name="amount_has_currency"),
        CheckConstraint("from_day IS NULL OR until_day IS NULL OR from_day <= until_day", name="period_ascends"),
        Index("ix_collaboration_funding_collaboration_id", "collaboration_id"),
    )

    id: Mapped[Id]
    collaboration_id: Mapped[UUID] = mapped_column(ForeignKey("collaborations.id"))
    funder: Mapped[str] = mapped_column(Text)
    programme: Mapped[str] = mapped_column(Text, default="")
    award_number: Mapped[str] = mapped_column(Text, default="")
    public: Mapped[bool] = mapped_column(doc="from a public body: what collaborative research is told by")
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(ForeignKey("currencies.code"))
    from_day: Mapped[dt.date | None]
    until_day: Mapped[dt.date | None]
    entered_at: Mapped[Instant]
    entered_by: Mapped[UUID | None]
    removed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    @property
    def money(self) -> Money | None:
        """How much, where it is stated."""
        return Money(self.amount_minor, self.currency) if self.currency and self.amount_minor is not None else None


class Milestone(Base):
    """Something due by a day. The first day that was promised stays; a later one stands beside it."""

    __tablename__ = "collaboration_milestones"
    __table_args__ = (
        CheckConstraint("reached_on IS NULL OR cancelled_on IS NULL", name="reached_or_cancelled"),
        Index("ix_collaboration_milestones_collaboration_id", "collaboration_id"),
    )

    id: Mapped[Id]
    collaboration_id: Mapped[UUID] = mapped_column(ForeignKey("collaborations.id"))
    title: Mapped[str] = mapped_column(Text)
    first_planned_on: Mapped[dt.date]
    planned_on: Mapped[dt.date]
    reached_on: Mapped[dt.date | None]
    cancelled_on: Mapped[dt.date | None]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"), doc="who owes it")
    warned_for: Mapped[dt.date | None] = mapped_column(doc="the planned day that the parties were reminded of")
    missed_for: Mapped[dt.date | None] = mapped_column(doc="the planned day that they were told has passed")
    entered_at: Mapped[Instant]
    entered_by: Mapped[UUID | None]


class CollaborationFile(Base):
    """A file of a collaboration: its agreement, a report, or something else for the parties."""

    __tablename__ = "collaboration_files"
    __table_args__ = (
        UniqueConstraint("collaboration_id", "file_id"),
        CheckConstraint("kind IN ('agreement', 'report', 'other')", name="kind"),
    )

    id: Mapped[Id]
    collaboration_id: Mapped[UUID] = mapped_column(ForeignKey("collaborations.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_files.id"))
    kind: Mapped[str] = mapped_column(Text)
    added_at: Mapped[Instant]
    added_by: Mapped[UUID]


class OrganisationMerger(Base):
    """An organisation that went into another on a day. Rows of the past stay as they are; readers follow this.

    One that was put down in error stays, with the instant at which it was taken back.
    """

    __tablename__ = "organisation_mergers"
    __table_args__ = (
        CheckConstraint("organisation_id <> into_id", name="into_another"),
        Index("ix_organisation_mergers_into_id", "into_id"),
        Index(
            "uq_organisation_mergers_organisation_id",
            "organisation_id",
            unique=True,
            postgresql_where="taken_back_at IS NULL",
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    into_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    merged_on: Mapped[dt.date]
    note: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[Instant]
    recorded_by: Mapped[UUID | None]
    taken_back_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    taken_back_by: Mapped[UUID | None]


class FormerName(Base):
    """A name that an organisation had until a day."""

    __tablename__ = "former_organisation_names"

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[Localized]
    until_day: Mapped[dt.date]
    recorded_at: Mapped[Instant]
