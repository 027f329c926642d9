"""In which state a unit was at each instant, what hosts corrected of it, faults, runs of lines, and former weeks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0041"
down_revision = "0040"

STAMP = sa.DateTime(timezone=True)
CLOSURE_KIND = "ck_closures_closure_kind"
STATES = ("productive", "standby", "engineering", "scheduled_down", "unscheduled_down", "non_scheduled")
SUBSTATES = {
    "productive": ("use",),
    "standby": ("waiting", "no_operator", "no_material"),
    "engineering": ("own_use", "qualification"),
    "scheduled_down": ("maintenance", "calibration", "set_up"),
    "unscheduled_down": ("fault", "repair", "parts"),
    "non_scheduled": ("outside_hours", "closed", "upgrade"),
}
PAIRS = " OR ".join(
    f"state = '{state}' AND substate IN ({', '.join(repr(each) for each in names)})"
    for state, names in SUBSTATES.items()
)


def upgrade() -> None:
    _closure_kinds("closure", "maintenance", "fault")
    _former_weeks()
    _unit_states()
    _corrections()
    _faults()
    _runs()


def downgrade() -> None:
    for table in ("runs", "fault_photos", "faults", "state_corrections", "unit_states", "former_opening_hours"):
        op.drop_table(table)
    op.execute("UPDATE closures SET kind = 'closure' WHERE kind = 'fault'")
    _closure_kinds("closure", "maintenance")


def _closure_kinds(*kinds: str) -> None:
    op.drop_constraint(op.f(CLOSURE_KIND), "closures", type_="check")
    op.create_check_constraint(op.f(CLOSURE_KIND), "closures", f"kind IN ({', '.join(repr(each) for each in kinds)})")


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _states() -> tuple[sa.Column[str], sa.Column[str], sa.CheckConstraint]:
    names = tuple(each for group in SUBSTATES.values() for each in group)
    return (
        sa.Column("state", _enum("machine_state", *STATES), nullable=False),
        sa.Column("substate", _enum("substate", *names), nullable=False),
        sa.CheckConstraint(PAIRS, name="substate_of_state"),
    )


def _of_unit(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f(f"fk_{table}_unit_id"))


def _former_weeks() -> None:
    op.create_table(
        "former_opening_hours",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("until", STAMP, nullable=False),
        sa.Column("hours", postgresql.JSONB(), nullable=False),
        sa.Column("calendar_code", sa.Text()),
        sa.Column("closed_on_holidays", sa.Boolean(), nullable=False),
        sa.Column("open_on_worked_weekends", sa.Boolean(), nullable=False),
        _of_unit("former_opening_hours"),
        sa.ForeignKeyConstraint(["calendar_code"], ["calendars.code"], name="fk_former_opening_hours_calendar_code"),
        sa.PrimaryKeyConstraint("unit_id", "until", name="pk_former_opening_hours"),
    )


def _unit_states() -> None:
    state, substate, pairs = _states()
    op.create_table(
        "unit_states",
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", STAMP, nullable=False),
        sa.Column("ends_at", STAMP, nullable=False),
        sa.Column("follows", STAMP),
        state,
        substate,
        sa.Column("source", _enum("state_source", "derived", "corrected"), nullable=False),
        sa.Column("cause", _enum("cause", "session", "closure", "fault", "correction", "hours"), nullable=False),
        sa.Column("cause_id", sa.Uuid()),
        sa.CheckConstraint("starts_at < ends_at", name="period_ascends"),
        sa.CheckConstraint("follows IS NULL OR follows = starts_at", name="follows_without_gap"),
        pairs,
        sa.CheckConstraint("(cause = 'hours') = (cause_id IS NULL)", name="cause_named"),
        sa.CheckConstraint("(cause = 'correction') = (source = 'corrected')", name="corrected_by_correction"),
        postgresql.ExcludeConstraint(
            (sa.text("uuidrange(unit_id, unit_id, '[]')"), "&&"),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            using="gist",
            name="ex_unit_states_one_at_a_time",
        ),
        _of_unit("unit_states"),
        sa.PrimaryKeyConstraint("unit_id", "starts_at", name="pk_unit_states"),
        sa.UniqueConstraint("unit_id", "ends_at", name="uq_unit_states_unit_id_ends_at"),
        sa.ForeignKeyConstraint(
            ["unit_id", "follows"],
            ["unit_states.unit_id", "unit_states.ends_at"],
            name="fk_unit_states_follows",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    first = sa.text("follows IS NULL")
    op.create_index("uq_unit_states_first", "unit_states", ["unit_id"], unique=True, postgresql_where=first)


def _corrections() -> None:
    state, substate, pairs = _states()
    op.create_table(
        "state_corrections",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", STAMP, nullable=False),
        sa.Column("ends_at", STAMP, nullable=False),
        state,
        substate,
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", STAMP, nullable=False),
        sa.Column("taken_back_at", STAMP),
        sa.Column("taken_back_by", sa.Uuid()),
        sa.Column("taken_back_reason", sa.Text()),
        sa.CheckConstraint("starts_at < ends_at", name="period_ascends"),
        sa.CheckConstraint("ends_at <= made_at", name="of_the_past"),
        pairs,
        sa.CheckConstraint(
            "(taken_back_at IS NULL) = (taken_back_by IS NULL)"
            " AND (taken_back_at IS NULL) = (taken_back_reason IS NULL)",
            name="taken_back_whole",
        ),
        _of_unit("state_corrections"),
        sa.PrimaryKeyConstraint("id", name="pk_state_corrections"),
    )
    op.create_index("ix_state_corrections_unit_id", "state_corrections", ["unit_id", "starts_at"])


def _faults() -> None:
    op.create_table(
        "faults",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=False),
        sa.Column("reported_at", STAMP, nullable=False),
        sa.Column("urgency", _enum("urgency", "low", "normal", "high", "safety"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", _enum("fault_state", "open", "resolved", "cancelled"), nullable=False),
        sa.Column("stopped_from", STAMP),
        sa.Column("expected_back", STAMP),
        sa.Column("back_at", STAMP),
        sa.Column("closure_id", sa.Uuid()),
        sa.Column("cause", sa.Text()),
        sa.Column("resolution", sa.Text()),
        sa.Column("closed_at", STAMP),
        sa.Column("closed_by", sa.Uuid()),
        *(sa.CheckConstraint(condition, name=name) for name, condition in FAULT_CHECKS),
        _of_unit("faults"),
        sa.ForeignKeyConstraint(["reported_by"], ["people.id"], name="fk_faults_reported_by"),
        sa.ForeignKeyConstraint(["closure_id"], ["closures.id"], name="fk_faults_closure_id"),
        sa.PrimaryKeyConstraint("id", name="pk_faults"),
    )
    op.create_index("ix_faults_unit_id", "faults", ["unit_id", "reported_at"])
    op.create_index("ix_faults_open", "faults", ["unit_id"], postgresql_where=sa.text("state = 'open'"))
    op.create_table(
        "fault_photos",
        sa.Column("fault_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["fault_id"], ["faults.id"], name="fk_fault_photos_fault_id"),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name="fk_fault_photos_file_id"),
        sa.PrimaryKeyConstraint("fault_id", "file_id", name="pk_fault_photos"),
    )


FAULT_CHECKS = (
    ("closed_has_instant", "(state = 'open') = (closed_at IS NULL)"),
    ("closed_by_somebody", "(closed_at IS NULL) = (closed_by IS NULL)"),
    ("closed_has_resolution", "state = 'open' OR resolution IS NOT NULL"),
    (
        "stopped_first",
        "stopped_from IS NOT NULL OR expected_back IS NULL AND back_at IS NULL AND closure_id IS NULL",
    ),
    ("expected_after_stop", "expected_back IS NULL OR stopped_from < expected_back"),
    ("back_after_stop", "back_at IS NULL OR stopped_from <= back_at"),
    ("back_when_closed", "stopped_from IS NULL OR (state = 'open') = (back_at IS NULL)"),
)
RUN_CHECKS = (
    ("period_ascends", "starts_at < ends_at"),
    ("planned_positive", "planned_seconds > 0"),
    ("down_within_planned", "down_seconds BETWEEN 0 AND planned_seconds"),
    ("cycle_positive", "ideal_cycle_seconds > 0"),
    ("good_within_total", "good_count BETWEEN 0 AND total_count"),
    ("correction_has_reason", "corrects IS NULL OR reason IS NOT NULL"),
    ("superseded_by_somebody", "(superseded_at IS NULL) = (superseded_by IS NULL)"),
)


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", STAMP, nullable=False),
        sa.Column("ends_at", STAMP, nullable=False),
        sa.Column("planned_seconds", sa.BigInteger(), nullable=False),
        sa.Column("down_seconds", sa.BigInteger(), nullable=False),
        sa.Column("ideal_cycle_seconds", sa.Numeric(16, 6), nullable=False),
        sa.Column("total_count", sa.BigInteger(), nullable=False),
        sa.Column("good_count", sa.BigInteger(), nullable=False),
        sa.Column("notes", sa.Text()),
        sa.Column("entered_by", sa.Uuid(), nullable=False),
        sa.Column("entered_at", STAMP, nullable=False),
        sa.Column("corrects", sa.Uuid()),
        sa.Column("reason", sa.Text()),
        sa.Column("superseded_at", STAMP),
        sa.Column("superseded_by", sa.Uuid()),
        sa.Column("taken_back_reason", sa.Text()),
        *(sa.CheckConstraint(condition, name=name) for name, condition in RUN_CHECKS),
        _of_unit("runs"),
        sa.ForeignKeyConstraint(["corrects"], ["runs.id"], name="fk_runs_corrects"),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
    )
    op.create_index("ix_runs_unit_id", "runs", ["unit_id", "starts_at"])
    op.create_index("uq_runs_corrects", "runs", ["corrects"], unique=True)
