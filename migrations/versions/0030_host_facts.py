"""What hosts state for permit plans, on listings and their units; approvals of each person of a team by themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0030"
down_revision = "0029"

ONCE = "uq_applications_booking_id_rule_id_applicant_id"
ONCE_EACH = "uq_applications_booking_id_rule_id_applicant_id_person_id"

_LATER = """
    SELECT later.id FROM applications later JOIN applications first USING (booking_id, rule_id, applicant_id)
     WHERE later.id > first.id
"""


def upgrade() -> None:
    for table in ("facilities", "units"):
        op.add_column(table, sa.Column("permit_facts", JSONB(), nullable=False, server_default=sa.text("'{}'")))
        op.alter_column(table, "permit_facts", server_default=None)
    op.add_column("search_rows", sa.Column("start_key", sa.Text()))
    op.execute("""
        UPDATE search_rows r
           SET start_key = json_build_array(f.organisation_id, f.jurisdiction_code, f.zone_code, f.city,
                                            json_build_array('{}'::json))::text
          FROM facilities f WHERE f.id = r.facility_id
    """)
    op.alter_column("search_rows", "start_key", nullable=False)
    op.create_index(
        "ix_bookings_flows",
        "bookings",
        ["flows"],
        postgresql_using="gin",
        postgresql_ops={"flows": "jsonb_path_ops"},
        postgresql_where=sa.text("flows IS NOT NULL"),
    )
    op.drop_constraint(ONCE, "applications")
    op.create_unique_constraint(
        ONCE_EACH,
        "applications",
        ["booking_id", "rule_id", "applicant_id", "person_id"],
        postgresql_nulls_not_distinct=True,
    )


def downgrade() -> None:
    op.drop_constraint(ONCE_EACH, "applications")
    # One for each side is all that was known before: of several people's the first stays.
    op.execute(f"DELETE FROM application_events WHERE application_id IN ({_LATER})")
    op.execute(f"DELETE FROM applications WHERE id IN ({_LATER})")
    op.create_unique_constraint(ONCE, "applications", ["booking_id", "rule_id", "applicant_id"])
    op.drop_index("ix_bookings_flows", "bookings")
    op.drop_column("search_rows", "start_key")
    op.drop_column("units", "permit_facts")
    op.drop_column("facilities", "permit_facts")
