"""Searching: words, facets, free time and price in one go, the same number of statements whatever is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as member
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.jurisdictions.queries import jurisdictions_below, rates_on, zones_below
from marketplace.search import vocabulary
from marketplace.search.queries.opened import NEAR, PatternRow, ahead, all_patterns, free_of, nearly, with_calendars
from marketplace.search.queries.slips import Corrected, corrected
from marketplace.search.queries.starts import starts
from marketplace.search.queries.statement import Ask, Free, Resolved, next_free, points, statement
from marketplace.search.rules.rows import PRICE_STEP
from marketplace.search.rules.starts import Start
from marketplace.search.rules.wishes import FURTHEST, SearchQuery, Sort
from marketplace.search.text import Word, any_of, tsquery, words
from marketplace.search.vocabulary import technique_codes
from marketplace.values.money import Money
from marketplace.values.period import parse_instant

MOST_POINTS: Final = 1000
NOWHERE: Final = ("",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One result: what its card shows, how many of its units match, its lowest rate, and when it is free next."""

    id: UUID
    name: Mapping[str, str]
    kind: str
    jurisdiction: str
    zone: str | None
    card: Mapping[str, Any]
    matching_units: int
    price: Money | None
    price_per: str | None
    next_free: datetime | None
    patterns: Sequence[PatternRow]
    start: Start | None = None

    @property
    def slug(self) -> str:
        """The name in the facility's address."""
        return str(self.card["slug"])


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of results, the number beside each choice of each facet, and what was understood of mistyped words."""

    items: Sequence[Found]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    next: str | None
    instead: Mapping[str, tuple[str, ...]]
    relaxed: Mapping[str, int] = member(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Point:
    """One result on the map."""

    id: UUID
    name: Mapping[str, str]
    slug: str
    kind: str
    city: str | None
    latitude: Decimal
    longitude: Decimal


def search(
    session: Session, query: SearchQuery, *, language: str, now: datetime, by: Actor | None = None
) -> SearchPage:
    """The published facilities that fit, one page of them, with facets; what nobody may see is not in the index.

    Where nothing fits, `relaxed` tells how much would without each of the things that narrow. A day to begin by is
    judged for `by`; Invalid is raised where it can't be.
    """
    begin = _starts(session, query, by, now)
    resolved, instead = _resolve(session, query, language, now, begin=begin), Corrected((), {})
    row = session.execute(*statement(resolved, limit=query.limit, offset=query.offset)).one()
    # A word that no listing has finds nothing, so slips are looked for only then.
    if not row.total and (instead := corrected(session, words(query.text))).instead:
        resolved = _asking(resolved, instead.words)
        row = session.execute(*statement(resolved, limit=query.limit, offset=query.offset)).one()
    items = [_found(item, begin) for item in row.items or ()]
    if resolved.free is None:
        items = with_next_free(session, items, now)
    further = query.offset + len(items)
    more = bool(items) and row.total > further and further <= FURTHEST
    return SearchPage(
        items=items,
        total=row.total,
        facets=row.facets or {},
        next=str(further) if more else None,
        instead=instead.instead,
        relaxed={} if row.total else _relaxed(session, resolved),
    )


def map_points(
    session: Session, query: SearchQuery, *, language: str, now: datetime, by: Actor | None = None
) -> list[Point]:
    """The results of a search that have a place on the map, at most a thousand."""
    resolved = _resolve(session, query, language, now, begin=_starts(session, query, by, now))
    rows = session.execute(*points(resolved, limit=MOST_POINTS)).all()
    if not rows and (meant := corrected(session, words(query.text))).instead:
        rows = session.execute(*points(_asking(resolved, meant.words), limit=MOST_POINTS)).all()
    return [Point(*row) for row in rows]


def _asking(resolved: Resolved, asked: Sequence[Word]) -> Resolved:
    return replace(resolved, tsquery=tsquery(asked), ranked=any_of(asked))


def _starts(session: Session, query: SearchQuery, by: Actor | None, now: datetime) -> dict[str, Start]:
    """The listings that may begin by the day asked for."""
    if query.start is None:
        return {}
    return starts(session, query.start, by=by, now=now)


def _placed(begin: Mapping[str, Start]) -> dict[str, Any]:
    """Starts as arrays for the statement; what begins on the same day, as surely, shares a place."""
    places = {start: place for place, start in enumerate(sorted({(s.not_before, s.day) for s in begin.values()}))}
    ordered = [places[start.not_before, start.day] for start in begin.values()]
    return {"start_keys": list(begin), "start_places": ordered}


def _resolve(
    session: Session, query: SearchQuery, language: str, now: datetime, *, begin: Mapping[str, Start]
) -> Resolved:
    vocabulary.load()
    asked = words(query.text)
    return Resolved(
        query=query,
        tsquery=tsquery(asked),
        ranked=any_of(asked),
        jurisdictions=sorted(jurisdictions_below(session, query.jurisdictions)) if query.jurisdictions else (),
        zones=sorted(zones_below(session, query.zones)) if query.zones else (),
        techniques=_technique_codes(query),
        price_max_hkd=_in_hkd(session, query.price_max, now),
        free=_free(session, query, now),
        language=language,
        starts=None if query.start is None else _placed(begin),
    )


def _technique_codes(query: SearchQuery) -> Sequence[str]:
    if not query.techniques:
        return ()
    # A technique that nobody knows narrows to nothing, rather than not at all.
    return sorted({code for name in query.techniques for code in technique_codes(name)}) or NOWHERE


def _in_hkd(session: Session, price: Money | None, now: datetime) -> Decimal | None:
    if price is None:
        return None
    compared = rates_on(session, now.date()).in_hkd(price)
    # Without a rate nothing can be said to cost less: only what is free is left.
    return Decimal(0) if compared is None else compared.quantize(PRICE_STEP, ROUND_CEILING)


def _free(session: Session, query: SearchQuery, now: datetime) -> Free | None:
    if query.free is None and query.sort is not Sort.NEXT_FREE:
        return None
    known = all_patterns(session)
    if query.free is not None:
        return free_of(known, query.free, now)
    return ahead(known, now)


def with_next_free(session: Session, items: Sequence[Found], now: datetime) -> list[Found]:
    """The results with when each is free next, within 28 days: three statements whatever their number."""
    known = with_calendars(session, [row for item in items for row in item.patterns])
    ids = [item.id for item in items]
    soon = _next_free(session, ids, nearly(known, now))
    # What begins later may be preceded by a longer stretch that only the longer look sees whole.
    when = {id: start for id, start in soon.items() if start < now + NEAR}
    when |= _next_free(session, [id for id in ids if id not in when], ahead(known, now))
    return [replace(item, next_free=when.get(item.id)) for item in items]


def _next_free(session: Session, ids: Sequence[UUID], free: Free) -> dict[UUID, datetime]:
    rows = session.execute(next_free(), {**free.values, "facilities": ids})
    return {row.facility_id: row.next_free for row in rows}


def _found(item: Mapping[str, Any], begin: Mapping[str, Start]) -> Found:
    price = item["price_minor"]
    return Found(
        id=UUID(item["facility_id"]),
        name=item["name"],
        kind=item["kind"],
        jurisdiction=item["jurisdiction_code"],
        zone=item["zone_code"],
        card=item["card"],
        matching_units=item["units"],
        price=None if price is None else Money(price, item["price_currency"]),
        price_per=item["price_per"],
        next_free=None if item["next_free"] is None else parse_instant(item["next_free"]),
        patterns=item["patterns"] or (),
        start=begin.get(item["start_key"]),
    )


def _relaxed(session: Session, resolved: Resolved) -> dict[str, int]:
    """How many results there would be without each thing that narrows, those that help only."""
    plain = replace(resolved.query, kinds=(), trls=(), scales=(), service_modes=(), price_classes=(), offset=0)
    without: dict[str, Resolved] = {}
    if resolved.chosen:
        without["facets"] = replace(resolved, query=plain, jurisdictions=(), zones=(), techniques=())
    if resolved.tsquery and (resolved.query.narrowed):
        without["words"] = replace(resolved, tsquery="")
    if resolved.free is not None and resolved.free.ask is not Ask.NEXT:
        without["free"] = replace(resolved, free=None)
    if resolved.starts is not None:
        unsorted = replace(resolved.query, sort=Sort.RELEVANCE)
        without["startable_by"] = replace(resolved, query=unsorted, starts=None)
    if resolved.price_max_hkd is not None:
        without["price_max"] = replace(resolved, price_max_hkd=None)
    counted = {name: session.execute(*statement(one, limit=0, offset=0)).one().total for name, one in without.items()}
    return {name: total for name, total in counted.items() if total}
