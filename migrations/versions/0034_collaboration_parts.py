"""What a party saw when it left a collaboration, and which days of milestones the parties were told about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0034"
down_revision = "0033"

PAIR = "ck_collaborations_pair_of_booking"


def upgrade() -> None:
    op.add_column("collaboration_parties", sa.Column("left_with", JSONB()))
    for name in ("warned_for", "missed_for"):
        op.add_column("collaboration_milestones", sa.Column(name, sa.Date()))
    op.drop_constraint(PAIR, "collaborations")
    op.create_check_constraint(op.f(PAIR), "collaborations", "pair IS NULL OR opened_by_booking IS NOT NULL")


def downgrade() -> None:
    op.drop_constraint(PAIR, "collaborations")
    # A pair of which one has left was known by its bookings alone.
    op.execute("UPDATE collaborations SET opened_by_booking = NULL WHERE pair IS NULL")
    op.create_check_constraint(op.f(PAIR), "collaborations", "(pair IS NULL) = (opened_by_booking IS NULL)")
    for name in ("missed_for", "warned_for"):
        op.drop_column("collaboration_milestones", name)
    op.drop_column("collaboration_parties", "left_with")
