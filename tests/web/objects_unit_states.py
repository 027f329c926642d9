"""What the routes about states of units are about, for the walk over all routes."""

from __future__ import annotations

from datetime import timedelta

from marketplace.catalogue.models import Unit
from marketplace.operations.actions.corrections import Correction, correct_state
from marketplace.operations.models import MachineState, StateCorrection, Substate
from marketplace.values.period import Period
from tests.cast import actor_of
from tests.factories.listings import make_listing
from tests.web.objects import Thing, World, thing


def an_old_unit(world: World) -> Unit:
    """A bench of Bo's firm that was listed a week ago."""
    bo = actor_of(world.session, world.cast.bo, now=world.now)
    _facility, unit = make_listing(world.session, world.cast.firm.id, by=bo, now=world.now)
    unit.created_at = world.now - timedelta(days=7)
    world.session.flush()
    return unit


def an_hour(world: World) -> Period:
    """An hour of yesterday."""
    start = world.now - timedelta(days=1)
    return Period(start, start + timedelta(hours=1))


def a_correction(world: World) -> StateCorrection:
    """Bo says that the unit was down."""
    bo = actor_of(world.session, world.cast.bo, now=world.now)
    said = Correction(
        period=an_hour(world), state=MachineState.UNSCHEDULED_DOWN, substate=Substate.REPAIR, reason="It leaked."
    )
    return correct_state(world.session, an_old_unit(world).id, said, now=world.now, by=bo)


def _hosted(world: World, **more: object) -> Thing:
    return Thing(dict(more), host=world.cast.firm.id)


@thing("unit_states.states", "unit_states.correct")
def the_states_of_a_unit(world: World) -> Thing:
    """Its host's, and the overseers'."""
    return _hosted(world, unit_id=an_old_unit(world).id)


@thing("unit_states.take_back")
def what_bo_corrected(world: World) -> Thing:
    """Bo's firm may take it back."""
    return _hosted(world, correction_id=a_correction(world).id)


@thing("api_unit_states.states", "api_unit_states.corrections")
def a_window_of_a_unit(world: World) -> Thing:
    """A day."""

    return _hosted(world, unit_id=an_old_unit(world).id)


@thing("api_unit_states.correct")
def a_correction_to_be(world: World) -> Thing:
    """A whole body."""
    body = an_hour(world).as_json() | {"state": "standby", "substate": "no_material", "reason": "No wafers."}
    return Thing({"unit_id": an_old_unit(world).id}, host=world.cast.firm.id, form=body)


@thing("api_unit_states.take_back")
def a_correction_to_take_back(world: World) -> Thing:
    """With its reason."""
    arguments = {"correction_id": a_correction(world).id}
    return Thing(arguments, host=world.cast.firm.id, form={"reason": "Wrong day."})
