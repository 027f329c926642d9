"""Public holidays as the `holidays` library computes them: provisional until a notice stands beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import holidays

from marketplace.jurisdictions.models import DayKind
from marketplace.values.localized import convert

SOURCE = "HOLLIB"


@dataclass(frozen=True, slots=True)
class _Recipe:
    """How a calendar is asked for: Hong Kong's 17 general holidays are `optional`, Macao's public service all three."""

    categories: tuple[str, ...]
    languages: Mapping[str, str]


_RECIPES = {
    "CN": _Recipe(("public",), {"en": "en_US", "zh-Hans": "zh_CN"}),
    "HK": _Recipe(("optional",), {"en": "en_HK", "zh-Hant": "zh_HK", "zh-Hans": "zh_CN"}),
    "MO": _Recipe(("public", "government", "optional"), {"en": "en_MO", "zh-Hant": "zh_MO", "zh-Hans": "zh_CN"}),
}
# The library tells a half-day only by its name. Half-days are worked (CLR-03).
_HALF_DAY = "(Afternoon)"
_WORKED_NAME = {
    "en": "Working day in exchange for a holiday",
    "zh-Hant": "補假工作日",
    "zh-Hans": "调休工作日",
}


@dataclass(frozen=True, slots=True)
class LibraryDay:
    """One day that differs from its week."""

    day: date
    kind: DayKind
    name: Mapping[str, str]


@cache
def days_of(place: str, year: int) -> tuple[LibraryDay, ...]:
    """The whole days off, and weekends worked, of CN, HK or MO in one year."""
    return tuple(sorted(_days(place, year), key=lambda found: found.day))


def _days(place: str, year: int) -> Iterator[LibraryDay]:
    recipe = _RECIPES[place]
    by_language = {
        tag: holidays.country_holidays(place, years=year, categories=recipe.categories, language=locale)
        for tag, locale in recipe.languages.items()
    }
    english = by_language["en"]
    for day in english:
        if _HALF_DAY not in english[day]:
            name = {tag: str(days[day]) for tag, days in by_language.items()}
            name.setdefault("zh-Hant", convert(name["zh-Hans"], "s2hk"))
            yield LibraryDay(day, DayKind.OFF, name)
    for day in english.weekend_workdays:
        if day.year == year:
            yield LibraryDay(day, DayKind.WORKED, _WORKED_NAME)
