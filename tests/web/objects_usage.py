"""Statistics of use, for the walk over all routes."""

from __future__ import annotations

from datetime import date

from marketplace.statistics.actions.exports import Order, begin_export
from marketplace.statistics.models import ExportFormat
from marketplace.statistics.rules.wishes import wish_of
from tests.cast import actor_of
from tests.web.objects import Thing, World, thing

DAYS = {"from": "2026-02-01", "to": "2026-02-28"}


@thing("usage.statistics", "usage.file", "api_usage.listed", "api_usage.logged")
def the_firm_that_hosts(world: World) -> Thing:
    """Bo's firm, whose units' use he sees."""
    return Thing({**DAYS, "format": "csv"}, host=world.cast.firm.id, private=True)


@thing("usage.told", "api_usage.told")
def an_export(world: World) -> Thing:
    """Bo's."""
    bo = actor_of(world.session, world.cast.bo, now=world.now)
    wish = wish_of((date(2026, 2, 1), date(2026, 2, 28)))
    row, _ = begin_export(world.session, Order(wish, ExportFormat.CSV, "page"), now=world.now, by=bo)
    return Thing({"export_id": row.id}, owner=world.cast.bo.id, private=True)
