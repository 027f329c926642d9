"""Imports keep what their file was read as, so that a page does not read the whole file again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("listing_imports", sa.Column("prepared_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_listing_imports_prepared_id"), "listing_imports", "stored_files", ["prepared_id"], ["id"]
    )


def downgrade() -> None:
    op.drop_column("listing_imports", "prepared_id")
