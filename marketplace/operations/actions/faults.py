"""Faults: reported by whoever may use a unit, stopped by its host, and closed with what was done about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.accounts.policy import Actor, demand, may
from marketplace.accounts.queries.organisations import people_with_role
from marketplace.availability.actions.stops import go_on, stop, stop_until
from marketplace.availability.models import Closure
from marketplace.files.models import StoredFile
from marketplace.history.actions import Subject, record
from marketplace.notices.actions import of_people, tell
from marketplace.operations.actions.affected import tell_affected, tell_back
from marketplace.operations.actions.states import derive_after
from marketplace.operations.models import Fault, FaultPhoto, FaultState, Urgency
from marketplace.operations.queries.faults import has_booked, is_public
from marketplace.operations.queries.units import UnitAround, unit_around
from marketplace.operations.rules import faults as rules
from marketplace.values.localized import clean_text
from marketplace.values.period import Period
from marketplace.values.refusal import Invalid, NotFound, Refusal, Refused, StateForbids

LONGEST_TEXT: Final = 2000
MOST_PHOTOS: Final = 6
# How long a unit may have stood still before its host says so, and how long it may be expected to.
EARLIEST: Final = timedelta(days=31)
LATEST: Final = timedelta(days=366)

# The first that end, in the order of units: each stays locked until all are done, and others lock several too.
_DUE = text("""
    SELECT id FROM (
      SELECT f.id, f.unit_id FROM faults f JOIN closures c ON c.id = f.closure_id
       WHERE f.state = 'open' AND c.lifted_at IS NULL AND c.ends_at <= :soon
       ORDER BY c.ends_at LIMIT :batch) AS due
     ORDER BY unit_id, id
""")
BATCH: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody found broken; `photos` are uploads of theirs."""

    urgency: Urgency
    text: str
    photos: Sequence[UUID] = ()


def report_fault(session: Session, unit_id: UUID, report: Report, *, now: datetime, by: Actor) -> Fault:
    """Tell the host what is broken: who may book the unit, has booked it, or hosts it."""
    unit = unit_around(session, unit_id)
    demand_report(session, unit, by)
    fault = Fault(
        unit_id=unit_id,
        reported_by=by.id,
        reported_at=now,
        urgency=report.urgency,
        text=_said(report.text, "text"),
        state=FaultState.OPEN,
    )
    session.add(fault)
    session.flush()
    _keep_photos(session, fault, report.photos, by)
    record(session, Subject("fault", fault.id), "fault.reported", now=now, by=by.id, details=_names(fault))
    roles = (Role.HOST_MANAGER, Role.HOST_STAFF)
    people = [each for each in people_with_role(session, unit.host_id, roles, now) if each != by.id]
    told = _told(fault, unit) | {"reason": fault.text, "person": by.name}
    told |= of_people(named={"person": by.id}, worded={"reason": by.id})
    code = "fault_reported_safety" if report.urgency is Urgency.SAFETY else "fault_reported"
    tell(session, people, code, told, now=now)
    return fault


def demand_report(session: Session, unit: UnitAround, by: Actor) -> None:
    """Raise Refused (`not_a_user`) for who neither may book a unit nor has booked it; NotFound where it is hidden."""
    if not knows_unit(session, unit, by) and not by.organisations(Role.RESEARCHER, Role.MANAGER):
        raise Refused([Refusal("not_a_user")])


def knows_unit(session: Session, unit: UnitAround, by: Actor) -> bool:
    """Whether somebody hosts a unit or has booked it. Raises NotFound where it is hidden from them."""
    demand(by, "fault.report")
    if may(by, "fault.manage", host=unit.host_id) or has_booked(session, unit.id, by.id):
        return True
    if not is_public(session, unit.facility_id):
        raise NotFound("unit")
    return False


def stop_unit(
    session: Session, fault_id: UUID, since: datetime, expected_back: datetime | None, *, now: datetime, by: Actor
) -> Fault:
    """The unit stands still since an instant, and is expected back at another, if anybody knows. Nobody books into
    that time; whose bookings stand in it are told, and where to find another."""
    fault, unit = _open(session, fault_id, "stop", by)
    if fault.stopped_from is not None:
        raise StateForbids("stopped", "stop")
    if not now - EARLIEST <= since <= now:
        raise Invalid.one("since", "not_in_future" if since > now else "long_ago", days=EARLIEST.days)
    _demand_expected(expected_back, now)
    until = rules.stop_until(expected_back, now)
    closure = stop(session, fault.unit_id, Period(now, until), now=now, by=by)
    fault.stopped_from, fault.expected_back, fault.closure_id = since, expected_back, closure.id
    session.flush()
    _note(session, fault, "fault.stopped", now=now, by=by)
    derive_after(session, fault.unit_id, since, now=now)
    tell_affected(session, fault, unit, Period(now, until), now=now)
    return fault


def expect_back(session: Session, fault_id: UUID, expected_back: datetime | None, *, now: datetime, by: Actor) -> Fault:
    """The host thinks otherwise of when the unit is back; who stands in what is added is told."""
    fault, unit = _open(session, fault_id, "expect", by)
    closure = _closure(session, fault)
    if closure is None:
        raise StateForbids("running", "expect")
    _demand_expected(expected_back, now)
    before, until = closure.ends_at, rules.stop_until(expected_back, now)
    stop_until(session, closure, until, now=now)
    fault.expected_back = expected_back
    session.flush()
    _note(session, fault, "fault.expected", now=now, by=by)
    if until > before:
        tell_affected(session, fault, unit, Period(max(before, now), until), now=now)
    return fault


