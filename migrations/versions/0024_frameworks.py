"""Framework agreements: two organisations agree on terms for a period, and which versions each covers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

INSTANT = sa.DateTime(timezone=True)


def text_enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "frameworks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=True),
        sa.Column("state", text_enum("framework_state", "proposed", "agreed", "declined", "withdrawn"), nullable=False),
        sa.Column("proposed_side", text_enum("framework_side", "host", "user"), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=False),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("host_id <> organisation_id", name=op.f("ck_frameworks_two_sides")),
        sa.CheckConstraint("from_day <= until_day", name=op.f("ck_frameworks_period")),
        sa.CheckConstraint("notice_days BETWEEN 0 AND 365", name=op.f("ck_frameworks_notice")),
        sa.CheckConstraint(
            "ends_on IS NULL OR (state = 'agreed' AND ends_on <= until_day)", name=op.f("ck_frameworks_ends_early")
        ),
        sa.ForeignKeyConstraint(["host_id"], ["organisations.id"], name=op.f("fk_frameworks_host_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_frameworks_organisation_id")),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name=op.f("fk_frameworks_facility_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_frameworks")),
    )
    op.create_index("ix_frameworks_host_id", "frameworks", ["host_id"])
    op.create_index("ix_frameworks_organisation_id", "frameworks", ["organisation_id"])
    op.create_index(
        "uq_frameworks_open_proposal",
        "frameworks",
        ["host_id", "organisation_id", sa.text("COALESCE(facility_id, host_id)")],
        unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )
    op.create_table(
        "framework_terms",
        sa.Column("framework_id", sa.Uuid(), nullable=False),
        sa.Column("terms_version_id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("agreed_at", INSTANT, nullable=True),
        sa.Column("agreed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["framework_id"], ["frameworks.id"], name=op.f("fk_framework_terms_framework_id")),
        sa.ForeignKeyConstraint(
            ["terms_version_id"], ["terms_versions.id"], name=op.f("fk_framework_terms_terms_version_id")
        ),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name=op.f("fk_framework_terms_facility_id")),
        sa.PrimaryKeyConstraint("framework_id", "terms_version_id", name=op.f("pk_framework_terms")),
    )
    op.create_index("ix_framework_terms_facility_id", "framework_terms", ["facility_id", "digest"])


def downgrade() -> None:
    op.drop_table("framework_terms")
    op.drop_table("frameworks")
