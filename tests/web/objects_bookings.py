"""A booking of Ada's at Bo's, and a question of hers, for the walk over all routes."""

from __future__ import annotations

from datetime import timedelta

from marketplace.accounts.models import Role
from marketplace.bookings.actions import ask, request_booking
from marketplace.bookings.models import Booking
from marketplace.bookings.rules import BookingRequest
from marketplace.catalogue.models import Unit
from marketplace.values.period import Period
from tests.cast import actor_of, join
from tests.factories.listings import make_listing
from tests.web.objects import Thing, World, thing


def a_unit(world: World) -> Unit:
    cast = world.cast
    return make_listing(world.session, cast.firm.id, by=actor_of(world.session, cast.bo, now=world.now), now=world.now)[1]


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
