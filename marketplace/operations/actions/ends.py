"""Ending sessions: by somebody's word, because the next begins, or by rule where nobody says a word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.availability.actions.claims import lock_unit
from marketplace.bookings.actions.loading import Loaded, loaded, touch
from marketplace.bookings.actions.telling import tell_both
from marketplace.bookings.models import Booking, BookingState
from marketplace.history.actions import Subject, record
from marketplace.jobs.actions import defer
from marketplace.operations.actions.keeping import End, close, replaced, running_at, running_of
from marketplace.operations.models import Source, UseSession
from marketplace.operations.queries.doors import door
from marketplace.operations.queries.running import due_bookings, due_sessions, running
from marketplace.operations.rules.ends import Estimate, estimated_end, keeps_place
from marketplace.terms.actions.training import note_use
from marketplace.values.refusal import Refusal, Refused

# Figures follow what is used; they stand above, so only the task's name is known here.
MEASURE: Final = "spillovers.measure_use"
# Each one's unit stays locked until all are done, so few at a time.
BATCH: Final = 50


def finish(session: Session, use: UseSession, end: End, *, now: datetime, **details: Any) -> UseSession:
    """End an open session, and with it the use of its booking; the unit is locked."""
    row = close(session, use, end, now=now, **details)
    settle(session, row, end, now=now)
    return row


def settle(session: Session, row: UseSession, end: End, *, now: datetime) -> None:
    """What follows from the end of a session: its booking is completed, its training kept, and figures are told."""
    if row.booking_id is not None:
        found = loaded(session, row.booking_id)
        _follow(session, found.booking, end, now=now)
        _note_use(session, row, ZoneInfo(found.around.zone))
        verb = "booking.checked_out" if end.rule is None else "booking.ended_by_rule"
        told = None if end.rule is None else {"rule": end.rule, "end": end.at.isoformat()}
        record(session, Subject("booking", row.booking_id), verb, now=now, by=end.by, details=told)
        if end.rule is not None:
            _tell_estimate(session, found, row, now=now)
    defer(session, MEASURE, {"session": str(row.id)}, now=now)


def remeasured(session: Session, use: UseSession, end: End, *, now: datetime) -> UseSession:
    """Put another end in the place of one that a rule or an earlier word of the same source gave."""
    changed: dict[str, Any] = {"checked_out_at": end.at, "checked_out_by": end.by, "end_source": end.source}
    changed["end_rule"] = end.rule
    row = replaced(session, use, now=now, by=end.by, **changed)
    note_difference(session, use, row)
    defer(session, MEASURE, {"session": str(row.id)}, now=now)
    return row


def make_way(session: Session, unit_id: UUID, place: int, *, at: datetime, now: datetime) -> None:
    """Who is in session at a place has left when the next begins there; raises Refused (`place_in_use`) while their
    booked time lasts."""
    use = running_at(session, unit_id, place)
    if use is None:
        return
    there = running(session, use, now=now)
    if keeps_place(there, at=at):
        assert there.booked_end is not None
        raise Refused([Refusal("place_in_use", {"until": there.booked_end.isoformat(), "place": place})])
    estimate = estimated_end(there, next_began=at, now=now)
    assert estimate is not None
    finish(session, use, _by_rule(estimate), now=now)


def end_if_due(session: Session, use: UseSession, *, now: datetime) -> UseSession | None:
    """End an open session by rule if no word is waited for any more; the clock has decided, whoever comes first."""
    estimate = estimated_end(running(session, use, now=now), next_began=None, now=now)
    return None if estimate is None else finish(session, use, _by_rule(estimate), now=now)


def end_due(session: Session, *, now: datetime, batch: int = BATCH) -> int:
    """End by rule the sessions that nobody ended, and complete the bookings whose time is over where a machine ended
    the last; answers how many. Units are locked in one order."""
    due: list[tuple[UUID, UUID, Callable[[Session, UUID, datetime], bool]]] = [
        (unit_id, id, _end_one) for id, unit_id in due_sessions(session, now=now, batch=batch)
    ]
    due += [(unit_id, id, _complete_one) for id, unit_id in due_bookings(session, now=now, batch=batch)]
    ended = 0
    for unit_id, id, deed in sorted(due, key=lambda each: each[0]):
        lock_unit(session, unit_id)
        ended += deed(session, id, now)
    return ended


def _end_one(session: Session, session_id: UUID, now: datetime) -> bool:
    use = session.get(UseSession, session_id, populate_existing=True)
    if use is None or use.checked_out_at is not None or use.superseded_at is not None:
        return False
    return end_if_due(session, use, now=now) is not None


def _complete_one(session: Session, booking_id: UUID, now: datetime) -> bool:
    booking = session.get_one(Booking, booking_id, populate_existing=True)
    if booking.state is not BookingState.IN_USE or running_of(session, booking_id) is not None:
        return False
    touch(booking, BookingState.COMPLETED, None, now)
    session.flush()
    record(session, Subject("booking", booking_id), "booking.checked_out", now=now, by=None)
    return True


def _follow(session: Session, booking: Booking, end: End, *, now: datetime) -> None:
    """What becomes of a booking of which a session has ended. A machine is warmed up before its user comes and rests
    while they work: a person's word completes the booking, else its booked end; before it began it waits on."""
    if booking.state is not BookingState.IN_USE:
        return
    if end.source not in (Source.PERSON, Source.KIOSK):
        standing = UseSession.booking_id == booking.id, UseSession.superseded_at.is_(None)
        left = session.scalars(select(UseSession.checked_out_at).where(*standing)).all()
        if None in left:
            return
        if now < booking.ends_at:
            if all(at is not None and at <= booking.starts_at for at in left):
                touch(booking, BookingState.CONFIRMED, None, now)
                session.flush()
            return
    touch(booking, BookingState.COMPLETED, None, now)
    session.flush()


def _by_rule(estimate: Estimate) -> End:
    return End(at=estimate.at, source=Source.RULE, rule=estimate.rule.value)


def _tell_estimate(session: Session, found: Loaded, row: UseSession, *, now: datetime) -> None:
    assert row.checked_out_at is not None
    told: dict[str, Any] = {"rule": row.end_rule, "left": row.checked_out_at.isoformat()}
    tell_both(session, found.booking, found.around, "session_ended_by_rule", now=now, **told)


def note_difference(session: Session, old: UseSession, row: UseSession) -> None:
    """Training counts a session once: when its times change, only by how much it is longer or shorter."""
    if old.checked_out_at is not None:
        _note_use(session, row, ZoneInfo(door(session, row.unit_id).zone), counted=_minutes(old))


def _note_use(session: Session, use: UseSession, zone: ZoneInfo, *, counted: int = 0) -> None:
    """Use keeps a training alive, and makes a novice less of one."""
    assert use.checked_out_at is not None
    if use.person_id is not None:
        day = use.checked_out_at.astimezone(zone).date()
        note_use(session, use.unit_id, use.person_id, on=day, minutes=_minutes(use) - counted)


def _minutes(use: UseSession) -> int:
    assert use.checked_out_at is not None
    return int((use.checked_out_at - use.checked_in_at).total_seconds() // 60)
