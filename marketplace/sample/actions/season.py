"""Six months of sample bookings: what people did, in its order, with the verbs that they would use."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.availability.models import BookingMode
from marketplace.availability.queries import settings
from marketplace.availability.rules import Setting, blocks, local_day, open_periods
from marketplace.bookings.actions import (
    accept_terms,
    approve,
    cancel,
    decline,
    expire,
    miss,
    request_booking,
    state_flows,
)
from marketplace.bookings.models import Booking, BookingState, Purpose
from marketplace.bookings.rules import BookingRequest
from marketplace.catalogue.models import Facility, Unit
from marketplace.database import Database
from marketplace.operations.actions.checking import check_in, check_out
from marketplace.sample import sheets
from marketplace.sample.actions.founding import Founded, actor
from marketplace.sample.actions.listing import SampleUnit
from marketplace.terms.queries import current_terms
from marketplace.values.period import Period
from marketplace.values.refusal import Refused, StateForbids

Step = Callable[[Session, datetime], None]

STEPS_AT_ONCE = 40
READERS = ("ada", "ada", "ada", "yip", "mok", "guan", "sun", "rodrigues", "iyer", "pan")
REACH = timedelta(days=90)
# Days between asking and using: long enough for the cut-off of the rule and for a host to answer.
LEADS = {
    "instant": (0.2, 6),
    "hourly": (2, 14),
    "prepared": (4, 21),
    "nightly": (3, 14),
    "daily": (8, 30),
    "weekly": (16, 45),
}
PER_UNIT = {"instant": 6, "hourly": 6, "prepared": 5, "nightly": 6, "daily": 4, "weekly": 3}
# So many of six write nothing with their booking.
SILENT = (None, None)


@dataclass(frozen=True, slots=True)
class Wish:
    """One booking to be: who asks when for what, and what becomes of it."""

    unit: SampleUnit
    reader: str
    asked: datetime
    period: Period
    fate: str
    note: str | None


@dataclass(frozen=True, slots=True)
class Stage:
    """Who acts and where: actors by key, units with their settings, and the present instant."""

    actors: Mapping[str, Actor]
    units: Sequence[SampleUnit]
    settings: Mapping[UUID, Setting]
    now: datetime


def play(
    database: Database,
    founded: Founded,
    units: Sequence[SampleUnit],
    *,
    now: datetime,
    progress: Callable[[int, int], None],
) -> int:
    """Let the season happen up to `now`; answers the number of bookings made."""
    with database.reading() as session:
        stage = _stage(session, founded, units, now)
    random = Random("benchbridge sample season")  # noqa: S311 - the same season in every instance
    wishes = sorted(_wishes(stage, random), key=lambda wish: wish.asked)
    diary = Diary(stage, random)
    for number, wish in enumerate(wishes):
        diary.at(wish.asked, diary.asking(wish))
        progress(number, len(wishes))
    made = diary.live(database, progress)
    database.transact(lambda session: session.execute(update(Booking).where(Booking.id.in_(made)).values(sample=True)))
    return len(made)


def _stage(session: Session, founded: Founded, units: Sequence[SampleUnit], now: datetime) -> Stage:
    actors = {key: actor(session, id, now=now) for key, id in founded.people.items()}
    around = Period(now - REACH - timedelta(days=30), now + REACH)
    found = settings(session, [unit.id for unit in units], around)
    return Stage(actors, units, found, now)


def _wishes(stage: Stage, random: Random) -> Iterator[Wish]:
    for index, unit in enumerate(stage.units):
        setting = stage.settings[unit.id]
        for _ in range(PER_UNIT[unit.rules]):
            day = stage.now + (random.random() * 2 - 1) * REACH
            if wish := _wish(stage, unit, day, random, asked=None):
                yield wish
        if index % 6 == 0 or unit.host == "nanling":
            # Something waits on hosts' desks today: asked for within the last working day.
            soon = stage.now + timedelta(days=12 + random.random() * 12)
            asked = stage.now - timedelta(hours=2 + random.random() * 14)
            if setting.rules.mode is not BookingMode.WEEK and (wish := _wish(stage, unit, soon, random, asked=asked)):
                yield wish


def _wish(stage: Stage, unit: SampleUnit, day: datetime, random: Random, *, asked: datetime | None) -> Wish | None:
    period = _period(stage.settings[unit.id], day, random)
    if period is None:
        return None
    readers = [key for key in READERS if sheets.people()[key]["organisation"] != unit.host]
    reader = readers[int(random.random() * len(readers))]
    low, high = LEADS[unit.rules]
    moment = asked or period.start - timedelta(days=low + random.random() * (high - low))
    if moment > stage.now:
        moment = stage.now - timedelta(hours=3 + random.random() * 24 * 20)
    fate = "waits" if asked else _fate(random)
    said = random.choice((*SILENT, *sheets.habits()["said"]["notes"]))
    return Wish(unit, reader, moment, period, fate, sheets.in_words_of(reader, said) if said else None)


def _fate(random: Random) -> str:
    number = random.random()
    for fate, share in (("declined", 0.06), ("cancelled", 0.07), ("forgotten", 0.04), ("missed", 0.03)):
        if number < share:
            return fate
        number -= share
    return "used"


def _period(setting: Setting, around: datetime, random: Random) -> Period | None:
    """A period that the unit's rules allow, on or soon after a day."""
    first = local_day(around, setting.zone)
    rules = setting.rules
    if rules.mode is not BookingMode.HOUR:
        days = 20 if rules.mode is BookingMode.WEEK else 8
        found = blocks(setting, first, first + timedelta(days=days))
        if not found:
            return None
        last = found[min(len(found) - 1, int(random.random() * 3))] if rules.mode is BookingMode.DAY else found[0]
        return Period(found[0].period.start, last.period.end)
    stretches = [one for one in open_periods(setting, first, first + timedelta(days=4)) if one.end > around]
    if not stretches:
        return None
    stretch = stretches[0]
    step = timedelta(minutes=rules.step)
    available = int(min(stretch.length, timedelta(hours=24)) / step)
    shortest = -(-rules.shortest // rules.step)
    longest = min(available, (rules.longest or 24 * 60) // rules.step)
    if longest < shortest:
        return None
    steps = random.randint(shortest, longest)
    start = stretch.start + step * random.randint(0, available - steps)
    return Period(start, start + step * steps)


class Diary:
    """What is to happen when; each thing that happens may write down further ones."""

    def __init__(self, stage: Stage, random: Random) -> None:
        self._stage = stage
        self._random = random
        self._order = count()
        self._waiting: list[tuple[datetime, int, Step]] = []
        self._made: list[UUID] = []

    def at(self, moment: datetime, step: Step) -> None:
        """Write a step down, unless it lies in the future."""
        if moment <= self._stage.now:
            heapq.heappush(self._waiting, (moment, next(self._order), step))

    def live(self, database: Database, progress: Callable[[int, int], None]) -> list[UUID]:
        """Let everything happen, some of it at once for speed; answers the bookings made."""
        done = 0
        while self._waiting:
            done += database.transact(self._live_some)
            progress(done, done + len(self._waiting))
        return self._made

    def _live_some(self, session: Session) -> int:
        done = 0
        while self._waiting and done < STEPS_AT_ONCE:
            moment, _, step = heapq.heappop(self._waiting)
            # A step that the rules refuse did not happen: somebody else had the slot, or it was too late.
            with suppress(Refused, StateForbids), session.begin_nested():
                step(session, moment)
            done += 1
        return done

    def asking(self, wish: Wish) -> Step:
        """Ask for the booking, and write down what follows from its fate."""

        def step(session: Session, moment: datetime) -> None:
            request = BookingRequest(
                unit_id=wish.unit.id,
                period=wish.period,
                purpose=Purpose.RESEARCH if self._random.random() < 0.8 else Purpose.SERVICE,
                note=wish.note,
            )
            booking = request_booking(session, request, now=moment, by=self._actor(wish.reader))
            self._made.append(booking.id)
            for moment_of, what in self._followed(session, wish, booking):
                self.at(moment_of, what)

        return step

    def _actor(self, key: str) -> Actor:
        return self._stage.actors[key]

    def _followed(self, session: Session, wish: Wish, booking: Booking) -> Iterable[tuple[datetime, Step]]:
        random, id = self._random, booking.id
        reader, host = self._actor(wish.reader), self._actor(sheets.host_of(wish.unit.host))
        terms = current_terms(session, wish.unit.facility_id)
        answered = self._answered(wish, booking)
        if terms is not None and wish.fate != "forgotten" and (wish.fate != "waits" or random.random() < 0.6):
            number = str(terms.number)
            yield (
                wish.asked + (answered - wish.asked) * 0.4,
                lambda session, now: _idle(accept_terms(session, id, number, now=now, by=reader)),
            )
        if wish.fate == "declined":
            words = sheets.in_words_of(sheets.host_of(wish.unit.host), sheets.habits()["said"]["declined"])
            yield answered, lambda session, now: _idle(decline(session, id, words, now=now, by=host))
            return
        if wish.fate == "forgotten":
            if booking.held_until is not None:
                yield booking.held_until, lambda session, now: _idle(expire(session, id, now=now))
            return
        if wish.fate == "waits":
            if wish.reader == "ada" and across(session, booking):
                told = sheets.habits()["crossing"]
                # A plan is read by the rules known when it was made: those of a new deployment are known from now.
                yield self._stage.now, lambda session, now: _idle(state_flows(session, id, told, now=now, by=reader))
            return
        yield answered, lambda session, now: _idle(approve(session, id, now=now, by=host))
        if wish.fate == "cancelled":
            reason = sheets.in_words_of(wish.reader, random.choice(sheets.habits()["said"]["cancelled"]))
            moment = answered + (wish.period.start - answered) * random.random()
            yield moment, lambda session, now: _idle(cancel(session, id, reason, now=now, by=reader))
        elif wish.fate == "missed":
            yield wish.period.start + timedelta(hours=1), lambda session, now: _idle(miss(session, id, now=now))
        else:
            late = timedelta(minutes=random.randint(0, 12))
            yield wish.period.start + late, lambda session, now: _idle(check_in(session, id, now=now, by=reader))
            yield wish.period.end - late, lambda session, now: _idle(check_out(session, id, now=now, by=reader))

    def _answered(self, wish: Wish, booking: Booking) -> datetime:
        """When the host answers: within the deadline."""
        latest = booking.held_until if booking.state is BookingState.HELD else wish.period.start
        room = (latest or wish.period.start) - wish.asked
        return wish.asked + min(room * 0.8, timedelta(hours=4 + self._random.random() * 30))


def across(session: Session, booking: Booking) -> bool:
    """Whether a booking of a Hong Kong organisation is for a unit in the mainland: its permits are worth a look."""
    place = (
        select(Facility.jurisdiction_code).join(Unit, Unit.facility_id == Facility.id).where(Unit.id == booking.unit_id)
    )
    return str(session.scalar(place)).startswith("CN")


def _idle(_: object) -> None:
    """A step answers nothing."""
