"""What the clock does: silence that decides, reminders once each, dates counted again, and approvals that changed."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func, select

from marketplace.applications.actions.clocking import decide_silent, recount_all, remind
from marketplace.applications.models import ApplicationState, Verb
from marketplace.applications.queries.leaning import bookings_touched
from marketplace.applications.queries.rows import events_of
from marketplace.bookings.models import Gate, GateKind, GateState
from marketplace.jobs.models import Task
from marketplace.jurisdictions.models import CalendarDay, DayKind
from marketplace.notices.models import Notice
from marketplace.permits.actions.vault import revoke
from marketplace.worker.registry import registry
from tests.applications.conftest import LICENCE, Office

S, V = ApplicationState, Verb
DUE = date(2026, 5, 8)


def told(office: Office, code: str) -> int:
    found = office.session.scalar(select(func.count()).select_from(Notice).where(Notice.code == code))
    assert found is not None
    return found


def test_silence_grants_only_where_the_rule_says_so_and_only_once(office: Office) -> None:
    silent, other = (office.applications(office.book(day=day))[LICENCE] for day in (30, 31))
    for row in (silent, other):
        office.step(row, V.FILE, "bo")
    silent.clock = {**silent.clock, "deemed_on_silence": "accepted"}
    office.session.flush()
    on_the_day = office.now.replace(month=DUE.month, day=DUE.day, hour=23)
    assert decide_silent(office.session, now=on_the_day) == 0
    after = on_the_day + timedelta(days=1)
    assert decide_silent(office.session, now=after) == 1
    assert (silent.state, other.state) == (S.GRANTED, S.FILED)
    last = events_of(office.session, silent.id)[-1]
    assert (last.verb, last.by, last.details) == (V.GRANT, None, {"deemed": True})
    assert len(silent.entries) == 1
    assert decide_silent(office.session, now=after) == 0


def test_officers_are_reminded_once_of_a_date_that_comes_near(office: Office) -> None:
    row = office.applications(office.book())[LICENCE]
    office.step(row, V.FILE, "bo")
    assert remind(office.session, now=office.now) == 0
    near = office.now.replace(month=5, day=4)
    assert remind(office.session, now=near) == 1
    assert remind(office.session, now=near) == 0
    assert told(office, "application_due_soon") == 1


def test_applicants_are_reminded_of_their_own_date(office: Office) -> None:
    row = office.applications(office.book())[LICENCE]
    row.file_by = office.now.date() + timedelta(days=3)
    office.session.flush()
    assert remind(office.session, now=office.now) == 1
    assert remind(office.session, now=office.now) == 0
    assert told(office, "application_file_soon") == 1


def test_a_new_holiday_moves_the_dates_that_run(office: Office) -> None:
    row = office.applications(office.book())[LICENCE]
    office.step(row, V.FILE, "bo")
    assert recount_all(office.session, now=office.now) == 0
    day = CalendarDay(calendar_code="CN", day=date(2026, 4, 15), kind=DayKind.OFF, name={}, source="x", official=True)
    office.session.add(day)
    office.session.flush()
    assert recount_all(office.session, now=office.now) == 1
    assert row.due_on == date(2026, 5, 9), "a worked Saturday"


def test_a_changed_approval_has_the_bookings_that_lean_on_it_planned_anew(office: Office) -> None:
    booking = office.book()
    row = office.applications(booking)[LICENCE]
    office.step(row, V.FILE, "bo")
    office.step(row, V.GRANT, "cheng")
    entry = UUID(row.entries[0])
    assert bookings_touched(office.session, entry) == [booking.id]
    revoke(office.session, entry, "Not used.", now=office.now, by=office.actor("bo"))
    work = registry().tasks
    assert work["vault.changed"](office.session, {"entry": str(entry)}, office.now) == 1
    task = office.session.scalars(select(Task).where(Task.name == "booking.replan")).one()
    assert work["booking.replan"](office.session, task.arguments, office.now) is True
    gate = office.session.scalars(
        select(Gate).where(Gate.booking_id == booking.id, Gate.kind == GateKind.PERMITS)
    ).one()
    assert gate.state is GateState.OPEN
    assert work["booking.planned"](office.session, {"booking": str(booking.id)}, office.now) == 1
    assert row.state is S.DRAFT


def test_an_approval_of_strangers_touches_no_booking(office: Office) -> None:
    office.book()
    assert bookings_touched(office.session, UUID(int=7)) == []
