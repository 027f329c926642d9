"""What the pages and operations on training are about, for the walks over all routes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from marketplace.terms.actions.training import ask, set_need
from marketplace.terms.rules.training import Need
from tests.factories.stage import Stage, make_stage_of
from tests.web.objects import Thing, World, thing


def _needed(world: World) -> Stage:
    stage = make_stage_of(world.session, world.cast, world.now)
    need = Need(name={"en": "Induction"})
    set_need(world.session, stage.unit.id, need, now=world.now, by=stage.actor("bo"))
    return stage


@thing("training.unit", "training.unasked")
def a_unit(world: World) -> Thing:
    """A bench of Bo's firm that demands training."""
    return Thing({"unit_id": _needed(world).unit.id}, host=world.cast.firm.id, private=True)


@thing("training.wanted", "api_training.ask", "api_training.needed")
def a_unit_to_be_trained_on(world: World) -> Thing:
    """The same, before whoever wants to use it."""
    return Thing({"unit_id": _needed(world).unit.id})


@thing("api_training.set_need", "api_training.drop_need")
def a_unit_of_programs(world: World) -> Thing:
    """The same with what it demands."""
    unit = _needed(world).unit.id
    return Thing({"unit_id": unit}, host=world.cast.firm.id, form={"name": {"en": "Induction"}})


@thing(
    "training.one", "training.set_time", "training.passed", "training.turn_down", "api_training.one",
)  # fmt: skip
def a_wish_of_ada(world: World) -> Thing:
    """Ada asks to be trained."""
    stage = _needed(world)
    row = ask(world.session, stage.unit.id, now=world.now, by=stage.actor("ada"))
    return Thing({"training_id": row.id}, host=world.cast.firm.id, private=True)


@thing("api_training.schedule")
def a_wish_to_schedule(world: World) -> Thing:
    when = (world.now + timedelta(days=2)).isoformat()
    return replace(a_wish_of_ada(world), form={"at": when})


@thing("api_training.record")
def a_training_to_record(world: World) -> Thing:
    return replace(a_wish_of_ada(world), form={"passed_on": world.now.date().isoformat()})


@thing("api_training.record_unasked")
def a_training_nobody_asked_for(world: World) -> Thing:
    """Bo's own people were trained."""
    form = {"email": world.cast.bo.email, "passed_on": world.now.date().isoformat()}
    return Thing({"unit_id": _needed(world).unit.id}, host=world.cast.firm.id, private=True, form=form)


@thing("api_training.decline")
def a_wish_to_turn_down(world: World) -> Thing:
    return replace(a_wish_of_ada(world), form={"reason": "The bench is away."})
