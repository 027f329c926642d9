"""What somebody wants to know of use: a period, how rows are grouped, which of them, and which columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from marketplace.bookings.models import Purpose
from marketplace.statistics.dictionary import Column, Shape, known
from marketplace.values.localized import clean_text
from marketplace.values.refusal import FieldError, Invalid

RAW: Final[Mapping[str, Shape]] = {"session": "sessions", "booking": "bookings"}
TIMES: Final = ("day", "month", "quarter", "year", "academic_year", "fiscal_year")
USER_SIDE: Final = ("organisation", "jurisdiction_pair", "purpose", "user_class")
UNIT_SIDE: Final = ("unit", "facility", "host", "zone", "technique")
GROUPS: Final = (*UNIT_SIDE, *USER_SIDE, *TIMES)
MOST_GROUPS: Final = 3
CLASSES: Final = ("internal", "university", "firm", "institute", "agency", "operator")
IDS: Final = ("unit", "facility", "host", "organisation")
# Filters by what they narrow: those of the user leave open hours alone.
USER_FILTERS: Final = ("user_jurisdiction", "organisation", "user_class", "purpose")
UNIT_FILTERS: Final = ("unit_jurisdiction", "zone", "unit", "facility", "host", "technique")
FILTERS: Final = (*USER_FILTERS, *UNIT_FILTERS)
CHOICES: Final[Mapping[str, Sequence[str]]] = {
    "user_class": CLASSES,
    "purpose": tuple(each.value for each in Purpose),
}
YEARS: Final = (2000, 2199)
LONGEST: Final = 3660  # days
MOST_VALUES: Final = 50
LONGEST_TEXT: Final = 200
_CODE: Final = re.compile(r"[A-Za-z0-9-]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """The rows that somebody wants; `group_by` is empty for raw rows, `last` is itself included."""

    first: date
    last: date
    shape: Shape
    group_by: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: tuple[str, ...] = ()

    @property
    def chosen(self) -> tuple[Column, ...]:
        """The columns in their order."""
        return tuple(known(self.shape)[each] for each in self.columns)

    @property
    def personal(self) -> tuple[str, ...]:
        """Of these, those about people."""
        return tuple(each.id for each in self.chosen if each.personal)

    @property
    def grouping(self) -> str:
        """How the rows are grouped, as it is written."""
        return ",".join(self.group_by) if self.shape == "groups" else self.shape.removesuffix("s")


def wish_of(
    days: tuple[date | None, date | None],
    group_by: str = "",
    filters: Iterable[tuple[str, str]] = (),
    columns: str = "",
) -> Wish:
    """What somebody wants, from what they wrote. Raises Invalid with every field that breaks a rule."""
    faults: list[FieldError] = []
    first, last = _period(days, faults)
    shape, groups = _grouping(group_by, faults)
    narrowed = _filters(filters, faults)
    named = _columns(columns, shape, groups, faults)
    if faults:
        raise Invalid(faults)
    return Wish(first=first, last=last, shape=shape, group_by=groups, filters=narrowed, columns=named)


def usual_columns(shape: Shape, groups: Sequence[str]) -> tuple[str, ...]:
    """The columns where nobody names any: all but those about people; of groups those of their keys, in their order,
    then sums and rates."""
    found = known(shape)
    if shape != "groups":
        return tuple(id for id, column in found.items() if not column.personal)
    keys = [id for group in groups for id, column in found.items() if column.key == group]
    by_user = any(group in USER_SIDE for group in groups)
    sums = [id for id, column in found.items() if column.key is None and not (by_user and column.unit_side)]
    return (*dict.fromkeys(keys), *sums)


def _fault(field: str, rule: str, **details: str | int) -> FieldError:
    return FieldError(field, rule, rule, details)


def _period(days: tuple[date | None, date | None], faults: list[FieldError]) -> tuple[date, date]:
    first, last = days
    for name, day in (("from", first), ("to", last)):
        if day is None:
            faults.append(_fault(name, "required"))
        elif not YEARS[0] <= day.year <= YEARS[1]:
            faults.append(_fault(name, "between", min=YEARS[0], max=YEARS[1]))
    if first is None or last is None:
        return date.min, date.min
    if last < first:
        faults.append(_fault("to", "period_reversed"))
    elif (last - first).days > LONGEST:
        faults.append(_fault("to", "period_too_long", max=LONGEST))
    return first, last


def _grouping(written: str, faults: list[FieldError]) -> tuple[Shape, tuple[str, ...]]:
    names = tuple(dict.fromkeys(each.strip() for each in written.split(",") if each.strip()))
    if not names:
        return "sessions", ()
    if len(names) == 1 and names[0] in RAW:
        return RAW[names[0]], ()
    if len(names) > MOST_GROUPS or any(each not in GROUPS for each in names):
        faults.append(_fault("group_by", "choice"))
        return "groups", ()
    return "groups", names


def _filters(told: Iterable[tuple[str, str]], faults: list[FieldError]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, value in told:
        if name not in FILTERS:
            faults.append(_fault("filter", "choice"))
            continue
        rule = _broken(name, value)
        if rule is not None:
            faults.append(_fault(name, rule))
            continue
        kept, cleaned = found.setdefault(name, []), clean_text(value, LONGEST_TEXT) if name == "technique" else value
        if cleaned not in kept:
            kept.append(cleaned)
    faults += [_fault(name, "max_items", max=MOST_VALUES) for name, kept in found.items() if len(kept) > MOST_VALUES]
    return {name: tuple(found[name]) for name in FILTERS if name in found}


def _broken(name: str, value: str) -> str | None:
    """The rule that a filter's value breaks."""
    if name in CHOICES:
        return None if value in CHOICES[name] else "choice"
    if name in IDS:
        return None if _is_id(value) else "uuid"
    if name == "technique":
        return _unclean(value)
    return None if _CODE.fullmatch(value) else "choice"


def _is_id(value: str) -> bool:
    try:
        return str(UUID(value)) == value.lower()
    except ValueError:
        return False


def _unclean(value: str) -> str | None:
    try:
        return None if clean_text(value, LONGEST_TEXT) else "required"
    except Invalid as broken:
        return broken.errors[0].rule


def _columns(written: str, shape: Shape, groups: Sequence[str], faults: list[FieldError]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(each.strip() for each in written.split(",") if each.strip()))
    if not names:
        return usual_columns(shape, groups)
    found = known(shape)
    fitting = {
        id for id in names if id in found and (found[id].key is None or shape != "groups" or found[id].key in groups)
    }
    if len(fitting) < len(names):
        faults.append(_fault("columns", "choice"))
    return names
