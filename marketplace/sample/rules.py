"""The plan of the synthetic set: which stretches of which weeks are booked, so that no place is ever booked twice.

Instants are whole minutes since 1970 in UTC. Every place of the set keeps one offset from UTC all year.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

OFFSET = 8 * 60
STEP = 30
SHORTEST_PIECE = 90
# Some room is left, so that there is free time to be found.
ROOM = 1.25
EPOCH = date(1970, 1, 1)

Week = Mapping[str, Sequence[Sequence[int]]]


class TooMany(ValueError):
    """More bookings were asked for than the open hours of the units can hold."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A booked stretch of one place: `start` and `end` in minutes; a clean-up after it stays inside its piece."""

    place: int
    start: int
    end: int


def minutes_of(day: date) -> int:
    """Local midnight of a day."""
    return (day - EPOCH).days * 1440 - OFFSET


def pieces(week: Week, days: Sequence[date], *, closed: Collection[date], parts: int) -> list[tuple[int, int]]:
    """Every open stretch of some days cut into equal parts on whole steps: start and length, none overlapping."""
    found = []
    for day in days:
        if day in closed:
            continue
        for opens, closes in week.get(str(day.isoweekday()), ()):
            length = (closes - opens) // parts // STEP * STEP
            if length >= SHORTEST_PIECE:
                first = minutes_of(day) + opens
                found += [(first + number * length, length) for number in range(parts)]
    return found


def fitting_pieces(
    week: Week, days: Sequence[date], *, closed: Collection[date], wanted: float
) -> list[tuple[int, int]]:
    """Pieces cut just small enough that one place can take `wanted` bookings with room; raises `TooMany`."""
    for parts in range(3, 17):
        found = pieces(week, days, closed=closed, parts=parts)
        if len(found) >= wanted * ROOM:
            return found
    raise TooMany(f"{wanted:.0f} bookings of one place do not fit into its open hours")


def drawn(
    available: Sequence[tuple[int, int]], count: int, *, places: int, clean_up: int, random: Random
) -> Iterator[Stretch]:
    """`count` stretches of one unit, each in a piece of its own."""
    for index in random.sample(range(len(available) * places), count):
        start, length = available[index // places]
        slots = (length - clean_up) // STEP
        taken = 2 + int(random.random() * (slots - 1)) if slots > 2 else slots
        taken = min(taken, slots)
        begins = start + STEP * int(random.random() * (slots - taken + 1))
        yield Stretch(index % places + 1, begins, begins + taken * STEP)


def days_around(today: date, *, reach: int = 180) -> list[date]:
    """The days of the set: `reach` days either side of a day."""
    return [today + timedelta(days=number) for number in range(-reach, reach + 1)]


def shares(total: int, parts: int) -> list[int]:
    """A whole number in equal parts, the first ones larger by one where it does not come out even."""
    each, rest = divmod(total, parts)
    return [each + (number < rest) for number in range(parts)]


# What becomes of bookings, per thousand: first those that are over, then those still to come.
PAST = (("completed", 850), ("cancelled", 70), ("no_show", 30), ("declined", 30), ("expired", 20))
FUTURE = (("confirmed", 820), ("held", 60), ("cancelled", 70), ("declined", 30), ("expired", 20))
CLAIMING = frozenset({"held", "confirmed", "in_use", "completed"})


def state_drawn(table: Sequence[tuple[str, int]], number: int) -> str:
    """The state that a number from 0 to 999 stands for."""
    for state, share in table:
        if number < share:
            return state
        number -= share
    return table[0][0]
