"""Collaborations with their parties, people, bookings, funding, milestones and files; organisations that merged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    _former_organisation_names()
    _organisation_mergers()
    _collaborations()
    _collaboration_bookings()
    _collaboration_files()
    _collaboration_funding()
    _collaboration_milestones()
    _collaboration_parties()
    _collaboration_people()


def downgrade() -> None:
    for table in (
        "collaboration_people",
        "collaboration_parties",
        "collaboration_milestones",
        "collaboration_funding",
        "collaboration_files",
        "collaboration_bookings",
        "collaborations",
        "organisation_mergers",
        "former_organisation_names",
    ):
        op.drop_table(table)


def _former_organisation_names() -> None:
    op.create_table(
        "former_organisation_names",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", JSONB(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_former_organisation_names_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_organisation_names")),
    )
    op.create_index(
        op.f("ix_former_organisation_names_organisation_id"),
        "former_organisation_names",
        ["organisation_id"],
        unique=False,
    )


def _organisation_mergers() -> None:
    op.create_table(
        "organisation_mergers",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("merged_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("organisation_id <> into_id", name=op.f("ck_organisation_mergers_into_another")),
        sa.ForeignKeyConstraint(["into_id"], ["organisations.id"], name=op.f("fk_organisation_mergers_into_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_organisation_mergers_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation_mergers")),
    )
    op.create_index("ix_organisation_mergers_into_id", "organisation_mergers", ["into_id"], unique=False)


def _collaborations() -> None:
    op.create_table("collaborations", *_columns_of_collaborations(), *_constraints_of_collaborations())
    op.create_index("ix_collaborations_opened_by_booking", "collaborations", ["opened_by_booking"], unique=False)
    op.create_index("ix_collaborations_starts_on", "collaborations", ["starts_on"], unique=False)
    op.create_index(
        "uq_collaborations_pair", "collaborations", ["pair"], unique=True, postgresql_where="state = 'active'"
    )


def _columns_of_collaborations() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "facility_service",
                "collaborative_research",
                "contract_research",
                "consultancy",
                "pilot_project",
                "training",
                "other",
                name="collaboration_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "active",
                "completed",
                "ended",
                "declined",
                name="collaboration_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", JSONB(), nullable=False),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column(
            "scheme",
            sa.Enum("trl", "mrl", name="readiness_scheme", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column("level_now", sa.Integer(), nullable=True),
        sa.Column("level_wanted", sa.Integer(), nullable=True),
        sa.Column("agreement_number", sa.Text(), nullable=False),
        sa.Column("framework_id", sa.Uuid(), nullable=True),
        sa.Column("clauses", JSONB(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("report_file_id", sa.Uuid(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_by", sa.Uuid(), nullable=True),
        sa.Column("raid", sa.Text(), nullable=True),
        sa.Column("pair", sa.Text(), nullable=True),
        sa.Column("opened_by_booking", sa.Uuid(), nullable=True),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _constraints_of_collaborations() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint(
            "(state IN ('completed', 'ended')) = (ended_on IS NOT NULL)", name=op.f("ck_collaborations_ended_when_over")
        ),
        sa.CheckConstraint(
            "level_now BETWEEN 1 AND 10 AND (scheme = 'mrl' OR level_now <= 9)",
            name=op.f("ck_collaborations_level_now_on_scale"),
        ),
        sa.CheckConstraint(
            "level_wanted BETWEEN 1 AND 10 AND (scheme = 'mrl' OR level_wanted <= 9)",
            name=op.f("ck_collaborations_level_wanted_on_scale"),
        ),
        sa.CheckConstraint(
            "(pair IS NULL) = (opened_by_booking IS NULL)", name=op.f("ck_collaborations_pair_of_booking")
        ),
        sa.CheckConstraint(
            "(scheme IS NOT NULL) OR (level_now IS NULL AND level_wanted IS NULL)",
            name=op.f("ck_collaborations_levels_have_scheme"),
        ),
        sa.CheckConstraint(
            "ended_on IS NULL OR starts_on <= ended_on", name=op.f("ck_collaborations_end_follows_start")
        ),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck_collaborations_period_ascends")),
        sa.ForeignKeyConstraint(["framework_id"], ["frameworks.id"], name=op.f("fk_collaborations_framework_id")),
        sa.ForeignKeyConstraint(
            ["opened_by_booking"], ["bookings.id"], name=op.f("fk_collaborations_opened_by_booking")
        ),
        sa.ForeignKeyConstraint(["report_file_id"], ["stored_files.id"], name=op.f("fk_collaborations_report_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collaborations")),
        sa.UniqueConstraint("reference", name=op.f("uq_collaborations_reference")),
    ]


def _collaboration_bookings() -> None:
    op.create_table(
        "collaboration_bookings",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("collaboration_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_collaboration_bookings_booking_id")),
        sa.ForeignKeyConstraint(
            ["collaboration_id"], ["collaborations.id"], name=op.f("fk_collaboration_bookings_collaboration_id")
        ),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_collaboration_bookings")),
    )
    op.create_index(
        "ix_collaboration_bookings_collaboration_id", "collaboration_bookings", ["collaboration_id"], unique=False
    )


def _collaboration_files() -> None:
    op.create_table(
        "collaboration_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collaboration_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('agreement', 'report', 'other')", name=op.f("ck_collaboration_files_kind")),
        sa.ForeignKeyConstraint(
            ["collaboration_id"], ["collaborations.id"], name=op.f("fk_collaboration_files_collaboration_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_collaboration_files_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collaboration_files")),
        sa.UniqueConstraint(
            "collaboration_id", "file_id", name=op.f("uq_collaboration_files_collaboration_id_file_id")
        ),
    )


def _collaboration_funding() -> None:
    op.create_table(
        "collaboration_funding",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collaboration_id", sa.Uuid(), nullable=False),
        sa.Column("funder", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("award_number", sa.Text(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("from_day", sa.Date(), nullable=True),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(amount_minor IS NULL) = (currency IS NULL)", name=op.f("ck_collaboration_funding_amount_has_currency")
        ),
        sa.CheckConstraint(
            "amount_minor IS NULL OR amount_minor >= 0", name=op.f("ck_collaboration_funding_amount_not_negative")
        ),
        sa.CheckConstraint(
            "from_day IS NULL OR until_day IS NULL OR from_day <= until_day",
            name=op.f("ck_collaboration_funding_period_ascends"),
        ),
        sa.ForeignKeyConstraint(
            ["collaboration_id"], ["collaborations.id"], name=op.f("fk_collaboration_funding_collaboration_id")
        ),
        sa.ForeignKeyConstraint(["currency"], ["currencies.code"], name=op.f("fk_collaboration_funding_currency")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collaboration_funding")),
    )
    op.create_index(
        "ix_collaboration_funding_collaboration_id", "collaboration_funding", ["collaboration_id"], unique=False
    )


def _collaboration_milestones() -> None:
    op.create_table(
        "collaboration_milestones",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("collaboration_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("first_planned_on", sa.Date(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("reached_on", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "reached_on IS NULL OR cancelled_on IS NULL", name=op.f("ck_collaboration_milestones_reached_or_cancelled")
        ),
        sa.ForeignKeyConstraint(
            ["collaboration_id"], ["collaborations.id"], name=op.f("fk_collaboration_milestones_collaboration_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_collaboration_milestones_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_collaboration_milestones")),
    )
    op.create_index(
        "ix_collaboration_milestones_collaboration_id", "collaboration_milestones", ["collaboration_id"], unique=False
    )


def _collaboration_parties() -> None:
    op.create_table(
        "collaboration_parties",
        sa.Column("collaboration_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("roles", ARRAY(sa.Text()), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("cardinality(roles) > 0", name=op.f("ck_collaboration_parties_does_something")),
        sa.CheckConstraint(
            "left_on IS NULL OR joined_on IS NULL OR joined_on <= left_on",
            name=op.f("ck_collaboration_parties_stay_ascends"),
        ),
        sa.ForeignKeyConstraint(
            ["collaboration_id"], ["collaborations.id"], name=op.f("fk_collaboration_parties_collaboration_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_collaboration_parties_organisation_id")
        ),
        sa.PrimaryKeyConstraint("collaboration_id", "organisation_id", name=op.f("pk_collaboration_parties")),
    )
    op.create_index(
        "ix_collaboration_parties_organisation_id", "collaboration_parties", ["organisation_id"], unique=False
    )


def _collaboration_people() -> None:
    op.create_table(
        "collaboration_people",
        sa.Column("collaboration_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("role IN ('lead', 'contact', 'member')", name=op.f("ck_collaboration_people_role")),
        sa.ForeignKeyConstraint(
            ["collaboration_id"], ["collaborations.id"], name=op.f("fk_collaboration_people_collaboration_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_collaboration_people_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_collaboration_people_person_id")),
        sa.PrimaryKeyConstraint("collaboration_id", "person_id", name=op.f("pk_collaboration_people")),
    )
    op.create_index("ix_collaboration_people_person_id", "collaboration_people", ["person_id"], unique=False)
