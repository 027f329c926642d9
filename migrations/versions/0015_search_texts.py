"""The words of listings stand in a table of their own: counting facets need not read past them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "search_texts",
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("lexemes", postgresql.TSVECTOR(), nullable=False),
        sa.ForeignKeyConstraint(
            ["facility_id"],
            ["search_rows.facility_id"],
            name=op.f("fk_search_texts_facility_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("facility_id", name=op.f("pk_search_texts")),
    )
    # Some four kilobytes each: out of line, every word would be fetched once to be found and once more to be ranked.
    op.execute("ALTER TABLE search_texts ALTER COLUMN lexemes SET STORAGE MAIN")
    op.execute("ALTER TABLE search_texts SET (toast_tuple_target = 8160)")
    op.execute("INSERT INTO search_texts (facility_id, lexemes) SELECT facility_id, lexemes FROM search_rows")
    op.create_index("ix_search_texts_lexemes", "search_texts", ["lexemes"], unique=False, postgresql_using="gin")
    op.drop_column("search_rows", "lexemes")


def downgrade() -> None:
    op.add_column("search_rows", sa.Column("lexemes", postgresql.TSVECTOR(), nullable=True))
    op.execute("UPDATE search_rows r SET lexemes = t.lexemes FROM search_texts t WHERE t.facility_id = r.facility_id")
    op.execute("UPDATE search_rows SET lexemes = '' WHERE lexemes IS NULL")
    op.alter_column("search_rows", "lexemes", nullable=False)
    op.create_index("ix_search_rows_lexemes", "search_rows", ["lexemes"], unique=False, postgresql_using="gin")
    op.drop_table("search_texts")
