"""Snapshots of metrics with their values; where organisations were seated before; since when an outcome is linked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.add_column("outcome_collaborations", sa.Column("linked_at", sa.DateTime(timezone=True)))
    _former_organisation_seats()
    _metric_snapshots()
    _metric_values()


def downgrade() -> None:
    op.drop_table("metric_values")
    op.drop_table("metric_snapshots")
    op.drop_table("former_organisation_seats")
    op.drop_column("outcome_collaborations", "linked_at")


def _former_organisation_seats() -> None:
    table = "former_organisation_seats"
    op.create_table(
        table,
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jurisdiction_code", sa.Text(), nullable=False),
        sa.Column("zone_code", sa.Text()),
        sa.Column("parent_id", sa.Uuid()),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f(f"fk_{table}_organisation_id")),
        sa.ForeignKeyConstraint(
            ["jurisdiction_code"], ["jurisdictions.code"], name=op.f(f"fk_{table}_jurisdiction_code")
        ),
        sa.ForeignKeyConstraint(["zone_code"], ["zones.code"], name=op.f(f"fk_{table}_zone_code")),
        sa.ForeignKeyConstraint(["parent_id"], ["organisations.id"], name=op.f(f"fk_{table}_parent_id")),
        sa.PrimaryKeyConstraint("organisation_id", "until", name=op.f(f"pk_{table}")),
    )


def _metric_snapshots() -> None:
    op.create_table(
        "metric_snapshots",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope_kind", sa.String(40), nullable=False),
        sa.Column("scope_id", sa.Uuid()),
        sa.Column("scope_code", sa.Text()),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("after_day", sa.Date(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Uuid()),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("parameters", JSONB(), nullable=False),
        sa.Column("metrics", JSONB(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.CheckConstraint("first_day < after_day", name=op.f("ck_metric_snapshots_period_ascends")),
        sa.CheckConstraint(
            "(scope_id IS NOT NULL) = (scope_kind IN ('collaboration', 'organisation'))",
            name=op.f("ck_metric_snapshots_scope_by_id"),
        ),
        sa.CheckConstraint(
            "(scope_code IS NOT NULL) = (scope_kind = 'zone')", name=op.f("ck_metric_snapshots_scope_by_code")
        ),
        sa.CheckConstraint("floor BETWEEN 0 AND 4", name=op.f("ck_metric_snapshots_floor")),
        sa.CheckConstraint(
            "scope_kind IN ('collaboration', 'organisation', 'zone', 'platform')",
            name=op.f("ck_metric_snapshots_scope_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_snapshots")),
    )
    op.create_index(op.f("ix_metric_snapshots_scope_id"), "metric_snapshots", ["scope_id", "as_of"])
    op.create_index(op.f("ix_metric_snapshots_scope_kind"), "metric_snapshots", ["scope_kind", "scope_code", "as_of"])


def _metric_values() -> None:
    op.create_table(
        "metric_values",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column("metric", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("variant", sa.Text(), nullable=False),
        sa.Column("value", JSONB()),
        sa.Column("numerator", JSONB()),
        sa.Column("denominator", JSONB()),
        sa.Column("n_units", sa.Integer(), nullable=False),
        sa.Column("n_unknown", sa.Integer(), nullable=False),
        sa.Column("suppressed", sa.Integer(), nullable=False),
        sa.Column("mix", JSONB(), nullable=False),
        sa.Column("notes", ARRAY(sa.Text()), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subjects", ARRAY(sa.Uuid())),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "n_units >= 0 AND n_unknown >= 0 AND suppressed >= 0", name=op.f("ck_metric_values_counts_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["metric_snapshots.id"],
            name=op.f("fk_metric_values_snapshot_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_metric_values")),
        sa.UniqueConstraint(
            "snapshot_id", "metric", "variant", name=op.f("uq_metric_values_snapshot_id_metric_variant")
        ),
    )
