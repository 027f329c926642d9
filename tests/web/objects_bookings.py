"""A booking of Ada's at Bo's, and a question of hers, for the walk over all routes."""

from __future__ import annotations

from datetime import timedelta

from marketplace.bookings.actions import ask, request_booking
from marketplace.bookings.models import Booking
from marketplace.bookings.rules import BookingRequest
from marketplace.catalogue.models import Facility, Unit
from marketplace.values.period import Period
from tests.cast import actor_of
from tests.factories.listings import make_listing
from tests.web.objects import Thing, World, thing


def a_unit(world: World) -> Unit:
    cast = world.cast
    return make_listing(world.session, cast.firm.id, by=actor_of(world.session, cast.bo, now=world.now), now=world.now)[
        1
    ]


def a_request(world: World) -> Booking:
    unit = a_unit(world)
    start = (world.now + timedelta(days=1)).replace(hour=10, minute=0)
    ada = actor_of(world.session, world.cast.ada, now=world.now)
    wish = BookingRequest(unit_id=unit.id, period=Period(start, start + timedelta(hours=2)))
    return request_booking(world.session, wish, now=world.now, by=ada)


def about(world: World, booking: Booking, **more: object) -> Thing:
    cast = world.cast
    parties = {"owner": cast.ada.id, "organisation": cast.university.id, "host": cast.firm.id}
    return Thing({"booking_id": booking.id}, **parties, **more)  # type: ignore[arg-type]


@thing("booking_form.new", "booking_form.check")
def a_unit_to_book(world: World) -> Thing:
    return Thing({"unit_id": a_unit(world).id})


@thing("booking_form.book")
def a_wish_for_the_university(world: World) -> Thing:
    cast = world.cast
    form = {"organisation": str(cast.university.id)}
    parties = {"owner": None, "organisation": cast.university.id, "host": cast.firm.id}
    return Thing({"unit_id": a_unit(world).id}, form=form, **parties)  # type: ignore[arg-type]


@thing(
    "bookings.one", "bookings.copy", "bookings.calendar", "booking_verbs.cancel", "booking_verbs.move",
    "booking_verbs.check_move", "booking_verbs.accept_terms", "booking_verbs.approve", "booking_verbs.decline",
    "booking_verbs.check_in", "booking_verbs.check_out", "booking_verbs.write",
)  # fmt: skip
def a_booking_of_ada(world: World) -> Thing:
    return about(world, a_request(world))


@thing("threads.one", "threads.write")
def a_question_of_ada(world: World) -> Thing:
    facility_id = a_unit(world).facility_id
    ada = actor_of(world.session, world.cast.ada, now=world.now)
    thread = ask(world.session, facility_id, "Masks", "Do you take six inch masks?", now=world.now, by=ada)
    return Thing({"thread_id": thread.id}, owner=ada.id, host=world.cast.firm.id, private=True)


@thing("threads.ask")
def a_facility_to_ask_about(world: World) -> Thing:
    facility = world.session.get_one(Facility, a_unit(world).facility_id)
    return Thing({"slug": facility.slug})


@thing("booking_permits.permits", "booking_permits.state")
def permits_of_a_booking(world: World) -> Thing:
    return about(world, a_request(world))
