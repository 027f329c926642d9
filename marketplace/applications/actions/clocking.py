"""What the clock does to applications: silence that decides, reminders, dates counted again, and whose delay it was."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM
from marketplace.applications.actions.loading import locked
from marketplace.applications.actions.steps import CONSEQUENCES, put_down, tell_of
from marketplace.applications.actions.telling import tell_applicant, tell_officers
from marketplace.applications.actions.writing import recount, write
from marketplace.applications.models import Application, ApplicationState
from marketplace.applications.queries.agencies import zone_of
from marketplace.applications.queries.rows import events_by, filing_of, of_booking, reading_of
from marketplace.applications.rules.clocks import silence_decides
from marketplace.applications.rules.delay import authority_delayed, groups_of
from marketplace.applications.rules.states import FILED, PENDING
from marketplace.applications.rules.steps import Step
from marketplace.availability.rules import local_day
from marketplace.bookings.actions.permits_failing import note_delay
from marketplace.bookings.models import Booking, BookingState
from marketplace.bookings.queries.permits import latest_plan
from marketplace.bookings.rules import LIVE, state_at
from marketplace.jurisdictions.queries import calendar

# Days before a due date on which those who decide, or who file, are reminded.
AHEAD: Final = timedelta(days=5)
BATCH: Final = 100


def decide_by_silence(session: Session, application_id: UUID, *, now: datetime) -> bool:
    """Where an authority's limit has passed and its rule takes silence for a decision, put that down; else False."""
    found = locked(session, application_id, now=now)
    row = found.application
    state = state_at(found.booking.state, found.booking.held_until, now)
    if row.state not in PENDING or state not in LIVE:
        return False
    verb = silence_decides(found.limit, reading_of(session, row, found.events), found.today)
    if verb is None:
        return False
    step = Step(on=found.today)
    put_down(session, found, verb, step)
    write(session, row, verb, step=step, now=now, by=SYSTEM, details={"deemed": True})
    tell_of(session, found, verb, step, now=now, by=SYSTEM)
    CONSEQUENCES[verb](session, found, step, now=now, by=SYSTEM, outside=row.filed_outside)
    session.flush()
    return True


def decide_silent(session: Session, *, now: datetime, batch: int = BATCH) -> int:
    """The same for all whose rule says so, the oldest first; answers how many."""
    speaks = Application.clock["deemed_on_silence"].astext.in_(("accepted", "refused"))
    # Those of bookings that are over would be chosen again each time and keep the others out.
    live = Booking.state.in_(LIVE) & or_(Booking.state != BookingState.HELD, Booking.held_until > now)
    pending = Application.due_on < now.date(), Application.state.in_(PENDING), speaks, live
    overdue = select(Application.id).join(Booking, Booking.id == Application.booking_id).where(*pending)
    chosen = list(session.scalars(overdue.order_by(Application.due_on).limit(batch)))
    return sum(decide_by_silence(session, each, now=now) for each in chosen)


def remind(session: Session, *, now: datetime, batch: int = BATCH) -> int:
    """Remind officers of decisions, and applicants of filings and answers, whose date comes near; once each."""
    soon = now.date() + AHEAD
    reminded = Application.reminded_for
    decide = Application.state.in_(FILED) & (Application.due_on <= soon) & reminded.is_distinct_from(Application.due_on)
    drafted = Application.state == ApplicationState.DRAFT
    file = drafted & (Application.file_by <= soon) & reminded.is_distinct_from(Application.file_by)
    wanted = select(Application).where(or_(decide, file)).order_by(Application.id).limit(batch)
    rows = session.scalars(wanted.with_for_update(skip_locked=True)).all()
    for row in rows:
        _remind(session, row, now=now)
    session.flush()
    return len(rows)


def _date_of(row: Application) -> date | None:
    return row.file_by if row.state is ApplicationState.DRAFT else row.due_on


def _remind(session: Session, row: Application, *, now: datetime) -> None:
    booking = session.get_one(Booking, row.booking_id)
    row.reminded_for = _date_of(row)
    if booking.state not in LIVE:
        return
    if row.state is ApplicationState.DRAFT:
        by_date = row.file_by.isoformat() if row.file_by else None
        tell_applicant(session, row, booking, "application_file_soon", now=now, by=None, file_by=by_date)
    elif row.filed_outside or row.state is ApplicationState.COMPLETENESS_ASKED:
        tell_applicant(session, row, booking, "application_due_soon", now=now, by=None)
    else:
        tell_officers(session, row, booking, "application_due_soon", now=now, by=None)


def recount_all(session: Session, *, now: datetime) -> int:
    """Work out again every due date that runs: calendars learn of new holidays. Answers how many changed."""
    running = select(Application).where(Application.state.in_(FILED)).order_by(Application.id)
    rows = session.scalars(running.with_for_update(skip_locked=True)).all()
    changed = [row for row in rows if recount(session, row)]
    for row in changed:
        row.updated_at = now
    return len(changed)


def judge_delay(session: Session, booking_id: UUID, *, now: datetime) -> bool:
    """Whether an expired booking failed by an authority's delay though everything was filed on time; then it is put
    down, and both sides are told that it costs nothing."""
    booking, plan = session.get(Booking, booking_id), latest_plan(session, booking_id)
    if booking is None or plan is None or booking.state is not BookingState.EXPIRED:
        return False
    rows = of_booking(session, booking_id)
    events = events_by(session, [row.id for row in rows])
    filings = [filing_of(row, events.get(row.id, ()), reading_of(session, row, events.get(row.id, ()))) for row in rows]
    zone = zone_of(session, next((row.agency_code for row in rows if row.agency_code), None))
    codes = sorted({str(row.clock["calendar"]) for row in rows if row.clock.get("calendar")})
    counted = calendar(session, codes[0] if codes else None)
    groups = groups_of(plan.awaited, plan.requirements)
    if not authority_delayed(groups, filings, local_day(booking.updated_at, zone), counted):
        return False
    return note_delay(session, booking_id, now=now)


def drafts_left(session: Session, *, batch: int = BATCH) -> list[UUID]:
    """Bookings that are over and have drafts still."""
    over = Booking.state.not_in(LIVE)
    chosen = select(Application.booking_id).join(Booking, Booking.id == Application.booking_id)
    wanted = chosen.where(Application.state == ApplicationState.DRAFT, over).distinct()
    return sorted(session.scalars(wanted.limit(batch)))
