"""Of how many persons a side has sent information out of a territory in a year: what thresholds add up (CLR-05)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from marketplace.permits.rules.facts import Territories
from marketplace.permits.rules.shapes import is_day

# Persons (not sensitive, sensitive) by "user" or "host", territory and year.
Counts = Mapping[tuple[str, str, int], tuple[int, int]]


def with_counts(facts: Mapping[str, Any], counts: Counts, territories: Territories) -> dict[str, Any]:
    """The facts with the year's counts on each data flow: of how many persons (not sensitive, sensitive) the same side
    has sent information out of the same territory in that year by other bookings, by ("user" or "host", territory,
    year). Who states more has sent more elsewhere (CLR-05)."""
    flows = facts.get("data_flows")
    if not isinstance(flows, list):
        return dict(facts)
    counted = [_counted(each, counts, territories) if isinstance(each, Mapping) else each for each in flows]
    return {**facts, "data_flows": counted}


def with_own_counts(facts: Mapping[str, Any], counts: Counts, territories: Territories) -> dict[str, Any]:
    """The same where only the user's own counts are known: what the host has sent stays a question."""
    flows = facts.get("data_flows")
    if not isinstance(flows, list):
        return dict(facts)
    own = [
        _counted(each, counts, territories) if isinstance(each, Mapping) and each.get("exporter") == "user" else each
        for each in flows
    ]
    return {**facts, "data_flows": own}


def _counted(flow: Mapping[str, Any], counts: Counts, territories: Territories) -> dict[str, Any]:
    key = transfer_key(flow, territories)
    known = counts.get(key, (0, 0)) if key else (0, 0)
    names = ("pi_ytd_nonsensitive", "pi_ytd_sensitive")
    return {**flow, **{name: _more(flow.get(name), number) for name, number in zip(names, known, strict=True)}}


def _more(stated: Any, counted: int) -> Any:
    return max(stated, counted) if isinstance(stated, int | float) and not isinstance(stated, bool) else counted


def transfer_key(flow: Mapping[str, Any], territories: Territories) -> tuple[str, str, int] | None:
    """By what a data flow is counted: who exports, out of which territory, in which year; None where that is open."""
    exporter, day, origin = flow.get("exporter"), flow.get("date"), territories.of(flow.get("from"))
    if exporter not in ("user", "host") or not is_day(day) or not isinstance(origin, str):
        return None
    return str(exporter), origin, date.fromisoformat(str(day)).year
