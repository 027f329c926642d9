"""What the operations on stored figures are about, for the walk over all routes."""

from __future__ import annotations

from datetime import UTC

from marketplace.spillovers.actions.keeping_up import measure_collaboration, take_year
from tests.factories.outcomes import between
from tests.web.objects import Thing, World, thing


def _measured(world: World) -> dict[str, object]:
    row = between(world.session, world.cast, now=world.now)
    measure_collaboration(world.session, row.id, now=world.now.astimezone(UTC))
    return {"collaboration_id": row.id}


@thing("api_figures.listed", "collaboration_figures.figures")
def figures_of_a_collaboration(world: World) -> Thing:
    """A collaboration of the university and the firm, measured."""
    values = _measured(world)
    return Thing(values, organisation=world.cast.university.id, host=world.cast.firm.id, private=True)


@thing("api_figures.behind", "collaboration_figures.rows")
def rows_behind_a_figure(world: World) -> Thing:
    """The rows of one of its figures."""
    values = {**_measured(world), "metric_id": "out.pub.full"}
    return Thing(values, organisation=world.cast.university.id, host=world.cast.firm.id, private=True)


@thing("api_snapshots.one")
def a_snapshot(world: World) -> Thing:
    """The platform's of a year."""
    return Thing({"snapshot_id": take_year(world.session, "platform", 2025, now=world.now.astimezone(UTC)).id})


@thing("api_snapshots.take")
def a_wish_of_figures(world: World) -> Thing:
    """The platform's of a fiscal year."""
    return Thing({}, form={"scope": "platform", "year": 2025, "begins": "fiscal_hk", "parameters": {"delta": "0.2"}})
