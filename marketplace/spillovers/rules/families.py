"""Patent families from the priorities that documents claim."""

from __future__ import annotations

from collections.abc import Iterable

import networkx as nx

Priorities = frozenset[str]


def simple(documents: Iterable[Priorities]) -> int:
    """How many simple families (DOCDB): documents with exactly the same priorities are one."""
    return len({each for each in documents if each})


def extended(documents: Iterable[Priorities]) -> int:
    """How many extended families (INPADOC): documents connected by any chain of shared priorities are one."""
    graph = nx.Graph()
    for each in documents:
        nx.add_path(graph, sorted(each))
    return int(nx.number_connected_components(graph))
