"""Checking in and out: what really happened at a unit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.bookings.actions.loading import Loaded, demand_on, locked, state_after, touch
from marketplace.bookings.models import Booking
from marketplace.bookings.rules import Verb, arrival_refusals
from marketplace.history.actions import Subject, record
from marketplace.operations.actions.correcting import checked
from marketplace.operations.actions.ends import end_if_due, finish, make_way
from marketplace.operations.actions.keeping import End, latest_of, replaced, running_of
from marketplace.operations.actions.states import derive_after
from marketplace.operations.models import Source, UseSession
from marketplace.operations.rules.details import Details
from marketplace.values import refusal


def check_in(session: Session, booking_id: UUID, *, now: datetime, by: Actor) -> Booking:
    """The use of a confirmed booking begins: by whom it is for, or by the host's staff; on the day, before the end.

    Who was there before and said nothing has left now; raises Refused (`place_in_use`) while their booked time lasts.
    """
    found = locked(session, booking_id)
    demand_on(found, "booking.check_in", by)
    begin(session, found, at=now, source=Source.PERSON, now=now, by=by.person_id)
    return found.booking


def check_out(
    session: Session, booking_id: UUID, details: Details | None = None, *, now: datetime, by: Actor
) -> Booking:
    """The use ends and the booking is completed; what is left of its time stays claimed. Who comes after the unit's
    grace finds it ended by rule."""
    found = locked(session, booking_id)
    demand_on(found, "booking.check_in", by)
    leave(session, found, details, source=Source.PERSON, now=now, by=by.person_id)
    return found.booking


def begin(
    session: Session, found: Loaded, *, at: datetime, source: Source, now: datetime, by: UUID | None
) -> UseSession:
    """Begin the session of a booking that is locked."""
    booking = found.booking
    state = state_after(booking, Verb.CHECK_IN, now)
    refusal.demand(arrival_refusals(booking.period, ZoneInfo(found.around.zone), at))
    make_way(session, booking.unit_id, booking.place, at=at, now=now)
    use = UseSession(
        booking_id=booking.id,
        unit_id=booking.unit_id,
        place=booking.place,
        organisation_id=booking.organisation_id,
        person_id=booking.person_id,
        checked_in_at=at,
        checked_in_by=by,
        start_source=source,
        recorded_at=now,
        recorded_by=by,
    )
    session.add(use)
    touch(booking, state, None, now)
    session.flush()
    derive_after(session, use.unit_id, at, now=now)
    record(session, Subject("booking", booking.id), "booking.checked_in", now=now, by=by)
    return use


def leave(
    session: Session,
    found: Loaded,
    details: Details | None = None,
    *,
    source: Source,
    now: datetime,
    by: UUID | None,
) -> UseSession | None:
    """End the session of a booking that is locked; by rule where the clock has decided already."""
    booking = found.booking
    state = state_after(booking, Verb.CHECK_OUT, now)
    given = checked(details) if details else {}
    use = running_of(session, booking.id)
    if use is None:
        # Its session was ended without it; only the booking is left to be completed.
        touch(booking, state, None, now)
        session.flush()
        record(session, Subject("booking", booking.id), "booking.checked_out", now=now, by=by)
        latest = latest_of(session, booking.id)
        return replaced(session, latest, now=now, by=by, **given) if latest and given else latest
    if ended := end_if_due(session, use, now=now):
        return replaced(session, ended, now=now, by=by, **given) if given else ended
    # Clocks of two servers may differ by a little; a session never ends before it begins.
    return finish(session, use, End(at=max(now, use.checked_in_at), source=source, by=by), now=now, **given)
