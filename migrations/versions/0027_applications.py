"""Applications to authorities, what happened to them, and the cause of a booking's early end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0027"
down_revision = "0026"

_STATES = (
    "draft", "filed", "completeness_asked", "accepted", "extended", "granted", "refused", "withdrawn", "revoked", "done",
)  # fmt: skip
_VERBS = (
    "draft", "file", "ask", "answer", "accept", "begin_step", "end_step", "extend", "grant", "refuse", "withdraw",
    "revoke", "note", "done", "redraft",
)  # fmt: skip
_EFFECTS = ("none", "start", "pause", "resume", "extend", "stop", "reset")
_CAUSES = ("authority_delay", "permit_refused")


def upgrade() -> None:
    op.create_table("applications", *_application(), *_of_applications())
    op.create_index("ix_applications_agency_code", "applications", ["agency_code", "due_on"])
    op.create_index("ix_applications_applicant_id", "applications", ["applicant_id"])
    op.create_index(
        "ix_applications_due_on",
        "applications",
        ["due_on"],
        postgresql_where=sa.text("state IN ('filed', 'completeness_asked', 'accepted', 'extended')"),
    )
    op.create_table("application_events", *_event())
    op.create_table(
        "drafted_plans",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_drafted_plans_booking_id")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_drafted_plans")),
    )
    op.add_column("bookings", sa.Column("end_cause", sa.String(40)))
    listed = ", ".join(f"'{cause}'" for cause in _CAUSES)
    op.create_check_constraint(op.f("ck_bookings_end_cause"), "bookings", f"end_cause IN ({listed})")
    op.create_check_constraint(
        op.f("ck_bookings_cause_of_end"),
        "bookings",
        "end_cause IS NULL OR state IN ('declined', 'cancelled', 'expired')",
    )


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _application() -> list[sa.Column]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("covers", JSONB(), nullable=False),
        sa.Column("flows", JSONB(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("agency_code", sa.Text(), nullable=True),
        sa.Column("pair_code", sa.Text(), nullable=True),
        sa.Column("clock", JSONB(), nullable=False),
        sa.Column("file_by", sa.Date(), nullable=True),
        sa.Column("state", _choice("application_state", _STATES), nullable=False),
        sa.Column("filed_outside", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("filed_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_provisional", sa.Boolean(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entries", JSONB(), nullable=False),
        sa.Column("reminded_for", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _of_applications() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint("jsonb_array_length(covers) > 0", name=op.f("ck_applications_covers_something")),
        sa.CheckConstraint(
            "agency_code IS NOT NULL OR state IN ('draft', 'done', 'withdrawn')",
            name=op.f("ck_applications_decided_by_agency"),
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name=op.f("ck_applications_validity_ascends")),
        sa.CheckConstraint("side IN ('user', 'host')", name=op.f("ck_applications_side")),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f("fk_applications_booking_id")),
        sa.ForeignKeyConstraint(["applicant_id"], ["organisations.id"], name=op.f("fk_applications_applicant_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_applications_person_id")),
        sa.ForeignKeyConstraint(["agency_code"], ["agencies.code"], name=op.f("fk_applications_agency_code")),
        sa.ForeignKeyConstraint(["pair_code"], ["counterpart_pairs.code"], name=op.f("fk_applications_pair_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint(
            "booking_id", "rule_id", "applicant_id", name=op.f("uq_applications_booking_id_rule_id_applicant_id")
        ),
    ]


def _event() -> list[sa.Column | sa.Constraint]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("verb", _choice("verb", _VERBS), nullable=False),
        sa.Column("effect", _choice("clock_effect", _EFFECTS), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("details", JSONB(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_application_events_number")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_application_events_application_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_application_events_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_events")),
        sa.UniqueConstraint("application_id", "number", name=op.f("uq_application_events_application_id_number")),
    ]


def downgrade() -> None:
    op.drop_constraint(op.f("ck_bookings_cause_of_end"), "bookings")
    op.drop_constraint(op.f("ck_bookings_end_cause"), "bookings")
    op.drop_column("bookings", "end_cause")
    op.drop_table("drafted_plans")
    op.drop_table("application_events")
    op.drop_table("applications")
