"""Inputs of proximity: in which classes organisations have output, who worked with whom, and hours of shared use."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any, Final
from uuid import UUID

from marketplace.spillovers.queries.desk import Desk, Told
from marketplace.spillovers.queries.known import USED_FACILITY, recorded
from marketplace.spillovers.queries.standing import use_condition

_CLASSES = """
    SELECT p.organisation_id, c.class, count(*) AS outputs
      FROM (SELECT DISTINCT s.version_id, p.organisation_id FROM stood s JOIN outcome_parties p USING (version_id)
             WHERE s.counted AND s.date_event < :after AND p.role IN ('provider', 'user', 'co_owner')) AS p
      JOIN outcome_versions v ON v.id = p.version_id CROSS JOIN LATERAL unnest(v.classes) AS c (class)
     GROUP BY p.organisation_id, c.class ORDER BY p.organisation_id, c.class
"""
# Organisations in the same collaboration.
_TIES = """
    SELECT a.organisation_id AS one, b.organisation_id AS other, count(*) AS ties
      FROM tied JOIN collaboration_parties a ON a.collaboration_id = tied.id
      JOIN collaboration_parties b ON b.collaboration_id = tied.id AND a.organisation_id < b.organisation_id
     WHERE a.joined_at <= :as_of AND b.joined_at <= :as_of AND a.joined_on < :after AND b.joined_on < :after
       AND a.joined_on <= tied.until AND b.joined_on <= tied.until
     GROUP BY 1, 2
"""
# Hours at somebody else's by the user and the year of the facility's calendar: input that was shared.
_FLOWS = f"""
    SELECT b.organisation_id AS id, f.organisation_id AS host,
           CAST(s.checked_in_at AT TIME ZONE coalesce(f.time_zone, 'Asia/Hong_Kong') AS date) AS day,
           sum(extract(epoch FROM s.checked_out_at - s.checked_in_at)) AS seconds
      FROM sessions s JOIN bookings b ON b.id = s.booking_id JOIN units u ON u.id = s.unit_id
      JOIN {USED_FACILITY}
     WHERE s.checked_out_at <= :as_of AND {recorded()} AND ({{use}})
     GROUP BY 1, 2, 3 ORDER BY 1, 3, 2
"""


def proximity(desk: Desk) -> list[Told]:
    """Classes of each organisation's outputs until the end of the period, and the pairs that worked together most."""
    counts = desk.once("classes", lambda: _counts(desk))
    pairs: Counter[tuple[str, ...]] = Counter()
    for one, other, ties in desk.rows(_TIES):
        pair = {str(desk.bodies.entity(each, desk.frame.watched_until)) for each in (one, other)}
        if len(pair) == 2 and pair <= counts.keys():
            pairs[tuple(sorted(pair))] += ties
    nearest = sorted(pairs, key=lambda pair: (-pairs[pair], pair))[: desk.parameters["pairs"]]
    return [Told({**_classed(counts), "pairs": [list(pair) for pair in nearest]}, kind="organisation")]


def exposure(desk: Desk) -> list[Told]:
    """The same classes, and each organisation's shared hours by year, from which its stock is made."""
    return [
        Told(
            {**_classed(desk.once("classes", lambda: _counts(desk))), **desk.once("flows", lambda: _stocked(desk))},
            notes=("hours_of_shared_use",),
            kind="organisation",
        )
    ]


def stocks(desk: Desk) -> list[Told]:
    """Each organisation's shared hours by year."""
    return [Told(desk.once("flows", lambda: _stocked(desk)), notes=("hours_of_shared_use",), kind="organisation")]


def _counts(desk: Desk) -> dict[str, dict[str, int]]:
    """Outputs by organisation and class; whoever has gone into another counts there."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for id, name, outputs in desk.rows(_CLASSES):
        found[str(desk.bodies.entity(id, desk.frame.watched_until))][name] += outputs
    return {name: dict(sorted(found[name].items())) for name in sorted(found)}


def _classed(counts: dict[str, dict[str, int]]) -> dict[str, Any]:
    return {"classes": sorted({each for row in counts.values() for each in row}), "patent_counts": counts}


def _stocked(desk: Desk) -> dict[str, Any]:
    last = desk.frame.watched_until.year
    years = list(range(last - desk.parameters["stock_years"] + 1, last + 1))
    hours: dict[str, Counter[int]] = defaultdict(Counter)
    for row in desk.rows(_FLOWS.format(use=use_condition(desk.frame.scope.kind))):
        user, host = _sides(desk, row, row.day)
        if user != host and row.day < desk.frame.span.after:
            hours[str(user)][row.day.year] += row.seconds
    flows = {name: [float(round(hours[name][year] / 3600, 6)) for year in years] for name in sorted(hours)}
    assumed = {name: desk.parameters[name] for name in ("delta", "pre_sample_growth")}
    return {"years": years, "flows": flows, "at_year": last, **assumed}


def _sides(desk: Desk, row: Any, day: date) -> tuple[UUID, UUID]:
    return desk.bodies.entity(row.id, day), desk.bodies.entity(row.host, day)


GATHERED: Final = {
    "prox.jaffe": proximity,
    "prox.mahalanobis": proximity,
    "spill.tech": exposure,
    "stock.perpetual": stocks,
}
