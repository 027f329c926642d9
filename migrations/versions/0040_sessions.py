"""Sessions as they were known at any instant, without overlaps; kiosks, signed feeds, files of loggers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0039"

SOURCES = ("person", "kiosk", "feed", "file", "rule")
CHECKS = {
    "place_positive": "place > 0",
    "ended_by_somebody": "(checked_out_at IS NULL) = (end_source IS NULL)",
    "start_by_rule": "(start_rule IS NOT NULL) = (start_source = 'rule')",
    "end_by_rule": "(end_rule IS NOT NULL) = coalesce(end_source = 'rule', false)",
    "details_not_negative": "idle_seconds >= 0 AND preparation_seconds >= 0 AND post_seconds >= 0 AND samples >= 0"
    " AND operator_minutes >= 0",
    "record_ascends": "superseded_at IS NULL OR superseded_at >= recorded_at",
    "first_of_line": "(replaces_id IS NULL) = (line_id = id)",
}
FILLED = """
    UPDATE sessions s SET place = b.place, organisation_id = b.organisation_id, person_id = b.person_id,
           recorded_at = s.checked_in_at, recorded_by = s.checked_in_by, line_id = s.id,
           end_source = CASE WHEN s.checked_out_at IS NOT NULL THEN 'person' END
      FROM bookings b WHERE b.id = s.booking_id
"""
# Until now two people could be at one place at once: the earlier was there until the later came. What was known stays,
# and figures of earlier instants with it. Who was there for no time was in nobody's way.
CUT = """
    WITH followed AS (
      SELECT id, lead(checked_in_at) OVER (PARTITION BY unit_id, place ORDER BY checked_in_at, id) AS next FROM sessions
       WHERE checked_out_at IS DISTINCT FROM checked_in_at
    ), long AS (
      SELECT s.id, f.next FROM sessions s JOIN followed f ON f.id = s.id
       WHERE f.next < coalesce(s.checked_out_at, 'infinity')
    ), old AS (
      UPDATE sessions s SET superseded_at = greatest(now(), s.recorded_at) FROM long WHERE long.id = s.id RETURNING s.*
    )
    INSERT INTO sessions (id, booking_id, unit_id, place, organisation_id, person_id, checked_in_at, checked_in_by,
        checked_out_at, start_source, end_source, end_rule, recorded_at, line_id, replaces_id)
    SELECT gen_random_uuid(), booking_id, unit_id, place, organisation_id, person_id, checked_in_at, checked_in_by,
           long.next, start_source, 'rule', 'next_began', superseded_at, line_id, old.id
      FROM old JOIN long ON long.id = old.id
"""
# Nobody could check out of what was open and is cut.
LEFT = """
    UPDATE bookings b SET state = 'completed', version = version + 1, updated_at = now()
     WHERE state = 'in_use'
       AND EXISTS (SELECT FROM sessions s
                    WHERE s.booking_id = b.id AND s.checked_out_at IS NULL AND s.superseded_at IS NOT NULL)
       AND NOT EXISTS (SELECT FROM sessions s
                        WHERE s.booking_id = b.id AND s.checked_out_at IS NULL AND s.superseded_at IS NULL)
"""
RUNNING = "checked_out_at IS NULL AND superseded_at IS NULL"
# One row for each session again: the newest; what pointed to others points to it.
LAST = """
    UPDATE outcome_sessions l SET session_id = n.id FROM sessions o JOIN sessions n ON n.line_id = o.line_id
     WHERE o.id = l.session_id AND o.superseded_at IS NOT NULL AND n.superseded_at IS NULL
       AND NOT EXISTS (SELECT FROM outcome_sessions x WHERE x.outcome_id = l.outcome_id AND x.session_id = n.id)
