"""Organisations day by day, handed to a statement as one small table."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from marketplace.spillovers.queries.desk import seated
from marketplace.spillovers.rules.bodies import Bodies
from marketplace.spillovers.rules.scopes import PLATFORM, Frame, Span
from marketplace.statistics.rules.seating import stretches

SEATING: Final = """seating AS MATERIALIZED (
    SELECT * FROM unnest(CAST(%(seat_ids)s AS uuid[]), CAST(%(seat_since)s AS date[]), CAST(%(seat_until)s AS date[]),
        CAST(%(seat_entities)s AS uuid[]), CAST(%(seat_territories)s AS text[]), CAST(%(seat_kinds)s AS text[]),
        CAST(%(seat_tops)s AS uuid[]))
        AS t (organisation_id, since, until, entity_id, territory, kind, top_id))"""


def bodies_now(session: Session, now: datetime) -> Bodies:
    """All organisations with their seats and mergers, as they are known now."""
    return seated(session, Frame(PLATFORM, Span(date(2000, 1, 1), date(2001, 1, 1)), now))


def seating_values(session: Session, now: datetime) -> dict[str, Any]:
    """What the table `seating` is made of."""
    rows = list(stretches(bodies_now(session, now)))
    return {
        "seat_ids": [row.organisation for row in rows],
        "seat_since": [row.since for row in rows],
        "seat_until": [row.until for row in rows],
        "seat_entities": [row.entity for row in rows],
        "seat_territories": [row.territory for row in rows],
        "seat_kinds": [row.kind for row in rows],
        "seat_tops": [row.top for row in rows],
    }
