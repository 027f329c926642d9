"""What crosses boundaries: sessions, hours and ties between organisations."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

import networkx as nx

from marketplace.spillovers.rules import boundaries
from marketplace.spillovers.rules import given as read
from marketplace.spillovers.rules.boundaries import Session
from marketplace.spillovers.rules.geography import folded, territory
from marketplace.spillovers.rules.given import Given
from marketplace.spillovers.rules.results import Result
from marketplace.values.refusal import Invalid

GROUPINGS: Final = ("jurisdiction", "sector")


def cross_border_share(given: Given) -> Result:
    """flow.cross_border_share: by sessions and hours, under our own rule and under the one that folds HK and MO."""
    every = _sessions(given)
    sessions, places = boundaries.shared(every), _named(given, "jurisdiction")
    sectors = _named(given, "sector") if given.has("sector") else {}
    own = {name: territory(each) for name, each in places.items()}
    joint = {name: folded(each) for name, each in places.items()}
    found, across = boundaries.crossing(sessions, own.get), boundaries.crossing(sessions, joint.get)
    by_sector, both = boundaries.crossing(sessions, sectors.get), boundaries.crossing(sessions, own.get, sectors.get)
    hours = sum((each.hours for each in sessions), Fraction(0))
    value = {
        "shared_sessions": len(sessions),
        "shared_hours": hours,
        "by_sessions": found.by_sessions,
        "by_hours": found.by_hours,
        "cross_sector_by_hours": by_sector.by_hours,
        "cross_both_by_hours": both.by_hours,
        "folded_cn_by_sessions": across.by_sessions,
        "folded_cn_by_hours": across.by_hours,
        "own_use_hours_excluded": sum((each.hours for each in every), Fraction(0)) - hours,
    }
    unknown = len(sessions) - found.sessions
    return Result(
        value=value, numerator=found.crossing_hours, denominator=found.hours, n=len(sessions), n_unknown=unknown
    )


def net_hours(given: Given) -> Result:
    """flow.net_hours: hours provided less hours consumed across the boundary; over all territories they sum to 0."""
    sessions = boundaries.shared(_sessions(given))
    own = {name: territory(each) for name, each in _named(given, "jurisdiction").items()}
    known = boundaries.both_known(sessions, own.get)
    value = boundaries.net_hours(sessions, own.get)
    return Result(value=value, n=len(sessions), n_unknown=len(sessions) - len(known))


def ei_index(given: Given) -> Result:
    """net.ei: (E-I)/(E+I) over sessions and over distinct ties, which are undirected."""
    by = given.text("by") if given.has("by") else "jurisdiction"
    if by not in GROUPINGS:
        raise Invalid.one("by", "choice")
    told = _named(given, by)
    groups = {name: territory(each) for name, each in told.items()} if by == "jurisdiction" else told
    sessions = boundaries.shared(_sessions(given))
    known = boundaries.both_known(sessions, groups.get)
    every = boundaries.network(((each.host, each.user) for each in known), groups)
    external, internal = boundaries.external_internal(every)
    value = {
        "by_sessions": boundaries.ei_index(external, internal),
        "by_distinct_ties": boundaries.ei_index(*boundaries.external_internal(nx.Graph(every))),
    }
    unknown = len(sessions) - len(known)
    return Result(
        value=value, numerator=external - internal, denominator=len(known), n=len(sessions), n_unknown=unknown
    )


def _sessions(given: Given) -> list[Session]:
    return [_session(row, field) for field, row in given.objects("sessions")]


def _session(row: Mapping[str, Any], field: str) -> Session:
    host, user = (read.text(read.member(row, name, field), f"{field}/{name}") for name in ("host", "user"))
    return Session(host, user, read.number(read.member(row, "hours", field), f"{field}/hours", least=0))


def _named(given: Given, name: str) -> dict[str, str]:
    """The group of each organisation; null is unknown."""
    told = given.mapping(name)
    return {each: read.text(value, f"{name}/{each}") for each, value in told.items() if value is not None}


COMPUTATIONS: Final = {
    "flow.cross_border_share": cross_border_share,
    "flow.net_hours": net_hours,
    "net.ei": ei_index,
}