"""
GONE = "SELECT id FROM sessions WHERE superseded_at IS NOT NULL OR booking_id IS NULL OR checked_in_by IS NULL"


def upgrade() -> None:
    op.add_column("booking_rules", sa.Column("asks", postgresql.JSONB(), server_default="[]", nullable=False))
    op.add_column("booking_rules", sa.Column("end_grace", sa.Integer(), server_default="60", nullable=False))
    op.create_check_constraint(op.f("ck_booking_rules_grace_not_negative"), "booking_rules", "end_grace >= 0")
    _columns()
    op.execute(FILLED)
    op.execute(CUT)
    op.execute(LEFT)
    _rules()
    _kiosks_and_feeds()


def _columns() -> None:
    op.alter_column("sessions", "booking_id", nullable=True)
    op.alter_column("sessions", "checked_in_by", nullable=True)
    for name, kind in (
        ("place", sa.Integer()),
        ("organisation_id", sa.Uuid()),
        ("person_id", sa.Uuid()),
        ("purpose", sa.String(40)),
        ("start_source", sa.String(40)),
        ("end_source", sa.String(40)),
        ("start_rule", sa.Text()),
        ("end_rule", sa.Text()),
        ("idle_seconds", sa.Integer()),
        ("preparation_seconds", sa.Integer()),
        ("post_seconds", sa.Integer()),
        ("samples", sa.Integer()),
        ("operator_minutes", sa.Integer()),
        ("consumables", sa.Text()),
        ("recorded_at", sa.DateTime(timezone=True)),
        ("recorded_by", sa.Uuid()),
        ("superseded_at", sa.DateTime(timezone=True)),
        ("line_id", sa.Uuid()),
        ("replaces_id", sa.Uuid()),
        ("correction_reason", sa.Text()),
    ):
        default = "person" if name == "start_source" else None
        op.add_column("sessions", sa.Column(name, kind, server_default=default))
    op.alter_column("sessions", "start_source", server_default=None)
    op.drop_index("uq_sessions_open", "sessions")


def _rules() -> None:
    for name in ("place", "organisation_id", "start_source", "recorded_at", "line_id"):
        op.alter_column("sessions", name, nullable=False)
    for name, told in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_sessions_{name}"), "sessions", told)
    for name, members in (
        ("start_source", SOURCES),
        ("end_source", SOURCES),
        ("purpose", ("research", "teaching", "service", "own_use")),
    ):
        listed = ", ".join(f"'{each}'" for each in members)
        op.create_check_constraint(op.f(f"ck_sessions_{name}"), "sessions", f"{name} IN ({listed})")
    for name, table in (
        ("organisation_id", "organisations"),
        ("person_id", "people"),
        ("line_id", "sessions"),
        ("replaces_id", "sessions"),
    ):
        op.create_foreign_key(op.f(f"fk_sessions_{name}"), "sessions", table, [name], ["id"])
    op.create_unique_constraint(op.f("uq_sessions_replaces_id"), "sessions", ["replaces_id"])
    op.create_index("uq_sessions_open", "sessions", ["booking_id"], unique=True, postgresql_where=RUNNING)
    op.create_index("ix_sessions_line_id", "sessions", ["line_id"])
    op.create_index("ix_sessions_person_id", "sessions", ["person_id", "checked_in_at"])
    op.create_index("ix_sessions_running", "sessions", ["checked_in_at"], postgresql_where=RUNNING)
    op.create_index(
        "ix_sessions_superseded_at", "sessions", ["superseded_at"], postgresql_where="superseded_at IS NOT NULL"
    )
    op.execute("""
        ALTER TABLE sessions ADD CONSTRAINT ex_sessions_one_per_place EXCLUDE USING gist (
            (uuidrange(unit_id, unit_id, '[]')) WITH &&, (int4range(place, place, '[]')) WITH &&,
            (tstzrange(checked_in_at, checked_out_at, '[)')) WITH &&) WHERE (superseded_at IS NULL)
    """)


def _kiosks_and_feeds() -> None:
    op.create_table(
        "unit_kiosks",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_unit_kiosks_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", name=op.f("pk_unit_kiosks")),
        sa.UniqueConstraint("digest", name=op.f("uq_unit_kiosks_digest")),
    )
    op.create_table(
        "feed_keys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_feed_keys_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_keys")),
    )
    op.create_index("uq_feed_keys_unit_id", "feed_keys", ["unit_id"], unique=True, postgresql_where="ended_at IS NULL")
    op.create_table(
        "feed_events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "start", "stop", "state", name="feed_event_kind", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.CheckConstraint("place > 0", name=op.f("ck_feed_events_place_positive")),
        sa.CheckConstraint("(state IS NOT NULL) = (kind = 'state')", name=op.f("ck_feed_events_states_are_named")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_feed_events_unit_id")),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name=op.f("fk_feed_events_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed_events")),
        sa.UniqueConstraint("unit_id", "event_id", name=op.f("uq_feed_events_unit_id_event_id")),
    )
    op.create_index("ix_feed_events_unit_id", "feed_events", ["unit_id", "place", "at"])
    op.create_table(
        "logger_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_logger_files_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_logger_files")),
        sa.UniqueConstraint("unit_id", "digest", name=op.f("uq_logger_files_unit_id_digest")),
    )


def downgrade() -> None:
    for table in ("logger_files", "feed_events", "feed_keys", "unit_kiosks"):
        op.drop_table(table)
    op.execute(LAST)
    op.execute(f"DELETE FROM outcome_sessions WHERE session_id IN ({GONE})")
    op.drop_constraint("fk_sessions_replaces_id", "sessions")
    op.drop_constraint("fk_sessions_line_id", "sessions")
    op.execute(f"DELETE FROM sessions WHERE id IN ({GONE})")
    op.drop_constraint("ex_sessions_one_per_place", "sessions")
    op.drop_index("uq_sessions_open", "sessions")
    for name in (
        *("correction_reason", "replaces_id", "line_id", "superseded_at", "recorded_by", "recorded_at", "consumables"),
        *("operator_minutes", "samples", "post_seconds", "preparation_seconds", "idle_seconds", "end_rule"),
        *("start_rule", "end_source", "start_source", "purpose", "person_id", "organisation_id", "place"),
    ):
        op.drop_column("sessions", name)
    op.create_index(
        "uq_sessions_open", "sessions", ["booking_id"], unique=True, postgresql_where="checked_out_at IS NULL"
    )
    op.alter_column("sessions", "checked_in_by", nullable=False)
    op.alter_column("sessions", "booking_id", nullable=False)
    op.drop_constraint("ck_booking_rules_grace_not_negative", "booking_rules")
    op.drop_column("booking_rules", "end_grace")
    op.drop_column("booking_rules", "asks")
