"""Loading the data files: territories, authorities, calendars and currencies, as often as one likes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.database import Base
from marketplace.jurisdictions.library import SOURCE, days_of
from marketplace.jurisdictions.models import (
    Agency,
    Calendar,
    CalendarDay,
    CalendarYear,
    Confidence,
    CounterpartPair,
    Currency,
    DayKind,
    Jurisdiction,
    Zone,
)
from marketplace.jurisdictions.tables import table

# Jurisdictions and zones stand in their files after what they lie in.
_KINDS: tuple[tuple[str, type[Base]], ...] = (
    ("jurisdictions", Jurisdiction),
    ("zones", Zone),
    ("agencies", Agency),
    ("pairs", CounterpartPair),
    ("currencies", Currency),
)
YEARS_BACK = 2
YEARS_AHEAD = 4


@dataclass(frozen=True, slots=True)
class _YearSeed:
    """What our files or the library say about one year of one calendar."""

    calendar: str
    year: int
    days: Sequence[Mapping[str, Any]]
    official_notice: str | None = None


def load_reference(session: Session, *, now: datetime) -> None:
    """Bring the reference rows to what the data files say. What an administrator entered is never touched."""
    for name, kind in _KINDS:
        _upsert(session, kind, table(name))
    for row in table("calendars"):
        shown = {key: row[key] for key in ("code", "name", "working_weekdays", "sources")}
        _upsert(session, Calendar, [shown])
        for seed in _seeds(row, now.year):
            _load_year(session, seed, now=now)


def _upsert(session: Session, kind: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    typed = [_typed(row) for row in rows]
    statement = insert(kind)
    changed = {name: statement.excluded[name] for name in typed[0] if name != "code"}
    # Many rows for one statement, rather than one statement of many rows: that one is put together anew each time.
    session.execute(statement.on_conflict_do_update(index_elements=["code"], set_=changed), typed)


def _typed(row: Mapping[str, Any]) -> dict[str, Any]:
    typed = dict(row)
    if "confidence" in typed:
        typed["confidence"] = Confidence(typed["confidence"])
    return typed


def _seeds(row: Mapping[str, Any], this_year: int) -> list[_YearSeed]:
    official = {listed["year"]: listed for listed in row["official"]}
    years = sorted({*official, *range(this_year - YEARS_BACK, this_year + YEARS_AHEAD + 1)})
    return [_seed(row["code"], row["library"], year, official.get(year)) for year in years]


def _seed(calendar: str, library: str, year: int, listed: Mapping[str, Any] | None) -> _YearSeed:
    if listed is None:
        found = [
            {"day": d.day, "kind": d.kind, "name": dict(d.name), "source": SOURCE, "official": False}
            for d in days_of(library, year)
        ]
        return _YearSeed(calendar, year, found)
    days = [
        {
            "day": date.fromisoformat(d["day"]),
            "kind": DayKind(d["kind"]),
            "name": d["name"],
            "source": listed["source"],
            "official": True,
        }
        for d in listed["days"]
    ]
    return _YearSeed(calendar, year, days, listed["official_notice"])


def _load_year(session: Session, seed: _YearSeed, *, now: datetime) -> None:
    known = session.get(CalendarYear, (seed.calendar, seed.year))
    if known is not None and not _may_replace(known, seed, now.year):
        return
    if known is None:
        known = CalendarYear(calendar_code=seed.calendar, year=seed.year, entered_at=now)
        session.add(known)
    known.official_notice = seed.official_notice
    session.flush()
    inside = CalendarDay.day.between(date(seed.year, 1, 1), date(seed.year, 12, 31))
    ours = CalendarDay.calendar_code == seed.calendar, CalendarDay.entered_by.is_(None)
    session.execute(delete(CalendarDay).where(*ours, inside))
    if seed.days:
        rows = [{"calendar_code": seed.calendar, **day} for day in seed.days]
        session.execute(insert(CalendarDay).on_conflict_do_nothing(), rows)


def _may_replace(known: CalendarYear, seed: _YearSeed, this_year: int) -> bool:
    # A provisional year that has begun keeps what bookings were counted with, whatever a newer library says of it.
    if known.entered_by is not None or known.official_notice is not None:
        return False
    return seed.official_notice is not None or seed.year > this_year
