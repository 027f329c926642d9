"""What the routes about faults are about, for the walk over all routes."""

from __future__ import annotations

from marketplace.operations.actions.faults import Report, report_fault, stop_unit
from marketplace.operations.models import Fault, Urgency
from tests.cast import actor_of
from tests.factories.stage import make_stage_of
from tests.web.objects import Thing, World, thing


def a_fault(world: World, *, stopped: bool = False) -> Fault:
    """Ada reports that the bench of Bo's firm smells of burning."""
    stage = make_stage_of(world.session, world.cast, world.now)
    said = Report(urgency=Urgency.HIGH, text="It smells of burning.")
    fault = report_fault(world.session, stage.unit.id, said, now=world.now, by=stage.actor("ada"))
    if stopped:
        bo = actor_of(world.session, world.cast.bo, now=world.now)
        stop_unit(world.session, fault.id, world.now, None, now=world.now, by=bo)
    return fault


def _about(world: World, fault: Fault, **more: object) -> Thing:
    cast = world.cast
    form = {key: value for key, value in more.items() if key != "deed"}
    values = {"fault_id": fault.id} | ({"deed": more["deed"]} if "deed" in more else {})
    return Thing(values, owner=cast.ada.id, host=cast.firm.id, form=form)


@thing("faults.one", "api_faults.one")
def a_fault_of_ada(world: World) -> Thing:
    """Hers, and the host's to see."""
    return _about(world, a_fault(world))


@thing("faults.step")
def a_fault_to_resolve(world: World) -> Thing:
    """The host's to close."""
    return _about(world, a_fault(world), deed="resolve", cause="A fuse", resolution="New fuse")


@thing("api_faults.stop")
def a_fault_to_stop_for(world: World) -> Thing:
    """From now on."""
    return _about(world, a_fault(world), since=world.now.isoformat())


@thing("api_faults.expect")
def a_stopped_unit(world: World) -> Thing:
    """Nobody knows until when."""
    return _about(world, a_fault(world, stopped=True), expected_back=None)


@thing("api_faults.resolve")
def a_fault_to_mend(world: World) -> Thing:
    """A fuse."""
    return _about(world, a_fault(world), cause="A fuse", resolution="New fuse")


@thing("api_faults.cancel")
def a_fault_that_was_none(world: World) -> Thing:
    """The toaster."""
    return _about(world, a_fault(world), reason="It was the toaster.")


@thing("faults.report", "api_faults.own", "api_faults.standstill", "api_faults.report")
def a_unit_that_ada_may_book(world: World) -> Thing:
    """Whoever may book anything may report what is broken."""
    stage = make_stage_of(world.session, world.cast, world.now)
    form = {"urgency": "high", "text": "It smells of burning."}
    return Thing({"unit_id": stage.unit.id}, organisation=world.cast.university.id, host=world.cast.firm.id, form=form)
