"""Packs of evidence: an archive and a document that somebody asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    op.create_table(
        "evidence_packs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scope_kind", sa.String(40), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=True),
        sa.Column("scope_code", sa.Text(), nullable=True),
        sa.Column("name", postgresql.JSONB(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("after_day", sa.Date(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("archive_id", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "scope_kind IN ('collaboration', 'organisation', 'zone', 'platform')",
            name=op.f("ck_evidence_packs_scope_kind"),
        ),
        sa.CheckConstraint("first_day < after_day", name=op.f("ck_evidence_packs_period_ascends")),
        sa.CheckConstraint("language IN ('en', 'zh-Hant', 'zh-Hans')", name=op.f("ck_evidence_packs_language")),
        sa.CheckConstraint(
            "(made_at IS NULL) = (archive_id IS NULL) AND (made_at IS NULL) = (document_id IS NULL)",
            name=op.f("ck_evidence_packs_made_whole"),
        ),
        sa.CheckConstraint("made_at IS NULL OR refused IS NULL", name=op.f("ck_evidence_packs_made_or_refused")),
        sa.CheckConstraint(
            "(scope_id IS NOT NULL) = (scope_kind IN ('collaboration', 'organisation'))",
            name=op.f("ck_evidence_packs_scope_id"),
        ),
        sa.CheckConstraint(
            "(scope_code IS NOT NULL) = (scope_kind = 'zone')", name=op.f("ck_evidence_packs_scope_code")
        ),
        sa.ForeignKeyConstraint(["archive_id"], ["stored_files.id"], name=op.f("fk_evidence_packs_archive_id")),
        sa.ForeignKeyConstraint(["document_id"], ["stored_files.id"], name=op.f("fk_evidence_packs_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_packs")),
    )
    op.create_index("ix_evidence_packs_asked_by", "evidence_packs", ["asked_by", "asked_at"])
    op.create_index("ix_evidence_packs_archive_id", "evidence_packs", ["archive_id"])
    op.create_index("ix_evidence_packs_document_id", "evidence_packs", ["document_id"])


def downgrade() -> None:
    op.drop_table("evidence_packs")
