"""What the page of statistics shows: rows on screen, their total, and two years over the same reporting units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Final

from sqlalchemy.orm import Session

from marketplace.statistics.dictionary import columns, indicators
from marketplace.statistics.queries.rows import as_rows, ask
from marketplace.statistics.rules.reach import Reach
from marketplace.statistics.rules.wishes import Wish, usual_columns

Row = Mapping[str, Any]
# Of these all others are made.
SUMS: Final = tuple(id for id, each in columns().items() if each.kind == "whole" and "groups" in each.of)


@dataclass(frozen=True, slots=True)
class Panel:
    """Sums and rates of a period and of the one a year before, over the units that were listed in both."""

    units: int
    now: Row
    before: Row


def page_of(
    session: Session, wish: Wish, reach: Reach, *, now: datetime, limit: int, offset: int = 0
) -> list[dict[str, Any]]:
    """Some rows of what somebody wants, with their columns by id."""
    asked = ask(session, wish, reach, now=now)
    names = [each.id for each in asked.columns]
    return [dict(zip(names, row, strict=True)) for row in as_rows(session, asked, limit=limit, offset=offset)]


def total_of(session: Session, wish: Wish, reach: Reach, *, now: datetime) -> Row | None:
    """The same sums and rates over everything that the filters leave; None where that is nothing."""
    whole = replace(wish, shape="groups", group_by=(), columns=usual_columns("groups", ()))
    (row,) = page_of(session, whole, reach, now=now, limit=1)
    return row if row["units"] or row["open_seconds"] is not None else None


def panel_of(session: Session, wish: Wish, reach: Reach, *, now: datetime) -> Panel:
    """A period beside the year before it (matched units only: what joined or left in between is in neither)."""
    parts = [_by_unit(session, each, reach, now) for each in (wish, year_before(wish))]
    both = {id for id, row in parts[0].items() if _reports(row)} & {id for id, row in parts[1].items() if _reports(row)}
    sums = [_summed([part[id] for id in sorted(both)]) for part in parts]
    return Panel(len(both), *sums)


def year_before(wish: Wish) -> Wish:
    """The same a year earlier; what ends with February ends with it in every year."""
    first, last = _earlier(wish.first), _earlier(wish.last)
    after = wish.last + timedelta(days=1)
    if wish.last > wish.first and (after.month, after.day) == (3, 1):
        last = after.replace(year=after.year - 1) - timedelta(days=1)
    return replace(wish, first=first, last=last)


def _earlier(day: date) -> date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


def _by_unit(session: Session, wish: Wish, reach: Reach, now: datetime) -> dict[Any, Row]:
    asked = replace(wish, shape="groups", group_by=("unit",), columns=("unit_id", *SUMS))
    return {row["unit_id"]: row for row in page_of(session, asked, reach, now=now, limit=100_000)}


def _reports(row: Row) -> bool:
    """Whether a unit was listed in a period: its open hours are known, be they none."""
    return row["open_seconds"] is not None


def _summed(rows: Sequence[Row]) -> Row:
    sums = {name: sum(row[name] or 0 for row in rows) for name in SUMS}
    rates: dict[str, Fraction | None] = {id: each.of(sums) for id, each in indicators().items()}
    return {**sums, **rates}
