"""Inputs of what pictures are drawn from: sessions, curves, and outcomes by class and zone."""

from __future__ import annotations

from typing import Final

from marketplace.spillovers.queries import durations, uses
from marketplace.spillovers.queries.desk import Desk, Told, mixed
from marketplace.spillovers.queries.known import SEATS
from marketplace.spillovers.rules.published import CLASS_OF

# Of each counted outcome that anybody may read: the outermost zones in which its parties had their seat at that
# time, and the parties.
_PLACED: Final = f"""
    WITH RECURSIVE outer_zones AS (
        SELECT code, code AS outermost FROM zones WHERE parent_code IS NULL
         UNION ALL SELECT z.code, o.outermost FROM zones z JOIN outer_zones o ON z.parent_code = o.code
    )
    SELECT s.outcome_id, s.level, s.type,
           array_agg(DISTINCT z.outermost) FILTER (WHERE z.outermost IS NOT NULL) AS zones,
           array_agg(DISTINCT p.organisation_id) FILTER (WHERE p.organisation_id IS NOT NULL) AS parties
      FROM stood s JOIN outcome_versions v ON v.id = s.version_id
      LEFT JOIN outcome_parties p ON p.version_id = s.version_id
      LEFT JOIN {SEATS} AS seated ON seated.id = p.organisation_id LEFT JOIN outer_zones z ON z.code = seated.zone_code
     WHERE s.counted AND s.status = 'confirmed' AND s.date_event >= :first AND s.date_event < :after
       AND v.confidentiality = 'public' AND (v.embargo_until IS NULL OR v.embargo_until < :day)
     GROUP BY s.outcome_id, s.level, s.type ORDER BY s.outcome_id
"""


def placed(desk: Desk) -> list[Told]:
    """Each public outcome of the period, its embargo over, with its class, the zones of its parties, and these."""
    kept = list(desk.rows(_PLACED))
    rows = [
        {"row": str(row.outcome_id), "type": CLASS_OF.get(row.type, "others"), "places": row.zones or []}
        | {"organisations": [str(each) for each in row.parties or ()]}
        for row in kept
    ]
    return [Told({"rows": rows}, mix=mixed(row.level for row in kept), subjects=[row.outcome_id for row in kept])]


GATHERED: Final = {
    "flow.matrix": uses.sessions,
    "net.ties": uses.sessions,
    "ret.curve": durations.retention,
    "lag.curve": durations.first_outcomes,
    "out.matrix": placed,
}
