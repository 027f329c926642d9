"""A few listings side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Facility
from marketplace.search.models import SearchRow, UnitOpenness
from marketplace.search.queries.search import Found, with_next_free
from marketplace.values.money import Money


@dataclass(frozen=True, slots=True)
class Compared:
    """One listing in a comparison: its result and all its facts."""

    found: Found
    facility: Facility
    techniques: Sequence[str]


def compared(session: Session, ids: Sequence[UUID], *, now: datetime) -> list[Compared]:
    """The published listings among `ids`, in that order: a fixed number of statements."""
    chosen = select(SearchRow, Facility).join(Facility, Facility.id == SearchRow.facility_id)
    rows = {row.facility_id: (row, facility) for row, facility in session.execute(chosen.where(Facility.id.in_(ids)))}
    patterns = _patterns(session, list(rows))
    wanted = [rows[id] for id in dict.fromkeys(ids) if id in rows]
    found = with_next_free(session, [_found(row, patterns.get(row.facility_id, ())) for row, _ in wanted], now)
    return [Compared(one, facility, row.techniques) for one, (row, facility) in zip(found, wanted, strict=True)]


def _patterns(session: Session, ids: Sequence[UUID]) -> dict[UUID, tuple[int, ...]]:
    found: dict[UUID, tuple[int, ...]] = {}
    chosen = select(UnitOpenness.facility_id, UnitOpenness.pattern_id).where(UnitOpenness.facility_id.in_(ids))
    for row in session.execute(chosen.distinct()):
        found[row.facility_id] = (*found.get(row.facility_id, ()), row.pattern_id)
    return found


def _found(row: SearchRow, patterns: tuple[int, ...]) -> Found:
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
