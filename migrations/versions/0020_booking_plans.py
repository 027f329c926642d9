"""The permit plan of a booking, version by version, and how long and how often a unit is held for permits."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0020"
down_revision = "0019"

PERMITS = "permit_days > 0 AND (most_permit_holds IS NULL OR most_permit_holds >= 0)"
_CAUSES = ("request", "facts", "move", "vault", "rules")


def upgrade() -> None:
    op.create_table(
        "booking_plans",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(*_CAUSES, name="plan_cause", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("counted_from", sa.Date(), nullable=False),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("vault", JSONB(), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("requirements", JSONB(), nullable=False),
        sa.Column("awaited", JSONB(), nullable=False),
        sa.Column("letters", JSONB(), nullable=False),
        sa.Column("denied", JSONB(), nullable=False),
        sa.Column("earliest_start", sa.Date(), nullable=True),
        sa.Column("not_before", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_booking_plans_number")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_booking_plans_booking_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_plans")),
        sa.UniqueConstraint("booking_id", "number", name=op.f("uq_booking_plans_booking_id_number")),
    )
    op.create_table(
        "booking_transfers",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("exporter_id", sa.Uuid(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("sensitive_persons", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "persons >= 0 AND sensitive_persons >= 0", name=op.f("ck_booking_transfers_persons_not_negative")
        ),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_booking_transfers_booking_id")),
        sa.ForeignKeyConstraint(["exporter_id"], ["organisations.id"], name=op.f("fk_booking_transfers_exporter_id")),
        sa.PrimaryKeyConstraint("booking_id", "flow", name=op.f("pk_booking_transfers")),
    )
    op.create_index("ix_booking_transfers_exporter_id", "booking_transfers", ["exporter_id", "year"])
    op.add_column("booking_rules", sa.Column("permit_days", sa.Integer, nullable=False, server_default="90"))
    op.add_column("booking_rules", sa.Column("most_permit_holds", sa.Integer))
    op.create_check_constraint(op.f("ck_booking_rules_permits_positive"), "booking_rules", PERMITS)


def downgrade() -> None:
    op.drop_constraint(op.f("ck_booking_rules_permits_positive"), "booking_rules")
    op.drop_column("booking_rules", "most_permit_holds")
    op.drop_column("booking_rules", "permit_days")
    op.drop_table("booking_transfers")
    op.drop_table("booking_plans")
