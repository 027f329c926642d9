"""Sessions: what really happened at a unit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_in_by", sa.Uuid(), nullable=False),
        sa.Column("checked_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_out_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "checked_out_at IS NULL OR checked_in_at <= checked_out_at", name=op.f("ck_sessions_period_ascends")
        ),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_sessions_booking_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_sessions_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_booking_id", "sessions", ["booking_id"], unique=False)
    op.create_index("ix_sessions_unit_id", "sessions", ["unit_id", "checked_in_at"], unique=False)
    op.create_index(
        "uq_sessions_open", "sessions", ["booking_id"], unique=True, postgresql_where="checked_out_at IS NULL"
    )


def downgrade() -> None:
    op.drop_table("sessions")
