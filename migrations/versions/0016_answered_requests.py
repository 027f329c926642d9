"""Requests that made something keep their key, so that a retry makes nothing twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "answered_requests",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_answered_requests_person_id")),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_answered_requests")),
    )
    op.create_index("ix_answered_requests_at", "answered_requests", ["at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_answered_requests_at", table_name="answered_requests")
    op.drop_table("answered_requests")
