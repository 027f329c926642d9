"""What the pages of permit rules are about, for the walk over all routes."""

from __future__ import annotations

from tests.web.objects import Thing, World, thing


@thing("permits.rule")
def a_rule(_world: World) -> Thing:
    """A rule of the files."""
    return Thing({"rule": "EXP-01"})
