"""What crosses a boundary: shares of sessions and hours, net hours, and ties inside and between groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import networkx as nx

from marketplace.spillovers.rules.results import ratio

Grouping = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Session:
    """Hours that one organisation used at another."""

    host: str
    user: str
    hours: Fraction


@dataclass(frozen=True, slots=True)
class Crossing:
    """Sessions and hours that cross, of all whose two sides are known."""

    crossing: int
    sessions: int
    crossing_hours: Fraction
    hours: Fraction

    @property
    def by_sessions(self) -> Any:
        """The share of sessions; None without any."""
        return ratio(self.crossing, self.sessions)

    @property
    def by_hours(self) -> Any:
        """The share of hours; None without any."""
        return ratio(self.crossing_hours, self.hours)


def shared(sessions: Iterable[Session]) -> list[Session]:
    """Sessions at somebody else's; use of one's own stays out of all that is called sharing."""
    return [each for each in sessions if each.host != each.user]


def both_known(sessions: Iterable[Session], *groups: Grouping) -> list[Session]:
    """Sessions of which every grouping knows both sides."""
    return [each for each in sessions if all(group(each.host) and group(each.user) for group in groups)]


def crossing(sessions: Sequence[Session], *groups: Grouping) -> Crossing:
    """How much crosses every one of these groupings at once, of the sessions whose sides are known in all."""
    known = both_known(sessions, *groups)
    across = [each for each in known if all(group(each.host) != group(each.user) for group in groups)]
    return Crossing(len(across), len(known), _hours(across), _hours(known))


def net_hours(sessions: Iterable[Session], group: Grouping) -> dict[str, Fraction]:
    """For each territory the hours provided across the boundary less those consumed; the sum is 0."""
    found: dict[str, Fraction] = {}
    for each in sessions:
        host, user = group(each.host), group(each.user)
        if host is None or user is None:
            continue
        own = each.hours if host != user else Fraction(0)
        found[host] = found.get(host, Fraction(0)) + own
        found[user] = found.get(user, Fraction(0)) - own
    return {name: found[name] for name in sorted(found)}


def network(ties: Iterable[tuple[str, str]], groups: Mapping[str, str]) -> nx.MultiGraph:
    """Who is tied to whom, undirected, each tie as often as it occurs; each organisation with its group."""
    graph = nx.MultiGraph()
    for one, other in ties:
        for name in (one, other):
            graph.add_node(name, group=groups[name])
        graph.add_edge(one, other)
    return graph


def external_internal(graph: nx.Graph) -> tuple[int, int]:
    """Ties between groups and ties inside them; of a multigraph each occurrence counts."""
    group = nx.get_node_attributes(graph, "group")
    external = sum(1 for one, other in graph.edges() if group[one] != group[other])
    return external, graph.number_of_edges() - external


def ei_index(external: int, internal: int) -> Any:
    """(E-I)/(E+I), from -1 to +1 (Krackhardt, Stern 1988); None without ties."""
    return ratio(external - internal, external + internal)


def _hours(sessions: Iterable[Session]) -> Fraction:
    return sum((each.hours for each in sessions), Fraction(0))
