"""Clauses beside the text of terms."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("terms_versions", sa.Column("clauses", JSONB(), nullable=False, server_default="{}"))
    op.alter_column("terms_versions", "clauses", server_default=None)


def downgrade() -> None:
    op.drop_column("terms_versions", "clauses")
