"""Tables for evaluators: what was before the first use, whom to compare with, and by what amounts were deflated."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from marketplace.accounts.policy import Actor
from marketplace.spillovers.queries.comparison import MONTHS_BEFORE, groups, sharable, works
from marketplace.spillovers.queries.desk import Desk
from marketplace.spillovers.queries.known import JOINED, LINKS, USED_FACILITY, recorded
from marketplace.spillovers.queries.withholding import oversees
from marketplace.spillovers.rules.comparison import LABEL, withheld

Tables = dict[str, list[dict[str, Any]]]

NO_USE: Final = "no_use_recorded"
_FIRST_USES: Final = f"""
    SELECT tied.id, first.day, CAST(first.day - interval '{MONTHS_BEFORE} months' AS date) AS since,
           (SELECT array_agg(p.organisation_id ORDER BY p.organisation_id) FROM collaboration_parties p
             WHERE p.collaboration_id = tied.id AND {JOINED} AND p.joined_on <= tied.until) AS parties
      FROM tied LEFT JOIN LATERAL (
        SELECT min(CAST(s.checked_in_at AT TIME ZONE coalesce(f.time_zone, 'Asia/Hong_Kong') AS date)) AS day
          FROM {LINKS} AS l JOIN sessions s ON s.booking_id = l.booking_id
          JOIN units u ON u.id = s.unit_id JOIN {USED_FACILITY}
         WHERE l.collaboration_id = tied.id AND s.checked_out_at <= tied.seen
           AND {recorded("tied.seen")}) AS first ON true
     ORDER BY tied.id
"""
_DEFLATORS: Final = """
    SELECT v.value ->> 'deflator' AS deflator, v.value ->> 'currency' AS currency,
           v.value ->> 'price_year' AS price_year, count(*) AS outcomes
      FROM stood s JOIN outcome_versions v ON v.id = s.version_id
     WHERE s.counted AND v.value IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 2, 3, 1
"""


def for_evaluators(desk: Desk, by: Actor, now: datetime) -> tuple[dict[str, Any], Tables]:
    """What a pack says about its comparisons, and their tables."""
    deflators = [
        {
            "deflator": row.deflator or None,
            "currency": row.currency,
            "price_year": row.price_year,
            "outcomes": row.outcomes,
        }
        for row in desk.rows(_DEFLATORS)
    ]
    told = {
        "months_before": MONTHS_BEFORE,
        "comparison": LABEL,
        "deflators": sorted({each["deflator"] for each in deflators if each["deflator"]}),
    }
    # What became of others' requests is the hosts' and theirs: parties see nothing of it.
    comparison = groups(desk, by, now) if oversees(by) else withheld()
    return told, {"baseline": _baseline(desk, by, now), "comparison": comparison, "deflators": deflators}


def _baseline(desk: Desk, by: Actor, now: datetime) -> list[dict[str, Any]]:
    """Of each collaboration the outcomes between its parties in the months before its first session, by type."""
    firsts = list(desk.rows(_FIRST_USES))
    between = _between(desk, by, now, {party for row in firsts for party in row.parties or ()})
    found = []
    for row in firsts:
        head = {"collaboration": str(row.id), "first_use": row.day and row.day.isoformat()}
        if row.day is None:
            found.append({**head, "since": None, "outcomes": None, "by_type": {}, "why": NO_USE})
            continue
        kinds = Counter(kind for kind, day, parties in between if _before(row, day, parties))
        told = {"since": row.since.isoformat(), "outcomes": kinds.total(), "by_type": dict(sorted(kinds.items()))}
        found.append({**head, **told, "why": None})
    return found


def _before(row: Any, day: date, parties: set[UUID]) -> bool:
    return bool(row.since <= day < row.day and len(parties & set(row.parties)) > 1)


def _between(desk: Desk, by: Actor, now: datetime, parties: set[UUID]) -> list[tuple[str, date, set[UUID]]]:
    """Works that count, that the reader may see and may be handed on, with type, day and organisations."""
    ids = sharable(desk, by, now, parties, least=2)
    return [(row.type, row.date_event, set(row.parties or ())) for row in works(desk, ids, desk.frame.floor)]
