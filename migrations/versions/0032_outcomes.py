"""Outcomes: versions, parties, shares, events, evidence, and the yearly questions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    _outcomes()
    _yearly_questions()
    _outcome_collaborations()
    _outcome_events()
    _outcome_evidence()
    _outcome_identifiers()
    _outcome_sessions()
    _outcome_versions()
    _outcome_parties()
    _outcome_shares()


def downgrade() -> None:
    for table in (
        "outcome_shares",
        "outcome_parties",
        "outcome_versions",
        "outcome_sessions",
        "outcome_identifiers",
        "outcome_evidence",
        "outcome_events",
        "outcome_collaborations",
        "yearly_questions",
        "outcomes",
    ):
        op.drop_table(table)


def _outcomes() -> None:
    op.create_table(
        "outcomes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("collaboration_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "publication",
                "dataset",
                "software",
                "patent_family",
                "standard",
                "licence",
                "option",
                "assignment",
                "equity_in_kind",
                "spinoff",
                "contract_research",
                "collaborative_research",
                "consultancy",
                "facility_service",
                "new_product",
                "process_improvement",
                "product_registered",
                "training",
                "degree",
                "job",
                "follow_on_funding",
                "policy_citation",
                "award",
                "safety_or_quality_certificate",
                "other",
                name="outcome_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "confirmed",
                "disputed",
                "withdrawn",
                "rejected",
                name="outcome_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("fully_confirmed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("date_event", sa.Date(), nullable=False),
        sa.Column(
            "confidentiality",
            sa.Enum(
                "public",
                "parties",
                "administrators",
                name="confidentiality",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("embargo_until", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(status = 'draft') = (submitted_at IS NULL)", name=op.f("ck_outcomes_submitted_unless_draft")
        ),
        sa.CheckConstraint("level BETWEEN 0 AND 4", name=op.f("ck_outcomes_level")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_outcomes_version")),
        sa.ForeignKeyConstraint(["collaboration_id"], ["collaborations.id"], name=op.f("fk_outcomes_collaboration_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_outcomes_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
        sa.UniqueConstraint("reference", name=op.f("uq_outcomes_reference")),
    )
    op.create_index("ix_outcomes_collaboration_id", "outcomes", ["collaboration_id"], unique=False)
    op.create_index("ix_outcomes_date_event", "outcomes", ["date_event"], unique=False)
    op.create_index("ix_outcomes_organisation_id", "outcomes", ["organisation_id", "status"], unique=False)
    op.create_index(
        "ix_outcomes_waiting", "outcomes", ["submitted_at"], unique=False, postgresql_where="status = 'submitted'"
    )


def _yearly_questions() -> None:
    op.create_table(
        "yearly_questions",
        sa.Column("collaboration_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.CheckConstraint("answer IN ('reported', 'nothing')", name=op.f("ck_yearly_questions_answer")),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_yearly_questions_answered_once")),
        sa.ForeignKeyConstraint(
            ["collaboration_id"], ["collaborations.id"], name=op.f("fk_yearly_questions_collaboration_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_yearly_questions_organisation_id")
        ),
        sa.PrimaryKeyConstraint("collaboration_id", "organisation_id", "year", name=op.f("pk_yearly_questions")),
    )
    op.create_index(
        "ix_yearly_questions_open", "yearly_questions", ["asked_at"], unique=False, postgresql_where="answer IS NULL"
    )
    op.create_index(
        "ix_yearly_questions_organisation_id", "yearly_questions", ["organisation_id", "year"], unique=False
    )


def _outcome_collaborations() -> None:
    op.create_table(
        "outcome_collaborations",
        sa.Column("outcome_id", sa.Uuid(), nullable=False),
        sa.Column("collaboration_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collaboration_id"], ["collaborations.id"], name=op.f("fk_outcome_collaborations_collaboration_id")
        ),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcomes.id"], name=op.f("fk_outcome_collaborations_outcome_id")),
        sa.PrimaryKeyConstraint("outcome_id", "collaboration_id", name=op.f("pk_outcome_collaborations")),
    )
    op.create_index(
        "ix_outcome_collaborations_collaboration_id", "outcome_collaborations", ["collaboration_id"], unique=False
    )


def _outcome_events() -> None:
    op.create_table(
        "outcome_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("outcome_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "verb",
            sa.Enum(
                "draft",
                "revise",
                "submit",
                "confirm",
                "dispute",
                "settle",
                "withdraw",
                "check",
                name="outcome_verb",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "submitted",
                "confirmed",
                "disputed",
                "withdrawn",
                "rejected",
                name="outcome_status",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("level BETWEEN 0 AND 4", name=op.f("ck_outcome_events_level")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_outcome_events_number")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_outcome_events_organisation_id")
        ),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcomes.id"], name=op.f("fk_outcome_events_outcome_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_events")),
        sa.UniqueConstraint("outcome_id", "number", name=op.f("uq_outcome_events_outcome_id_number")),
    )
    op.create_index("ix_outcome_events_by", "outcome_events", ["by"], unique=False)


def _outcome_evidence() -> None:
    op.create_table(
        "outcome_evidence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("outcome_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("retrieved_on", sa.Date(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(url IS NOT NULL) OR (digest IS NOT NULL)", name=op.f("ck_outcome_evidence_file_or_address")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_outcome_evidence_file_id")),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcomes.id"], name=op.f("fk_outcome_evidence_outcome_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_evidence")),
    )
    op.create_index("ix_outcome_evidence_file_id", "outcome_evidence", ["file_id"], unique=False)
    op.create_index("ix_outcome_evidence_outcome_id", "outcome_evidence", ["outcome_id"], unique=False)


def _outcome_identifiers() -> None:
    op.create_table(
        "outcome_identifiers",
        sa.Column("outcome_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("normalised", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcomes.id"], name=op.f("fk_outcome_identifiers_outcome_id")),
        sa.PrimaryKeyConstraint("outcome_id", "scheme", "normalised", name=op.f("pk_outcome_identifiers")),
    )
    op.create_index("ix_outcome_identifiers_scheme", "outcome_identifiers", ["scheme", "normalised"], unique=False)


def _outcome_sessions() -> None:
    op.create_table(
        "outcome_sessions",
        sa.Column("outcome_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcomes.id"], name=op.f("fk_outcome_sessions_outcome_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_outcome_sessions_session_id")),
        sa.PrimaryKeyConstraint("outcome_id", "session_id", name=op.f("pk_outcome_sessions")),
    )


def _outcome_versions() -> None:
    op.create_table("outcome_versions", *_columns_of_outcome_versions(), *_constraints_of_outcome_versions())


def _columns_of_outcome_versions() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("outcome_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column(
            "type",
            sa.Enum(
                "publication",
                "dataset",
                "software",
                "patent_family",
                "standard",
                "licence",
                "option",
                "assignment",
                "equity_in_kind",
                "spinoff",
                "contract_research",
                "collaborative_research",
                "consultancy",
                "facility_service",
                "new_product",
                "process_improvement",
                "product_registered",
                "training",
                "degree",
                "job",
                "follow_on_funding",
                "policy_citation",
                "award",
                "safety_or_quality_certificate",
                "other",
                name="outcome_type",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", JSONB(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("abstract", sa.Text(), nullable=False),
        sa.Column("date_event", sa.Date(), nullable=False),
        sa.Column(
            "precision",
            sa.Enum(
                "day", "month", "year", name="date_precision", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("identifiers", JSONB(), nullable=False),
        sa.Column("priorities", ARRAY(sa.Text()), nullable=False),
        sa.Column("classes", ARRAY(sa.Text()), nullable=False),
        sa.Column("creators", JSONB(), nullable=False),
        sa.Column("flow_kind", sa.Text(), nullable=True),
        sa.Column(
            "flow_direction",
            sa.Enum(
                "provider_to_user",
                "user_to_provider",
                "joint",
                "third_party",
                name="flow_direction",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("flow_from", sa.Uuid(), nullable=True),
        sa.Column("flow_to", sa.Uuid(), nullable=True),
        sa.Column("beneficiary", sa.Text(), nullable=False),
        sa.Column("value", JSONB(), nullable=True),
        sa.Column("receipts", JSONB(), nullable=False),
        sa.Column("readiness", JSONB(), nullable=True),
        sa.Column("additionality", JSONB(), nullable=True),
        sa.Column("details", JSONB(), nullable=False),
        sa.Column("facilities", ARRAY(sa.Uuid()), nullable=False),
        sa.Column(
            "confidentiality",
            sa.Enum(
                "public",
                "parties",
                "administrators",
                name="confidentiality",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("embargo_until", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
    ]


def _constraints_of_outcome_versions() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint(
            "embargo_until IS NULL OR confidentiality <> 'administrators'",
            name=op.f("ck_outcome_versions_embargo_of_what_is_shown"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_outcome_versions_number")),
        sa.ForeignKeyConstraint(["flow_from"], ["organisations.id"], name=op.f("fk_outcome_versions_flow_from")),
        sa.ForeignKeyConstraint(["flow_to"], ["organisations.id"], name=op.f("fk_outcome_versions_flow_to")),
        sa.ForeignKeyConstraint(["outcome_id"], ["outcomes.id"], name=op.f("fk_outcome_versions_outcome_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_versions")),
        sa.UniqueConstraint("outcome_id", "number", name=op.f("uq_outcome_versions_outcome_id_number")),
    ]


def _outcome_parties() -> None:
    op.create_table(
        "outcome_parties",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column("size_class", sa.Text(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "role IN ('provider', 'user', 'funder', 'co_owner', 'licensee', 'beneficiary')",
            name=op.f("ck_outcome_parties_role"),
        ),
        sa.CheckConstraint(
            "size_class IN ('micro', 'small', 'medium', 'large', 'not_a_business')",
            name=op.f("ck_outcome_parties_size_class"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_outcome_parties_organisation_id")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["outcome_versions.id"], name=op.f("fk_outcome_parties_version_id")),
        sa.PrimaryKeyConstraint("version_id", "organisation_id", "role", name=op.f("pk_outcome_parties")),
    )
    op.create_index("ix_outcome_parties_organisation_id", "outcome_parties", ["organisation_id"], unique=False)


def _outcome_shares() -> None:
    op.create_table(
        "outcome_shares",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("facility_id", sa.Uuid(), nullable=True),
        sa.Column("share", sa.Numeric(precision=12, scale=10), nullable=False),
        sa.CheckConstraint(
            "basis IN ('agreement', 'fractional_author', 'hours', 'equal', 'negotiated')",
            name=op.f("ck_outcome_shares_basis"),
        ),
        sa.CheckConstraint("(organisation_id IS NULL) <> (facility_id IS NULL)", name=op.f("ck_outcome_shares_of_one")),
        sa.CheckConstraint("share > 0 AND share <= 1", name=op.f("ck_outcome_shares_share")),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name=op.f("fk_outcome_shares_facility_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_outcome_shares_organisation_id")
        ),
        sa.ForeignKeyConstraint(["version_id"], ["outcome_versions.id"], name=op.f("fk_outcome_shares_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_shares")),
        sa.UniqueConstraint(
            "version_id",
            "basis",
            "organisation_id",
            "facility_id",
            name=op.f("uq_outcome_shares_version_id_basis_organisation_id_facility_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
