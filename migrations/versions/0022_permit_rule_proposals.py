"""Proposals that wait for a second administrator before a permit rule changes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "permit_rule_proposals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("told", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "agreed",
                "rejected",
                "superseded",
                name="proposal_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "proposed_by IS NULL OR decided_by IS NULL OR proposed_by <> decided_by",
            name=op.f("ck_permit_rule_proposals_other_eyes"),
        ),
        sa.CheckConstraint(
            "(state IN ('agreed', 'rejected')) = (decided_by IS NOT NULL)",
            name=op.f("ck_permit_rule_proposals_decided"),
        ),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f("ck_permit_rule_proposals_closed")),
        sa.CheckConstraint(
            "(state = 'rejected') = (decision_reason IS NOT NULL)", name=op.f("ck_permit_rule_proposals_reason")
        ),
        sa.CheckConstraint("base_version >= 1", name=op.f("ck_permit_rule_proposals_base_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permit_rule_proposals")),
    )
    op.create_index(
        "uq_permit_rule_proposals_open",
        "permit_rule_proposals",
        ["rule_id", sa.text("(proposed_by IS NULL)")],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_permit_rule_proposals_rule_id_proposed_at", "permit_rule_proposals", ["rule_id", "proposed_at"])


def downgrade() -> None:
    op.drop_table("permit_rule_proposals")
