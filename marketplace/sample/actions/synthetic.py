"""The synthetic set: any number of facilities and bookings, drawn from a seed, written by COPY."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from random import Random

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking
from marketplace.database import Database
from marketplace.jurisdictions.models import CalendarDay, DayKind
from marketplace.sample import bulk, rules, sheets
from marketplace.sample.actions.listed import Listed, listed
from marketplace.search.actions import refresh_all

Progress = Callable[[str, int, int], None]

BIG = ("bookings", "claims", "gates")
LISTED_IN = (
    *("facilities", "units", "opening_hours", "booking_rules", "search_rows", "search_texts", "search_classes"),
    *("search_words", "unit_openness", "opening_patterns"),
)
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
NULL = r"\N"
HOST_SAYS = {"held": "open", "declined": "failed", "expired": "failed"}
PURPOSES = ("research", "research", "research", "teaching", "service")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """How large a set, drawn from which seed, around which day."""

    facilities: int
    bookings: int
    seed: int
    today: date


def load_synthetic(database: Database, request: Request, *, now: datetime, progress: Progress) -> Mapping[str, int]:
    """Facilities of one unit each and bookings either side of a day, in one transaction; tells how many it wrote.

    Raises `rules.TooMany` when the units have no room for so many bookings.
    """
    database.transact(lambda session: _load(session, request, now=now, progress=progress))
    progress("settling", 0, 1)
    bulk.settle(database, (*BIG, *LISTED_IN))
    progress("settling", 1, 1)
    return {"facilities": request.facilities, "units": request.facilities, "bookings": request.bookings}


def _load(session: Session, request: Request, *, now: datetime, progress: Progress) -> None:
    random = Random(request.seed)  # noqa: S311 - drawn to be repeated, not to be secret
    progress("facilities", 0, request.facilities)
    units = listed(session, request.facilities, random=random, now=now, today=request.today)
    progress("facilities", request.facilities, request.facilities)
    if session.scalar(select(exists().where(Booking.id.is_not(None)))):
        _book(session, request, units, progress=progress, random=random)
    else:
        with bulk.indexes_afterwards(session, BIG):
            _book(session, request, units, progress=progress, random=random)
            progress("indexes", 0, 1)
        progress("indexes", 1, 1)
    progress("search", 0, 1)
    refresh_all(session, now=now)
    progress("search", 1, 1)


def _book(session: Session, request: Request, units: Sequence[Listed], *, progress: Progress, random: Random) -> None:
    closed = _days_off(session)
    days = rules.days_around(request.today, reach=REACH)
    counts = rules.shares(request.bookings, len(units))
    pen = Pen(boundary=rules.minutes_of(request.today), random=random)
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
            drawn = rules.drawn(available, counts[index], places=unit.places, clean_up=unit.clean_up, random=random)
            pen.write(unit, drawn)
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

    def __init__(self, *, boundary: int, random: Random) -> None:
        self._boundary = boundary
        self._random = random
        self._number = 0
        self._bookings: list[str] = []
        self._claims: list[str] = []
        self._gates: list[str] = []

    def taken(self) -> Iterator[tuple[str, Sequence[str], list[str]]]:
        """What was written since the last time, by table."""
        yield "bookings", BOOKING, self._bookings
        yield "claims", CLAIM, self._claims
        yield "gates", GATE, self._gates
        self._bookings, self._claims, self._gates = [], [], []

    def write(self, unit: Listed, stretches: Iterator[rules.Stretch]) -> None:
        """The bookings of one unit."""
        for stretch in stretches:
            self._write_one(unit, stretch)

    def _write_one(self, unit: Listed, stretch: rules.Stretch) -> None:
        random, boundary = self._random, self._boundary
        start, end = stretch.start, stretch.end
        created = min(start, boundary) - 30 * (48 + int(random.random() * 1200))
        decided = created + 30 * (1 + int(random.random() * 40))
        state, held = self._state(stretch)
        reader = unit.readers[int(random.random() * len(unit.readers))]
        id = _id(created, random)
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
                f"{_id(created, random)}\t{unit.id}\t{stretch.place}\t{blocked}\tbooking\t{id}\t{until}\n"
            )
        says = HOST_SAYS.get(state, "passed")
        deadline = until if held else instant(created + 3 * 1440)
        who = (NULL, NULL) if says == "open" else (answered, unit.host)
        self._gates.append(
            f"{_id(created, random)}\t{id}\thost_approval\t{says}\t{made}\t{deadline}\tf\t{who[0]}\t{who[1]}\n"
            f"{_id(created, random)}\t{id}\tterms\tpassed\t{made}\t{deadline}\tf\t{made}\t{reader.person}\n"
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


@cache
def instant(minutes: int) -> str:
    """Minutes since 1970 as PostgreSQL reads them."""
    return (datetime(1970, 1, 1) + timedelta(minutes=minutes)).isoformat(sep=" ") + "+00"  # noqa: DTZ001


def reference(number: int) -> str:
    """The code of a synthetic booking: S and seven digits of base 32, which no drawn code is like."""
    digits = ""
    for _ in range(7):
        number, rest = divmod(number, 32)
        digits = DIGITS[rest] + digits
    return f"S{digits}"


def _id(minutes: int, random: Random) -> str:
    """A UUIDv7 (RFC 9562) of an instant, with bits from the seed."""
    noise = random.getrandbits(74)
    value = (minutes * 60_000) << 80 | 0x7 << 76 | (noise >> 62) << 64 | 0b10 << 62 | noise & ((1 << 62) - 1)
    return f"{value:032x}"
