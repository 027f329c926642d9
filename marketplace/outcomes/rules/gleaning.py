"""Taking plain values from outside one by one: each broken one is noted with its field and rule; the rest goes on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from marketplace.values.localized import clean_text, normalise
from marketplace.values.refusal import JSON, FieldError, Invalid

FIRST_DAY: Final = date(1900, 1, 1)
LAST_DAY: Final = date(2200, 1, 1)
MOST: Final = Decimal(10) ** 15
_NUMBER = re.compile(r"-?\d{1,16}(\.\d{1,10})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Gleaner:
    """What was wrong so far, and one way of taking each kind of value. Nothing here raises for bad input."""

    def __init__(self) -> None:
        self.errors: list[FieldError] = []

    def wrong(self, field: str, rule: str, code: str | None = None, **details: JSON) -> None:
        """Note what breaks a rule; the sentence has the rule's name unless another is given."""
        self.errors.append(FieldError(field, rule, code or rule, details))

    def text(self, told: object, field: str, longest: int, *, multiline: bool = False) -> str:
        """Clean text; empty for nothing."""
        if told is None:
            return ""
        try:
            return clean_text(told, longest, field=field, multiline=multiline)  # type: ignore[arg-type]
        except Invalid as broken:
            self.errors.extend(broken.errors)
            return ""

    def localized(self, told: object, field: str, longest: int) -> dict[str, str]:
        """Text in up to three languages; plain text is English, or Chinese where it says so by its letters."""
        if isinstance(told, str):
            told = {_language_of(told): told}
        if not isinstance(told, Mapping):
            self.wrong(field, "text")
            return {}
        if not all(isinstance(key, str) for key in told):
            self.wrong(field, "language")
            return {}
        try:
            return normalise(told, field=field, max_length=longest, required=True)
        except Invalid as broken:
            self.errors.extend(broken.errors)
            return {}

    def day(self, told: object, field: str) -> date | None:
        """A day as YYYY-MM-DD or as a date; None for nothing."""
        if told is None or told == "":
            return None
        if isinstance(told, str) and _DAY.fullmatch(told):
            try:
                told = date.fromisoformat(told)
            except ValueError:
                told = None
        if type(told) is not date:
            self.wrong(field, "date")
            return None
        if not FIRST_DAY <= told <= LAST_DAY:
            self.wrong(field, "date", "outcome_day")
            return None
        return told

    def amount(self, told: object, field: str) -> Decimal | None:
        """A decimal number, written as text or whole; a float is refused, for it has been rounded already."""
        if told is None or told == "":
            return None
        if isinstance(told, bool | float):
            self.wrong(field, "decimal", "outcome_decimal")
            return None
        written = format(told, "f") if isinstance(told, Decimal) and told.is_finite() else str(told)[:40].strip()
        plain = written.replace(",", "") if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", written) else written
        try:
            number = Decimal(plain) if _NUMBER.fullmatch(plain) else None
        except InvalidOperation:
            number = None
        if number is None or abs(number) > MOST:
            self.wrong(field, "decimal", "outcome_decimal")
            return None
        return number

    def whole(self, told: object, field: str, least: int, most: int) -> int | None:
        """A whole number within bounds; None for nothing."""
        if told is None or told == "":
            return None
        if isinstance(told, str) and re.fullmatch(r"-?\d{1,15}", told.strip(), re.ASCII):
            told = int(told)
        if isinstance(told, bool) or not isinstance(told, int):
            self.wrong(field, "number")
            return None
        if not least <= told <= most:
            self.wrong(field, "between", min=least, max=most)
            return None
        return told

    def choice(self, told: object, field: str, choices: Collection[str]) -> str | None:
        """One of the choices; None for nothing."""
        if told is None or told == "":
            return None
        if not isinstance(told, str) or told not in choices:
            self.wrong(field, "choice")
            return None
        return told

    def uuid(self, told: object, field: str) -> UUID | None:
        """An id; None for nothing."""
        if told is None or told == "":
            return None
        if isinstance(told, UUID):
            return told
        try:
            return UUID(told if isinstance(told, str) and len(told) == 36 else "")
        except ValueError:
            self.wrong(field, "unknown")
            return None

    def mapping(self, told: object, field: str) -> Mapping[str, Any]:
        """Something with named members; empty for nothing."""
        if told is None:
            return {}
        if not isinstance(told, Mapping) or not all(isinstance(key, str) for key in told):
            self.wrong(field, "format")
            return {}
        return told

    def rows(self, told: object, field: str, most: int) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """A list of things with named members, each with the name of its place."""
        for place, each in self.listed(told, field, most):
            if isinstance(each, Mapping) and all(isinstance(key, str) for key in each):
                yield place, each
            else:
                self.wrong(place, "format")

    def listed(self, told: object, field: str, most: int) -> Iterator[tuple[str, Any]]:
        """The members of a list, each with the name of its place."""
        if told is None:
            return
        if not isinstance(told, list | tuple):
            self.wrong(field, "list")
        elif len(told) > most:
            self.wrong(field, "too_many_items", max=most)
        else:
            yield from ((f"{field}.{number}", each) for number, each in enumerate(told))

    def known(self, told: Mapping[str, Any], field: str, names: Collection[str]) -> None:
        """Note members that nobody knows: they are an error, never ignored."""
        for name in told:
            if name not in names:
                self.wrong(f"{field}.{name[:40]}" if field else name[:40], "unknown")


def _language_of(text: str) -> str:
    return "zh-Hans" if any("\u4e00" <= letter <= "\u9fff" for letter in text) else "en"
