"""Reading territories, authorities, calendars and rates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any, TypeVar

from sqlalchemy import Select, Text, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from marketplace.jurisdictions.models import (
    Agency,
    Calendar,
    CalendarDay,
    CalendarYear,
    CounterpartPair,
    Currency,
    DayKind,
    ExchangeRate,
    Jurisdiction,
    Zone,
)
from marketplace.jurisdictions.rules import PLAIN_WEEK, Rates, Territory, WorkingCalendar, with_all_below
from marketplace.values.refusal import NotFound

T = TypeVar("T")


def calendar(session: Session, code: str | None) -> WorkingCalendar:
    """The calendar with every day that differs from its week, in one statement; None is the plain week."""
    return working_calendars(session, [code])[code]


def working_calendars(session: Session, codes: Iterable[str | None]) -> dict[str | None, WorkingCalendar]:
    """Several calendars by code, in one statement whatever their number; raises NotFound where one is missing."""
    wanted = {code for code in codes if code is not None}
    found: dict[str | None, WorkingCalendar] = {None: PLAIN_WEEK}
    if wanted:
        rows = session.execute(_working_calendars(), {"codes": sorted(wanted)})
        found |= {row.code: _working_calendar(row.code, tuple(row.working_weekdays), row.days) for row in rows}
    if missing := wanted - found.keys():
        raise NotFound(", ".join(sorted(missing)))
    return found


@cache
def _working_calendars() -> Select[Any]:
    # Built once: every search asks this, and putting the statement together takes longer than running it.
    def days_of(kind: DayKind) -> Any:
        chosen = CalendarDay.calendar_code == Calendar.code, CalendarDay.kind == kind
        return select(func.string_agg(cast(CalendarDay.day, Text), " ")).where(*chosen).scalar_subquery()

    official = CalendarYear.calendar_code == Calendar.code, CalendarYear.official_notice.is_not(None)
    years = select(func.string_agg(cast(CalendarYear.year, Text), " ")).where(*official).scalar_subquery()
    days = func.concat_ws(
        ",", *(func.coalesce(each, "") for each in (days_of(DayKind.OFF), days_of(DayKind.WORKED), years))
    )
    columns = Calendar.code, Calendar.working_weekdays, days.label("days")
    return select(*columns).where(Calendar.code.in_(bindparam("codes", expanding=True)))


@lru_cache(maxsize=100)
def _working_calendar(code: str, week: tuple[int, ...], days: str) -> WorkingCalendar:
    # What the same rows say is read once; whoever keeps what follows from a calendar then meets the same one again.
    off, worked, years = (listed.split() for listed in days.split(","))
    return WorkingCalendar(
        code,
        frozenset(week),
        off=frozenset(map(date.fromisoformat, off)),
        worked=frozenset(map(date.fromisoformat, worked)),
        official_years=frozenset(map(int, years)),
    )


@dataclass(frozen=True, slots=True)
class YearRow:
    """One year of a calendar: its days that differ from the week, and the notice it rests on."""

    year: CalendarYear
    days: Sequence[CalendarDay]

    @property
    def provisional(self) -> bool:
        """Whether no official notice stands behind it."""
        return self.year.official_notice is None


def calendars(session: Session) -> Sequence[Calendar]:
    """All calendars, by code."""
    return session.scalars(select(Calendar).order_by(Calendar.code)).all()


def calendar_years(session: Session) -> Mapping[str, Sequence[CalendarYear]]:
    """The years known of each calendar, newest first, in one statement; a calendar without any has none."""
    found: defaultdict[str, list[CalendarYear]] = defaultdict(list)
    for row in session.scalars(select(CalendarYear).order_by(CalendarYear.year.desc())):
        found[row.calendar_code].append(row)
    return found


def calendar_year(session: Session, code: str, year: int) -> YearRow:
    """One year with its days; raises NotFound where it is not loaded."""
    row = session.get(CalendarYear, (code, year))
    if row is None:
        raise NotFound(f"{code} {year}")
    inside = CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31))
    chosen = select(CalendarDay).where(CalendarDay.calendar_code == code, inside).order_by(CalendarDay.day)
    return YearRow(row, session.scalars(chosen).all())


def jurisdictions(session: Session) -> Sequence[Jurisdiction]:
    """All territories, those with a calendar of their own first, each before what lies in it."""
    home = Jurisdiction.calendar_code.is_(None)
    return session.scalars(select(Jurisdiction).order_by(home, Jurisdiction.root_code, Jurisdiction.code)).all()


def jurisdiction(session: Session, code: str) -> Jurisdiction:
    """One territory; raises NotFound."""
    return _found(session.get(Jurisdiction, code), code)


def jurisdictions_below(session: Session, codes: Iterable[str]) -> set[str]:
    """The codes and every territory inside them."""
    tree = session.execute(select(Jurisdiction.code, Jurisdiction.parent_code))
    return with_all_below(codes, (Territory(code, parent) for code, parent in tree))


def zones(session: Session) -> Sequence[Zone]:
    """All zones, a park after the zone it lies in."""
    return session.scalars(select(Zone).order_by(func.coalesce(Zone.parent_code, Zone.code), Zone.code)).all()


def zone(session: Session, code_or_slug: str) -> Zone:
    """One zone by its code or the slug of its page; raises NotFound."""
    chosen = select(Zone).where((Zone.code == code_or_slug) | (Zone.slug == code_or_slug))
    return _found(session.scalars(chosen).one_or_none(), code_or_slug)


def zones_below(session: Session, codes: Iterable[str]) -> set[str]:
    """The codes and every zone inside them."""
    tree = session.execute(select(Zone.code, Zone.parent_code))
    return with_all_below(codes, (Territory(code, parent) for code, parent in tree))


def agencies(session: Session, codes: Iterable[str] | None = None) -> Sequence[Agency]:
    """All authorities, or those named, by territory and code."""
    chosen = select(Agency).order_by(Agency.jurisdiction_code, Agency.code)
    if codes is not None:
        chosen = chosen.where(Agency.code.in_(list(codes)))
    return session.scalars(chosen).all()


def pairs(session: Session, codes: Iterable[str] | None = None) -> Sequence[CounterpartPair]:
    """All counterpart pairs, or those named."""
    chosen = select(CounterpartPair).order_by(CounterpartPair.code)
    if codes is not None:
        chosen = chosen.where(CounterpartPair.code.in_(list(codes)))
    return session.scalars(chosen).all()


def currencies(session: Session) -> Sequence[Currency]:
    """The loaded currencies, by code."""
    return session.scalars(select(Currency).order_by(Currency.code)).all()


def rates_on(session: Session, on: date) -> Rates:
    """The newest rate of each currency that was valid on the day."""
    chosen = (
        select(ExchangeRate.currency_code, ExchangeRate.per_hkd)
        .where(ExchangeRate.valid_from <= on)
        .ext(distinct_on(ExchangeRate.currency_code))
        .order_by(ExchangeRate.currency_code, ExchangeRate.valid_from.desc())
    )
    return Rates({row.currency_code: row.per_hkd for row in session.execute(chosen)})


def rates(session: Session) -> Sequence[ExchangeRate]:
    """Every rate ever entered, newest first."""
    return session.scalars(
        select(ExchangeRate).order_by(ExchangeRate.valid_from.desc(), ExchangeRate.currency_code)
    ).all()


def _found(row: T | None, key: str) -> T:
    if row is None:
        raise NotFound(key)
    return row
