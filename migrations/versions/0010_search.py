"""Rows that answer a search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "opening_patterns",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("calendar_code", sa.Text(), nullable=True),
        sa.Column("hours", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_patterns")),
        sa.UniqueConstraint("digest", name=op.f("uq_opening_patterns_digest")),
    )
    op.create_table(
        "search_words",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("facilities", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_search_words")),
    )
    op.create_table(
        "search_rows",
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("lexemes", postgresql.TSVECTOR(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("jurisdiction_code", sa.Text(), nullable=False),
        sa.Column("root_code", sa.Text(), nullable=False),
        sa.Column("zone_code", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("techniques", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("trl_min", sa.Integer(), nullable=True),
        sa.Column("trl_max", sa.Integer(), nullable=True),
        sa.Column("scale", sa.Text(), nullable=True),
        sa.Column("service_modes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("price_currency", sa.Text(), nullable=True),
        sa.Column("price_per", sa.Text(), nullable=True),
        sa.Column("price_hkd_hour", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("card", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("latitude", sa.Numeric(precision=8, scale=5), nullable=True),
        sa.Column("longitude", sa.Numeric(precision=8, scale=5), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name=op.f("fk_search_rows_facility_id")),
        sa.PrimaryKeyConstraint("facility_id", name=op.f("pk_search_rows")),
    )
    op.create_index("ix_search_rows_lexemes", "search_rows", ["lexemes"], unique=False, postgresql_using="gin")
    op.create_index("ix_search_rows_published_at", "search_rows", ["published_at"], unique=False)
    op.create_index("ix_search_rows_techniques", "search_rows", ["techniques"], unique=False, postgresql_using="gin")
    op.create_table(
        "unit_openness",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("pattern_id", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name=op.f("fk_unit_openness_facility_id")),
        sa.ForeignKeyConstraint(["pattern_id"], ["opening_patterns.id"], name=op.f("fk_unit_openness_pattern_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_openness_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit_openness")),
    )
    op.create_index("ix_unit_openness_facility_id", "unit_openness", ["facility_id"], unique=False)
    op.create_index("ix_unit_openness_pattern_id", "unit_openness", ["pattern_id"], unique=False)


def downgrade() -> None:
    op.drop_table("unit_openness")
    op.drop_table("search_rows")
    op.drop_table("search_words")
    op.drop_table("opening_patterns")
