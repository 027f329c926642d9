"""Counts of persons as large as facts may be, and what was warned of: trainings and frameworks that end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

_COUNTS = ("persons", "sensitive_persons")
_LARGEST = 2147483647


def upgrade() -> None:
    for name in _COUNTS:
        op.alter_column("booking_transfers", name, type_=sa.BigInteger(), existing_nullable=False)
    op.add_column("trainings", sa.Column("warned_of", sa.Date()))
    op.add_column("frameworks", sa.Column("warned_of", sa.Date()))


def downgrade() -> None:
    op.drop_column("frameworks", "warned_of")
    op.drop_column("trainings", "warned_of")
    for name in _COUNTS:
        fitting = f"least({name}, {_LARGEST})::integer"
        op.alter_column(
            "booking_transfers", name, type_=sa.Integer(), existing_nullable=False, postgresql_using=fitting
        )
