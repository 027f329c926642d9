"""What the routes about runs are about, for the walk over all routes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from marketplace.operations.actions.runs import RunSheet, enter_run
from marketplace.operations.models import Run
from marketplace.values.period import Period
from tests.cast import actor_of
from tests.factories.listings import make_listing
from tests.web.objects import Thing, World, thing


def a_run(world: World) -> Run:
    """Yesterday's of a line of Bo's firm."""
    bo = actor_of(world.session, world.cast.bo, now=world.now)
    _facility, unit = make_listing(world.session, world.cast.firm.id, by=bo, now=world.now)
    start = world.now - timedelta(days=1)
    sheet = RunSheet(
        period=Period(start, start + timedelta(hours=8)),
        planned=28_800,
        down=3600,
        ideal_cycle=Decimal(30),
        total=714,
        good=690,
    )
    return enter_run(world.session, unit.id, sheet, now=world.now, by=bo)


def a_body(world: World, **more: str) -> dict[str, Any]:
    """The same of the day before: at one time a line makes one run."""
    start = world.now - timedelta(days=2)
    said = {"start": start.isoformat(), "end": (start + timedelta(hours=8)).isoformat()}
    return said | {"planned": 28_800, "down": 3600, "ideal_cycle": "30", "total": 714, "good": 690} | more


@thing("runs.listed", "runs.new", "api_runs.listed")
def a_line(world: World) -> Thing:
    """Its host's."""
    return Thing({"unit_id": a_run(world).unit_id}, host=world.cast.firm.id)


@thing("runs.one", "runs.correct", "runs.take_back", "api_runs.one")
def a_run_of_the_firm(world: World) -> Thing:
    """Its host's."""
    return Thing({"run_id": a_run(world).id}, host=world.cast.firm.id)


@thing("api_runs.enter")
def a_run_to_be(world: World) -> Thing:
    """A whole body."""
    return Thing({"unit_id": a_run(world).unit_id}, host=world.cast.firm.id, form=a_body(world))


@thing("api_runs.correct")
def a_run_to_correct(world: World) -> Thing:
    """With its reason."""
    form = a_body(world, reason="Counted again.")
    return Thing({"run_id": a_run(world).id}, host=world.cast.firm.id, form=form)


@thing("api_runs.take_back")
def a_run_to_take_back(world: World) -> Thing:
    """With its reason."""
    return Thing({"run_id": a_run(world).id}, host=world.cast.firm.id, form={"reason": "Wrong line."})
