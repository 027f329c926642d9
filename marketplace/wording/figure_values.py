"""A figure's whole value as lines that people read: a label and a number each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from babel.numbers import format_decimal

from marketplace.values.localized import Language
from marketplace.wording.filling import LOCALES
from marketplace.wording.pack_words import MEMBERS, WORDS

Names = Mapping[str, str]


def lines_of(value: Any, names: Names, language: Language, label: str = "") -> Iterator[tuple[str, str]]:
    """A value as lines of a label and a number; parts of parts get both labels."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            inner = " · ".join(filter(None, (label, _member(str(name), names, language))))
            yield from lines_of(each, names, language, inner)
    elif isinstance(value, list):
        for at, each in enumerate(value, start=1):
            yield from lines_of(each, names, language, " · ".join(filter(None, (label, str(at)))))
    else:
        yield label, number_of(value, language)


def named_in(value: Any) -> Iterator[str]:
    """What the parts of a value are named after, where that is no word of the formulas: ids of organisations, places
    of units."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            if name not in MEMBERS:
                yield from (side for side, _place in _sides(str(name)))
            yield from named_in(each)


def number_of(value: Any, language: Language) -> str:
    """A number as the language writes it; a text that is none stays as it is."""
    if value is None:
        return WORDS["nothing"][language]
    if isinstance(value, bool):
        return WORDS["yes" if value else "no"][language]
    if isinstance(value, str):
        try:
            value = Fraction(value)
        except (ValueError, ZeroDivisionError):
            return str(value)
    number = value if isinstance(value, int) else float(value)
    return str(format_decimal(number, format="#,##0.######", locale=LOCALES[language]))


def _member(name: str, names: Names, language: Language) -> str:
    """What a member is called: a word of the formulas, an organisation (or a pair of them), or what rows call it."""
    if name in MEMBERS:
        return MEMBERS[name][language]
    return " – ".join(names.get(each, each) + (f" ({place})" if place else "") for each, place in _sides(name))


def _sides(name: str) -> list[tuple[str, str]]:
    parts = (each.removeprefix("name:").partition("@") for each in name.split("|"))
    return [(each, place) for each, _, place in parts]
