"""What hangs on a collaboration: people, money, milestones and papers, checked before they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final, Literal

from marketplace.collaborations.models import Milestone
from marketplace.collaborations.rules.sheet import FIRST_DAY, LAST_DAY
from marketplace.values.localized import clean_text
from marketplace.values.refusal import FieldError, Invalid

LONGEST_LINE: Final = 200
LONGEST_REASON: Final = 1000
LONGEST_REPORT: Final = 20_000
MOST_MINOR: Final = 10**15
WARNED: Final = timedelta(days=14)
# Who was not told of a missed day within so many days will not hear of it years later.
STILL_NEWS: Final = timedelta(days=60)
PERSON_ROLES: Final = ("lead", "contact", "member")
FILE_KINDS: Final = ("agreement", "report", "other")
MilestoneStanding = Literal["planned", "soon", "late", "reached", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Money that was awarded: by whom, out of what, and from when to when. `amount_minor` is in minor units."""

    funder: str
    public: bool
    programme: str = ""
    award_number: str = ""
    amount_minor: int | None = None
    currency: str | None = None
    from_day: date | None = None
    until_day: date | None = None


def normal_money(given: Money) -> Money:
    """The award as it is kept. Raises `Invalid` naming every field and rule."""
    errors: list[FieldError] = []
    texts: dict[str, Any] = {}
    for name in ("funder", "programme", "award_number"):
        try:
            texts[name] = clean_text(getattr(given, name), LONGEST_LINE, field=name)
        except Invalid as broken:
            errors += broken.errors
    if texts.get("funder") == "":
        errors.append(FieldError("funder", "required", "required"))
    errors += _faulty_money(given)
    if errors:
        raise Invalid(errors)
    return replace(given, **texts)


def _faulty_money(given: Money) -> Iterator[FieldError]:
    if given.amount_minor is not None and not 0 <= given.amount_minor <= MOST_MINOR:
        yield FieldError("amount", "amount_range", "amount_range")
    if (given.amount_minor is None) != (given.currency is None):
        yield FieldError("currency" if given.currency is None else "amount", "required", "required")
    days = {"from_day": given.from_day, "until_day": given.until_day}
    for name, on in days.items():
        if on is not None and not FIRST_DAY <= on <= LAST_DAY:
            yield FieldError(name, "day_range", "day_range")
    if given.from_day and given.until_day and given.until_day < given.from_day:
        yield FieldError("until_day", "after_start", "after_start")


def line_of_text(value: str, field: str, *, longest: int = LONGEST_LINE, multiline: bool = False) -> str:
    """A text that must be there. Raises `Invalid`."""
    kept = clean_text(value, longest, field=field, multiline=multiline)
    if not kept:
        raise Invalid.one(field, "required")
    return kept


def day_within(on: date, field: str) -> date:
    """A day that a calendar of ours knows. Raises `Invalid`."""
    if not FIRST_DAY <= on <= LAST_DAY:
        raise Invalid.one(field, "day_range")
    return on


def past_day(on: date, today: date, field: str) -> date:
    """A day on which something happened: not after today. Raises `Invalid`."""
    if on > today:
        raise Invalid.one(field, "not_future")
    return day_within(on, field)


def one_of(value: str, known: tuple[str, ...], field: str) -> str:
    """One of a few words. Raises `Invalid`."""
    if value not in known:
        raise Invalid.one(field, "unknown")
    return value


def milestone_standing(milestone: Milestone, today: date) -> MilestoneStanding:
    """How a milestone stands on a day; `soon` from fourteen days before its day on."""
    if milestone.cancelled_on is not None:
        return "cancelled"
    if milestone.reached_on is not None:
        return "reached"
    if milestone.planned_on < today:
        return "late"
    return "soon" if milestone.planned_on <= today + WARNED else "planned"


def short_reason(value: str, *, required: bool, field: str = "reason") -> str:
    """Why, in a few sentences. Raises `Invalid`."""
    if required:
        return line_of_text(value, field, longest=LONGEST_REASON, multiline=True)
    return clean_text(value, LONGEST_REASON, field=field, multiline=True)
