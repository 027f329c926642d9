"""Roll-ups of use by day, marks of what changed, and the log of exports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0041"

# Whoever writes the rows, the days that they touch are marked. A load of a million rows marks whole weeks.
BOTH = "OLD TABLE AS gone NEW TABLE AS come"
MARK = "INSERT INTO usage_marks (unit_id, since, until)"
SESSIONS = """SELECT unit_id, min(checked_in_at), max(coalesce(checked_out_at, checked_in_at)) FROM {}
    GROUP BY unit_id, date_trunc('week', checked_in_at)"""
BOOKINGS = "SELECT unit_id, min(starts_at), max(ends_at) FROM {} GROUP BY unit_id, date_trunc('week', starts_at)"
MOVED = f"""{MARK} SELECT c.unit_id, least(c.starts_at, g.starts_at), greatest(c.ends_at, g.ends_at)
    FROM come c JOIN gone g ON g.id = c.id
   WHERE (c.state, c.starts_at, c.ends_at, c.organisation_id, c.purpose, c.unit_id)
         IS DISTINCT FROM (g.state, g.starts_at, g.ends_at, g.organisation_id, g.purpose, g.unit_id)"""
CLOSURES = "SELECT unit_id, starts_at, ends_at FROM {}"
WHOLE = "SELECT DISTINCT unit_id, CAST('-infinity' AS timestamptz), CAST('infinity' AS timestamptz) FROM {}"
# What an organisation was, where a facility stood: from then on; a merger from its day, as far as anybody met it.
SEATS = """SELECT DISTINCT b.unit_id, k.until - interval '2 days', CAST('infinity' AS timestamptz)
    FROM {} k JOIN bookings b ON b.organisation_id = k.organisation_id AND b.ends_at > k.until - interval '2 days'"""
HOSTS = """SELECT DISTINCT u.id, k.until - interval '2 days', CAST('infinity' AS timestamptz)
    FROM {} k JOIN facilities f ON f.organisation_id = k.organisation_id JOIN units u ON u.facility_id = f.id"""
MERGERS = """SELECT DISTINCT u.id, CAST(k.merged_on AS timestamptz) - interval '2 days', CAST('infinity' AS timestamptz)
    FROM {} k JOIN units u ON u.id IN (SELECT b.unit_id FROM bookings b WHERE b.organisation_id = k.organisation_id)
      OR u.facility_id IN (SELECT f.id FROM facilities f WHERE f.organisation_id = k.organisation_id)"""
PLACES = """SELECT u.id, k.until - interval '2 days', CAST('infinity' AS timestamptz)
    FROM {} k JOIN units u ON u.facility_id = k.facility_id"""
WATCHED: dict[str, tuple[str, ...]] = {
    "sessions": (SESSIONS,),
    "bookings": (BOOKINGS,),
    "closures": (CLOSURES,),
    "opening_hours": (WHOLE,),
    "booking_rules": (WHOLE,),
    "former_organisation_seats": (SEATS, HOSTS),
    "organisation_mergers": (MERGERS,),
    "former_facilities": (PLACES,),
    "unit_states": (
        "SELECT unit_id, min(starts_at), max(ends_at) FROM {} GROUP BY unit_id, date_trunc('week', starts_at)",
    ),
    "former_units": ("SELECT unit_id, until - interval '2 days', CAST('infinity' AS timestamptz) FROM {}",),
}


def upgrade() -> None:
    _roll_ups()
    _exports()
    _indexes()
    for table, selects in WATCHED.items():
        watch(table, selects)
    op.execute(f"{MARK} SELECT id, '-infinity', 'infinity' FROM units")


# Rows that touch a period, however long history is.
PERIODS = {"sessions": "tstzrange(checked_in_at, checked_out_at)", "bookings": "tstzrange(starts_at, ends_at)"}


def _indexes() -> None:
    for table, period in PERIODS.items():
        op.execute(f"CREATE INDEX ix_{table}_period ON {table} USING gist (({period}))")


def downgrade() -> None:
    for table in PERIODS:
        op.drop_index(f"ix_{table}_period", table)
    for table in WATCHED:
        op.execute(f"DROP FUNCTION mark_usage_of_{table}() CASCADE")
    for table in ("usage_exports", "usage_marks", "unit_days", "usage_days"):
        op.drop_table(table)


def watch(table: str, selects: tuple[str, ...]) -> None:
    """Mark what each statement that writes a table touches."""
    come = " ".join(f"{MARK} {each.format('come')};" for each in selects)
    gone = " ".join(f"{MARK} {each.format('gone')};" for each in selects)
    changed = f"{MOVED};" if table == "bookings" else f"{come} {gone}"
    op.execute(f"""
        CREATE FUNCTION mark_usage_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'INSERT' THEN {come}
            ELSIF TG_OP = 'DELETE' THEN {gone}
            ELSE {changed}
            END IF;
            RETURN NULL;
        END $$
    """)
    for event, tables in (("INSERT", "NEW TABLE AS come"), ("DELETE", "OLD TABLE AS gone"), ("UPDATE", BOTH)):
        op.execute(f"""
            CREATE TRIGGER mark_usage_{event.lower()} AFTER {event} ON {table} REFERENCING {tables}
            FOR EACH STATEMENT EXECUTE FUNCTION mark_usage_of_{table}()
        """)


def _enum(name: str, *members: str) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True, length=40)


def _roll_ups() -> None:
    seconds = ("booked", "used", "effective", "external", "inside", "estimated")
    op.create_table(
        "usage_days",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("zone_code", sa.Text(), nullable=True),
        sa.Column("unit_jurisdiction", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("user_jurisdiction", sa.Text(), nullable=True),
        sa.Column("user_class", sa.Text(), nullable=False),
        sa.Column("same_group", sa.Boolean(), nullable=False),
        sa.Column("purpose", _enum("purpose", "research", "teaching", "service", "own_use"), nullable=True),
        *(sa.Column(f"{each}_seconds", sa.Integer(), nullable=False) for each in seconds),
        *(sa.Column(each, sa.Integer(), nullable=False) for each in ("sessions", "bookings", "missed")),
        sa.CheckConstraint(
            "booked_seconds >= 0 AND used_seconds >= 0 AND effective_seconds BETWEEN 0 AND used_seconds"
            " AND external_seconds BETWEEN 0 AND effective_seconds AND inside_seconds >= 0"
            " AND estimated_seconds BETWEEN 0 AND used_seconds",
            name="seconds_fit",
        ),
        sa.CheckConstraint("sessions >= 0 AND bookings >= 0 AND missed >= 0", name="counts_not_negative"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_usage_days_unit_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("unit_id", "day", "line", name="pk_usage_days"),
    )
    op.create_index("ix_usage_days_day", "usage_days", ["day"])
    op.create_index("ix_usage_days_unit_jurisdiction", "usage_days", ["unit_jurisdiction", "user_jurisdiction", "day"])
    op.create_index("ix_usage_days_host_id", "usage_days", ["host_id", "day"])
    states = ("productive", "standby", "engineering", "scheduled_down", "unscheduled_down", "non_scheduled")
    op.create_table(
        "unit_days",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("zone_code", sa.Text(), nullable=True),
        sa.Column("unit_jurisdiction", sa.Text(), nullable=True),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("open_seconds", sa.Integer(), nullable=False),
        *(sa.Column(f"{each}_seconds", sa.Integer(), nullable=False) for each in states),
        sa.CheckConstraint(
            "places > 0 AND open_seconds >= 0 AND " + " AND ".join(f"{each}_seconds >= 0" for each in states),
            name="seconds_fit",
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_unit_days_unit_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("unit_id", "day", name="pk_unit_days"),
    )
    op.create_index("ix_unit_days_day", "unit_days", ["day"])
    op.create_index("ix_unit_days_unit_jurisdiction", "unit_days", ["unit_jurisdiction", "day"])
    op.create_index("ix_unit_days_host_id", "unit_days", ["host_id", "day"])


def _exports() -> None:
    op.create_table(
        "usage_marks",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_usage_marks"),
    )
    op.create_table(
        "usage_exports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("group_by", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("filters", postgresql.JSONB(), nullable=False),
        sa.Column("columns", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("personal_columns", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("reach", postgresql.JSONB(), nullable=False),
        sa.Column("format", _enum("export_format", "csv", "xlsx", "ndjson", "parquet"), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=True),
        sa.Column("byte_count", sa.BigInteger(), nullable=True),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("first_day <= last_day", name="period_ascends"),
        sa.CheckConstraint("personal_columns = '{}' OR purpose IS NOT NULL", name="personal_with_purpose"),
        sa.CheckConstraint(
            "(finished_at IS NULL) = (digest IS NULL) AND (finished_at IS NULL) = (row_count IS NULL)"
            " AND (finished_at IS NULL) = (byte_count IS NULL)",
            name="finished_whole",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_usage_exports"),
    )
    op.create_index("ix_usage_exports_asked_by", "usage_exports", ["asked_by", "asked_at"])
    op.create_index("ix_usage_exports_asked_at", "usage_exports", ["asked_at"])
