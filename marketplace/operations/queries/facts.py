"""Reading all that decides in which state some units were, each in a stretch of its own, in few statements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.availability.models import ClosureKind
from marketplace.availability.queries import settings
from marketplace.availability.rules import Hours, Setting
from marketplace.jurisdictions.queries import working_calendars
from marketplace.operations.models import MachineState, Substate
from marketplace.operations.rules import states
from marketplace.operations.rules.states import Fact, Week, open_through, opened
from marketplace.values.period import Period

_WANTED = """
      FROM unnest(CAST(:units AS uuid[]), CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[]))
           AS wanted (unit_id, start, stop)
"""
# Use without a booking is the host's own.
_SESSIONS = text(f"""
    SELECT s.unit_id, s.id, s.checked_in_at, s.checked_out_at, coalesce(s.purpose, b.purpose, 'own_use') AS purpose
      {_WANTED} JOIN sessions s ON s.unit_id = wanted.unit_id AND s.checked_in_at < wanted.stop
       AND (s.checked_out_at IS NULL OR s.checked_out_at > wanted.start) AND s.superseded_at IS NULL
      LEFT JOIN bookings b ON b.id = s.booking_id
""")
_CLOSURES = text(f"""
    SELECT c.unit_id, c.id, c.kind, c.starts_at, c.ends_at, c.lifted_at
      {_WANTED} JOIN closures c ON c.unit_id = wanted.unit_id
       AND c.starts_at < wanted.stop AND c.ends_at > wanted.start AND c.kind <> 'fault'
""")
_FAULTS = text(f"""
    SELECT f.unit_id, f.id, f.stopped_from, f.back_at
      {_WANTED} JOIN faults f ON f.unit_id = wanted.unit_id AND f.stopped_from < wanted.stop
       AND (f.back_at IS NULL OR f.back_at > wanted.start)
""")
_CORRECTIONS = text(f"""
    SELECT c.unit_id, c.id, c.starts_at, c.ends_at, c.state, c.substate, c.made_at
      {_WANTED} JOIN state_corrections c ON c.unit_id = wanted.unit_id
       AND c.starts_at < wanted.stop AND c.ends_at > wanted.start AND c.taken_back_at IS NULL
""")
_WEEKS = text(f"""
    SELECT h.unit_id, h.until, h.hours, h.calendar_code, h.closed_on_holidays, h.open_on_worked_weekends,
           coalesce(j.calendar_code, root.calendar_code) AS of_place
      {_WANTED} JOIN former_opening_hours h ON h.unit_id = wanted.unit_id AND h.until > wanted.start
      JOIN units u ON u.id = h.unit_id JOIN facilities f ON f.id = u.facility_id
      LEFT JOIN jurisdictions j ON j.code = f.jurisdiction_code
      LEFT JOIN jurisdictions root ON root.code = j.root_code
     ORDER BY h.unit_id, h.until
""")


def facts(session: Session, stretches: Mapping[UUID, Period]) -> dict[UUID, list[Fact]]:
    """What holds at some units, each in its stretch."""
    found: dict[UUID, list[Fact]] = {unit_id: [] for unit_id in stretches}
    if not stretches:
        return found
    for unit_id, fact in _recorded(session, _bound(stretches)):
        found[unit_id].append(fact)
    for unit_id, periods in open_stretches(session, stretches).items():
        found[unit_id] += map(opened, periods)
    return found


def _bound(stretches: Mapping[UUID, Period]) -> dict[str, Any]:
    return {
        "units": list(stretches),
        "starts": [each.start for each in stretches.values()],
        "ends": [each.end for each in stretches.values()],
    }


def _recorded(session: Session, bound: dict[str, Any]) -> Iterator[tuple[UUID, Fact]]:
    for unit, id, start, end, purpose in session.execute(_SESSIONS, bound):
        yield unit, states.used(id, start, end, purpose)
    for unit, id, kind, start, end, lifted in session.execute(_CLOSURES, bound):
        closed = states.closed(id, ClosureKind(kind), (start, end), lifted)
        if closed is not None:
            yield unit, closed
    for unit, id, start, end in session.execute(_FAULTS, bound):
        yield unit, states.stopped(id, start, end)
    for unit, id, start, end, state, substate, made_at in session.execute(_CORRECTIONS, bound):
        yield unit, states.corrected(id, (start, end), (MachineState(state), Substate(substate)), made_at)


def open_stretches(session: Session, stretches: Mapping[UUID, Period]) -> dict[UUID, list[Period]]:
    """When some units stood open, each in its stretch, by the weeks that held then; closures are not asked."""
    around = Period(min(each.start for each in stretches.values()), max(each.end for each in stretches.values()))
    present = settings(session, stretches, around, ahead=0)
    weeks = _weeks(session, stretches, present)
    return {id: open_through(weeks.get(id, []), present[id], stretch) for id, stretch in stretches.items()}


def _weeks(
    session: Session, stretches: Mapping[UUID, Period], present: Mapping[UUID, Setting]
) -> dict[UUID, list[Week]]:
    rows = session.execute(_WEEKS, _bound(stretches)).all()
    calendars = working_calendars(session, {row.calendar_code or row.of_place for row in rows})
    found: dict[UUID, list[Week]] = {}
    for row in rows:
        days = {"closed_on_holidays": row.closed_on_holidays, "open_on_worked_weekends": row.open_on_worked_weekends}
        setting = replace(
            present[row.unit_id],
            hours=tuple(Hours(*stretch) for stretch in row.hours),
            rules=replace(present[row.unit_id].rules, calendar_code=row.calendar_code, **days),
            calendar=calendars[row.calendar_code or row.of_place],
        )
        found.setdefault(row.unit_id, []).append(Week(row.until, setting))
    return found
