"""Entering runs of lines, correcting them with a reason, and taking them back; what they once said is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, demand
from marketplace.availability.actions.claims import lock_unit
from marketplace.availability.queries import host_of
from marketplace.history.actions import Subject, record
from marketplace.operations.models import Run
from marketplace.values.localized import clean_text
from marketplace.values.period import Period
from marketplace.values.refusal import FieldError, Invalid, NotFound, Refusal, Refused, StateForbids

LONGEST_NOTES: Final = 20_000
LONGEST_REASON: Final = 1000
LONGEST_RUN: Final = timedelta(days=366)
LARGEST_COUNT: Final = 10**12
# As the column keeps it.
FINEST_CYCLE: Final = Decimal("0.000001")
LARGEST_CYCLE: Final = Decimal(10) ** 9


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSheet:
    """What a host enters of a run: `down` is of the planned seconds; `ideal_cycle` is seconds of one piece."""

    period: Period
    planned: int
    down: int
    ideal_cycle: Decimal
    total: int
    good: int
    notes: str = ""


def enter_run(session: Session, unit_id: UUID, sheet: RunSheet, *, now: datetime, by: Actor) -> Run:
    """Put a run down; raises Refused (`run_overlaps`) where another is of the same time."""
    _, host = host_of(session, unit_id)
    demand(by, "run.enter", host=host)
    lock_unit(session, unit_id)
    run = _row(unit_id, sheet, now, by)
    _demand_free(session, run)
    session.add(run)
    session.flush()
    record(session, Subject("run", run.id), "run.entered", now=now, by=by.id)
    return run


def correct_run(session: Session, run_id: UUID, sheet: RunSheet, reason: str, *, now: datetime, by: Actor) -> Run:
    """Put another row in the place of one, and say why; the old one stays as history."""
    old = _standing(session, run_id, "correct", by)
    why = _reason(reason)
    lock_unit(session, old.unit_id)
    run = _row(old.unit_id, sheet, now, by)
    _demand_free(session, run, instead_of=old.id)
    run.corrects, run.reason = old.id, why
    old.superseded_at, old.superseded_by = now, by.id
    session.flush()
    session.add(run)
    session.flush()
    record(session, Subject("run", run.id), "run.corrected", now=now, by=by.id, details={"before": str(old.id)})
    return run


def take_back_run(session: Session, run_id: UUID, reason: str, *, now: datetime, by: Actor) -> Run:
    """The run never was, and why."""
    run = _standing(session, run_id, "take_back", by)
    run.taken_back_reason = _reason(reason)
    run.superseded_at, run.superseded_by = now, by.id
    session.flush()
    record(session, Subject("run", run.id), "run.taken_back", now=now, by=by.id)
    return run


def _standing(session: Session, run_id: UUID, verb: str, by: Actor) -> Run:
    run = session.get(Run, run_id, with_for_update=True, populate_existing=True)
    if run is None:
        raise NotFound("run")
    _, host = host_of(session, run.unit_id)
    demand(by, "run.enter", host=host)
    if run.superseded_at is not None:
        raise StateForbids("superseded", verb)
    return run


def _demand_free(session: Session, run: Run, *, instead_of: UUID | None = None) -> None:
    """A line makes one run at a time: what was sent twice counts once."""
    beside = Run.superseded_at.is_(None), Run.starts_at < run.ends_at, Run.ends_at > run.starts_at
    chosen = select(Run.id).where(Run.unit_id == run.unit_id, Run.id.is_distinct_from(instead_of), *beside)
    if session.scalar(chosen.limit(1)) is not None:
        raise Refused([Refusal("run_overlaps")])


def _row(unit_id: UUID, sheet: RunSheet, now: datetime, by: Actor) -> Run:
    if errors := list(_errors(sheet, now)):
        raise Invalid(errors)
    return Run(
        unit_id=unit_id,
        starts_at=sheet.period.start,
        ends_at=sheet.period.end,
        planned_seconds=sheet.planned,
        down_seconds=sheet.down,
        ideal_cycle_seconds=sheet.ideal_cycle,
        total_count=sheet.total,
        good_count=sheet.good,
        notes=clean_text(sheet.notes, LONGEST_NOTES, field="notes", multiline=True) or None,
        entered_by=by.id,
        entered_at=now,
    )


def _errors(sheet: RunSheet, now: datetime) -> Iterator[FieldError]:
    if sheet.period.end > now:
        yield FieldError("end", "not_in_future", "not_in_future")
    if sheet.period.length > LONGEST_RUN:
        yield FieldError("end", "too_long_a_time", "too_long_a_time", {"days": LONGEST_RUN.days})
    longest = int(sheet.period.length / timedelta(seconds=1))
    yield from _between("planned", sheet.planned, 1, max(longest, 1))
    yield from _between("down", sheet.down, 0, max(sheet.planned, 0))
    yield from _between("total", sheet.total, 0, LARGEST_COUNT)
    yield from _between("good", sheet.good, 0, max(sheet.total, 0))
    cycle = sheet.ideal_cycle
    if not cycle.is_finite() or not FINEST_CYCLE <= cycle <= LARGEST_CYCLE:
        details = {"min": str(FINEST_CYCLE), "max": str(LARGEST_CYCLE)}
        yield FieldError("ideal_cycle", "between", "between", details)
    elif cycle != cycle.quantize(FINEST_CYCLE):
        yield FieldError("ideal_cycle", "six_places", "six_places")


def _between(field: str, value: int, least: int, most: int) -> Iterator[FieldError]:
    if not least <= value <= most:
        yield FieldError(field, "between", "between", {"min": least, "max": most})


def _reason(text: str) -> str:
    reason = clean_text(text, LONGEST_REASON, field="reason", multiline=True)
    if not reason:
        raise Invalid.one("reason", "required")
    return reason
