"""What readers wait for: a unit's week of free time, free units for a slot, text search, and what may begin in time."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from bench.results import p50
from bench.stand import Stand, clock
from marketplace.accounts.queries import actor_for_person
from marketplace.database import Database
from marketplace.search.queries.search import SearchPage, search
from marketplace.search.queries.starts import forget
from marketplace.search.rules.starts import StartWish
from marketplace.search.rules.wishes import FreeWish, SearchQuery, Sort
from marketplace.values.period import Period

WARM_UP, RUNS = 10, 80
ZONE = ZoneInfo("Asia/Hong_Kong")

_WORDS = text("SELECT word, facilities FROM search_words WHERE facilities BETWEEN 3 AND 60 ORDER BY facilities, word")
_MEMBER = text(
    "SELECT m.person_id FROM memberships m JOIN organisations o ON o.id = m.organisation_id"
    " WHERE o.jurisdiction_code = 'HK' AND o.suspended_at IS NULL ORDER BY m.person_id LIMIT 1"
)
_UNIT = text("SELECT unit_id FROM claims GROUP BY unit_id ORDER BY count(*) DESC LIMIT 1")


@dataclass(frozen=True, slots=True)
class Timing:
    """Medians in milliseconds: of the whole query, and of what the database took of it."""

    whole: float
    database: float
    matches: int


def week_over_empty(stand: Stand, database: Database) -> tuple[float, float]:
    """p50 of a busy unit's week of free time and of an empty request, through the same server, in milliseconds."""
    with database.reading() as session:
        unit = session.scalar(_UNIT)
    start = (clock() + timedelta(days=1)).replace(microsecond=0)
    span = f"from={_quoted(start)}&to={_quoted(start + timedelta(days=7))}"
    week = get_times(stand, f"/api/v1/units/{unit}/availability?{span}")
    empty = get_times(stand, "/healthz")
    return p50(week), p50(empty)


def slot_search(database: Database, word: str = "") -> Timing:
    """Free units for a given slot among all (those that a word finds, when one is given), with facets."""
    query = SearchQuery(text=word, free=FreeWish(_slot()))
    return timed(database, lambda session, now: search(session, query, language="en", now=now))


def text_search(database: Database, word: str) -> Timing:
    """Text search with facets."""
    query = SearchQuery(text=word)
    return timed(database, lambda session, now: search(session, query, language="en", now=now))


def startable_search(database: Database) -> tuple[Timing, Timing]:
    """What may lawfully begin within a year, sorted by when, for a member of an organisation who sends samples and
    personal data: among all, and where every plan is made anew."""
    wish = StartWish(day=clock().date() + timedelta(days=365), crossings=("goods_back", "personal_data", "people"))
    query = SearchQuery(start=wish, sort=Sort.START)
    with database.reading() as session:
        person = session.scalar(_MEMBER)
        by = actor_for_person(session, person, now=clock()) if person else None

    def ask(session: Session, now: datetime) -> SearchPage:
        return search(session, query, language="en", now=now, by=by)

    def anew(session: Session, now: datetime) -> SearchPage:
        forget()
        return ask(session, now)

    return timed(database, ask), timed(database, anew, runs=5)


def equal_words(small: Database, large: Database) -> tuple[str, str]:
    """A word of each set that finds (nearly) the same number of listings, as many as can be."""
    found = []
    for database in (small, large):
        with database.reading() as session:
            found.append({facilities: word for word, facilities in session.execute(_WORDS)})
    pairs = [(abs(a - b), -a, a, b) for a in found[0] for b in found[1]]
    _, _, few, many = min(pairs)
    return found[0][few], found[1][many]


def common_word(database: Database) -> str:
    """The word that most listings share, of those with at least four letters."""
    chosen = text("SELECT word FROM search_words WHERE length(word) > 3 ORDER BY facilities DESC LIMIT 1")
    with database.reading() as session:
        return str(session.scalar(chosen))


def timed(database: Database, work: Callable[[Session, datetime], SearchPage], runs: int = RUNS) -> Timing:
    """Run a search again and again; the first runs warm plans and caches and do not count."""
    whole, inside, matches = [], [], 0
    for number in range(WARM_UP + runs):
        with database.reading() as session, _database_time(session) as spent:
            began = time.perf_counter()
            matches = work(session, clock()).total
            took = time.perf_counter() - began
        if number >= WARM_UP:
            whole.append(took)
            inside.append(spent[0])
    return Timing(p50(whole), p50(inside), matches)


@contextmanager
def _database_time(session: Session) -> Iterator[list[float]]:
    connection, spent, began = session.connection(), [0.0], [0.0]

    def before(*_: Any) -> None:
        began[0] = time.perf_counter()

    def after(*_: Any) -> None:
        spent[0] += time.perf_counter() - began[0]

    event.listen(connection, "before_cursor_execute", before)
    event.listen(connection, "after_cursor_execute", after)
    yield spent


def get_times(stand: Stand, path: str, headers: Mapping[str, str] | None = None) -> list[float]:
    """Seconds of one address again and again, on one connection; the first requests do not count."""
    connection = http.client.HTTPConnection("127.0.0.1", stand.port, timeout=30)
    times = []
    for number in range(WARM_UP + RUNS):
        began = time.perf_counter()
        connection.request("GET", path, headers=dict(headers or {}))
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status} {body[:300]!r}")
        if number >= WARM_UP:
            times.append(time.perf_counter() - began)
    return times


def _slot() -> Period:
    """Next Wednesday from ten to twelve in Hong Kong."""
    today = clock().astimezone(ZONE).replace(hour=10, minute=0, second=0, microsecond=0)
    start = today + timedelta(days=(2 - today.weekday()) % 7 + 7)
    return Period(start, start + timedelta(hours=2))


def _quoted(instant: datetime) -> str:
    return instant.isoformat().replace("+", "%2B")
