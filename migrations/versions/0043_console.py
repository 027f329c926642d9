"""For the administrators' console: seeing as somebody, requests about one's own data, settings of the platform, what was
given up for good, and bookings by state and by start."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    _states("'waiting', 'done', 'dead', 'cancelled'", "'waiting', 'sent', 'dead', 'cancelled'")
    op.create_index("ix_bookings_starts_at", "bookings", ["starts_at", "id"])
    op.create_index("ix_bookings_state", "bookings", ["state", "starts_at", "id"])
    _seeing_as()
    _privacy_requests()
    _listing_reports()
    op.create_table(
        "platform_settings",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_platform_settings_version_positive")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_platform_settings")),
        sa.UniqueConstraint("subject_id", name=op.f("uq_platform_settings_subject_id")),
    )


def downgrade() -> None:
    op.drop_table("platform_settings")
    op.drop_table("listing_reports")
    # A pause keeps it from new bookings, though not from sight.
    op.execute("UPDATE facilities SET state = 'paused' WHERE state = 'suspended'")
    _listing_states("'draft', 'published', 'paused', 'archived'")
    op.drop_table("privacy_requests")
    op.drop_table("seeing_as")
    op.drop_index("ix_bookings_state", table_name="bookings")
    op.drop_index("ix_bookings_starts_at", table_name="bookings")
    # Before, what was cancelled had no state of its own; given up comes nearest.
    op.execute("UPDATE tasks SET state = 'dead', done_at = NULL WHERE state = 'cancelled'")
    op.execute("UPDATE mails SET state = 'dead' WHERE state = 'cancelled'")
    _states("'waiting', 'done', 'dead'", "'waiting', 'sent', 'dead'")


def _states(tasks: str, mails: str) -> None:
    for table, name, states in (("tasks", "task_state", tasks), ("mails", "mail_state", mails)):
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, f"state IN ({states})")


def _listing_states(states: str) -> None:
    name = op.f("ck_facilities_listing_state")
    op.drop_constraint(name, "facilities", type_="check")
    op.create_check_constraint(name, "facilities", f"state IN ({states})")


def _listing_reports() -> None:
    _listing_states("'draft', 'published', 'paused', 'archived', 'suspended'")
    op.create_table(
        "listing_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "reason IN ('wrong', 'unsafe', 'unlawful', 'other')", name=op.f("ck_listing_reports_report_reason")
        ),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settled_by IS NULL)", name=op.f("ck_listing_reports_settled_by_one")
        ),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name=op.f("fk_listing_reports_facility_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_reports")),
    )
    still = sa.text("settled_at IS NULL")
    both = ["facility_id", "reported_by"]
    op.create_index("uq_listing_reports_open", "listing_reports", both, unique=True, postgresql_where=still)
    op.create_index("ix_listing_reports_open", "listing_reports", ["reported_at"], postgresql_where=still)


def _seeing_as() -> None:
    op.create_table(
        "seeing_as",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("administrator_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("administrator_id <> person_id", name=op.f("ck_seeing_as_somebody_else")),
        sa.CheckConstraint("begun_at < ends_at", name=op.f("ck_seeing_as_ends_later")),
        sa.ForeignKeyConstraint(["session_id"], ["sign_in_sessions.id"], name=op.f("fk_seeing_as_session_id")),
        sa.ForeignKeyConstraint(["administrator_id"], ["people.id"], name=op.f("fk_seeing_as_administrator_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_seeing_as_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seeing_as")),
    )
    live = sa.text("ended_at IS NULL")
    op.create_index("uq_seeing_as_live", "seeing_as", ["session_id"], unique=True, postgresql_where=live)
    op.create_index("ix_seeing_as_person_id", "seeing_as", ["person_id", "begun_at"])


def _privacy_requests() -> None:
    kinds, laws = "'export', 'erasure'", "'hk', 'cn', 'mo', 'other'"
    op.create_table(
        "privacy_requests",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("law", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("kept", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(f"kind IN ({kinds})", name=op.f("ck_privacy_requests_request_kind")),
        sa.CheckConstraint(f"law IN ({laws})", name=op.f("ck_privacy_requests_request_law")),
        sa.CheckConstraint(
            "state IN ('open', 'granted', 'refused', 'withdrawn')", name=op.f("ck_privacy_requests_request_state")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by IS NULL)",
            name=op.f("ck_privacy_requests_decided_when_closed"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_privacy_requests_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_privacy_requests")),
    )
    still = sa.text("state = 'open'")
    op.create_index(
        "uq_privacy_requests_open", "privacy_requests", ["person_id", "kind"], unique=True, postgresql_where=still
    )
    op.create_index("ix_privacy_requests_due", "privacy_requests", ["due_on"], postgresql_where=still)
