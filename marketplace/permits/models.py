"""Permit rules, version by version; approvals that are held already; and parties that are screened for."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Final
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, DateTime, ForeignKey, Index, Numeric, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Document, Id, Instant, text_enum


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
    entered_by: Mapped[UUID | None] = mapped_column(doc="who wrote it; null: it came with the files")


class PermitLibrary(Base):
    """The files that were loaded, by their digest, with the vocabulary that they bring."""

    __tablename__ = "permit_libraries"

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    facts: Mapped[Document] = mapped_column(JSON, doc="each fact by its name; choices in the order of their file")
    loaded_at: Mapped[Instant]


class VaultKind(Enum):
    """What an approval of the vault is; all but the last two stand under a rule."""

    PERMIT = "permit"
    LICENCE = "licence"
    APPROVAL = "approval"
    CERTIFICATE = "certificate"
    ACCREDITATION = "accreditation"
    REGISTRATION = "registration"
    FILING = "filing"
    LETTER = "letter_of_intent"
    WHITELIST = "whitelist"
    TRAINING = "training"


class VaultState(Enum):
    """What was said of an entry; only a verified one counts, within its dates and until its volume is used up."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    REJECTED = "rejected"
    REVOKED = "revoked"


class VaultSource(Enum):
    """How an entry came: its owner entered it, or an application through the platform was granted."""

    OWNER = "owner"
    GRANT = "grant"


class VaultEntry(Base):
    """One approval that an organisation or a person holds already, with what it covers and until when."""

    __tablename__ = "vault_entries"
    __table_args__ = (
        CheckConstraint("num_nonnulls(organisation_id, person_id) = 1", name="one_owner"),
        CheckConstraint(
            "CASE kind WHEN 'whitelist' THEN list_code IS NOT NULL AND rule_id IS NULL"
            " WHEN 'training' THEN num_nonnulls(rule_id, list_code) = 0 AND title <> ''"
            " ELSE rule_id IS NOT NULL END",
            name="stands_under",
        ),
        CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="days_ascend"),
        CheckConstraint(
            "volume_used >= 0 AND (CASE WHEN volume_allowed IS NULL THEN volume_used = 0"
            " ELSE volume_allowed > 0 AND volume_used <= volume_allowed END)",
            name="volume",
        ),
        CheckConstraint("(state = 'revoked') = (revoked_at IS NOT NULL)", name="revoked"),
        CheckConstraint("source <> 'grant' OR application_id IS NOT NULL", name="granted"),
        Index("ix_vault_entries_organisation_id", "organisation_id"),
        Index("ix_vault_entries_person_id", "person_id"),
        Index("ix_vault_entries_unverified", "entered_at", postgresql_where="state = 'unverified'"),
        Index("ix_vault_entries_ending", "valid_to", postgresql_where="state = 'verified' AND ended_at IS NULL"),
        Index("ix_vault_entries_file_id", "file_id"),
        Index("ix_vault_entries_application_id", "application_id", postgresql_where="application_id IS NOT NULL"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[VaultKind] = mapped_column(text_enum(VaultKind))
    rule_id: Mapped[str | None] = mapped_column(Text, doc="as in the rule files: the rule that it was given under")
    list_code: Mapped[str | None] = mapped_column(Text, doc="a white list that rules name: HTZ-CUS")
    title: Mapped[str] = mapped_column(Text, doc="what it is called, where no rule and no list names it")
    number: Mapped[str] = mapped_column(Text)
    issuer_code: Mapped[str | None] = mapped_column(ForeignKey("agencies.code"))
    issuer: Mapped[str] = mapped_column(Text, doc="who issued it, where that is no agency that we know")
    scope: Mapped[Document] = mapped_column(JSONB, doc="facts of what it covers, each with the values that it allows")
    parties: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), doc="only towards these organisations; empty: any")
    volume_allowed: Mapped[Decimal | None] = mapped_column(Numeric(18, 3))
    volume_used: Mapped[Decimal] = mapped_column(Numeric(18, 3), default=Decimal(0))
    volume_unit: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[dt.date]
    valid_to: Mapped[dt.date | None] = mapped_column(doc="the last day on which it holds; null: without end")
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("stored_files.id"))
    source: Mapped[VaultSource] = mapped_column(text_enum(VaultSource))
    application_id: Mapped[UUID | None] = mapped_column(doc="the application that it came of; no foreign key")
    beside: Mapped[list[UUID]] = mapped_column(
        ARRAY(Uuid), default=list, doc="applications at other offices: it counts beside an approval of each of them"
    )
    state: Mapped[VaultState] = mapped_column(text_enum(VaultState))
    revision: Mapped[int] = mapped_column(default=1, doc="rises with each change, so that one verifies what one saw")
    entered_by: Mapped[UUID | None]
    entered_at: Mapped[Instant]
    verified_by: Mapped[UUID | None]
    verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    revoked_by: Mapped[UUID | None]
    revoked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str | None] = mapped_column(Text, doc="why it was rejected or revoked")
    warned_days: Mapped[int | None] = mapped_column(doc="how near its end its owner was last warned: 60, 30 or 7")
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), doc="when its end was noticed")

    @property
    def owner_id(self) -> UUID:
        """The organisation or person that holds it."""
        owner = self.organisation_id or self.person_id
        assert owner is not None, "the table demands an owner"
        return owner

    @property
    def used_up(self) -> bool:
        """Whether nothing of its volume is left."""
        return self.volume_allowed is not None and self.volume_used >= self.volume_allowed


