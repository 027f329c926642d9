"""The clock of an application: when it starts, what stops and lengthens it, and until when the authority may take.

Every date follows from the rule's row and the events alone, so each can be worked out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any, Final

from marketplace.applications.models import ApplicationState, ClockEffect, Verb
from marketplace.jurisdictions.rules import (
    LONGEST_COUNT,
    ONE_DAY,
    WorkingCalendar,
    is_working_day,
    on_or_after,
    provisional,
)

# What an authority's own clock runs from; other starts are dates of the applicant's.
STARTS: Final = frozenset({"receipt", "acceptance"})
# How a rule's row names the time in which the applicant completes the papers.
COMPLETENESS: Final = "completeness"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How long an authority may take, as the rule's row says. `max_days` None: no published limit. Each of
    `excluded_steps` stops the clock while it lasts."""

    start: str = "receipt"
    max_days: int | None = None
    day_kind: str = "unspecified"
    extension_days: int = 0
    excluded_steps: tuple[str, ...] = ()
    deemed_on_silence: str = "none"
    calendar: str | None = None

    @property
    def published(self) -> bool:
        """Whether the authority has bound itself to a number of days."""
        return self.max_days is not None and self.start in STARTS

    def document(self) -> dict[str, Any]:
        """As it is kept with an application."""
        return {
            "start": self.start,
            "max_days": self.max_days,
            "day_kind": self.day_kind,
            "extension_days": self.extension_days,
            "excluded_steps": list(self.excluded_steps),
            "deemed_on_silence": self.deemed_on_silence,
            "calendar": self.calendar,
        }

    @classmethod
    def read(cls, told: Mapping[str, Any], calendar: str | None = None) -> Limit:
        """From a rule's row, or from what is kept with an application."""
        return cls(
            start=told.get("start") or "receipt",
            max_days=told.get("max_days"),
            day_kind=told.get("day_kind") or "unspecified",
            extension_days=told.get("extension_days") or 0,
            excluded_steps=tuple(told.get("excluded_steps") or ()),
            deemed_on_silence=told.get("deemed_on_silence") or "none",
            calendar=told.get("calendar", calendar),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What the clock needs to know of one event; `days` is how many an extension adds, None where nobody said."""

    on: date
    effect: ClockEffect
    days: int | None = None


class ClockState(Enum):
    """How the authority's clock stands."""

    NOT_BEGUN = "not_begun"
    NO_LIMIT = "no_limit"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a clock says: since when it runs, and until when the authority may take."""

    state: ClockState
    started_on: date | None = None
    due_on: date | None = None
    provisional: bool = False


def effect_of(verb: Verb, limit: Limit, state: ApplicationState) -> ClockEffect:
    """What a verb does to the clock of an application in a state."""
    if verb is Verb.FILE and limit.start == "receipt":
        return ClockEffect.START
    if verb is Verb.ACCEPT and limit.start == "acceptance":
        return ClockEffect.START
    completing = state is ApplicationState.COMPLETENESS_ASKED and verb in (Verb.ANSWER, Verb.ACCEPT)
    if COMPLETENESS in limit.excluded_steps and (verb is Verb.ASK or completing):
        return ClockEffect.PAUSE if verb is Verb.ASK else ClockEffect.RESUME
    return _EFFECTS.get(verb, ClockEffect.NONE)


def too_early(verb: Verb, limit: Limit, state: ApplicationState) -> bool:
    """Whether a verb would lengthen a clock that begins with the acceptance only."""
    return verb is Verb.EXTEND and state is ApplicationState.FILED and limit.start == "acceptance"


_EFFECTS: Final[Mapping[Verb, ClockEffect]] = {
    Verb.BEGIN_STEP: ClockEffect.PAUSE,
    Verb.END_STEP: ClockEffect.RESUME,
    Verb.EXTEND: ClockEffect.EXTEND,
    Verb.REDRAFT: ClockEffect.RESET,
    **dict.fromkeys((Verb.GRANT, Verb.REFUSE, Verb.WITHDRAW, Verb.REVOKE, Verb.DONE), ClockEffect.STOP),
}


def read(limit: Limit, events: Sequence[Happened], calendar: WorkingCalendar) -> Reading:
    """What the clock says after some events, the oldest first.

    The first day counted is the one after the start (M-07); days of a pause are left out, from the day after it began
    to the day on which it ended; what says only "days" is counted in working days, the longer reading (M-06).
    """
    lived = list(_since_reset(events))
    started = next((each.on for each in lived if each.effect is ClockEffect.START), None)
    if any(each.effect is ClockEffect.STOP for each in lived):
        return Reading(state=ClockState.STOPPED, started_on=started)
    pauses = _pauses(lived)
    if pauses and pauses[-1][1] is None:
        return Reading(state=ClockState.PAUSED, started_on=started)
    days = _days(limit, lived)
    if days is None:
        return Reading(state=ClockState.NO_LIMIT, started_on=started)
    if started is None:
        return Reading(state=ClockState.NOT_BEGUN)
    due = _counted(calendar, started, days, plain=limit.day_kind == "calendar", pauses=pauses)
    return Reading(
        state=ClockState.RUNNING,
        started_on=started,
        due_on=due,
        provisional=days > 0 and provisional(calendar, started, due),
    )


def _since_reset(events: Iterable[Happened]) -> Iterable[Happened]:
    kept: list[Happened] = []
    for each in events:
        kept = [] if each.effect is ClockEffect.RESET else [*kept, each]
    return kept


def _days(limit: Limit, events: Iterable[Happened]) -> int | None:
    """How many days there are: those of the row and those of an extension; None: no published limit."""
    if limit.max_days is None or limit.start not in STARTS:
        return None
    extensions = [each.days for each in events if each.effect is ClockEffect.EXTEND]
    if any(days is None for days in extensions):
        # Lengthened by a number of days that nobody told: the row's own where it has one, else open.
        return limit.max_days + limit.extension_days if limit.extension_days else None
    return min(limit.max_days + sum(days for days in extensions if days), LONGEST_COUNT)


Pause = tuple[date, date | None]


def _pauses(events: Iterable[Happened]) -> list[Pause]:
    found: list[Pause] = []
    for each in events:
        if each.effect is ClockEffect.PAUSE and not (found and found[-1][1] is None):
            found.append((each.on, None))
        elif each.effect in (ClockEffect.RESUME, ClockEffect.START) and found and found[-1][1] is None:
            found[-1] = found[-1][0], each.on
    return found


def _counted(calendar: WorkingCalendar, start: date, days: int, *, plain: bool, pauses: Sequence[Pause]) -> date:
    day, left = start, days
    stopped = set(_stopped(pauses))
    while left > 0:
        day += ONE_DAY
        if day not in stopped and (plain or is_working_day(calendar, day)):
            left -= 1
    return on_or_after(calendar, day) if plain else day


def _stopped(pauses: Iterable[Pause]) -> Iterator[date]:
    for first, last in pauses:
        for number in range(1, ((last or first) - first).days + 1):
            yield first + timedelta(days=number)


def days_left(due: date, today: date, calendar: WorkingCalendar, *, plain: bool = False) -> int:
    """How many days are left until a due date, today left out: working days, or all; below nought: overdue."""
    if plain or due == today:
        return (due - today).days
    first, last = min(due, today), max(due, today)
    worked = sum(is_working_day(calendar, first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
    return worked if due > today else -max(worked, 1)


def silence_decides(limit: Limit, reading: Reading, today: date) -> Verb | None:
    """What an authority's silence means once its limit has passed, where the rule's row says so."""
    if reading.state is not ClockState.RUNNING or reading.due_on is None or today <= reading.due_on:
        return None
    return {"accepted": Verb.GRANT, "refused": Verb.REFUSE}.get(limit.deemed_on_silence)
