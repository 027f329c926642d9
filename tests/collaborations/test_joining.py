"""Bookings open collaborations, join them, and are moved between them; the task is done once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import Role
from marketplace.bookings.actions import approve, cancel
from marketplace.bookings.actions.confirming import CONFIRMED
from marketplace.bookings.models import Booking, BookingState
from marketplace.collaborations.actions.closing import end
from marketplace.collaborations.actions.joining import join_booking, move_booking
from marketplace.collaborations.actions.mergers import record_merger
from marketplace.collaborations.actions.proposing import accept
from marketplace.collaborations.models import (
    Collaboration,
    CollaborationBooking,
    CollaborationKind,
    CollaborationParty,
    CollaborationState,
)
from marketplace.collaborations.queries.detail import collaboration_page
from marketplace.collaborations.queries.pages import collaboration_row
from marketplace.jobs.models import Task
from marketplace.notices.models import Notice
from marketplace.values.refusal import Forbidden, NotFound, Refused
from marketplace.worker.registry import registry
from tests.cast import actor_of, join, make_organisation, make_person
from tests.factories.collaborations import TODAY, Sides
from tests.factories.listings import make_listing
from tests.factories.stage import hours


def confirmed(sides: Sides, day: int = 3, **more: Any) -> Booking:
    booking = sides.booked(hours(day, 10, 12), **more)
    if booking.state is BookingState.HELD:
        approve(sides.session, booking.id, now=sides.now, by=sides.stage.actor("bo"))
    assert booking.state is BookingState.CONFIRMED
    return booking


def worked(sides: Sides) -> int:
    """Do the tasks that confirmations left behind, as the worker would."""
    waiting = sides.session.scalars(select(Task).where(Task.name == CONFIRMED).order_by(Task.id)).all()
    for task in waiting:
        registry().tasks[CONFIRMED](sides.session, task.arguments, sides.now)
    return len(waiting)


def count(sides: Sides, kind: type) -> int:
    return sides.session.scalar(select(func.count()).select_from(kind)) or 0


def test_the_first_confirmed_booking_opens_one_and_the_next_join_it(sides: Sides) -> None:
    first = confirmed(sides)
    assert count(sides, Collaboration) == 0  # the confirmation only leaves word
    assert worked(sides) == 1
    row = sides.session.scalars(select(Collaboration)).one()
    assert row.state is CollaborationState.ACTIVE and row.kind is CollaborationKind.FACILITY_SERVICE
    assert row.opened_by_booking == first.id and row.opened_by is None and row.starts_on == TODAY
    parties = sides.session.scalars(select(CollaborationParty)).all()
    assert {party.organisation_id: party.roles for party in parties} == {
        sides.cast.firm.id: ["provider"],
        sides.cast.university.id: ["user"],
    }
    confirmed(sides, 4)
    assert worked(sides) == 2
    assert worked(sides) == 2  # again: nothing changes
    assert count(sides, Collaboration) == 1 and count(sides, CollaborationBooking) == 2
    codes = sides.session.scalars(select(Notice.code).where(Notice.recipient_id == sides.cast.bo.id)).all()
    assert codes.count("collaboration_opened") == 1


def test_own_use_opens_none(sides: Sides) -> None:
    booking = sides.booked(hours(3, 10, 12), by="bo", organisation_id=sides.cast.firm.id)
    assert booking.state is BookingState.CONFIRMED
    assert worked(sides) == 0
    assert join_booking(sides.session, booking.id, now=sides.now) is None


def test_after_the_end_the_next_booking_opens_another(sides: Sides) -> None:
    confirmed(sides)
    worked(sides)
    old = sides.session.scalars(select(Collaboration)).one()
    end(sides.session, old.id, TODAY, "The series is over.", now=sides.now, by=sides.actor("bo"))
    booking = confirmed(sides, 4)
    made = join_booking(sides.session, booking.id, now=sides.now)
    assert made is not None and made.id != old.id and made.pair == old.pair


def test_a_collaboration_of_the_two_made_by_hand_is_joined(sides: Sides) -> None:
    by_hand = sides.active()
    booking = confirmed(sides)
    assert join_booking(sides.session, booking.id, now=sides.now) is by_hand


def test_one_of_three_is_not_taken_for_the_pairs(sides: Sides) -> None:
    three = sides.of_three()
    booking = confirmed(sides)
    made = join_booking(sides.session, booking.id, now=sides.now)
    assert made is not None and made.id != three.id


def test_a_cancelled_booking_stays_and_shows_its_state(sides: Sides) -> None:
    booking = confirmed(sides)
    row = join_booking(sides.session, booking.id, now=sides.now)
    assert row is not None
    cancel(sides.session, booking.id, "Ill.", now=sides.now, by=sides.stage.actor("ada"))
    page = collaboration_page(sides.session, row.id, by=sides.actor("ada"), now=sides.now)
    assert [each.state for each in page.bookings] == [BookingState.CANCELLED] and page.elsewhere == 0


def test_a_booking_moves_to_another_in_which_both_take_part(sides: Sides) -> None:
    booking = confirmed(sides)
    first = join_booking(sides.session, booking.id, now=sides.now)
    three = sides.of_three()
    assert first is not None
    move_booking(sides.session, booking.id, three.id, now=sides.now, by=sides.actor("ada"))
    linked = sides.session.get_one(CollaborationBooking, booking.id)
    assert linked.collaboration_id == three.id and linked.by == sides.cast.ada.id
    waiting = select(Task.arguments["collaboration"].astext).where(Task.name == "spillovers.measure_collaboration")
    told = list(sides.session.scalars(waiting.order_by(Task.run_at.desc())))
    assert told[0] == str(first.id), "once bookings have settled"
    accepted = [str(three.id)] * 2
    assert sorted(told[1:]) == sorted([str(first.id), str(three.id), *accepted]), "both are measured anew"
    # A confirmation that is told of again leaves it where it is.
    join_booking(sides.session, booking.id, now=sides.now)
    assert linked.collaboration_id == three.id
    page = collaboration_page(sides.session, three.id, by=sides.actor("gus"), now=sides.now)
    assert page.bookings == [] and page.elsewhere == 1
    with pytest.raises(NotFound):
        move_booking(sides.session, booking.id, first.id, now=sides.now, by=sides.actor("gus"))
    for name in ("eve", "cheng"):
        with pytest.raises(NotFound):
            move_booking(sides.session, booking.id, first.id, now=sides.now, by=sides.actor(name))
    with pytest.raises(Forbidden):
        move_booking(sides.session, booking.id, first.id, now=sides.now, by=sides.actor("dee"))


def test_a_booking_does_not_move_to_strangers(sides: Sides) -> None:
    booking = confirmed(sides)
    join_booking(sides.session, booking.id, now=sides.now)
    other = sides.proposed(sides.institute.id)
    accept(sides.session, other.id, 1, now=sides.now, by=sides.actor("gus"))
    with pytest.raises(Refused, match="booking_not_of_parties"):
        move_booking(sides.session, booking.id, other.id, now=sides.now, by=sides.actor("ada"))


def test_organisations_of_one_group_open_one_that_says_so(sides: Sides) -> None:
    sides.cast.university.parent_id = sides.cast.firm.id
    booking = confirmed(sides)
    row = join_booking(sides.session, booking.id, now=sides.now)
    assert row is not None
    assert collaboration_row(sides.session, row.id, by=sides.actor("ada"), now=sides.now).in_group


def test_the_successor_of_a_party_goes_on_with_its_collaboration(sides: Sides) -> None:
    booking = confirmed(sides)
    row = join_booking(sides.session, booking.id, now=sides.now)
    heir = make_organisation(sides.session, "Great Harbour University", now=sides.now)
    hana = make_person(sides.session, "Hana Ito", now=sides.now)
    join(sides.session, hana, heir, Role.RESEARCHER, now=sides.now)
    record_merger(sides.session, sides.cast.university.id, heir.id, TODAY, now=sides.now, by=sides.actor("dee"))
    by_hana = actor_of(sides.session, hana, now=sides.now)
    assert row is not None
    assert collaboration_row(sides.session, row.id, by=by_hana, now=sides.now).own == {sides.cast.university.id}
    sides.stage.actors["hana"] = by_hana
    later = sides.stage.book(hours(5, 10, 12), by="hana")
    assert join_booking(sides.session, later.id, now=sides.now) is row
    # What the two had between them is one legal entity's own now.
    record_merger(sides.session, sides.cast.firm.id, heir.id, TODAY, now=sides.now, by=sides.actor("dee"))
    assert join_booking(sides.session, sides.stage.book(hours(6, 10, 12), by="hana").id, now=sides.now) is None


def test_the_day_is_the_hosts_own(sides: Sides) -> None:
    place = make_organisation(sides.session, "Thames Works", now=sides.now, jurisdiction="GB")
    tess = make_person(sides.session, "Tess Hale", now=sides.now)
    join(sides.session, tess, place, Role.HOST_MANAGER, now=sides.now)
    _, unit = make_listing(sides.session, place.id, by=actor_of(sides.session, tess, now=sides.now), now=sides.now)
    sides.stage.unit = unit
    booking = sides.booked(hours(4, 10, 12))
    early = sides.now.replace(hour=2)  # still Sunday in London
    row = join_booking(sides.session, booking.id, now=early)
    assert row is not None and row.starts_on == date(2026, 3, 1) == TODAY - timedelta(days=1)
