"""What a figure is about: whose collaborations, which days, and as known at which instant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Final
from uuid import UUID

from marketplace.values.refusal import Invalid

# A figure counts outcomes that another side has confirmed (S-01, S-08).
FLOOR: Final = 2
# After so long without a word a question counts as unanswered (S-08).
PATIENCE: Final = timedelta(days=90)
YEARS: Final = (1990, 2200)
_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{0,39}", re.ASCII)


class ScopeKind(Enum):
    """Whose collaborations: one, those of an organisation, of a zone, or all."""

    COLLABORATION = "collaboration"
    ORGANISATION = "organisation"
    ZONE = "zone"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Scope:
    """A collaboration or organisation by its id, a zone by its code, or the whole platform."""

    kind: ScopeKind
    id: UUID | None = None
    code: str | None = None

    def __str__(self) -> str:
        return ":".join([self.kind.value, *(str(each) for each in (self.id, self.code) if each is not None)])


PLATFORM: Final = Scope(ScopeKind.PLATFORM)


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` until the day before `after`, as each place counts them."""

    first: date
    after: date

    def whole_year(self, year: int) -> bool:
        """Whether all days of a calendar year lie in it."""
        return self.first <= date(year, 1, 1) and date(year + 1, 1, 1) <= self.after

    def touches(self, year: int) -> bool:
        """Whether any day of a calendar year lies in it."""
        return self.first < date(year + 1, 1, 1) and date(year, 1, 1) < self.after

    def years(self) -> Iterator[int]:
        """The calendar years that lie in it whole."""
        return (year for year in range(self.first.year, self.after.year + 1) if self.whole_year(year))


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything that decides which rows a figure rests on."""

    scope: Scope
    span: Span
    as_of: datetime
    floor: int = FLOOR

    @property
    def day(self) -> date:
        """The day of what is known, UTC."""
        return self.as_of.astimezone(UTC).date()

    @property
    def watched_until(self) -> date:
        """The last day on which anything could be seen: of the period, or the day of what is known."""
        return min(self.span.after - timedelta(days=1), self.day)


def scope_of(told: str) -> Scope:
    """A scope as people write it: `zone:ZON-HQ`, `organisation:ID`, `collaboration:ID`, `platform`. Raises Invalid."""
    kind, _, key = told.partition(":")
    if kind not in {each.value for each in ScopeKind}:
        raise Invalid.one("scope", "choice")
    chosen = ScopeKind(kind)
    if chosen is ScopeKind.PLATFORM:
        if key:
            raise Invalid.one("scope", "choice")
        return PLATFORM
    if chosen is ScopeKind.ZONE:
        if not _CODE.fullmatch(key):
            raise Invalid.one("scope", "unknown")
        return Scope(chosen, code=key)
    try:
        return Scope(chosen, id=UUID(key))
    except ValueError:
        raise Invalid.one("scope", "unknown") from None


def year_span(year: int) -> Span:
    """A calendar year. Raises Invalid."""
    if not YEARS[0] <= year < YEARS[1]:
        raise Invalid.one("year", "between", min=YEARS[0], max=YEARS[1] - 1)
    return Span(date(year, 1, 1), date(year + 1, 1, 1))


def months_between(first: date, last: date) -> int:
    """Whole months from one day to another, by the calendar; a day before the first is none."""
    whole = (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
    return max(0, whole)
