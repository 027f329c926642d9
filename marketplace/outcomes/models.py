"""Outcomes of collaborations: versions that are added and never changed, events, evidence, and yearly questions."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, Integer, Numeric, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Document, Id, Instant, Localized, text_enum


class OutcomeType(StrEnum):
    """What an outcome is."""

    PUBLICATION = "publication"
    DATASET = "dataset"
    SOFTWARE = "software"
    PATENT_FAMILY = "patent_family"
    STANDARD = "standard"
    LICENCE = "licence"
    OPTION = "option"
    ASSIGNMENT = "assignment"
    EQUITY_IN_KIND = "equity_in_kind"
    SPINOFF = "spinoff"
    CONTRACT_RESEARCH = "contract_research"
    COLLABORATIVE_RESEARCH = "collaborative_research"
    CONSULTANCY = "consultancy"
    FACILITY_SERVICE = "facility_service"
    NEW_PRODUCT = "new_product"
    PROCESS_IMPROVEMENT = "process_improvement"
    PRODUCT_REGISTERED = "product_registered"
    TRAINING = "training"
    DEGREE = "degree"
    JOB = "job"
    FOLLOW_ON_FUNDING = "follow_on_funding"
    POLICY_CITATION = "policy_citation"
    AWARD = "award"
    SAFETY_OR_QUALITY_CERTIFICATE = "safety_or_quality_certificate"
    OTHER = "other"


class OutcomeStatus(Enum):
    """draft -> submitted -> confirmed by the other side or disputed; withdrawn by its reporter, or rejected when an
    administrator settles a dispute against it. Only what is submitted or confirmed may count."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"


