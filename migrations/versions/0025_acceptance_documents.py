"""Acceptances of terms as PDF documents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "acceptance_documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("acceptance_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("language IN ('en', 'zh-Hant', 'zh-Hans')", name=op.f("ck_acceptance_documents_language")),
        sa.CheckConstraint("(file_id IS NULL) = (made_at IS NULL)", name=op.f("ck_acceptance_documents_made")),
        sa.ForeignKeyConstraint(
            ["acceptance_id"], ["terms_acceptances.id"], name=op.f("fk_acceptance_documents_acceptance_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_acceptance_documents_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acceptance_documents")),
        sa.UniqueConstraint("acceptance_id", "language", name=op.f("uq_acceptance_documents_acceptance_id_language")),
    )


def downgrade() -> None:
    op.drop_table("acceptance_documents")
