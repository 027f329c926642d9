"""Inputs as strangers send them: each value is read by its shape, and what does not fit is named by field and rule."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Final

from marketplace.values.localized import clean_text
from marketplace.values.refusal import Invalid

# More than any amount, count or length of time that a metric is made of.
LARGEST: Final = 10**15
SMALLEST: Final = 1e-30
MOST_ROWS: Final = 10_000
MOST_CLASSES: Final = 1_000
LONGEST_NAME: Final = 200
YEARS: Final = (1900, 2200)
# Decimals beyond these digits are no measurement.
MOST_DIGITS: Final = 40


@dataclass(frozen=True, slots=True)
class Given:
    """The inputs of one metric, and how many rows any of its lists may have."""

    told: Mapping[str, Any]
    most_rows: int = MOST_ROWS

    def has(self, name: str) -> bool:
        """Whether something is told under that name; null is nothing."""
        return self.told.get(name) is not None

    def value(self, name: str) -> Any:
        """What is told under that name. Raises Invalid where there is nothing."""
        if not self.has(name):
            raise Invalid.one(name, "required")
        return self.told[name]

    def number(self, name: str, **bounds: Any) -> Fraction:
        """A number, exactly as it is written in decimals."""
        return number(self.value(name), name, **bounds)

    def whole(self, name: str, **bounds: Any) -> int:
        """A whole number, from nought."""
        return whole(self.value(name), name, **bounds)

    def text(self, name: str) -> str:
        """A short text."""
        return text(self.value(name), name)

    def day(self, name: str) -> date:
        """A day."""
        return day(self.value(name), name)

    def mapping(self, name: str) -> dict[str, Any]:
        """An object, with clean names."""
        return mapping(self.value(name), name, self.most_rows)

    def rows(self, name: str) -> Sequence[Any]:
        """A list."""
        return rows(self.value(name), name, self.most_rows)

    def objects(self, name: str, *, key: str = "id") -> list[tuple[str, Mapping[str, Any]]]:
        """A list of objects, each with its place; those that carry the same `key` are one, and must be alike."""
        found = [(f"{name}/{at}", entry(row, f"{name}/{at}")) for at, row in enumerate(self.rows(name))]
        return list(distinct(found, lambda row: _key(row[1].get(key)), lambda row: row[1]))


def number(value: Any, field: str, *, least: Any = None, most: Any = None, above: Any = None) -> Fraction:
    """A finite number within its bounds; `above` is a bound that it may not touch."""
    found = _fraction(value, field)
    low, high = -LARGEST if least is None else least, LARGEST if most is None else most
    if above is not None and found <= above:
        raise Invalid.one(field, "above", min=_plain(above))
    if not low <= found <= high:
        raise Invalid.one(field, "between", min=_plain(low), max=_plain(high))
    return found


def whole(value: Any, field: str, *, least: int = 0, most: int = LARGEST) -> int:
    """A whole number within its bounds; 3.0 is one too."""
    found = number(value, field, least=least, most=most)
    if found.denominator != 1:
        raise Invalid.one(field, "whole_number")
    return int(found)


def real(value: Any, field: str, *, least: Any = None, most: Any = None) -> float:
    """A number as floating point, for roots, angles and matrices."""
    if type(value) is int or type(value) is float:
        low, high = -LARGEST if least is None else least, LARGEST if most is None else most
        if not low <= value <= high:  # NaN fails both
            raise Invalid.one(field, "between", min=_plain(low), max=_plain(high))
        return 0.0 if abs(value) < SMALLEST else float(value)
    return float(number(value, field, least=least, most=most))


def text(value: Any, field: str) -> str:
    """A short text without characters that can't be kept; never empty."""
    if type(value) is int and abs(value) <= LARGEST:
        return str(value)
    if isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isascii() and value.isprintable():
        plain = value.strip()
        if plain:
            return plain
    found = clean_text(value, LONGEST_NAME, field=field)
    if not found:
        raise Invalid.one(field, "required")
    return found


