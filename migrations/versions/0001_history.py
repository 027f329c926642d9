"""History: one chain of rows per subject, and the seals over all."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "history_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("text_digest", sa.LargeBinary(), nullable=True),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column(
            "written_in",
            sa.BigInteger(),
            server_default=sa.text(
                "pg_current_xact_id()::text::bigint + coalesce(nullif(current_setting('benchbridge.transactions_before', true), ''), '0')::bigint"
            ),
            nullable=False,
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_history_entries_number_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history_entries")),
        sa.UniqueConstraint(
            "subject_kind", "subject_id", "number", name=op.f("uq_history_entries_subject_kind_subject_id_number")
        ),
    )
    op.create_index("ix_history_entries_actor_id", "history_entries", ["actor_id", "at"], unique=False)
    op.create_index("ix_history_entries_at", "history_entries", ["at"], unique=False)
    op.create_index("ix_history_entries_written_in", "history_entries", ["written_in"], unique=False)
    op.create_table(
        "history_seals",
        sa.Column("number", sa.Integer(), sa.Identity(always=False), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("from_transaction", sa.BigInteger(), nullable=False),
        sa.Column("to_transaction", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("from_transaction < to_transaction", name=op.f("ck_history_seals_range_ascends")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_history_seals")),
    )
    op.create_table(
        "history_subjects",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("entries > 0", name=op.f("ck_history_subjects_entries_positive")),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_history_subjects")),
    )
    op.create_table(
        "history_texts",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("text", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["history_entries.id"], name=op.f("fk_history_texts_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_history_texts")),
    )


def downgrade() -> None:
    op.drop_table("history_texts")
    op.drop_table("history_subjects")
    op.drop_table("history_seals")
    op.drop_table("history_entries")
