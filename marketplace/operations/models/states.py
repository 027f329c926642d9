"""In which of the six states of SEMI E10 a unit was, instant by instant, and what hosts corrected of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Final
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Id, Instant, text_enum


class MachineState(Enum):
    """The six states; each instant of a unit lies in exactly one."""

    PRODUCTIVE = "productive"
    STANDBY = "standby"
    ENGINEERING = "engineering"
    SCHEDULED_DOWN = "scheduled_down"
    UNSCHEDULED_DOWN = "unscheduled_down"
    NON_SCHEDULED = "non_scheduled"


class Substate(Enum):
    """What a state was spent on."""

    USE = "use"
    WAITING = "waiting"
    NO_OPERATOR = "no_operator"
    NO_MATERIAL = "no_material"
    OWN_USE = "own_use"
    QUALIFICATION = "qualification"
    MAINTENANCE = "maintenance"
    CALIBRATION = "calibration"
    SET_UP = "set_up"
    FAULT = "fault"
    REPAIR = "repair"
    PARTS = "parts"
    OUTSIDE_HOURS = "outside_hours"
    CLOSED = "closed"
    UPGRADE = "upgrade"


# The first of each is the plain one.
SUBSTATES: Final[Mapping[MachineState, tuple[Substate, ...]]] = {
    MachineState.PRODUCTIVE: (Substate.USE,),
    MachineState.STANDBY: (Substate.WAITING, Substate.NO_OPERATOR, Substate.NO_MATERIAL),
    MachineState.ENGINEERING: (Substate.OWN_USE, Substate.QUALIFICATION),
    MachineState.SCHEDULED_DOWN: (Substate.MAINTENANCE, Substate.CALIBRATION, Substate.SET_UP),
    MachineState.UNSCHEDULED_DOWN: (Substate.FAULT, Substate.REPAIR, Substate.PARTS),
    MachineState.NON_SCHEDULED: (Substate.OUTSIDE_HOURS, Substate.CLOSED, Substate.UPGRADE),
}

_PAIRS: Final = " OR ".join(
    f"state = '{state.value}' AND substate IN ({', '.join(repr(each.value) for each in names)})"
    for state, names in SUBSTATES.items()
)


class StateSource(Enum):
    """Worked out from what was recorded, or said by the host."""

    DERIVED = "derived"
    CORRECTED = "corrected"


class Cause(Enum):
    """What kind of row put a unit into a state; hours have none."""

    SESSION = "session"
    CLOSURE = "closure"
    FAULT = "fault"
    CORRECTION = "correction"
    HOURS = "hours"


class UnitState(Base):
    """One stretch of a unit's time in one state.

    The database itself keeps a unit's stretches whole: no two overlap, and each but the first begins where another
    ends. A chain that only ever goes back in time can end in the first alone, so there is no gap.
    """

    __tablename__ = "unit_states"
    __table_args__ = (
        UniqueConstraint("unit_id", "ends_at"),
        ForeignKeyConstraint(
            ["unit_id", "follows"],
            ["unit_states.unit_id", "unit_states.ends_at"],
            name="fk_unit_states_follows",
            deferrable=True,
            initially="DEFERRED",
        ),
        ExcludeConstraint(
            (text("uuidrange(unit_id, unit_id, '[]')"), "&&"),
            (text("tstzrange(starts_at, ends_at)"), "&&"),
            name="ex_unit_states_one_at_a_time",
            using="gist",
        ),
        CheckConstraint("starts_at < ends_at", name="period_ascends"),
        CheckConstraint("follows IS NULL OR follows = starts_at", name="follows_without_gap"),
        CheckConstraint(_PAIRS, name="substate_of_state"),
        CheckConstraint("(cause = 'hours') = (cause_id IS NULL)", name="cause_named"),
        CheckConstraint("(cause = 'correction') = (source = 'corrected')", name="corrected_by_correction"),
        Index("uq_unit_states_first", "unit_id", unique=True, postgresql_where="follows IS NULL"),
    )

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), primary_key=True)
    starts_at: Mapped[Instant] = mapped_column(primary_key=True)
    ends_at: Mapped[Instant]
    follows: Mapped[datetime | None] = mapped_column(
        DateTime(timezone=True), doc="the end of the stretch before it; null for the first of a unit"
    )
    state: Mapped[MachineState] = mapped_column(text_enum(MachineState))
    substate: Mapped[Substate] = mapped_column(text_enum(Substate))
    source: Mapped[StateSource] = mapped_column(text_enum(StateSource))
    cause: Mapped[Cause] = mapped_column(text_enum(Cause))
    cause_id: Mapped[UUID | None] = mapped_column(doc="the session, closure, fault or correction")


class StateCorrection(Base):
    """What a host says of a stretch against what was worked out. Of those that overlap, the latest holds; one that was
    taken back stays as history."""

    __tablename__ = "state_corrections"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="period_ascends"),
        CheckConstraint("ends_at <= made_at", name="of_the_past"),
        CheckConstraint(_PAIRS, name="substate_of_state"),
        CheckConstraint(
            "(taken_back_at IS NULL) = (taken_back_by IS NULL)"
            " AND (taken_back_at IS NULL) = (taken_back_reason IS NULL)",
            name="taken_back_whole",
        ),
        Index("ix_state_corrections_unit_id", "unit_id", "starts_at"),
    )

    id: Mapped[Id]
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"))
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    state: Mapped[MachineState] = mapped_column(text_enum(MachineState))
    substate: Mapped[Substate] = mapped_column(text_enum(Substate))
    reason: Mapped[str] = mapped_column(Text)
    made_by: Mapped[UUID]
    made_at: Mapped[Instant]
    taken_back_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    taken_back_by: Mapped[UUID | None]
    taken_back_reason: Mapped[str | None] = mapped_column(Text)
