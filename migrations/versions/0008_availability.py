"""Opening hours, closures, booking rules, and the claims that forbid double booking."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("CREATE TYPE uuidrange AS RANGE (subtype = uuid)")
    op.create_table(
        "booking_rules",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum("hour", "day", "week", name="booking_mode", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("shortest", sa.Integer(), nullable=False),
        sa.Column("longest", sa.Integer(), nullable=True),
        sa.Column("set_up", sa.Integer(), nullable=False),
        sa.Column("clean_up", sa.Integer(), nullable=False),
        sa.Column("cut_off", sa.Integer(), nullable=False),
        sa.Column("horizon_days", sa.Integer(), nullable=True),
        sa.Column("max_per_day", sa.Integer(), nullable=True),
        sa.Column("max_at_once", sa.Integer(), nullable=True),
        sa.Column("max_future_minutes", sa.Integer(), nullable=True),
        sa.Column("min_gap", sa.Integer(), nullable=True),
        sa.Column("organisation_weekly_hours", sa.Integer(), nullable=True),
        sa.Column("missed_threshold", sa.Integer(), nullable=True),
        sa.Column("approval_days", sa.Integer(), nullable=False),
        sa.Column("instant", sa.Boolean(), nullable=False),
        sa.Column("calendar_code", sa.Text(), nullable=True),
        sa.Column("closed_on_holidays", sa.Boolean(), nullable=False),
        sa.Column("open_on_worked_weekends", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "set_up >= 0 AND clean_up >= 0 AND cut_off >= 0", name=op.f("ck_booking_rules_margins_not_negative")
        ),
        sa.CheckConstraint(
            "shortest > 0 AND (longest IS NULL OR longest >= shortest)", name=op.f("ck_booking_rules_lengths_ascend")
        ),
        sa.CheckConstraint("step > 0 AND 1440 % step = 0", name=op.f("ck_booking_rules_step_divides_day")),
        sa.ForeignKeyConstraint(["calendar_code"], ["calendars.code"], name=op.f("fk_booking_rules_calendar_code")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_booking_rules_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_booking_rules")),
    )
    op.create_table(
        "claims",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("blocked", postgresql.TSTZRANGE(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("booking", "closure", name="claim_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.text("uuidrange(unit_id, unit_id, '[]')"), "&&"),
            (sa.text("int4range(place, place, '[]')"), "&&"),
            (sa.column("blocked"), "&&"),
            using="gist",
            name="ex_claims_one_per_place",
        ),
        sa.CheckConstraint("kind = 'booking' OR held_until IS NULL", name=op.f("ck_claims_closures_are_not_held")),
        sa.CheckConstraint(
            "NOT isempty(blocked) AND NOT lower_inf(blocked) AND NOT upper_inf(blocked)",
            name=op.f("ck_claims_blocked_bounded"),
        ),
        sa.CheckConstraint("place > 0", name=op.f("ck_claims_place_positive")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_claims_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
    )
    op.create_index("ix_claims_blocked", "claims", ["blocked"], unique=False, postgresql_using="gist")
    op.create_index("ix_claims_holder_id", "claims", ["holder_id"], unique=False)
    op.create_table(
        "closure_series",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_closure_series_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure_series")),
    )
    op.create_table(
        "opening_hours",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "opens >= 0 AND opens < 1440 AND closes > opens AND closes <= 2880",
            name=op.f("ck_opening_hours_minutes_ascend"),
        ),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_opening_hours_weekday_iso")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_opening_hours_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_hours")),
        sa.UniqueConstraint("unit_id", "weekday", "opens", name=op.f("uq_opening_hours_unit_id_weekday_opens")),
    )
    op.create_table(
        "closures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "closure", "maintenance", name="closure_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_closures_period_ascends")),
        sa.ForeignKeyConstraint(["series_id"], ["closure_series.id"], name=op.f("fk_closures_series_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_closures_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closures")),
    )
    op.create_index("ix_closures_unit_id", "closures", ["unit_id", "starts_at"], unique=False)


def downgrade() -> None:
    op.drop_table("closures")
    op.drop_table("opening_hours")
    op.drop_table("closure_series")
    op.drop_table("claims")
    op.drop_table("booking_rules")
    op.execute("DROP TYPE uuidrange")
