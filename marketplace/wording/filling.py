"""Putting values into sentences: text stays text, instants and money read as each language writes them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import format_date, format_datetime, get_timezone_name
from babel.numbers import format_currency, format_decimal, get_currency_precision

from marketplace.values.localized import LANGUAGES, Language, pick
from marketplace.wording.lengths import length_of_time
from marketplace.wording.terms_words import CLAUSE_NAMES

LOCALES: Final[dict[Language, str]] = {"en": "en_GB", "zh-Hant": "zh_Hant_HK", "zh-Hans": "zh_Hans_CN"}
_SHAPES: Final[dict[Language, str]] = {
    "en": "EEE d MMM y, HH:mm",
    "zh-Hant": "y年M月d日（EEEEE）HH:mm",
    "zh-Hans": "y年M月d日（EEE）HH:mm",
}
# Midnight as the end of a day names that day: nobody should have to count back from 00:00 of the next.
_ENDS_OF_DAYS: Final[dict[Language, str]] = {
    "en": "EEE d MMM y, 24:00",
    "zh-Hant": "y年M月d日（EEEEE）24:00",
    "zh-Hans": "y年M月d日（EEE）24:00",
}
_DEADLINES: Final[dict[Language, str]] = {**_ENDS_OF_DAYS, "en": "'the end of' EEE d MMM y,"}
# The values that end something, each with how midnight reads in it.
ENDS: Final = {
    **dict.fromkeys(("end", "old_end", "to"), _ENDS_OF_DAYS),
    **dict.fromkeys(("deadline", "held_until"), _DEADLINES),
}
# CLDR calls all three China Time, or nothing at all; readers here tell them apart by place.
_ZONES: Final[dict[str, dict[Language, str]]] = {
    "Asia/Hong_Kong": {"en": "Hong Kong time", "zh-Hant": "香港時間", "zh-Hans": "香港时间"},
    "Asia/Shanghai": {"en": "Beijing time", "zh-Hant": "北京時間", "zh-Hans": "北京时间"},
    "Asia/Macau": {"en": "Macao time", "zh-Hant": "澳門時間", "zh-Hans": "澳门时间"},
}
# Values that are years, which no language writes with a separator.
YEARS: Final = frozenset({"year", "price_year", "at_year", "fiscal_year"})
_PLACEHOLDER = re.compile(r"%(?:\((\w+)\)[sd]|(%))")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Values are data: what could start a new line, turn the reading direction or end a header is dropped from them.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
MISSING = "…"


def fill(sentence: str, values: Mapping[str, Any], language: Language, *, zone: str = "") -> str:
    """The sentence with its %(placeholders)s replaced; a value never becomes a placeholder itself.

    Instants are written in the values' own `zone` (a facility's), else in `zone` (the reader's), and name it. A value
    called `minutes` is a length of time and brings its unit; what ends at midnight ends with the day before.
    """
    where = values.get("zone") or zone or "Asia/Hong_Kong"

    def put(found: re.Match[str]) -> str:
        if found[2]:
            return "%"
        return _named(found[1], values[found[1]], language, str(where)) if found[1] in values else MISSING

    return _PLACEHOLDER.sub(put, sentence)


def written(value: Any, language: Language, *, zone: str) -> str:
    """One value as a reader of `language` expects it."""
    if isinstance(value, Mapping):
        return _written_mapping(value, language)
    if isinstance(value, list | tuple):
        separator = ", " if language == "en" else "、"
        return separator.join(written(member, language, zone=zone) for member in value)
    if isinstance(value, str):
        return _written_text(value, language, zone)
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return format_decimal(value, locale=LOCALES[language])
    return MISSING if value is None else one_line(str(value))


def _named(name: str, value: Any, language: Language, zone: str) -> str:
    """A value whose name says how it is to be read."""
    if name == "minutes" and isinstance(value, int):
        return length_of_time(value, language)
    if name in YEARS and isinstance(value, int):
        return str(value)
    if name in ENDS and isinstance(value, str) and _INSTANT.fullmatch(value):
        return instant(datetime.fromisoformat(value), language, zone=zone, midnight=ENDS[name])
    if name == "clause" and value in CLAUSE_NAMES:
        return CLAUSE_NAMES[value][language]
    return written(value, language, zone=zone)


def instant(at: datetime, language: Language, *, zone: str, midnight: Mapping[Language, str] | None = None) -> str:
    """Day and time in `zone` (an IANA name), and the zone's name; `midnight` says how the end of a day is written."""
    where = _zone(zone)
    shape = _SHAPES[language]
    if midnight and ends_a_day(at, where):
        at, shape = at - timedelta(microseconds=1), midnight[language]
    day = format_datetime(at, shape, tzinfo=where, locale=LOCALES[language])
    name = zone_name(str(where), language)
    return f"{day} {name}" if language == "en" else f"{day}（{name}）"


def ends_a_day(at: datetime, zone: ZoneInfo) -> bool:
    """Whether an instant is midnight in a zone."""
    return at.astimezone(zone).time() == time.min


def zone_name(zone: str, language: Language) -> str:
    """The name that readers know a zone by."""
    if zone in _ZONES:
        return _ZONES[zone][language]
    return get_timezone_name(_zone(zone), "long", locale=LOCALES[language])


def one_line(text: str) -> str:
    """The text without line ends, controls, and marks that turn its direction."""
    return "".join(" " if c in "\t\r\n" else c for c in text if c in "\t\r\n" or unicodedata.category(c) not in _UNSEEN)


def _written_text(value: str, language: Language, zone: str) -> str:
    if _INSTANT.fullmatch(value):
        return instant(datetime.fromisoformat(value), language, zone=zone)
    if _DAY.fullmatch(value):
        return format_date(date.fromisoformat(value), "long", locale=LOCALES[language])
    return one_line(value)


def _written_mapping(value: Mapping[str, Any], language: Language) -> str:
    if value.keys() >= {"amount_minor", "currency"}:
        currency = str(value["currency"])
        amount = Decimal(int(value["amount_minor"])).scaleb(-get_currency_precision(currency))
        return f"{currency} {format_currency(amount, currency, '#,##0.00', locale=LOCALES[language])}"
    return one_line(pick({k: str(v) for k, v in value.items() if k in LANGUAGES}, language).text) or MISSING


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("Asia/Hong_Kong")
