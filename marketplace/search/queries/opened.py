"""What opening patterns leave open, read once per search and handed to the statement as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.availability.rules import Setting
from marketplace.jurisdictions.queries import working_calendars
from marketplace.search.models import OpeningPattern
from marketplace.search.queries.statement import Ask, Free
from marketplace.search.rules.patterns import PatternValues, opened, settings_of, slot_of
from marketplace.search.rules.wishes import FreeWish
from marketplace.values.period import Period

# How far ahead a listing's next free time is looked for.
LOOK_AHEAD: Final = timedelta(days=28)


def settings(session: Session, ids: Iterable[int] | None = None) -> dict[int, Setting]:
    """All opening patterns, or those named, with their calendars: two statements."""
    chosen = select(OpeningPattern)
    if ids is not None:
        chosen = chosen.where(OpeningPattern.id.in_(list(ids)))
    patterns = {row.id: _values(row) for row in session.scalars(chosen)}
    calendars = working_calendars(session, {pattern.calendar_code for pattern in patterns.values()})
    return settings_of(patterns, calendars)


def _values(row: OpeningPattern) -> PatternValues:
    return PatternValues(
        time_zone=row.time_zone, calendar_code=row.calendar_code, hours=list(row.hours), rules=dict(row.rules)
    )


def free_of(known: Mapping[int, Setting], wish: FreeWish, now: datetime) -> Free:
    """What a wish for free time asks of the patterns."""
    if wish.minutes is None:
        return _slot(known, wish.window, now)
    return within(known, wish.window, now, minutes=wish.minutes)


def _slot(known: Mapping[int, Setting], wanted: Period, now: datetime) -> Free:
    slots = {id: slot for id, setting in known.items() if (slot := slot_of(setting, wanted, now))}
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
    found = {id: part for id, setting in known.items() if (part := opened(setting, window, now, minutes=minutes))}
    rules = [known[id].rules for id in found]
    blocks = [(id, block) for id, part in found.items() for block in part.blocks]
    values: dict[str, Any] = {
        "patterns": list(found),
        "opens": [_multirange(part.stretches) for part in found.values()],
        "set_ups": [f"{each.set_up} minutes" for each in rules],
        "clean_ups": [f"{each.clean_up} minutes" for each in rules],
        "needs": [f"{part.need} minutes" for part in found.values()],
        "in_blocks": [bool(part.blocks) for part in found.values()],
        "block_patterns": [id for id, _ in blocks],
        "blocks": [_range(block) for _, block in blocks],
        # Two days more on either side hold any set-up and clean-up.
        "widest": _range(window.widened(timedelta(days=2), timedelta(days=2))),
        "now": now,
    }
    return Free(ask=ask, values=values)


def _around(periods: Iterable[Period]) -> Period | None:
    every = list(periods)
    return Period(min(p.start for p in every), max(p.end for p in every)) if every else None


def _range(period: Period) -> str:
    return f"[{period.start.isoformat()},{period.end.isoformat()})"


def _multirange(periods: Sequence[Period]) -> str:
    return "{" + ",".join(_range(period) for period in periods) + "}"