class UseEffect(Enum):
    """What an approval of the vault does for a rule in a plan, the strongest first."""

    REPLACES = "replaces"
    SHORTENS = "shortens"
    PRIORITISES = "prioritises"
    EVIDENCE = "evidence"


class VaultUse(Base):
    """A booking's plan that leans on an entry of the vault; a use that is over keeps its row."""

    __tablename__ = "vault_uses"
    __table_args__ = (
        UniqueConstraint("entry_id", "booking_id", "rule_id"),
        Index("ix_vault_uses_booking_id", "booking_id"),
        Index("ix_vault_uses_noted_at", "noted_at"),
    )

    id: Mapped[Id]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("vault_entries.id"))
    booking_id: Mapped[UUID] = mapped_column(doc="no foreign key: bookings stand above permits")
    rule_id: Mapped[str] = mapped_column(Text, doc="the rule that it does something for")
    effect: Mapped[UseEffect] = mapped_column(text_enum(UseEffect))
    basis: Mapped[str] = mapped_column(Text, doc="why, and the row that says so: same_rule:EXP-01@2")
    noted_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class ScreenedFor(Enum):
    """What a list says of the parties on it."""

    WATCHLIST = "watchlist"
    EXPORT_PENALTY = "export_penalty"
    OTHER = "other"


class ScreenedParty(Base):
    """A party that administrators keep on the screening list, from one day to another."""

    __tablename__ = "screened_parties"
    __table_args__ = (
        CheckConstraint("cardinality(names) > 0", name="named"),
        CheckConstraint("listed_to IS NULL OR listed_from <= listed_to", name="days_ascend"),
    )

    id: Mapped[Id]
    names: Mapped[list[str]] = mapped_column(ARRAY(Text), doc="the first is shown, the others are aliases")
    identifiers: Mapped[list[str]] = mapped_column(ARRAY(Text), doc="numbers in any register")
    listed_for: Mapped[ScreenedFor] = mapped_column(text_enum(ScreenedFor))
    source: Mapped[str] = mapped_column(Text, doc="which list, with its number and date")
    note: Mapped[str] = mapped_column(Text)
    listed_from: Mapped[dt.date]
    listed_to: Mapped[dt.date | None]
    entered_by: Mapped[UUID | None]
    entered_at: Mapped[Instant]


class MatchState(Enum):
    """What a reviewer said of a match."""

    OPEN = "open"
    CLEARED = "cleared"
    CONFIRMED = "confirmed"


class ScreeningMatch(Base):
    """A party of the list that may be an organisation or a person here; somebody looks at it and says whether it is."""

    __tablename__ = "screening_matches"
    __table_args__ = (
        CheckConstraint("num_nonnulls(organisation_id, person_id) = 1", name="one_subject"),
        CheckConstraint("(state = 'open') = (reviewed_at IS NULL)", name="reviewed"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        UniqueConstraint("party_id", "organisation_id", "person_id", postgresql_nulls_not_distinct=True),
        Index("ix_screening_matches_organisation_id", "organisation_id"),
        Index("ix_screening_matches_person_id", "person_id"),
        Index("ix_screening_matches_open", "found_at", postgresql_where="state = 'open'"),
    )

    id: Mapped[Id]
    party_id: Mapped[UUID] = mapped_column(ForeignKey("screened_parties.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    score: Mapped[int] = mapped_column(doc="how alike the names are, of 100; 100 for the same number")
    listed: Mapped[str] = mapped_column(Text, doc="the name or number of the list that was found")
    found: Mapped[str] = mapped_column(Text, doc="the name or number here that it was found in")
    state: Mapped[MatchState] = mapped_column(text_enum(MatchState))
    found_at: Mapped[Instant]
    reviewed_by: Mapped[UUID | None]
    reviewed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    reason: Mapped[str | None] = mapped_column(Text)


class ProposalState(Enum):
    """How a proposal stands; a newer one, or a newer version, has superseded what is no longer open."""

    OPEN = "open"
    AGREED = "agreed"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


# Two people stand behind every change of a row that blocks, whatever the code above says.
OTHER_EYES: Final = "proposed_by IS NULL OR decided_by IS NULL OR proposed_by <> decided_by"
DECIDED: Final = "(state IN ('agreed', 'rejected')) = (decided_by IS NOT NULL)"


class PermitRuleProposal(Base):
    """A row that waits to become the newest version of its rule, or what became of it."""

    __tablename__ = "permit_rule_proposals"
    __table_args__ = (
        CheckConstraint(OTHER_EYES, name="other_eyes"),
        CheckConstraint(DECIDED, name="decided"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="closed"),
        CheckConstraint("(state = 'rejected') = (decision_reason IS NOT NULL)", name="reason"),
        CheckConstraint("base_version >= 1", name="base_version"),
        Index(
            "uq_permit_rule_proposals_open",
            "rule_id",
            text("(proposed_by IS NULL)"),
            unique=True,
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_permit_rule_proposals_rule_id_proposed_at", "rule_id", "proposed_at"),
    )

    id: Mapped[Id]
    rule_id: Mapped[str] = mapped_column(Text)
    told: Mapped[Document] = mapped_column(JSONB, doc="the whole row as it would be")
    digest: Mapped[str] = mapped_column(Text)
    base_version: Mapped[int] = mapped_column(doc="the newest version that it was compared with")
    reason: Mapped[str | None] = mapped_column(Text, doc="why, and where that is written; null: the files changed")
    proposed_by: Mapped[UUID | None] = mapped_column(doc="null: the files")
    proposed_at: Mapped[Instant]
    state: Mapped[ProposalState] = mapped_column(text_enum(ProposalState))
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    decision_reason: Mapped[str | None] = mapped_column(Text)
