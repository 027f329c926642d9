"""Approvals that count only beside another office's, and indexes for what leans on an approval."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

_GRANTED = "ck_vault_entries_granted"


def upgrade() -> None:
    op.add_column(
        "vault_entries", sa.Column("beside", sa.ARRAY(sa.Uuid()), nullable=False, server_default=sa.text("'{}'"))
    )
    op.alter_column("vault_entries", "beside", server_default=None)
    op.drop_constraint(op.f(_GRANTED), "vault_entries")
    op.create_check_constraint(op.f(_GRANTED), "vault_entries", "source <> 'grant' OR application_id IS NOT NULL")
    op.create_index(
        "ix_vault_entries_application_id",
        "vault_entries",
        ["application_id"],
        postgresql_where=sa.text("application_id IS NOT NULL"),
    )
    op.create_index(
        "ix_booking_plans_vault",
        "booking_plans",
        ["vault"],
        postgresql_using="gin",
        postgresql_ops={"vault": "jsonb_path_ops"},
    )
    op.create_index("ix_application_events_by", "application_events", ["by"])
    op.create_index("ix_application_events_file_id", "application_events", ["file_id"])


def downgrade() -> None:
    op.drop_index("ix_application_events_file_id", "application_events")
    op.drop_index("ix_application_events_by", "application_events")
    op.drop_index("ix_booking_plans_vault", "booking_plans")
    op.drop_index("ix_vault_entries_application_id", "vault_entries")
    op.drop_constraint(op.f(_GRANTED), "vault_entries")
    op.execute("UPDATE vault_entries SET application_id = NULL WHERE source <> 'grant'")
    op.create_check_constraint(op.f(_GRANTED), "vault_entries", "(source = 'grant') = (application_id IS NOT NULL)")
    op.drop_column("vault_entries", "beside")
