"""Text in up to three languages, what a reader gets of it, and what text from outside must be like."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, cast

from opencc import OpenCC

from marketplace.values.refusal import JSON, FieldError, Invalid

Language = Literal["en", "zh-Hant", "zh-Hans"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh-Hant", "zh-Hans")

# From the script that is there to the one that is asked for. Hong Kong forms are meant on the traditional side.
_CONVERSIONS: Final[dict[Language, tuple[Language, str]]] = {
    "zh-Hant": ("zh-Hans", "s2hk"),
    "zh-Hans": ("zh-Hant", "hk2s"),
}
# Whose text is shown when the reader's language is missing.
_FALLBACKS: Final[dict[Language, tuple[Language, ...]]] = {
    "en": ("zh-Hant", "zh-Hans"),
    "zh-Hant": ("en",),
    "zh-Hans": ("en",),
}
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Tab and line feed are judged apart. The last two of every plane are not characters, and XML cannot carry them.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
# Overrides and isolates of direction can make text read differently from what it is.
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_LINE_END = re.compile(r"\r\n?|\u2028|\u2029|\x85")


@dataclass(frozen=True, slots=True)
class Picked:
    """Text for one reader: `language` is what it is written in, `converted` whether a machine changed its script."""

    text: str
    language: Language
    converted: bool = False


def pick(text: Mapping[str, str], language: Language) -> Picked:
    """The reader's own text; else the other Chinese script, converted; else another language, as it stands."""
    if own := text.get(language):
        return Picked(own, language)
    if language in _CONVERSIONS:
        source, conversion = _CONVERSIONS[language]
        if other := text.get(source):
            return Picked(convert(other, conversion), language, converted=True)
    for fallback in _FALLBACKS[language]:
        if other := text.get(fallback):
            return Picked(other, fallback)
    return Picked("", language)


@lru_cache(maxsize=8192)
def convert(text: str, conversion: str) -> str:
    """Text in another Chinese script by OpenCC; `conversion` is one of its names, such as s2hk, hk2s or t2s."""
    return cast(str, _converter(conversion).convert(text))


@lru_cache(maxsize=8)
def _converter(conversion: str) -> OpenCC:
    return OpenCC(conversion)


def normalise(
    text: Mapping[str, JSON], *, field: str, max_length: int, required: bool = False, multiline: bool = False
) -> dict[str, str]:
    """Localized input as it is kept: known languages in their order, clean, none empty. Raises `Invalid` with all."""
    errors = [FieldError(f"{field}.{key}", "language", "language_unknown") for key in text if key not in LANGUAGES]
    kept: dict[str, str] = {}
    for language in LANGUAGES:
        try:
            value = clean_text(text.get(language) or "", max_length, field=f"{field}.{language}", multiline=multiline)
        except Invalid as broken:
            errors.extend(broken.errors)
            continue
        if value:
            kept[language] = value
    if required and not kept and not errors:
        errors.append(FieldError(field, "required", "required"))
    if errors:
        raise Invalid(errors)
    return kept


def clean_text(value: JSON, max_length: int, *, field: str = "text", multiline: bool = False) -> str:
    """Text from outside as NFC, stripped; raises `Invalid` naming the rule it breaks. Length counts code points."""
    if not isinstance(value, str):
        raise Invalid.one(field, "text")
    if broken := next(_broken_rules(value, multiline=multiline), None):
        raise Invalid.one(field, broken)
    lines = _LINE_END.sub("\n", value)
    cleaned = unicodedata.normalize("NFC", lines if multiline else lines.replace("\t", " ")).strip()
    if len(cleaned) > max_length:
        raise Invalid.one(field, "max_length", max=max_length, length=len(cleaned))
    return cleaned


def _broken_rules(value: str, *, multiline: bool) -> Iterator[str]:
    if "\x00" in value:
        yield "no_nul"
    if _SURROGATE.search(value):
        yield "no_surrogate"
    if _CONTROL.search(_LINE_END.sub("\n", value)):
        yield "no_control"
    if _BIDI.search(value):
        yield "no_bidi_control"
    if not multiline and "\n" in _LINE_END.sub("\n", value.strip()):
        yield "single_line"
