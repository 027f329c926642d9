"""What is put down of a session beside its times, and how its times may be corrected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from marketplace.bookings.models import Purpose
from marketplace.values.refusal import FieldError

MOST_SAMPLES: Final = 1_000_000
MOST_MINUTES: Final = 100_000
LONGEST_CONSUMABLES: Final = 1000
# What began earlier is a slip of the pen; a unit's states are worked out from its first session on.
OLDEST: Final = timedelta(days=3653)


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What was used beside time; None: nothing was said."""

    purpose: Purpose | None = None
    samples: int | None = None
    operator_minutes: int | None = None
    consumables: str | None = None

    def given(self) -> dict[str, object]:
        """Those that were said."""
        names = ("purpose", "samples", "operator_minutes", "consumables")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a session should have said: its times, how long of them the machine stood by, was prepared and cleared."""

    began: datetime
    ended: datetime
    idle_seconds: int | None = None
    preparation_seconds: int | None = None
    post_seconds: int | None = None


def detail_errors(details: Details) -> Iterator[FieldError]:
    """Numbers that nobody could mean."""
    for name, most in (("samples", MOST_SAMPLES), ("operator_minutes", MOST_MINUTES)):
        value = getattr(details, name)
        if value is not None and not 0 <= value <= most:
            yield FieldError(name, "between", "between", {"min": 0, "max": most})


def correction_errors(wanted: Correction, now: datetime) -> Iterator[FieldError]:
    """A beginning that nobody means; an end that does not come after it or has not come yet; parts that are longer than
    the whole."""
    yield from too_old("began", wanted.began, now)
    if wanted.ended <= wanted.began:
        yield FieldError("ended", "period_reversed", "period_reversed")
        return
    if wanted.ended > now:
        yield FieldError("ended", "not_in_future", "not_in_future")
    parts = ("idle_seconds", "preparation_seconds", "post_seconds")
    told = {name: getattr(wanted, name) or 0 for name in parts}
    for name in parts:
        if told[name] < 0:
            yield FieldError(name, "not_negative", "not_negative")
    if sum(told.values()) > (wanted.ended - wanted.began).total_seconds():
        longest = max(parts, key=lambda name: told[name])
        yield FieldError(longest, "longer_than_session", "longer_than_session")


def too_old(field: str, began: datetime, now: datetime) -> Iterator[FieldError]:
    """A beginning more than ten years back."""
    if began < now - OLDEST:
        yield FieldError(field, "too_long_ago", "too_long_ago", {"days": OLDEST.days})


def missing(asks: Sequence[str], told: Details) -> list[str]:
    """What a unit asks for and nobody has put down."""
    return [name for name in asks if getattr(told, name, None) is None]
