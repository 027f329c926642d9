"""What opening patterns leave open, read once per search and handed to the statement as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.availability.rules import Setting
from marketplace.jurisdictions.queries import working_calendars
from marketplace.search.queries.statement import Ask, Free
from marketplace.search.rules.patterns import PatternValues, opened, settings_of, slot_of
from marketplace.search.rules.wishes import FreeWish
from marketplace.values.period import Period

# How far ahead a listing's next free time is looked for.
LOOK_AHEAD: Final = timedelta(days=28)
# Patterns are some dozens, and what they leave open is pure: worth keeping for as long as others ask the same.
REMEMBERED: Final = 2000

_ALL = "SELECT id, time_zone, calendar_code, hours, rules FROM opening_patterns"
_ALL_PATTERNS: Final = text(_ALL)
_PATTERNS: Final = text(f"{_ALL} WHERE id = ANY(CAST(:ids AS int[]))")


def settings(session: Session, ids: Iterable[int] | None = None) -> dict[int, Setting]:
    """All opening patterns, or those named, with their calendars: two statements."""
    rows = session.execute(_ALL_PATTERNS) if ids is None else session.execute(_PATTERNS, {"ids": list(ids)})
    patterns = {
        id: PatternValues(time_zone=zone, calendar_code=calendar, hours=hours, rules=rules)
        for id, zone, calendar, hours, rules in rows
    }
    calendars = working_calendars(session, {pattern.calendar_code for pattern in patterns.values()})
    return settings_of(patterns, calendars)


def free_of(known: Mapping[int, Setting], wish: FreeWish, now: datetime) -> Free:
    """What a wish for free time asks of the patterns."""
    if wish.minutes is None:
        return _slot(known, wish.window, now)
    return within(known, wish.window, now, minutes=wish.minutes)


def _slot(known: Mapping[int, Setting], wanted: Period, now: datetime) -> Free:
    moment = end_of_minute(now)
    slots = {id: slot for id, setting in known.items() if (slot := _slot_of(setting, wanted, moment))}
    values = {
        "patterns": list(slots),
        "slots": [_range(slot) for slot in slots.values()],
        "widest": _range(_around(slots.values()) or wanted),
        "now": now,
    }
    return Free(ask=Ask.SLOT, values=values)


def within(
    known: Mapping[int, Setting], window: Period, now: datetime, *, minutes: int = 0, ask: Ask = Ask.WITHIN
) -> Free:
    """Stretches of so many minutes (at least each unit's shortest) inside a window."""
    moment = end_of_minute(now)
    found = {id: part for id, setting in known.items() if (part := _part(setting, window, moment, minutes))}
    rules = [known[id].rules for id in found]
    values: dict[str, Any] = {
        "patterns": list(found),
        "opens": [part.stretches for part in found.values()],
        "set_ups": [f"{each.set_up} minutes" for each in rules],
        "clean_ups": [f"{each.clean_up} minutes" for each in rules],
        "needs": [f"{part.need} minutes" for part in found.values()],
        "in_blocks": [bool(part.blocks) for part in found.values()],
        "block_patterns": [id for id, part in found.items() for _ in part.blocks],
        "blocks": [block for part in found.values() for block in part.blocks],
        # Two days more on either side hold any set-up and clean-up.
        "widest": _range(window.widened(timedelta(days=2), timedelta(days=2))),
        "now": now,
    }
    return Free(ask=ask, values=values)


def ahead(known: Mapping[int, Setting], now: datetime) -> Free:
    """When each pattern opens next, as far as `LOOK_AHEAD`."""
    moment = end_of_minute(now)
    return within(known, Period(moment, moment + LOOK_AHEAD), now, ask=Ask.NEXT)


def end_of_minute(now: datetime) -> datetime:
    """The last second of the running minute: all searches of one minute share what the patterns then leave open, and
    what begins with the next one is still to be had."""
    return now.replace(second=59, microsecond=0)


@dataclass(frozen=True, slots=True)
class _Part:
    """What one pattern leaves open of a window, written as PostgreSQL reads it; `need` in minutes."""

    stretches: str
    blocks: tuple[str, ...]
    need: int


@lru_cache(maxsize=REMEMBERED)
def _part(setting: Setting, window: Period, now: datetime, minutes: int) -> _Part | None:
    found = opened(setting, window, now, minutes=minutes)
    if found is None:
        return None
    return _Part(_multirange(found.stretches), tuple(_range(block) for block in found.blocks), found.need)


@lru_cache(maxsize=REMEMBERED)
def _slot_of(setting: Setting, wanted: Period, now: datetime) -> Period | None:
    return slot_of(setting, wanted, now)


def _around(periods: Iterable[Period]) -> Period | None:
    every = list(periods)
    return Period(min(p.start for p in every), max(p.end for p in every)) if every else None


def _range(period: Period) -> str:
    return f"[{period.start.isoformat()},{period.end.isoformat()})"


def _multirange(periods: Sequence[Period]) -> str:
    return "{" + ",".join(_range(period) for period in periods) + "}"
