"""A text's row says again what a search reads of every result, and every row has its class from the first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.alter_column("search_rows", "class_id", nullable=False)
    op.add_column("search_texts", sa.Column("class_id", sa.Integer(), nullable=True))
    op.add_column("search_texts", sa.Column("units", sa.Integer(), nullable=True))
    op.add_column("search_texts", sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("""
        UPDATE search_texts t SET class_id = r.class_id, units = r.units, published_at = r.published_at
          FROM search_rows r
         WHERE r.facility_id = t.facility_id
    """)
    for column in ("class_id", "units", "published_at"):
        op.alter_column("search_texts", column, nullable=False)
    op.create_foreign_key(op.f("fk_search_texts_class_id"), "search_texts", "search_classes", ["class_id"], ["id"])


def downgrade() -> None:
    for column in ("class_id", "units", "published_at"):
        op.drop_column("search_texts", column)
    op.alter_column("search_rows", "class_id", nullable=True)
