"""What the pages of figures and their operations are about, for the walks over all routes."""

from __future__ import annotations

from datetime import timedelta

from marketplace.spillovers.rules.scopes import PLATFORM, Scope, ScopeKind
from tests.factories.snapshots import make_snapshot, outcomes, sharing
from tests.web.objects import Thing, World, thing

YEAR = 2024
ZONE = "hengqin"


def _measured(world: World, scope: Scope) -> None:
    shared = sharing(("a", "b", 3), ("b", "a", 4), homes={"a": "HK", "b": "CN"})
    figures = {"flow.matrix": shared, "out.matrix": outcomes(("", "patents", 7, 4))}
    make_snapshot(world.session, scope, YEAR, figures, as_of=world.now - timedelta(days=30))


@thing("figures.organisation", "figures.organisation_chart", "figures.organisation_rows")
def a_page_of_an_organisation(world: World) -> Thing:
    """Ada's university, measured."""
    _measured(world, Scope(ScopeKind.ORGANISATION, id=world.cast.university.id))
    values = {"slug": world.cast.university.slug, "year": YEAR, "chart": "matrix", "ending": "svg"}
    values["metric_id"] = "out.pub.full"
    return Thing(values, organisation=world.cast.university.id, private=True)


@thing("figures.zone", "figures.zone_chart", "figures.zone_rows")
def a_page_of_a_zone(world: World) -> Thing:
    """A zone, measured."""
    code = world.session.connection().exec_driver_sql(f"SELECT code FROM zones WHERE slug = '{ZONE}'").scalar_one()
    _measured(world, Scope(ScopeKind.ZONE, code=code))
    values = {"slug": ZONE, "year": YEAR, "chart": "flows", "ending": "png", "metric_id": "flow.net_hours"}
    return Thing(values, private=True)


@thing("figures.published_chart")
def a_published_chart(world: World) -> Thing:
    """What is published of a year."""
    _measured(world, PLATFORM)
    return Thing({"year": YEAR, "chart": "zones", "ending": "csv"})


@thing("api_stored_figures.of_organisation")
def figures_of_an_organisation(world: World) -> Thing:
    """Ada's university, measured."""
    _measured(world, Scope(ScopeKind.ORGANISATION, id=world.cast.university.id))
    return Thing({"organisation_id": world.cast.university.id}, organisation=world.cast.university.id, private=True)


@thing("api_stored_figures.behind")
def rows_behind_a_figure(world: World) -> Thing:
    """Sessions behind a figure of Ada's university."""
    _measured(world, Scope(ScopeKind.ORGANISATION, id=world.cast.university.id))
    values = {"organisation_id": world.cast.university.id, "year": YEAR, "metric_id": "flow.net_hours"}
    return Thing(values, organisation=world.cast.university.id, private=True)


@thing("api_stored_figures.of_zone")
def figures_of_a_zone(world: World) -> Thing:
    """A zone, measured."""
    return Thing({"code": ZONE}, private=True)


@thing("api_stored_figures.behind_zone")
def rows_behind_a_zones_figure(world: World) -> Thing:
    """Sessions behind a figure of a zone."""
    code = world.session.connection().exec_driver_sql(f"SELECT code FROM zones WHERE slug = '{ZONE}'").scalar_one()
    _measured(world, Scope(ScopeKind.ZONE, code=code))
    return Thing({"code": ZONE, "year": YEAR, "metric_id": "flow.net_hours"}, private=True)


@thing("api_charts.published")
def a_published_chart_of_an_operation(world: World) -> Thing:
    """What is published of a year, for programs."""
    _measured(world, PLATFORM)
    return Thing({"year": YEAR, "chart": "zones"})


@thing("api_charts.of_organisation")
def a_chart_of_an_organisation(world: World) -> Thing:
    """Ada's university, measured."""
    _measured(world, Scope(ScopeKind.ORGANISATION, id=world.cast.university.id))
    values = {"organisation_id": world.cast.university.id, "year": YEAR, "chart": "matrix"}
    return Thing(values, organisation=world.cast.university.id, private=True)


@thing("api_charts.of_zone")
def a_chart_of_a_zone(world: World) -> Thing:
    """A zone, measured."""
    code = world.session.connection().exec_driver_sql(f"SELECT code FROM zones WHERE slug = '{ZONE}'").scalar_one()
    _measured(world, Scope(ScopeKind.ZONE, code=code))
    return Thing({"code": ZONE, "year": YEAR, "chart": "matrix"}, private=True)
