"""What the routes of zones and calendars are about, for the walk over all routes."""

from __future__ import annotations

from tests.web.objects import Thing, World, thing


@thing("zones.zone")
def a_zone(_world: World) -> Thing:
    """A zone of the reference tables."""
    return Thing({"slug": "hengqin"})


@thing("zones.calendar_year", "zones.override_day", "zones.confirm_year")
def a_calendar_year(_world: World) -> Thing:
    """A year that is loaded."""
    return Thing({"code": "HK-GOV5", "year": 2026})
