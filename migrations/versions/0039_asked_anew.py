"""When a yearly question was asked anew, beside when it was asked first."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"

# Until now asking anew wrote over when it was asked: at the latest it was when the first answer came.
FILLED = """
    UPDATE yearly_questions q SET asked_anew_at = q.asked_at, asked_at = k.answered_at
      FROM (SELECT collaboration_id, organisation_id, year, min(answered_at) AS answered_at, array_agg(until) AS ends
              FROM former_yearly_answers GROUP BY 1, 2, 3) AS k
     WHERE k.collaboration_id = q.collaboration_id AND k.organisation_id = q.organisation_id AND k.year = q.year
       AND q.asked_at = ANY(k.ends) AND k.answered_at < q.asked_at
"""


def upgrade() -> None:
    op.add_column("yearly_questions", sa.Column("asked_anew_at", sa.DateTime(timezone=True)))
    op.execute(FILLED)


def downgrade() -> None:
    op.execute("UPDATE yearly_questions SET asked_at = asked_anew_at WHERE asked_anew_at IS NOT NULL")
    op.drop_column("yearly_questions", "asked_anew_at")
