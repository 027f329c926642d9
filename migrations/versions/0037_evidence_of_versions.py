"""Evidence under the version for which it was added, and versions found by their priorities."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    op.add_column("outcome_evidence", sa.Column("version", sa.Integer(), nullable=True))
    # The version that stood when it was added.
    op.execute(
        """UPDATE outcome_evidence e SET version = COALESCE(
               (SELECT max(v.number) FROM outcome_versions v
                 WHERE v.outcome_id = e.outcome_id AND v.recorded_at <= e.added_at), 1)"""
    )
    op.alter_column("outcome_evidence", "version", nullable=False)
    op.create_check_constraint(op.f("ck_outcome_evidence_version"), "outcome_evidence", "version >= 1")
    op.create_index("ix_outcome_versions_priorities", "outcome_versions", ["priorities"], postgresql_using="hash")


def downgrade() -> None:
    op.drop_index("ix_outcome_versions_priorities", "outcome_versions")
    op.drop_constraint(op.f("ck_outcome_evidence_version"), "outcome_evidence")
    op.drop_column("outcome_evidence", "version")
