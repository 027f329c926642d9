"""What the routes of hosts are about, for the walk over all routes."""

from __future__ import annotations

from datetime import timedelta

from marketplace.availability.actions.closures import ClosureRequest, close
from marketplace.availability.rules import Recurrence
from marketplace.bookings.actions.feeds import renew_feed
from marketplace.bookings.rules.feeds import FeedKind
from marketplace.catalogue.models import Unit
from marketplace.values.period import Period
from tests.cast import actor_of
from tests.factories.listings import make_listing
from tests.factories.stage import hours, make_stage_of
from tests.web.objects import Thing, World, thing


@thing(
    "host_desk.approve", "host_desk.decline", "host_desk.check_in", "host_desk.check_out", "closures.make_way"
)  # fmt: skip
def a_request_of_ada(world: World) -> Thing:
    """Ada's wish for a bench of Bo's firm."""
    stage = make_stage_of(world.session, world.cast, world.now)
    booking = stage.book(hours(4, 10, 12))
    cast = world.cast
    return Thing({"booking_id": booking.id}, owner=cast.ada.id, organisation=cast.university.id, host=cast.firm.id)


def _unit(world: World) -> Unit:
    bo = actor_of(world.session, world.cast.bo, now=world.now)
    _facility, unit = make_listing(world.session, world.cast.firm.id, by=bo, now=world.now)
    return unit


@thing("host_booking.new", "host_booking.check", "host_booking.book")
def a_unit_of_the_firm(world: World) -> Thing:
    """A bench of Bo's firm."""
    return Thing({"unit_id": _unit(world).id}, host=world.cast.firm.id, private=True)


@thing("closures.lift_one", "closures.end")
def a_recurring_closure(world: World) -> Thing:
    """Every week from the day after tomorrow."""
    unit = _unit(world)
    bo = actor_of(world.session, world.cast.bo, now=world.now)
    start = world.now + timedelta(days=2)
    request = ClosureRequest(period=Period(start, start + timedelta(hours=2)), recurrence=Recurrence("WEEKLY"))
    made = close(world.session, unit.id, request, now=world.now, by=bo)[0]
    return Thing({"closure_id": made.id, "series_id": made.series_id}, host=world.cast.firm.id, private=True)


@thing("calendar_feeds.renew", "calendar_feeds.end")
def the_feed_of_the_firm(world: World) -> Thing:
    """Its managers' and host managers' to make."""
    firm = world.cast.firm.id
    return Thing({"kind": "organisation", "subject_id": firm}, organisation=firm, host=firm, private=True)


@thing("calendar.fetch")
def a_feed_of_ada(world: World) -> Thing:
    """Whoever has the address reads it."""
    ada = actor_of(world.session, world.cast.ada, now=world.now)
    return Thing({"secret": renew_feed(world.session, FeedKind.PERSON, ada.id, now=world.now, by=ada)})
