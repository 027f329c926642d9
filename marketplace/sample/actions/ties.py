"""Synthetic collaborations: their parties, first uses, sessions, bookings and yearly questions, as lines for COPY."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Final
from uuid import UUID

from marketplace.accounts.models import OrganisationKind
from marketplace.sample import draws, rules, sheets
from marketplace.sample.actions.listed import Body, Founded, Listed, Reader
from marketplace.sample.bulk import NULL, drawn_id, instant

COLLABORATION: Final = (
    *("id", "reference", "kind", "state", "title", "aim", "scheme", "level_now", "level_wanted", "agreement_number"),
    *("clauses", "starts_on", "ends_on", "ended_on", "closed_at", "end_reason", "report", "pair"),
    *("opened_by_booking", "version", "sample", "created_at", "updated_at"),
)
PARTY: Final = (
    *("collaboration_id", "organisation_id", "roles", "invited_at", "joined_on", "joined_at", "left_on", "left_at"),
    "left_reason",
)
LINK: Final = ("booking_id", "collaboration_id", "at")
SESSION: Final = (
    *("id", "line_id", "booking_id", "unit_id", "place", "organisation_id", "person_id", "start_source", "end_source"),
    *("checked_in_at", "checked_in_by", "checked_out_at", "checked_out_by", "recorded_at", "recorded_by"),
)
QUESTION: Final = (
    *("collaboration_id", "organisation_id", "year", "asked_at", "answered_at", "answered_by", "answer"),
)
REACH_DAYS: Final = 6 * 365
DAY: Final = 1440
FIRST_DAY: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Taken:
    """A booking that took or takes place, in minutes since 1970."""

    id: str
    unit: Listed
    reader: Reader
    start: int
    end: int
    over: bool
    place: int = 1


@dataclass(slots=True, kw_only=True)
class Tie:
    """One collaboration to be: its parties, the provider first, the user second."""

    id: str
    parties: Sequence[Body]
    kind: str
    state: str
    starts: int  # day since 1970
    ends: int | None
    booking: str | None = None
    lasts_to: int = 0  # the last day on which anything may come of it
    units: Sequence[Listed] = ()

    @property
    def silent(self) -> bool:
        """Whether it never began."""
        return self.state in ("proposed", "declined")


@dataclass(slots=True)
class Ties:
    """Writes collaborations and what hangs on them as lines for COPY."""

    founded: Founded
    random: Random
    today: date
    ties: list[Tie] = field(default_factory=list)
    lines: dict[str, list[str]] = field(default_factory=dict)
    _units: dict[str, list[Listed]] = field(default_factory=dict)
    _bodies: dict[str, Body] = field(default_factory=dict)
    _busy: set[tuple[str, int]] = field(default_factory=set)
    _pairs: dict[tuple[str, str], Tie] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._bodies = {body.id.hex: body for body in self.founded.bodies}
        for unit in self.founded.units:
            self._units.setdefault(unit.owner, []).append(unit)

    @property
    def day(self) -> int:
        """Today, counted since 1970."""
        return (self.today - FIRST_DAY).days

    def draw(self, count: int, taken: Sequence[Taken]) -> Iterator[Taken]:
        """Plan `count` collaborations; yields the first uses of those that are older than the bookings of the set."""
        opened: dict[tuple[str, str], Taken] = {}
        for each in taken:
            if each.unit.owner != each.reader.organisation:
                opened.setdefault((each.unit.owner, each.reader.organisation), each)
        hosts = [body for body in self.founded.bodies if body.id.hex in self._units]
        for pair, first in sorted(opened.items(), key=lambda item: item[1].id)[: count * 3 // 20]:
            self._by_booking(pair, first)
        while len(self.ties) < count:
            tie = self._by_hand(hosts[int(self.random.random() * len(hosts))])
            self._pairs.setdefault((tie.parties[0].id.hex, tie.parties[1].id.hex), tie)
            if not tie.silent and self.random.random() < 0.9 and (use := self._first_use(tie)):
                self._link(use, tie)
                yield use
        for tie in self.ties:
            self._write(tie)
        for each in taken:
            found = self._pairs.get((each.unit.owner, each.reader.organisation))
            if found is not None and not found.silent and each.start // DAY >= found.starts:
                self._link(each, found)

    def sessions(self, taken: Sequence[Taken]) -> None:
        """What really happened of bookings that are over: most keep to their time, a few stay long or leave early."""
        draw = self.random.random
        drawn = []
        for each in taken:
            begun = each.start + int(draw() * 25) - 5
            left = max(begun + 5, each.end + int(draw() * 40) - (200 if draw() < 0.08 else 25))
            drawn.append((each, drawn_id(each.start, self.random), begun, left))
        # Whoever comes next at a place finds it free.
        free: dict[tuple[str, int], int] = {}
        for each, id, early, late in sorted(drawn, key=lambda one: one[0].start):
            place = (each.unit.id, each.place)
            begun = max(early, free.get(place, early))
            free[place] = left = max(begun + 5, late)
            person, came = each.reader.person, instant(begun)
            self._add(
                "sessions",
                f"{id}\t{id}\t{each.id}\t{each.unit.id}\t{each.place}\t{each.reader.organisation}\t{person}\tperson"
                f"\tperson\t{came}\t{person}\t{instant(left)}\t{person}\t{came}\t{person}\n",
            )

    def _by_booking(self, pair: tuple[str, str], first: Taken) -> None:
        parties = (self._bodies[pair[0]], self._bodies[pair[1]])
        starts = min(first.start // DAY, self.day)
        tie = Tie(
            id=drawn_id(starts * DAY, self.random),
            parties=parties,
            kind="facility_service",
            state="active",
            starts=starts,
            ends=None,
            booking=first.id,
            lasts_to=self.day,
            units=(first.unit,),
        )
        self.ties.append(tie)
        self._pairs[pair] = tie

    def _by_hand(self, provider: Body) -> Tie:
        random = self.random
        wanted, parties = int(draws.drawn(draws.PARTIES, random)), [provider]
        while len(parties) < min(wanted, len(self.founded.bodies)):
            other = self.founded.bodies[int(random.random() * len(self.founded.bodies))]
            if other not in parties:
                parties.append(other)
        state = draws.drawn(draws.STATES, random)
        starts = self.day - 1 - int(random.random() * REACH_DAYS)
        ends = None
        if state in ("completed", "ended"):
            ends = min(self.day - 1, starts + 30 + int(random.random() ** 1.5 * 1100))
        tie = Tie(
            id=drawn_id(starts * DAY, random),
            parties=parties,
            kind=draws.drawn(draws.KINDS, random),
            state=state,
            starts=starts,
            ends=ends,
            lasts_to=min(self.day, (self.day if ends is None else ends) + 700),
            units=self._units[provider.id.hex],
        )
        self.ties.append(tie)
        return tie

    def _first_use(self, tie: Tie) -> Taken | None:
        """A stretch of an open day soon after the start and before all other bookings, on which the unit is free."""
        unit = tie.units[int(self.random.random() * len(tie.units))]
        day = tie.starts + 3 + int(self.random.random() * 60)
        while day < self.day - 185:
            hours = _hours(unit.week, (FIRST_DAY + timedelta(days=day)).isoweekday())
            if hours is not None and (unit.id, day) not in self._busy:
                self._busy.add((unit.id, day))
                start = day * DAY - rules.OFFSET + hours[0]
                person = self.founded.people[tie.parties[1].id.hex]
                reader = Reader(person, tie.parties[1].id.hex)
                end = start + min(hours[1] - hours[0], 60 * (2 + day % 3))
                return Taken(drawn_id(start - 9 * DAY, self.random), unit, reader, start, end, over=True)
            day += 1
        return None

    def _link(self, use: Taken, tie: Tie) -> None:
        self._add("collaboration_bookings", f"{use.id}\t{tie.id}\t{instant(max(tie.starts, 0) * DAY)}\n")

    def _write(self, tie: Tie) -> None:
        number, begun = len(self.lines.get("collaborations", ())), instant(tie.starts * DAY)
        starts, ends = _day(tie.starts), NULL if tie.ends is None else _day(tie.ends)
        closed = NULL if tie.ends is None else instant(tie.ends * DAY)
        why = "the work moved elsewhere" if tie.state == "ended" else ""
        pair = NULL
        if tie.booking is not None:
            pair = " ".join(sorted(str(body.id) for body in tie.parties))
        scheme, now, wanted = ("trl", 2 + number % 5, 5 + number % 5) if number % 3 else (NULL, NULL, NULL)
        self._add(
            "collaborations",
            f"{tie.id}\tSC{number:07d}\t{tie.kind}\t{tie.state}\t{{}}\t\t{scheme}\t{now}\t{wanted}\tSA-{number:06d}"
            f"\t{{}}\t{starts}\t{NULL}\t{ends}\t{closed}\t{why}\t\t{pair}"
            f"\t{tie.booking or NULL}\t1\tt\t{begun}\t{begun}\n",
        )
        for at, body in enumerate(tie.parties):
            role = ("provider", "user")[at] if at < 2 else ("partner", "partner", "funder")[at % 3]
            joined, known = (NULL, NULL) if tie.silent and at else (starts, begun)
            left, gone, reason = NULL, NULL, ""
            if at > 1 and self.random.random() < 0.12 and tie.lasts_to > tie.starts + 200:
                left, gone, reason = _day(tie.starts + 200), instant((tie.starts + 200) * DAY), "moved on"
            self._add(
                "collaboration_parties",
                f"{tie.id}\t{body.id.hex}\t{{{role}}}\t{begun}\t{joined}\t{known}\t{left}\t{gone}\t{reason}\n",
            )
        if not tie.silent:
            self._ask(tie)

    def _ask(self, tie: Tie) -> None:
        """What both sides were asked about each past year, and what two of three have answered."""
        first = (FIRST_DAY + timedelta(days=tie.starts)).year
        last = (FIRST_DAY + timedelta(days=tie.ends)).year if tie.ends is not None else self.today.year - 1
        for year in range(first, min(last, self.today.year - 1) + 1):
            asked = (date(year + 1, 1, 5) - FIRST_DAY).days
            for body in tie.parties[:2]:
                chance = self.random.random()
                answered, answer = NULL, NULL
                back = asked + 1 + int(chance * 90)
                if chance < 0.67 and back < self.day:
                    answered, answer = instant(back * DAY), "reported" if chance < 0.45 else "nothing"
                person = NULL if answer == NULL else self.founded.people[body.id.hex]
                self._add(
                    "yearly_questions",
                    f"{tie.id}\t{body.id.hex}\t{year}\t{instant(asked * DAY)}\t{answered}\t{person}\t{answer}\n",
                )

    def _add(self, name: str, line: str) -> None:
        self.lines.setdefault(name, []).append(line)


TABLES: Final[Mapping[str, Sequence[str]]] = {
    "collaborations": COLLABORATION,
    "collaboration_parties": PARTY,
    "collaboration_bookings": LINK,
    "sessions": SESSION,
    "yearly_questions": QUESTION,
}


def named(body: Body) -> str:
    """An organisation's id as JSON has it."""
    return str(UUID(body.id.hex))


def is_firm(body: Body) -> bool:
    """Whether it is a business."""
    return body.kind is OrganisationKind.FIRM


def _hours(week: str, weekday: int) -> Sequence[int] | None:
    stretches = sheets.habits()["weeks"][week].get(str(weekday), ())
    return stretches[0] if stretches else None


def _day(number: int) -> str:
    return (FIRST_DAY + timedelta(days=number)).isoformat()