class DatePrecision(StrEnum):
    """How much of a date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Confidentiality(StrEnum):
    """Who may read it."""

    PUBLIC = "public"
    PARTIES = "parties"
    ADMINISTRATORS = "administrators"


class FlowDirection(Enum):
    """Which way something went; only what goes to a third party can be a spillover."""

    PROVIDER_TO_USER = "provider_to_user"
    USER_TO_PROVIDER = "user_to_provider"
    JOINT = "joint"
    THIRD_PARTY = "third_party"


class Outcome(Base):
    """One outcome as it stands: its last version and what the last event made of it. Both are told by other rows."""

    __tablename__ = "outcomes"
    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 4", name="level"),
        CheckConstraint("(status = 'draft') = (submitted_at IS NULL)", name="submitted_unless_draft"),
        CheckConstraint("version >= 1", name="version"),
        Index("ix_outcomes_collaboration_id", "collaboration_id"),
        Index("ix_outcomes_organisation_id", "organisation_id", "status"),
        Index("ix_outcomes_date_event", "date_event"),
        Index("ix_outcomes_waiting", "submitted_at", postgresql_where="status = 'submitted'"),
    )

    id: Mapped[Id]
    reference: Mapped[str] = mapped_column(Text, unique=True)
    collaboration_id: Mapped[UUID] = mapped_column(ForeignKey("collaborations.id"), doc="the one it was entered for")
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), doc="who reports it")
    type: Mapped[OutcomeType] = mapped_column(text_enum(OutcomeType))
    status: Mapped[OutcomeStatus] = mapped_column(text_enum(OutcomeStatus))
    level: Mapped[int] = mapped_column(
        default=0,
        doc="0 self-declared, 1 identifier resolves, 2 another side confirmed, 3 document checked, 4 register or audit",
    )
    fully_confirmed: Mapped[bool] = mapped_column(default=False, doc="every other side has confirmed")
    version: Mapped[int] = mapped_column(default=1, doc="number of the last version")
    date_event: Mapped[dt.date] = mapped_column(doc="of the last version")
    confidentiality: Mapped[Confidentiality] = mapped_column(text_enum(Confidentiality))
    embargo_until: Mapped[dt.date | None]
    created_at: Mapped[Instant]
    created_by: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reminded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sample: Mapped[bool] = mapped_column(default=False)


class OutcomeVersion(Base):
    """An outcome as somebody stated it; never changed afterwards."""

    __tablename__ = "outcome_versions"
    __table_args__ = (
        UniqueConstraint("outcome_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint(
            "embargo_until IS NULL OR confidentiality <> 'administrators'", name="embargo_of_what_is_shown"
        ),
        # Asked for equality only; families of many priorities are too long for a tree.
        Index("ix_outcome_versions_priorities", "priorities", postgresql_using="hash"),
    )

    id: Mapped[Id]
    outcome_id: Mapped[UUID] = mapped_column(ForeignKey("outcomes.id"))
    number: Mapped[int]
    recorded_at: Mapped[Instant]
    recorded_by: Mapped[UUID | None]
    type: Mapped[OutcomeType] = mapped_column(text_enum(OutcomeType))
    title: Mapped[Localized]
    language: Mapped[str] = mapped_column(Text, default="")
    abstract: Mapped[str] = mapped_column(Text, default="", doc="may be shown to whoever may see the outcome")
    date_event: Mapped[dt.date] = mapped_column(doc="the first day of the month or year where no more is known")
    precision: Mapped[DatePrecision] = mapped_column(text_enum(DatePrecision))
    identifiers: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, doc="[{scheme, value, normalised, check_ok}], the first is what it is told apart by"
    )
    priorities: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, doc="of a patent family, sorted")
    classes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, doc="IPC or CPC subclasses, sorted")
    creators: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, default=list, doc="[{family, given, orcid, person_id, organisations: [ids], affiliations: [names]}]"
    )
    flow_kind: Mapped[str | None] = mapped_column(Text, doc="knowledge, skill, material, data or money")
    flow_direction: Mapped[FlowDirection | None] = mapped_column(text_enum(FlowDirection))
    flow_from: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    flow_to: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    beneficiary: Mapped[str] = mapped_column(Text, default="", doc="a third party without an account, by name")
    value: Mapped[Document | None] = mapped_column(
        JSONB(none_as_null=True), doc="{amount, currency, price_year, method, deflator}"
    )
    receipts: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, default=list, doc="cash by year: [{year, received_on, amount, currency, organisation_id}]"
    )
    readiness: Mapped[Document | None] = mapped_column(
        JSONB(none_as_null=True), doc="{scheme, before, after, assessor}"
    )
    additionality: Mapped[Document | None] = mapped_column(
        JSONB(none_as_null=True), doc="{without_us, respondent, reference_value}"
    )
    details: Mapped[Document] = mapped_column(JSONB, default=dict, doc="what only its type has")
    facilities: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), default=list)
    confidentiality: Mapped[Confidentiality] = mapped_column(text_enum(Confidentiality))
    embargo_until: Mapped[dt.date | None]
    source: Mapped[str] = mapped_column(Text, default="form", doc="form, pasted, file, api or reader")


class OutcomeCollaboration(Base):
    """A collaboration that an outcome belongs to; the one that it was entered for is among them."""

    __tablename__ = "outcome_collaborations"
    __table_args__ = (Index("ix_outcome_collaborations_collaboration_id", "collaboration_id"),)

    outcome_id: Mapped[UUID] = mapped_column(ForeignKey("outcomes.id"), primary_key=True)
    collaboration_id: Mapped[UUID] = mapped_column(ForeignKey("collaborations.id"), primary_key=True)
    linked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), doc="null: with the outcome itself")


class OutcomeSession(Base):
    """A session of use that an outcome came of."""

    __tablename__ = "outcome_sessions"

    outcome_id: Mapped[UUID] = mapped_column(ForeignKey("outcomes.id"), primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id"), primary_key=True)


class OutcomeParty(Base):
    """An organisation in one version of an outcome, with what it was on the day of the contract or event."""

    __tablename__ = "outcome_parties"
    __table_args__ = (
        CheckConstraint("role IN ('provider', 'user', 'funder', 'co_owner', 'licensee', 'beneficiary')", name="role"),
        CheckConstraint("size_class IN ('micro', 'small', 'medium', 'large', 'not_a_business')", name="size_class"),
        Index("ix_outcome_parties_organisation_id", "organisation_id"),
    )

    version_id: Mapped[UUID] = mapped_column(ForeignKey("outcome_versions.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    role: Mapped[str] = mapped_column(Text, primary_key=True)
    jurisdiction: Mapped[str] = mapped_column(Text, doc="code, on that day")
    sector: Mapped[str] = mapped_column(Text, doc="the kind of organisation, or a code of GB/T 4754 or NACE")
    size_class: Mapped[str | None] = mapped_column(Text)
    group_id: Mapped[UUID | None] = mapped_column(doc="the organisation at the top of its group on that day")


class OutcomeShare(Base):
    """What is attributed to an organisation or a facility under one basis; shares of a basis sum to exactly 1."""

    __tablename__ = "outcome_shares"
    __table_args__ = (
        CheckConstraint("share > 0 AND share <= 1", name="share"),
        CheckConstraint("(organisation_id IS NULL) <> (facility_id IS NULL)", name="of_one"),
        CheckConstraint("basis IN ('agreement', 'fractional_author', 'hours', 'equal', 'negotiated')", name="basis"),
        UniqueConstraint("version_id", "basis", "organisation_id", "facility_id", postgresql_nulls_not_distinct=True),
    )

    id: Mapped[Id]
    version_id: Mapped[UUID] = mapped_column(ForeignKey("outcome_versions.id"))
    basis: Mapped[str] = mapped_column(Text)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    facility_id: Mapped[UUID | None] = mapped_column(ForeignKey("facilities.id"))
    share: Mapped[Decimal] = mapped_column(Numeric(12, 10))


class OutcomeIdentifier(Base):
    """An identifier of an outcome's last version, in normal form: what duplicates are found by."""

    __tablename__ = "outcome_identifiers"
    __table_args__ = (Index("ix_outcome_identifiers_scheme", "scheme", "normalised"),)

    outcome_id: Mapped[UUID] = mapped_column(ForeignKey("outcomes.id"), primary_key=True)
    scheme: Mapped[str] = mapped_column(Text, primary_key=True)
    normalised: Mapped[str] = mapped_column(Text, primary_key=True)