def day(value: Any, field: str) -> date:
    """A day written as YYYY-MM-DD."""
    if isinstance(value, str) and len(value) == 10:
        try:
            found = date.fromisoformat(value)
        except ValueError:
            raise Invalid.one(field, "date") from None
        if YEARS[0] <= found.year <= YEARS[1]:
            return found
    raise Invalid.one(field, "date")


def flag(value: Any, field: str) -> bool:
    """Yes or no: true, false, 1 or 0."""
    if isinstance(value, bool) or (type(value) is int and value in (0, 1)):
        return bool(value)
    raise Invalid.one(field, "yes_or_no")


def entry(value: Any, field: str) -> Mapping[str, Any]:
    """An object whose names the metric knows."""
    if not isinstance(value, Mapping):
        raise Invalid.one(field, "mapping")
    return value


def mapping(value: Any, field: str, most: int = MOST_ROWS) -> dict[str, Any]:
    """An object whose names are a stranger's: each is cleaned, and none stands twice."""
    if not isinstance(value, Mapping):
        raise Invalid.one(field, "mapping")
    if len(value) > most:
        raise Invalid.one(field, "too_many", max=most)
    found = {text(name, field): each for name, each in value.items()}
    if len(found) < len(value):
        raise Invalid.one(field, "named_twice")
    return found


def rows(value: Any, field: str, most: int = MOST_ROWS) -> Sequence[Any]:
    """A list of at most so many."""
    if not isinstance(value, list | tuple):
        raise Invalid.one(field, "rows")
    if len(value) > most:
        raise Invalid.one(field, "too_many", max=most)
    return value


def names(value: Any, field: str, most: int = MOST_ROWS) -> list[str]:
    """A list of short texts in their order; those that stand twice are one."""
    return list(dict.fromkeys(text(each, f"{field}/{at}") for at, each in enumerate(rows(value, field, most))))


def optional(row: Mapping[str, Any], name: str, field: str, read: Callable[[Any, str], Any]) -> Any:
    """What a row tells under that name, None where it tells nothing."""
    told = row.get(name)
    return None if told is None else read(told, f"{field}/{name}")


def member(row: Mapping[str, Any], name: str, field: str) -> Any:
    """What a row tells under that name. Raises Invalid where it tells nothing."""
    if row.get(name) is None:
        raise Invalid.one(f"{field}/{name}", "required")
    return row[name]


def distinct(found: Sequence[Any], key: Callable[[Any], Any], content: Callable[[Any], Any]) -> Iterator[Any]:
    """One of those that have the same key; without a key each counts. Raises Invalid where two of a key differ."""
    seen: dict[Any, Any] = {}
    for each in found:
        known = key(each)
        if known is None:
            yield each
        elif known not in seen:
            seen[known] = content(each)
            yield each
        elif seen[known] != content(each):
            raise Invalid.one(each[0], "same_row_differs")


def _key(value: Any) -> Any:
    """A row's id: a text or a number; what else stands there is refused where the id is read."""
    return value if isinstance(value, str | int) and not isinstance(value, bool) else None


def _fraction(value: Any, field: str) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise Invalid.one(field, "number")
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise Invalid.one(field, "between", min=-LARGEST, max=LARGEST)
        return Fraction(value)
    written = repr(value) if isinstance(value, float) else str(value)
    if len(written) > MOST_DIGITS:
        raise Invalid.one(field, "number")
    try:
        found = Decimal(written)
    except InvalidOperation:
        raise Invalid.one(field, "number") from None
    if not found.is_finite() or found.adjusted() > MOST_DIGITS:
        raise Invalid.one(field, "number")
    return Fraction(0) if found.adjusted() < -30 else Fraction(found)


def _plain(bound: Any) -> int | float:
    return int(bound) if bound == math.floor(bound) else float(bound)
