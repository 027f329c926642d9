"""Consents to be compared with: organisations whose requests were not taken up, from when until when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.create_table(
        "comparison_consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("given_at <= taken_back_at", name=op.f("ck_comparison_consents_given_before")),
        sa.CheckConstraint(
            "(taken_back_at IS NULL) = (taken_back_by IS NULL)", name=op.f("ck_comparison_consents_taken_back_by_one")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_comparison_consents_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison_consents")),
    )
    op.create_index("ix_comparison_consents_organisation_id", "comparison_consents", ["organisation_id", "given_at"])
    op.create_index(
        "ix_comparison_consents_open",
        "comparison_consents",
        ["organisation_id"],
        unique=True,
        postgresql_where=sa.text("taken_back_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_table("comparison_consents")
