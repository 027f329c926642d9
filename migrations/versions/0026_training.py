"""Training: which units need it, and who asked for it, was scheduled, and passed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "training_needs",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("valid_months", sa.Integer(), nullable=True),
        sa.Column("idle_days", sa.Integer(), nullable=True),
        sa.Column("novice_hours", sa.Integer(), nullable=False),
        sa.Column("windows", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("valid_months > 0", name=op.f("ck_training_needs_valid_months")),
        sa.CheckConstraint("idle_days > 0", name=op.f("ck_training_needs_idle_days")),
        sa.CheckConstraint("novice_hours >= 0", name=op.f("ck_training_needs_novice_hours")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_training_needs_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_training_needs")),
    )
    op.create_table(
        "trainings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "scheduled",
                "passed",
                "declined",
                name="training_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trainer", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("passed_on", sa.Date(), nullable=True),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("used_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'passed') = (passed_on IS NOT NULL)", name=op.f("ck_trainings_passed")),
        sa.CheckConstraint("state <> 'scheduled' OR scheduled_at IS NOT NULL", name=op.f("ck_trainings_scheduled")),
        sa.CheckConstraint(
            "(state IN ('passed', 'declined')) = (decided_at IS NOT NULL)", name=op.f("ck_trainings_decided")
        ),
        sa.CheckConstraint("used_minutes >= 0", name=op.f("ck_trainings_used_minutes")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_trainings_unit_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_trainings_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trainings")),
    )
    op.create_index(
        "uq_trainings_open",
        "trainings",
        ["unit_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('requested', 'scheduled')"),
    )
    op.create_index("ix_trainings_person_id", "trainings", ["person_id"])
    op.create_index("ix_trainings_unit_id", "trainings", ["unit_id", "requested_at"])


def downgrade() -> None:
    op.drop_table("trainings")
    op.drop_table("training_needs")
