"""What is shown to whom: one booking, lists, desks, timelines and copies, in a fixed number of statements."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from marketplace.accounts.models import Role
from marketplace.availability.actions import ClosureRequest, close
from marketplace.availability.models import ClaimKind
from marketplace.bookings.actions import approve, cancel
from marketplace.bookings.models import BookingState
from marketplace.bookings.queries.appraisal import preview
from marketplace.bookings.queries.desk import host_desk, host_timeline, my_desk, waiting_count
from marketplace.bookings.queries.pages import Wanted, booking_page, bookings, copy_of, last_booking, rows_by_id
from marketplace.database import new_id
from marketplace.operations.actions import check_in
from marketplace.operations.queries.sessions import sessions_of
from marketplace.values.period import Period
from marketplace.values.refusal import NotFound
from tests.cast import actor_of, join, make_person
from tests.factories.stage import Stage, at, hours


def counted(stage: Stage, work: Any) -> int:
    """How many statements some work takes."""
    statements: list[str] = []

    def note(*given: Any) -> None:
        statements.append(given[2])

    connection = stage.session.connection()
    event.listen(connection, "before_cursor_execute", note)
    work()
    event.remove(connection, "before_cursor_execute", note)
    return len(statements)


@pytest.mark.parametrize(
    ("name", "verbs"),
    [
        ("ada", {"cancel", "move", "accept_terms"}),
        ("bo", {"approve", "decline", "cancel", "move"}),
        ("dee", set()),
    ],
)
def test_the_page_offers_what_the_verbs_would_do(stage: Stage, name: str, verbs: set[str]) -> None:
    stage.terms()
    booking = stage.book(hours(4, 10, 12))
    page = booking_page(stage.session, booking.id, by=stage.actor(name), now=stage.now)
    assert page.row.verbs == verbs
    assert page.row.person_name == page.booked_by_name == "Ada Leung"
    assert page.terms is not None


@pytest.mark.parametrize("name", ["eve", "cheng"])
def test_strangers_see_nothing_anywhere(stage: Stage, name: str) -> None:
    booking = stage.book(hours(4, 10, 12))
    stranger = stage.actor(name)
    with pytest.raises(NotFound):
        booking_page(stage.session, booking.id, by=stranger, now=stage.now)
    with pytest.raises(NotFound):
        copy_of(stage.session, booking.id, by=stranger, now=stage.now)
    assert bookings(stage.session, Wanted(), by=stranger, now=stage.now) == []
    assert rows_by_id(stage.session, [booking.id], by=stranger, now=stage.now) == []
    assert host_timeline(stage.session, Period(at(3), at(9)), by=stranger, now=stage.now) == []
    assert host_desk(stage.session, by=stranger, now=stage.now).waiting == []


def test_colleagues_see_the_booking_and_may_do_nothing(stage: Stage) -> None:
    booking = stage.book(hours(4, 10, 12))
    person = make_person(stage.session, "Fay Ho", now=stage.now)
    join(stage.session, person, stage.cast.university, Role.RESEARCHER, now=stage.now)
    fay = actor_of(stage.session, person, now=stage.now)
    assert booking_page(stage.session, booking.id, by=fay, now=stage.now).row.verbs == frozenset()


def test_the_way_is_told_once_confirmed(stage: Stage) -> None:
    stage.facility.address, stage.facility.arrival_contact = {"en": "12 Bay Road"}, "Gate 3"
    booking = stage.book(hours(4, 10, 12))
    before = booking_page(stage.session, booking.id, by=stage.actor("ada"), now=stage.now)
    approve(stage.session, booking.id, now=stage.now, by=stage.actor("bo"))
    after = booking_page(stage.session, booking.id, by=stage.actor("ada"), now=stage.now)
    assert (before.address, before.arrival_contact) == ({}, None)
    assert (after.address, after.arrival_contact) == ({"en": "12 Bay Road"}, "Gate 3")


def test_an_overdue_hold_is_shown_as_expired(stage: Stage) -> None:
    booking = stage.book(hours(20, 10, 12))
    assert booking.held_until is not None
    late, ada = booking.held_until, stage.actor("ada")
    page = booking_page(stage.session, booking.id, by=ada, now=late)
    assert (page.row.state, page.row.verbs) == (BookingState.EXPIRED, frozenset())
    held, expired = (Wanted(states=frozenset({state})) for state in (BookingState.HELD, BookingState.EXPIRED))
    assert bookings(stage.session, held, by=ada, now=late) == []
    assert [row.id for row in bookings(stage.session, expired, by=ada, now=late)] == [booking.id]
    assert my_desk(stage.session, by=ada, now=late).next == []


def test_lists_are_paged_in_order(stage: Stage) -> None:
    made = [stage.book(hours(4, 9 + number, 10 + number)).id for number in range(6)]
    ahead, ada = Wanted(ahead=True), stage.actor("ada")
    first = bookings(stage.session, ahead, by=ada, now=stage.now, limit=4)
    cursor = (first[-1].booking.starts_at, first[-1].id)
    rest = bookings(stage.session, ahead, by=ada, now=stage.now, limit=4, after=cursor)
    assert [row.id for row in (*first, *rest)] == made
    latest = bookings(stage.session, Wanted(), by=ada, now=stage.now, limit=2)
    assert [row.id for row in latest] == [made[5], made[4]]


def test_desks_show_what_waits_for_this_person_by_deadline(stage: Stage) -> None:
    stage.terms()
    later, sooner = stage.book(hours(20, 10, 12)), stage.book(hours(3, 10, 12))
    for desk in (
        my_desk(stage.session, by=stage.actor("ada"), now=stage.now),
        host_desk(stage.session, by=stage.actor("bo"), now=stage.now),
    ):
        assert [row.id for row in desk.waiting] == [sooner.id, later.id]
    assert waiting_count(stage.session, by=stage.actor("bo"), now=stage.now) == 2
    assert waiting_count(stage.session, by=stage.actor("ada"), now=stage.now) == 0
    approve(stage.session, sooner.id, now=stage.now, by=stage.actor("bo"))
    assert [row.id for row in host_desk(stage.session, by=stage.actor("bo"), now=stage.now).waiting] == [later.id]


def test_the_host_sees_who_is_here_and_who_comes(stage: Stage) -> None:
    stage.rules(instant=True)
    here, today, _ = stage.book(hours(2, 10, 12)), stage.book(hours(2, 14, 15)), stage.book(hours(4, 9, 10))
    check_in(stage.session, here.id, now=at(2, 10), by=stage.actor("ada"))
    desk = host_desk(stage.session, by=stage.actor("bo"), now=at(2, 11))
    assert [row.id for row in desk.next] == [here.id, today.id]
    (use,) = sessions_of(stage.session, [here.id])[here.id]
    assert (use.checked_in_at, use.checked_out_at) == (at(2, 10), None)


def test_the_timeline_shows_bookings_and_closures_of_all_units(stage: Stage) -> None:
    stage.rules(set_up=30)
    booking = stage.book(hours(4, 10, 12))
    request = ClosureRequest(period=hours(5, 9, 18), reason={"en": "Pump"})
    close(stage.session, stage.unit.id, request, now=stage.now, by=stage.actor("bo"))
    (line,) = host_timeline(stage.session, Period(at(3), at(9)), by=stage.actor("bo"), now=stage.now)
    first, second = line.bars
    assert (first.kind, first.period, first.blocked.start) == (ClaimKind.BOOKING, hours(4, 10, 12), at(4, 9, 30))
    assert (first.state, first.holder_id) == (BookingState.HELD, booking.id)
    assert second.closure is not None
    assert (second.kind, second.closure.reason) == (ClaimKind.CLOSURE, {"en": "Pump"})


def test_pages_take_the_same_number_of_statements_whatever_they_show(stage: Stage) -> None:
    ada, bo = stage.actor("ada"), stage.actor("bo")
    window = Period(at(3), at(30))
    works: list[Any] = [
        lambda: bookings(stage.session, Wanted(), by=ada, now=stage.now),
        lambda: my_desk(stage.session, by=ada, now=stage.now),
        lambda: host_desk(stage.session, by=bo, now=stage.now),
        lambda: host_timeline(stage.session, window, by=bo, now=stage.now),
    ]
    stage.terms()
    stage.book(hours(4, 9, 10))
    few = [counted(stage, work) for work in works]
    for number in range(6):
        stage.book(hours(9, 9 + number, 10 + number))
    assert [counted(stage, work) for work in works] == few
    assert max(few) <= 5


def test_a_copy_keeps_everything_but_the_week(stage: Stage) -> None:
    booking = stage.book(hours(4, 10, 12), note="Two wafers")
    ada = stage.actor("ada")
    assert (
        last_booking(stage.session, by=ada) == last_booking(stage.session, by=ada, unit_id=stage.unit.id) == booking.id
    )
    assert last_booking(stage.session, by=ada, unit_id=new_id()) is None
    copy = copy_of(stage.session, booking.id, by=ada, now=at(20, 9))
    assert (copy.period, copy.note, copy.copied_from) == (hours(25, 10, 12), "Two wafers", booking.id)
    assert preview(stage.session, copy, now=stage.now, by=ada).accepted


def test_a_copy_keeps_the_wall_time_over_a_clock_change(stage: Stage) -> None:
    stage.facility.time_zone = "Europe/London"
    stage.session.flush()
    zone = at(1).tzinfo
    booking = stage.book(Period(at(24, 18), at(24, 20)))  # ten to twelve in London, in winter
    copy = copy_of(stage.session, booking.id, by=stage.actor("ada"), now=stage.now)
    assert copy.period.start.astimezone(zone) - booking.starts_at == timedelta(days=7, hours=-1)


def test_cancelled_bookings_leave_the_timeline(stage: Stage) -> None:
    booking = stage.book(hours(4, 10, 12))
    cancel(stage.session, booking.id, now=stage.now, by=stage.actor("ada"))
    (line,) = host_timeline(stage.session, Period(at(3), at(9)), by=stage.actor("bo"), now=stage.now)
    assert line.bars == []
