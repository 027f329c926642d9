"""What the worker does to bookings by the clock, through the functions that it has registered."""

from __future__ import annotations

from datetime import timedelta

from marketplace.availability.actions import ClosureRequest, close
from marketplace.availability.rules import Recurrence
from marketplace.bookings.models import BookingState
from marketplace.worker.registry import registry
from tests.factories.stage import Stage, at, hours

NAMES = (
    "bookings.expire",
    "bookings.miss",
    "bookings.remind_of_deadlines",
    "bookings.remind_of_starts",
    "availability.extend_closures",
)


def test_every_piece_of_clockwork_is_registered_and_idle_without_bookings(stage: Stage) -> None:
    periodic = registry().periodic
    assert [periodic[name].work(stage.session, stage.now) for name in NAMES] == [0] * len(NAMES)


def test_holds_expire_and_people_are_reminded(stage: Stage) -> None:
    work = {name: registry().periodic[name].work for name in NAMES}
    booking = stage.book(hours(20, 10, 12))
    assert booking.held_until is not None
    assert work["bookings.remind_of_deadlines"](stage.session, booking.held_until - timedelta(hours=12)) == 1
    assert work["bookings.expire"](stage.session, booking.held_until) == 1
    assert booking.state is BookingState.EXPIRED


def test_recurring_closures_are_written_on(stage: Stage) -> None:
    request = ClosureRequest(period=hours(4, 9, 10), recurrence=Recurrence("WEEKLY"))
    close(stage.session, stage.unit.id, request, now=stage.now, by=stage.actor("bo"))
    extend = registry().periodic["availability.extend_closures"].work
    assert extend(stage.session, stage.now) == 0
    assert extend(stage.session, at(18, 9)) == 2
