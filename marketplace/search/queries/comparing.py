"""A few listings side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, literal_column, select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Facility
from marketplace.search.models import SearchRow
from marketplace.search.queries.opened import PatternRow
from marketplace.search.queries.search import Found, with_next_free
from marketplace.search.queries.statement import PATTERNS
from marketplace.values.money import Money


@dataclass(frozen=True, slots=True)
class Compared:
    """One listing in a comparison: its result and all its facts."""

    found: Found
    facility: Facility
    techniques: Sequence[str]


_CHOSEN = select(
    SearchRow,
    Facility,
    literal_column(PATTERNS.format(facility="search_rows.facility_id"), JSON).label("patterns"),
).join(Facility, Facility.id == SearchRow.facility_id)


def compared(session: Session, ids: Sequence[UUID], *, now: datetime) -> list[Compared]:
    """The published listings among `ids`, in that order: a fixed number of statements."""
    rows = {row.SearchRow.facility_id: row for row in session.execute(_CHOSEN.where(Facility.id.in_(ids)))}
    wanted = [rows[id] for id in dict.fromkeys(ids) if id in rows]
    found = with_next_free(session, [_found(row.SearchRow, row.patterns or ()) for row in wanted], now)
    return [Compared(one, row.Facility, row.SearchRow.techniques) for one, row in zip(found, wanted, strict=True)]


def _found(row: SearchRow, patterns: Sequence[PatternRow]) -> Found:
    price = row.price_minor
    return Found(
        id=row.facility_id,
        name=row.name,
        kind=row.kind,
        jurisdiction=row.jurisdiction_code,
        zone=row.zone_code,
        card=row.card,
        matching_units=row.units,
        price=None if price is None or row.price_currency is None else Money(price, row.price_currency),
        price_per=row.price_per,
        next_free=None,
        patterns=patterns,
    )