def resolve_fault(session: Session, fault_id: UUID, cause: str, resolution: str, *, now: datetime, by: Actor) -> Fault:
    """The fault is mended: what caused it, and what was done. The unit runs again."""
    fault, unit = _open(session, fault_id, "resolve", by)
    fault.cause = _said(cause, "cause")
    fault.resolution = _said(resolution, "resolution")
    _close(session, fault, unit, FaultState.RESOLVED, now=now, by=by)
    return fault


def cancel_fault(session: Session, fault_id: UUID, reason: str, *, now: datetime, by: Actor) -> Fault:
    """It was no fault, and why. How long the unit stood still for it stays as it was."""
    fault, unit = _open(session, fault_id, "cancel", by)
    fault.resolution = _said(reason, "reason")
    _close(session, fault, unit, FaultState.CANCELLED, now=now, by=by)
    return fault


def move_stops_on(session: Session, *, now: datetime) -> int:
    """Let stops that are about to end last on, where nobody has said that the unit is back; answers how many."""
    found = list(session.scalars(_DUE, {"soon": now + rules.AHEAD, "batch": BATCH}))
    for fault_id in found:
        fault = session.get_one(Fault, fault_id, with_for_update=True, populate_existing=True)
        closure = _closure(session, fault)
        if fault.state is FaultState.OPEN and closure is not None and closure.ends_at <= now + rules.AHEAD:
            before = closure.ends_at
            stop_until(session, closure, rules.stop_until(fault.expected_back, now), now=now)
            unit = unit_around(session, fault.unit_id)
            tell_affected(session, fault, unit, Period(max(before, now), closure.ends_at), now=now)
    return len(found)


def _open(session: Session, fault_id: UUID, verb: str, by: Actor) -> tuple[Fault, UnitAround]:
    """An open fault, locked, with its unit."""
    fault = session.get(Fault, fault_id, with_for_update=True, populate_existing=True)
    if fault is None:
        raise NotFound("fault")
    unit = unit_around(session, fault.unit_id)
    demand(by, "fault.manage", owner=fault.reported_by, host=unit.host_id)
    if fault.state is not FaultState.OPEN:
        raise StateForbids(fault.state.value, verb)
    return fault, unit


def _close(session: Session, fault: Fault, unit: UnitAround, state: FaultState, *, now: datetime, by: Actor) -> None:
    closure = _closure(session, fault)
    fault.state, fault.closed_at, fault.closed_by = state, now, by.id
    if fault.stopped_from is not None:
        fault.back_at = max(now, fault.stopped_from)
        derive_after(session, fault.unit_id, fault.stopped_from, now=now)
    session.flush()
    if closure is not None:
        held = Period(now, closure.ends_at) if closure.ends_at > now else None
        go_on(session, closure, now=now, by=by)
        if held is not None:
            tell_back(session, fault, unit, held, now=now)
    _note(session, fault, f"fault.{state.value}", now=now, by=by)
    if fault.reported_by != by.person_id:
        told = _told(fault, unit) | {"reason": fault.resolution} | of_people(worded={"reason": by.id})
        tell(session, [fault.reported_by], f"fault_{state.value}", told, now=now)


def _closure(session: Session, fault: Fault) -> Closure | None:
    return session.get(Closure, fault.closure_id, populate_existing=True) if fault.closure_id else None


def _keep_photos(session: Session, fault: Fault, photos: Sequence[UUID], by: Actor) -> None:
    wanted = list(dict.fromkeys(photos))
    if len(wanted) > MOST_PHOTOS:
        raise Invalid.one("photos", "too_many_items", max=MOST_PHOTOS)
    own = select(StoredFile.id).where(
        StoredFile.id.in_(wanted), StoredFile.uploaded_by == by.id, StoredFile.media_type.like("image/%")
    )
    if wanted and set(session.scalars(own)) != set(wanted):
        raise Invalid.one("photos", "unknown")
    session.add_all(FaultPhoto(fault_id=fault.id, file_id=file_id) for file_id in wanted)
    session.flush()


def _demand_expected(expected_back: datetime | None, now: datetime) -> None:
    if expected_back is None:
        return
    if expected_back <= now:
        raise Invalid.one("expected_back", "after_now")
    if expected_back > now + LATEST:
        raise Invalid.one("expected_back", "too_long_a_time", days=LATEST.days)


def _said(words: str, field: str) -> str:
    said = clean_text(words, LONGEST_TEXT, field=field, multiline=True)
    if not said:
        raise Invalid.one(field, "required")
    return said


def _note(session: Session, fault: Fault, verb: str, *, now: datetime, by: Actor) -> None:
    record(session, Subject("fault", fault.id), verb, now=now, by=by.person_id, details=_names(fault))


def _names(fault: Fault) -> dict[str, Any]:
    return {"fault": str(fault.id), "urgency": fault.urgency.value}


def _told(fault: Fault, unit: UnitAround) -> dict[str, Any]:
    return {
        "fault": str(fault.id),
        "path": f"/faults/{fault.id}",
        "unit": dict(unit.name),
        "facility": dict(unit.facility_name),
        "zone": unit.zone,
        "urgency": fault.urgency.value,
    }
