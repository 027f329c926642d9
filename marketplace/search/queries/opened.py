"""What opening patterns leave open, read once per search and handed to the statement as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.availability.rules import Setting
from marketplace.jurisdictions.queries import working_calendars
from marketplace.jurisdictions.rules import WorkingCalendar
from marketplace.search.queries.statement import TOLD, Ask, Free
from marketplace.search.rules.patterns import opened, setting_told, slot_of
from marketplace.search.rules.wishes import FreeWish
from marketplace.values.period import Period

# How far ahead a listing's next free time is looked for.
LOOK_AHEAD: Final = timedelta(days=28)
# Most are free this soon, and four times as many days take four times as long.
NEAR: Final = timedelta(days=7)
# Patterns are some dozens, and what they leave open is pure: worth keeping for as long as others ask the same.
REMEMBERED: Final = 2000

_ALL_PATTERNS: Final = text(f"SELECT {TOLD} FROM opening_patterns")


class Told(NamedTuple):
    """A pattern as its row tells it, and its calendar: what follows from both is kept under them."""

    pattern: str
    calendar: WorkingCalendar

    @property
    def setting(self) -> Setting:
        """The pattern as availability judges it."""
        return setting_told(self.pattern, self.calendar)


Known = Mapping[int, Told]
# Id, calendar and the rest, as `TOLD` selects them.
PatternRow = Sequence[Any]


def all_patterns(session: Session) -> Known:
    """Every opening pattern with its calendar: two statements."""
    return with_calendars(session, session.execute(_ALL_PATTERNS))


def with_calendars(session: Session, rows: Iterable[PatternRow]) -> Known:
    """Patterns with their calendars, from rows of `TOLD`: one statement."""
    told = {id: (calendar, pattern) for id, calendar, pattern in rows}
    calendars = working_calendars(session, {calendar for calendar, _ in told.values()})
    return {id: Told(pattern, calendars[calendar]) for id, (calendar, pattern) in told.items()}


def free_of(known: Known, wish: FreeWish, now: datetime) -> Free:
    """What a wish for free time asks of the patterns."""
    if wish.minutes is None:
        return _slot(known, wish.window, now)
    return within(known, wish.window, now, minutes=wish.minutes)


def _slot(known: Known, wanted: Period, now: datetime) -> Free:
    moment = end_of_minute(now)
    slots = {id: slot for id, told in known.items() if (slot := _slot_of(told, wanted, moment))}
    values = {
        "patterns": _array(slots),
        "slots": _array(_range(slot) for slot in slots.values()),
        "widest": _range(_around(slots.values()) or wanted),
        "now": now,
    }
    return Free(ask=Ask.SLOT, values=values)


def within(known: Known, window: Period, now: datetime, *, minutes: int = 0, ask: Ask = Ask.WITHIN) -> Free:
    """Stretches of so many minutes (at least each unit's shortest) inside a window."""
    moment = end_of_minute(now)
    found = {id: part for id, told in known.items() if (part := _part(told, window, moment, minutes))}
    parts = found.values()
    values: dict[str, Any] = {
        "patterns": _array(found),
        "opens": _array(part.stretches for part in parts),
        "set_ups": _array(f"{part.set_up} minutes" for part in parts),
        "clean_ups": _array(f"{part.clean_up} minutes" for part in parts),
        "needs": _array(f"{part.need} minutes" for part in parts),
        "in_blocks": _array(bool(part.blocks) for part in parts),
        "block_patterns": _array(id for id, part in found.items() for _ in part.blocks),
        "blocks": _array(block for part in parts for block in part.blocks),
        # Two days more on either side hold any set-up and clean-up.
        "widest": _range(window.widened(timedelta(days=2), timedelta(days=2))),
        "now": now,
    }
    return Free(ask=ask, values=values)


def ahead(known: Known, now: datetime) -> Free:
    """When each pattern opens next, as far as `LOOK_AHEAD`."""
    moment = end_of_minute(now)
    return within(known, Period(moment, moment + LOOK_AHEAD), now, ask=Ask.NEXT)


def nearly(known: Known, now: datetime) -> Free:
    """When each pattern opens next, so far that whatever begins within `NEAR` is found as long as it must be."""
    moment = end_of_minute(now)
    margin = timedelta(minutes=max((told.setting.rules.shortest for told in known.values()), default=0))
    return within(known, Period(moment, moment + NEAR + margin), now, ask=Ask.NEXT)


def end_of_minute(now: datetime) -> datetime:
    """The last second of the running minute: all searches of one minute share what the patterns then leave open, and
    what begins with the next one is still to be had."""
    return now.replace(second=59, microsecond=0)


@dataclass(frozen=True, slots=True)
class _Part:
    """What one pattern leaves open of a window, written as PostgreSQL reads it; the rest in minutes."""

    stretches: str
    blocks: tuple[str, ...]
    need: int
    set_up: int
    clean_up: int


@lru_cache(maxsize=REMEMBERED)
def _part(told: Told, window: Period, now: datetime, minutes: int) -> _Part | None:
    found, rules = opened(told.setting, window, now, minutes=minutes), told.setting.rules
    if found is None:
        return None
    blocks = tuple(_range(block) for block in found.blocks)
    return _Part(_multirange(found.stretches), blocks, found.need, rules.set_up, rules.clean_up)


@lru_cache(maxsize=REMEMBERED)
def _slot_of(told: Told, wanted: Period, now: datetime) -> Period | None:
    return slot_of(told.setting, wanted, now)


def _around(periods: Iterable[Period]) -> Period | None:
    every = list(periods)
    return Period(min(p.start for p in every), max(p.end for p in every)) if every else None


def _range(period: Period) -> str:
    return f"[{period.start.isoformat()},{period.end.isoformat()})"


def _multirange(periods: Sequence[Period]) -> str:
    return "{" + ",".join(_range(period) for period in periods) + "}"


def _array(values: Iterable[object]) -> str:
    """An array as PostgreSQL reads it, of what has no quotes: written at once, where a driver takes each apart."""
    return "{" + ",".join(f'"{value}"' for value in values) + "}"
