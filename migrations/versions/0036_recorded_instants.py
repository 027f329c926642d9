"""When joining, leaving and ending were recorded; what bookings, answers, mergers, seats, facilities and units said
before they were changed; facilities whose opening was given up."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"

STAMP = sa.DateTime(timezone=True)
KINDS = "kind IN ('university', 'firm', 'institute', 'agency', 'operator')"
UNIT_KINDS = "kind IN ('bench', 'clean_room', 'instrument', 'line')"
OPENED = "ck_facilities_opened_or_cancelled"
CHECKS = (
    ("collaborations", "end_is_recorded", "(ended_on IS NULL) = (closed_at IS NULL)"),
    ("collaboration_parties", "joining_is_recorded", "(joined_on IS NULL) = (joined_at IS NULL)"),
    ("collaboration_parties", "leaving_is_recorded", "(left_on IS NULL) = (left_at IS NULL)"),
)
# When the history says that it was recorded; else a day is over before it is told, and no row is told of before it is
# there. Whoever did not have to accept joined when the row was written.
NOTED = """(SELECT max(at) FROM history_entries h
    WHERE h.subject_kind = 'collaboration' AND h.subject_id = {id} AND h.verb IN ({verbs}) {more})"""
BY_PARTY = "AND h.details ->> 'organisation' = CAST(p.organisation_id AS text)"
MIDNIGHT = "CAST({day} AS timestamp) AT TIME ZONE 'Asia/Hong_Kong'"
ENDED = NOTED.format(id="c.id", verbs="'collaboration.completed', 'collaboration.ended'", more="")
ACCEPTED = NOTED.format(id="p.collaboration_id", verbs="'collaboration.accepted'", more=BY_PARTY)
LEFT = NOTED.format(id="p.collaboration_id", verbs="'collaboration.left'", more=BY_PARTY)
FILLED = (
    f"""UPDATE collaborations c SET closed_at = coalesce({ENDED},
           greatest(created_at, {MIDNIGHT.format(day="ended_on + 1")})) WHERE ended_on IS NOT NULL""",
    f"""UPDATE collaboration_parties p SET joined_at = coalesce({ACCEPTED},
           greatest(invited_at, {MIDNIGHT.format(day="joined_on")})) WHERE joined_on IS NOT NULL""",
    f"""UPDATE collaboration_parties p SET left_at = coalesce({LEFT},
           greatest(joined_at, {MIDNIGHT.format(day="left_on + 1")})) WHERE left_on IS NOT NULL""",
    "UPDATE former_organisation_seats s SET kind = o.kind FROM organisations o WHERE o.id = s.organisation_id",
)


def upgrade() -> None:
    op.add_column("collaborations", sa.Column("closed_at", STAMP))
    op.add_column("collaboration_parties", sa.Column("joined_at", STAMP))
    op.add_column("collaboration_parties", sa.Column("left_at", STAMP))
    op.add_column("former_organisation_seats", sa.Column("kind", sa.String(40)))
    for statement in FILLED:
        op.execute(statement)
    for table, name, condition in CHECKS:
        op.create_check_constraint(op.f(f"ck_{table}_{name}"), table, condition)
    op.alter_column("former_organisation_seats", "kind", nullable=False)
    op.create_check_constraint(
        op.f("ck_former_organisation_seats_organisation_kind"), "former_organisation_seats", KINDS
    )
    op.add_column("facilities", sa.Column("cancelled_on", sa.Date()))
    op.create_check_constraint(op.f(OPENED), "facilities", "actual_opening IS NULL OR cancelled_on IS NULL")
    _mergers_that_stay()
    _former_collaboration_bookings()
    _former_yearly_answers()
    _former_facilities()
    _former_units()


def downgrade() -> None:
    for name in ("units", "facilities", "yearly_answers", "collaboration_bookings"):
        op.drop_table(f"former_{name}")
    op.execute("DELETE FROM organisation_mergers WHERE taken_back_at IS NOT NULL")
    op.drop_index("uq_organisation_mergers_organisation_id", "organisation_mergers")
    for name in ("taken_back_by", "taken_back_at", "id"):
        op.drop_column("organisation_mergers", name)
    op.create_primary_key(op.f("pk_organisation_mergers"), "organisation_mergers", ["organisation_id"])
    op.drop_constraint(OPENED, "facilities")
    op.drop_column("facilities", "cancelled_on")
    op.drop_column("former_organisation_seats", "kind")
    op.drop_column("collaboration_parties", "left_at")
    op.drop_column("collaboration_parties", "joined_at")
    op.drop_column("collaborations", "closed_at")


def _mergers_that_stay() -> None:
    table = "organisation_mergers"
    op.add_column(table, sa.Column("id", sa.Uuid()))
    op.add_column(table, sa.Column("taken_back_at", STAMP))
    op.add_column(table, sa.Column("taken_back_by", sa.Uuid()))
    op.execute(f"UPDATE {table} SET id = gen_random_uuid()")
    op.drop_constraint("pk_organisation_mergers", table)
    op.create_primary_key(op.f("pk_organisation_mergers"), table, ["id"])
    op.create_index(
        "uq_organisation_mergers_organisation_id",
        table,
        ["organisation_id"],
        unique=True,
        postgresql_where="taken_back_at IS NULL",
    )


def _former_collaboration_bookings() -> None:
    table = "former_collaboration_bookings"
    op.create_table(
        table,
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("until", STAMP, nullable=False),
        sa.Column("collaboration_id", sa.Uuid(), nullable=False),
        sa.Column("at", STAMP, nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["bookings.id"], name=op.f(f"fk_{table}_booking_id")),
        sa.ForeignKeyConstraint(["collaboration_id"], ["collaborations.id"], name=op.f(f"fk_{table}_collaboration_id")),
        sa.PrimaryKeyConstraint("booking_id", "until", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_collaboration_id", table, ["collaboration_id"])


def _former_yearly_answers() -> None:
    table = "former_yearly_answers"
    op.create_table(
        table,
        sa.Column("collaboration_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("until", STAMP, nullable=False),
        sa.Column("answered_at", STAMP, nullable=False),
        sa.Column("answered_by", sa.Uuid()),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["collaboration_id"], ["collaborations.id"], name=op.f(f"fk_{table}_collaboration_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f(f"fk_{table}_organisation_id")),
        sa.PrimaryKeyConstraint("collaboration_id", "organisation_id", "year", "until", name=op.f(f"pk_{table}")),
    )


def _former_facilities() -> None:
    table = "former_facilities"
    op.create_table(
        table,
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("until", STAMP, nullable=False),
        sa.Column("zone_code", sa.Text()),
        sa.Column("time_zone", sa.Text()),
        sa.Column("planned_opening", sa.Date()),
        sa.Column("actual_opening", sa.Date()),
        sa.Column("cancelled_on", sa.Date()),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name=op.f(f"fk_{table}_facility_id")),
        sa.ForeignKeyConstraint(["zone_code"], ["zones.code"], name=op.f(f"fk_{table}_zone_code")),
        sa.PrimaryKeyConstraint("facility_id", "until", name=op.f(f"pk_{table}")),
    )


def _former_units() -> None:
    table = "former_units"
    op.create_table(
        table,
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("until", STAMP, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("instrument_class", sa.Text()),
        sa.Column("commissioned_on", sa.Date()),
        sa.Column("decommissioned_on", sa.Date()),
        sa.Column("original_value_minor", sa.BigInteger()),
        sa.Column("original_value_currency", sa.Text()),
        sa.CheckConstraint(UNIT_KINDS, name=op.f(f"ck_{table}_unit_kind")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f(f"fk_{table}_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "until", name=op.f(f"pk_{table}")),
    )
