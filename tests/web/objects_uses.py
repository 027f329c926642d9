"""A session of Ada's at Bo's, for the walk over all routes."""

from __future__ import annotations

from datetime import timedelta

from marketplace.bookings.models import BookingState
from marketplace.operations.actions.kiosks import renew_kiosk
from marketplace.operations.models import Source, UseSession
from tests.cast import actor_of
from tests.factories.uses import marked
from tests.web.objects import Thing, World, thing
from tests.web.objects_bookings import a_request, a_unit


def a_use(world: World) -> UseSession:
    booking = a_request(world)
    booking.state, booking.held_until = BookingState.COMPLETED, None
    began = world.now - timedelta(hours=3)
    use = UseSession(
        booking_id=booking.id,
        unit_id=booking.unit_id,
        checked_in_at=began,
        checked_in_by=world.cast.ada.id,
        checked_out_at=began + timedelta(hours=1),
        **marked(booking, began, began),
    )
    assert use.start_source is Source.PERSON
    world.session.add(use)
    world.session.flush()
    return use


def about_use(world: World, **form: object) -> Thing:
    cast, use = world.cast, a_use(world)
    parties = {"owner": cast.ada.id, "organisation": cast.university.id, "host": cast.firm.id}
    return Thing({"session_id": use.id}, form=form, **parties)


@thing("uses.one", "uses.describe", "uses.correct", "api_uses.one", "api_uses.describe")
def a_session_of_ada(world: World) -> Thing:
    return about_use(world)


@thing("api_uses.correct")
def a_session_to_correct(world: World) -> Thing:
    began = world.now - timedelta(hours=3)
    ended = began + timedelta(minutes=50)
    return about_use(world, began=began.isoformat(), ended=ended.isoformat(), reason="The clock was wrong.")


@thing(
    "unit_devices.devices", "unit_devices.renew_kiosk", "unit_devices.end_kiosk", "unit_devices.renew_feed",
    "unit_devices.end_feed", "api_unit_devices.devices", "api_unit_devices.renew_kiosk", "api_unit_devices.end_kiosk",
    "api_unit_devices.renew_feed", "api_unit_devices.end_feed", "api_unit_devices.uses",
)  # fmt: skip
def a_unit_with_devices(world: World) -> Thing:
    return Thing({"unit_id": a_unit(world).id}, host=world.cast.firm.id)


@thing("logger_files.look", "logger_files.take", "api_logger_files.take")
def a_unit_with_a_logger(world: World) -> Thing:
    return Thing({"unit_id": a_unit(world).id}, host=world.cast.firm.id, form={"text": "start,end\n"})


@thing("kiosk.kiosk", "kiosk.check")
def a_kiosk(world: World) -> Thing:
    bo = actor_of(world.session, world.cast.bo, now=world.now)
    code = renew_kiosk(world.session, a_unit(world).id, key="k" * 48, now=world.now, by=bo)
    return Thing({"code": code})


@thing("api_unit_feed.send")
def a_fed_unit(world: World) -> Thing:
    event = {"id": "1", "type": "start", "at": world.now.isoformat()}
    return Thing({"unit_id": a_unit(world).id}, form={"events": [event]})
