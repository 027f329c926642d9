"""What the pages of metrics and their operations are about, for the walks over all routes."""

from __future__ import annotations

from tests.web.objects import Thing, World, thing


@thing("metrics.one")
def a_page(_world: World) -> Thing:
    """A metric of the registry."""
    return Thing({"metric_id": "ret.km"})


@thing("api_metrics.one")
def a_metric(_world: World) -> Thing:
    """A metric of the registry."""
    return Thing({"metric_id": "flow.cross_border_share"})


@thing("api_metrics.compute")
def inputs(_world: World) -> Thing:
    """Three tenants, of whom one has left."""
    return Thing({"metric_id": "ret.km"}, form={"months_event": [[3, 1], [5, 0], [9, 0]], "at": [5]})