class OutcomeVerb(Enum):
    """What can happen to an outcome."""

    DRAFT = "draft"
    REVISE = "revise"
    SUBMIT = "submit"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    SETTLE = "settle"
    WITHDRAW = "withdraw"
    CHECK = "check"


class OutcomeEvent(Base):
    """One thing that happened to an outcome; rows are added and never changed, so any past day can be read again."""

    __tablename__ = "outcome_events"
    __table_args__ = (
        UniqueConstraint("outcome_id", "number"),
        CheckConstraint("number >= 1", name="number"),
        CheckConstraint("level BETWEEN 0 AND 4", name="level"),
        Index("ix_outcome_events_by", "by"),
    )

    id: Mapped[Id]
    outcome_id: Mapped[UUID] = mapped_column(ForeignKey("outcomes.id"))
    number: Mapped[int]
    verb: Mapped[OutcomeVerb] = mapped_column(text_enum(OutcomeVerb))
    version: Mapped[int] = mapped_column(doc="number of the version that it is about")
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"), doc="for whom it was said")
    at: Mapped[Instant]
    by: Mapped[UUID | None] = mapped_column(doc="null: the platform")
    status: Mapped[OutcomeStatus] = mapped_column(text_enum(OutcomeStatus), doc="from then on")
    level: Mapped[int] = mapped_column(doc="from then on")
    reason: Mapped[str] = mapped_column(Text, default="")


class OutcomeEvidence(Base):
    """Something that shows an outcome. The digest stays when the file is deleted."""

    __tablename__ = "outcome_evidence"
    __table_args__ = (
        CheckConstraint("(url IS NOT NULL) OR (digest IS NOT NULL)", name="file_or_address"),
        CheckConstraint("version >= 1", name="version"),
        Index("ix_outcome_evidence_outcome_id", "outcome_id"),
        Index("ix_outcome_evidence_file_id", "file_id"),
    )

    id: Mapped[Id]
    outcome_id: Mapped[UUID] = mapped_column(ForeignKey("outcomes.id"))
    version: Mapped[int] = mapped_column(doc="number of the version under which it was added")
    kind: Mapped[str] = mapped_column(Text, doc="document, register_extract, contract, letter, web_page or other")
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_files.id"))
    digest: Mapped[str | None] = mapped_column(Text, doc="SHA-256 of the file, hexadecimal")
    url: Mapped[str | None] = mapped_column(Text)
    retrieved_on: Mapped[dt.date | None]
    quote: Mapped[str] = mapped_column(Text, default="")
    added_at: Mapped[Instant]
    added_by: Mapped[UUID | None]
    checked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    checked_by: Mapped[UUID | None]


class YearlyQuestion(Base):
    """What a party was asked about a collaboration's year, and whether it answered: with outcomes, or with nothing."""

    __tablename__ = "yearly_questions"
    __table_args__ = (
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_once"),
        CheckConstraint("answer IN ('reported', 'nothing')", name="answer"),
        Index("ix_yearly_questions_organisation_id", "organisation_id", "year"),
        Index("ix_yearly_questions_open", "asked_at", postgresql_where="answer IS NULL"),
    )

    collaboration_id: Mapped[UUID] = mapped_column(ForeignKey("collaborations.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    asked_at: Mapped[Instant]
    asked_anew_at: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), doc="When what had answered it was last given up"
    )
    reminded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    escalated_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    answered_by: Mapped[UUID | None]
    answer: Mapped[str | None] = mapped_column(Text)

    @property
    def waits_since(self) -> datetime:
        """From when on an answer is waited for."""
        return self.asked_anew_at or self.asked_at


class FormerYearlyAnswer(Base):
    """What a party had answered about a year from an instant until another, when it answered otherwise."""

    __tablename__ = "former_yearly_answers"

    collaboration_id: Mapped[UUID] = mapped_column(ForeignKey("collaborations.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    until: Mapped[Instant] = mapped_column(primary_key=True)
    answered_at: Mapped[Instant]
    answered_by: Mapped[UUID | None]
    answer: Mapped[str] = mapped_column(Text)
