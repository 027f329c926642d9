"""Listings that are alike in every facet share a class, and facets count classes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"

PRICE_CLASS = """
    CASE WHEN r.price_hkd_hour IS NULL THEN 'unknown' WHEN r.price_hkd_hour = 0 THEN 'free'
         WHEN r.price_hkd_hour < 100 THEN 'to_100' WHEN r.price_hkd_hour < 500 THEN 'to_500'
         WHEN r.price_hkd_hour < 2000 THEN 'to_2000' ELSE 'above_2000' END"""


def upgrade() -> None:
    op.create_table(
        "search_classes",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("jurisdiction_code", sa.Text(), nullable=False),
        sa.Column("zone_code", sa.Text(), nullable=True),
        sa.Column("techniques", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("trl_min", sa.Integer(), nullable=True),
        sa.Column("trl_max", sa.Integer(), nullable=True),
        sa.Column("scale", sa.Text(), nullable=True),
        sa.Column("service_modes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("price_class", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_classes")),
        sa.UniqueConstraint(
            *("kind", "jurisdiction_code", "zone_code", "techniques", "trl_min", "trl_max", "scale"),
            *("service_modes", "price_class"),
            name="uq_search_classes_all",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.add_column("search_rows", sa.Column("class_id", sa.Integer(), nullable=True))
    op.execute(f"""
        INSERT INTO search_classes
               (kind, jurisdiction_code, zone_code, techniques, trl_min, trl_max, scale, service_modes, price_class)
        SELECT DISTINCT r.kind, r.jurisdiction_code, r.zone_code, r.techniques, r.trl_min, r.trl_max, r.scale,
               r.service_modes, {PRICE_CLASS}
          FROM search_rows r
    """)
    op.execute(f"""
        UPDATE search_rows r SET class_id = c.id
          FROM search_classes c
         WHERE c.kind = r.kind AND c.jurisdiction_code = r.jurisdiction_code
           AND c.zone_code IS NOT DISTINCT FROM r.zone_code
           AND c.techniques = r.techniques AND c.service_modes = r.service_modes
           AND c.trl_min IS NOT DISTINCT FROM r.trl_min AND c.trl_max IS NOT DISTINCT FROM r.trl_max
           AND c.scale IS NOT DISTINCT FROM r.scale AND c.price_class = {PRICE_CLASS}
    """)
    op.create_foreign_key(op.f("fk_search_rows_class_id"), "search_rows", "search_classes", ["class_id"], ["id"])
    op.create_index(
        "ix_search_rows_found",
        "search_rows",
        ["facility_id"],
        unique=False,
        postgresql_include=["class_id", "units", "published_at"],
    )


def downgrade() -> None:
    op.drop_index("ix_search_rows_found", table_name="search_rows")
    op.drop_column("search_rows", "class_id")
    op.drop_table("search_classes")
