"""The synthetic set: any number of facilities and bookings, drawn from a seed, written by COPY."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from random import Random

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.database import Database
from marketplace.jurisdictions.models import CalendarDay, DayKind
from marketplace.sample import bulk, rules, sheets
from marketplace.sample.actions.gains import TABLES as GAINS
from marketplace.sample.actions.gains import Gains
from marketplace.sample.actions.listed import Desk, Founded, Ids, Listed, Rows, listed
from marketplace.sample.actions.ties import REACH_DAYS, Taken, Ties
from marketplace.sample.actions.ties import TABLES as TIES
from marketplace.sample.bulk import NULL, drawn_id, instant
from marketplace.sample.rules import EPOCH
from marketplace.search.actions import refresh_all

Progress = Callable[[str, int, int], None]

BIG = ("bookings", "claims", "gates")
LISTED_IN = (
    *("facilities", "units", "opening_hours", "booking_rules", "search_rows", "search_texts", "search_classes"),
    *("search_words", "unit_openness", "opening_patterns"),
)
TIED = (*TIES, *GAINS)
UNITS_AT_ONCE = 100
REACH = 180

BOOKING = (
    *("id", "reference", "unit_id", "place", "organisation_id", "person_id", "booked_by", "state", "purpose"),
    *("starts_at", "ends_at", "held_until", "terms_version_id", "rate_id", "total_minor", "total_currency"),
    *("approved_start", "approved_end", "overridden", "version", "sample", "created_at", "updated_at"),
)
CLAIM = ("id", "unit_id", "place", "blocked", "kind", "holder_id", "held_until")
GATE = ("id", "booking_id", "kind", "state", "opened_at", "deadline", "provisional", "decided_at", "decided_by")
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
HOST_SAYS = {"held": "open", "declined": "failed", "expired": "failed"}
PURPOSES = ("research", "research", "research", "teaching", "service")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """How large a set, drawn from which seed, around which day."""

    facilities: int
    bookings: int
    seed: int
    today: date
    organisations: int | None = None
    collaborations: int = 0
    outcomes: int = 0


def load_synthetic(database: Database, request: Request, *, now: datetime, progress: Progress) -> Mapping[str, int]:
    """Facilities of one unit each, bookings either side of a day, collaborations and what came of them, in one
    transaction; tells how many it wrote.

    Raises `rules.TooMany` when the units have no room for so many bookings.
    """
    database.transact(lambda session: _load(session, request, now=now, progress=progress))
    progress("settling", 0, 1)
    bulk.settle(database, (*BIG, *LISTED_IN, *(TIED if request.collaborations else ())))
    progress("settling", 1, 1)
    found = {"facilities": request.facilities, "units": request.facilities, "bookings": request.bookings}
    return found | {"collaborations": request.collaborations, "outcomes": request.outcomes}


def _load(session: Session, request: Request, *, now: datetime, progress: Progress) -> None:
    random = Random(request.seed)  # noqa: S311 - drawn to be repeated, not to be secret
    progress("facilities", 0, request.facilities)
    founded = _found(session, request, random=random, now=now)
    progress("facilities", request.facilities, request.facilities)
    taken: list[Taken] = []
    with _bare(session, BIG, progress):
        _book(session, request, founded.units, pen=_pen(request, random, taken), progress=progress)
    if request.collaborations:
        with _bare(session, TIED, progress):
            _tie(session, request, founded, taken=taken, progress=progress)
    progress("search", 0, 1)
    refresh_all(session, now=now)
    progress("search", 1, 1)


def _found(session: Session, request: Request, *, random: Random, now: datetime) -> Founded:
    # What came of use years ago needs facilities that stood then.
    open_for = timedelta(days=REACH_DAYS + 200 if request.collaborations else 400)
    desk = Desk(Rows(), Ids(random, now - timedelta(days=400)), random, now, request.today, open_for)
    return listed(session, request.facilities, desk=desk, size=request.organisations)


def _pen(request: Request, random: Random, taken: list[Taken]) -> Pen:
    noted = taken.append if request.collaborations else None
    return Pen(boundary=rules.minutes_of(request.today), random=random, noted=noted)


@contextmanager
def _bare(session: Session, tables: Sequence[str], progress: Progress) -> Iterator[None]:
    """Fill tables without their indexes when all are empty: these are built afterwards."""
    empty = [f"NOT EXISTS (SELECT FROM {name})" for name in tables]
    if not session.scalar(text(f"SELECT {' AND '.join(empty)}")):
        yield
        return
    with bulk.indexes_afterwards(session, tables):
        yield
        progress("indexes", 0, 1)
    progress("indexes", 1, 1)


def _tie(session: Session, request: Request, founded: Founded, *, taken: Sequence[Taken], progress: Progress) -> None:
    """Collaborations with their first uses and sessions, then what came of them."""
    random = Random(request.seed + 1)  # noqa: S311 - the bookings of a seed stay what they are
    ties, gains = Ties(founded, random, request.today), Gains(random, (request.today - EPOCH).days)
    pen = Pen(boundary=rules.minutes_of(request.today), random=random, first=request.bookings)
    earlier = []
    for use in ties.draw(request.collaborations, taken):
        pen.write_over(use)
        earlier.append(use)
    ties.sessions([*earlier, *(each for each in taken if each.over)])
    for table, columns, lines in pen.taken():
        bulk.copy(session, table, columns, lines)
    for table, columns in TIES.items():
        bulk.copy(session, table, columns, ties.lines.pop(table, []))
    progress("collaborations", request.collaborations, request.collaborations)
    for done in (*gains.write(ties.ties, request.outcomes), request.outcomes):
        for table, columns, lines in gains.taken():
            bulk.copy(session, table, columns, lines)
        progress("outcomes", done, request.outcomes)


def _book(session: Session, request: Request, units: Sequence[Listed], *, pen: Pen, progress: Progress) -> None:
    closed = _days_off(session)
    days = rules.days_around(request.today, reach=REACH)
    counts = rules.shares(request.bookings, len(units))
    fitting = cache(
        lambda week, calendar, wanted: rules.fitting_pieces(
            sheets.habits()["weeks"][week], days, closed=closed.get(calendar, frozenset()), wanted=wanted
        )
    )
    for first in range(0, len(units), UNITS_AT_ONCE):
        chunk = range(first, min(first + UNITS_AT_ONCE, len(units)))
        for index in chunk:
            unit = units[index]
            available = fitting(unit.week, unit.calendar, counts[index] / unit.places)
            pen.fill(unit, available, counts[index])
        for table, columns, lines in pen.taken():
            bulk.copy(session, table, columns, lines)
        progress("bookings", sum(counts[: chunk.stop]), request.bookings)


def _days_off(session: Session) -> dict[str, frozenset[date]]:
    rows = session.execute(select(CalendarDay.calendar_code, CalendarDay.day).where(CalendarDay.kind == DayKind.OFF))
    found: dict[str, set[date]] = {}
    for code, day in rows:
        found.setdefault(code, set()).add(day)
    return {code: frozenset(days) for code, days in found.items()}


class Pen:
    """Writes bookings, their claims and gates as lines for COPY; keeps them until they are taken."""

    def __init__(
        self, *, boundary: int, random: Random, first: int = 0, noted: Callable[[Taken], None] | None = None
    ) -> None:
        self._boundary = boundary
        self._random = random
        self._number = first
        self._noted = noted
        self._bookings: list[str] = []
        self._claims: list[str] = []
        self._gates: list[str] = []

    def taken(self) -> Iterator[tuple[str, Sequence[str], list[str]]]:
        """What was written since the last time, by table."""
        yield "bookings", BOOKING, self._bookings
        yield "claims", CLAIM, self._claims
        yield "gates", GATE, self._gates
        self._bookings, self._claims, self._gates = [], [], []

    def fill(self, unit: Listed, available: Sequence[tuple[int, int]], count: int) -> None:
        """So many bookings of one unit, somewhere in its open pieces."""
        drawn = rules.drawn(available, count, places=unit.places, clean_up=unit.clean_up, random=self._random)
        for stretch in drawn:
            self._draw_one(unit, stretch)

    def write_over(self, use: Taken) -> None:
        """A booking of long ago that took place."""
        self._write_one(use, rules.Stretch(1, use.start, use.end), ("completed", 0), use.start - 9 * 1440)

    def _draw_one(self, unit: Listed, stretch: rules.Stretch) -> None:
        random = self._random
        created = min(stretch.start, self._boundary) - 30 * (48 + int(random.random() * 1200))
        state, held = self._state(stretch)
        reader = unit.readers[int(random.random() * len(unit.readers))]
        over = state == "completed"
        use = Taken(drawn_id(created, random), unit, reader, stretch.start, stretch.end, over, stretch.place)
        self._write_one(use, stretch, (state, held), created)
        if self._noted is not None and state in rules.CLAIMING:
            self._noted(use)

    def _write_one(self, use: Taken, stretch: rules.Stretch, now: tuple[str, int], created: int) -> None:
        random, unit, reader = self._random, use.unit, use.reader
        id, start, end = use.id, use.start, use.end
        state, held = now
        decided = created + 30 * (1 + int(random.random() * 40))
        starts, ends, made, answered = instant(start), instant(end), instant(created), instant(decided)
        until = instant(held) if held else NULL
        approved = (starts, ends) if state in ("confirmed", "in_use", "completed", "no_show") else (NULL, NULL)
        self._number += 1
        self._bookings.append(
            f"{id}\t{reference(self._number)}\t{unit.id}\t{stretch.place}\t{reader.organisation}\t{reader.person}\t"
            f"{reader.person}\t{state}\t{PURPOSES[self._number % 5]}\t{starts}\t{ends}\t{until}\t{unit.terms}\t"
            f"{unit.rate}\t{unit.hourly_minor * (end - start) // 60}\t{unit.currency}\t{approved[0]}\t{approved[1]}\t"
            f"[]\t{1 if state == 'held' else 2}\tt\t{made}\t{made if state == 'held' else answered}\n"
        )
        if state in rules.CLAIMING:
            blocked = f"[{starts},{instant(end + unit.clean_up)})"
            self._claims.append(
                f"{drawn_id(created, random)}\t{unit.id}\t{stretch.place}\t{blocked}\tbooking\t{id}\t{until}\n"
            )
        says = HOST_SAYS.get(state, "passed")
        deadline = until if held else instant(created + 3 * 1440)
        who = (NULL, NULL) if says == "open" else (answered, unit.host)
        self._gates.append(
            f"{drawn_id(created, random)}\t{id}\thost_approval\t{says}\t{made}\t{deadline}\tf\t{who[0]}\t{who[1]}\n"
            f"{drawn_id(created, random)}\t{id}\tterms\tpassed\t{made}\t{deadline}\tf\t{made}\t{reader.person}\n"
        )

    def _state(self, stretch: rules.Stretch) -> tuple[str, int]:
        """What became of it, and until when it is held (0: it is not)."""
        boundary, number = self._boundary, int(self._random.random() * 1000)
        if stretch.end <= boundary:
            return rules.state_drawn(rules.PAST, number), 0
        state = rules.state_drawn(rules.FUTURE, number)
        if state != "held":
            return state, 0
        held = min(stretch.start - 60, boundary + 1440 * (2 + number % 4))
        return ("held", held) if held > boundary + 1440 else ("confirmed", 0)


def reference(number: int) -> str:
    """The code of a synthetic booking: S and seven digits of base 32, which no drawn code is like."""
    digits = ""
    for _ in range(7):
        number, rest = divmod(number, 32)
        digits = DIGITS[rest] + digits
    return f"S{digits}"
