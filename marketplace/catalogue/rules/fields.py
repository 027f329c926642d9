"""What each field of a facility or a unit may hold; one table for forms, API and imports."""

from __future__ import annotations

import datetime as dt
import re
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache, partial
from typing import Any, cast

from marketplace.catalogue import vocabulary
from marketplace.catalogue.models import FacilityKind, Scale, UnitKind
from marketplace.catalogue.rules.permit_facts import OF_FACILITY, OF_UNIT, stated
from marketplace.values.localized import clean_text, normalise
from marketplace.values.refusal import FieldError, Invalid

Check = Callable[[Any, str], Any]
Fields = Mapping[str, Any]
EMAIL = re.compile(r"[^\s@<>\"',;:]{1,64}@[^\s@.<>\"',;:]+(\.[^\s@.<>\"',;:]+)+")
URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
MAX_ITEMS = 60


def localized(
    value: Any, field: str, *, longest: int, required: bool = False, multiline: bool = False
) -> dict[str, str]:
    """Text in up to three languages."""
    if not isinstance(value, Mapping):
        raise Invalid.one(field, "text")
    return normalise(value, field=field, max_length=longest, required=required, multiline=multiline)


def line(value: Any, field: str, *, longest: int = 300) -> str | None:
    """One line of text, or nothing."""
    return clean_text(value or "", longest, field=field) or None


def matching(value: Any, field: str, *, pattern: re.Pattern[str], rule: str) -> str | None:
    """A line of a certain form, or nothing."""
    text = line(value, field, longest=2000)
    if text and not pattern.fullmatch(text):
        raise Invalid.one(field, rule)
    return text


email = partial(matching, pattern=EMAIL, rule="email")
web_address = partial(matching, pattern=URL, rule="url")


def words(value: Any, field: str, *, longest: int = 120) -> list[str]:
    """A list of free words, each once."""
    found = [clean_text(word, longest, field=field) for word in _listed(value, field)]
    return list(dict.fromkeys(word for word in found if word))


def chosen(value: Any, field: str, *, among: Mapping[str, Any]) -> list[str]:
    """Codes of a closed list, each once, in the list's order."""
    picked = set(_listed(value, field))
    if picked - set(among):
        raise Invalid.one(field, "choice")
    return [code for code in among if code in picked]


def _listed(value: Any, field: str) -> Sequence[Any]:
    if value is None:
        return []
    if isinstance(value, str) or not isinstance(value, Sequence) or any(not isinstance(word, str) for word in value):
        raise Invalid.one(field, "list")
    if len(value) > MAX_ITEMS:
        raise Invalid.one(field, "too_many", max=MAX_ITEMS)
    return value


def one_of(value: Any, field: str, *, kind: type[Enum], required: bool = True) -> Enum | None:
    """A member of an enum, by itself or by its value."""
    if value in (None, "") and not required:
        return None
    try:
        return kind(value.value if isinstance(value, Enum) else value)
    except ValueError:
        raise Invalid.one(field, "choice") from None


def code(value: Any, field: str, *, among: Mapping[str, Any]) -> str | None:
    """One code of a closed list, or nothing."""
    if value in (None, ""):
        return None
    if value not in among:
        raise Invalid.one(field, "choice")
    return str(value)


def whole(value: Any, field: str, *, least: int, most: int, required: bool = False) -> int | None:
    """A whole number within bounds, or nothing."""
    if value is None and not required:
        return None
    if type(value) is not int or not least <= value <= most:
        raise Invalid.one(field, "range", min=least, max=most)
    return value


def decimal(value: Any, field: str, *, least: Decimal, most: Decimal, places: int) -> Decimal | None:
    """A decimal number within bounds, rounded to so many places, or nothing."""
    if value in (None, ""):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise Invalid.one(field, "number") from None
    if not number.is_finite() or not least <= number <= most:
        raise Invalid.one(field, "range", min=str(least), max=str(most))
    return number.quantize(Decimal(1).scaleb(-places))


def truth(value: Any, field: str) -> bool | None:
    """Yes, no, or not said."""
    if value not in (None, True, False):
        raise Invalid.one(field, "choice")
    return cast("bool | None", value)


def date(value: Any, field: str) -> dt.date | None:
    """A date, as a date or in ISO 8601, or nothing."""
    if value in (None, ""):
        return None
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise Invalid.one(field, "date") from None


def zone_name(value: Any, field: str) -> str | None:
    """A name of the IANA time zone database, or nothing."""
    if value in (None, ""):
        return None
    if value not in _zone_names():
        raise Invalid.one(field, "choice")
    return str(value)


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def _text(longest: int, *, multiline: bool = True, required: bool = False) -> Check:
    return partial(localized, longest=longest, multiline=multiline, required=required)


FACILITY: Mapping[str, Check] = {
    "kind": partial(one_of, kind=FacilityKind),
    "name": _text(200, multiline=False, required=True),
    "summary": _text(500),
    "description": _text(20_000),
    "what_to_bring": _text(5_000),
    "address": _text(500),
    "directions": _text(5_000),
    "arrival_contact": line,
    "contact_name": line,
    "contact_email": email,
    "contact_phone": partial(line, longest=60),
    "contact_url": web_address,
    "website": web_address,
    "jurisdiction_code": partial(line, longest=20),
    "zone_code": partial(line, longest=40),
    "city": partial(line, longest=120),
    "place_text": partial(line, longest=500),
    "latitude": partial(decimal, least=Decimal(-90), most=Decimal(90), places=5),
    "longitude": partial(decimal, least=Decimal(-180), most=Decimal(180), places=5),
    "time_zone": zone_name,
    "service_modes": partial(chosen, among=vocabulary.SERVICE_MODES),
    "techniques": words,
    "instrument_classes": partial(chosen, among=vocabulary.INSTRUMENT_CLASSES),
    "research_fields": partial(chosen, among=vocabulary.RESEARCH_FIELDS),
    "trl_min": partial(whole, least=1, most=9),
    "trl_max": partial(whole, least=1, most=9),
    "mrl_min": partial(whole, least=1, most=10),
    "mrl_max": partial(whole, least=1, most=10),
    "scale": partial(one_of, kind=Scale, required=False),
    "throughput_amount": partial(decimal, least=Decimal(0), most=Decimal(10) ** 11, places=6),
    "throughput_unit": partial(line, longest=60),
    "feedstock": _text(2_000),
    "cleanroom_class": partial(line, longest=60),
    "gmp": truth,
    "utilities": _text(2_000),
    "operator_supplied": truth,
    "planned_opening": date,
    "actual_opening": date,
    "cancelled_on": date,
    "open_licence": partial(line, longest=60),
    "permit_facts": partial(stated, among=OF_FACILITY),
}
UNIT: Mapping[str, Check] = {
    "kind": partial(one_of, kind=UnitKind),
    "name": _text(200, multiline=False, required=True),
    "description": _text(10_000),
    "maker": line,
    "model": line,
    "serial_number": line,
    "instrument_class": partial(code, among=vocabulary.INSTRUMENT_CLASSES),
    "techniques": words,
    "measured_variables": words,
    "pid": partial(line, longest=2000),
    "pid_type": partial(line, longest=60),
    "landing_page": web_address,
    "commissioned_on": date,
    "decommissioned_on": date,
    "original_value_minor": partial(whole, least=0, most=10**15),
    "original_value_currency": partial(line, longest=3),
    "purchased_on": date,
    "permit_facts": partial(stated, among=OF_UNIT),
}
PLACES = partial(whole, least=1, most=500, required=True)


def checked(fields: Fields, table: Mapping[str, Check]) -> dict[str, Any]:
    """The fields as they are kept; raises `Invalid` with every error of every field."""
    errors: list[FieldError] = []
    kept: dict[str, Any] = {}
    for name, value in fields.items():
        if name not in table:
            errors.append(FieldError(name, "unknown", "unknown"))
            continue
        try:
            kept[name] = table[name](value, name)
        except Invalid as broken:
            errors.extend(broken.errors)
    if errors:
        raise Invalid(errors)
    return kept


def contradictions(values: Fields) -> list[FieldError]:
    """What one field says against another, in a facility as it would be kept."""
    found: list[FieldError] = []
    for scale in ("trl", "mrl"):
        low, high = values.get(f"{scale}_min"), values.get(f"{scale}_max")
        if (low is None) != (high is None):
            found.append(FieldError(f"{scale}_max" if high is None else f"{scale}_min", "both", "both_ends"))
        elif low is not None and low > high:
            found.append(FieldError(f"{scale}_max", "order", "range_reversed"))
    if (values.get("latitude") is None) != (values.get("longitude") is None):
        missing = "latitude" if values.get("latitude") is None else "longitude"
        found.append(FieldError(missing, "both", "both_coordinates"))
    if values.get("actual_opening") is not None and values.get("cancelled_on") is not None:
        found.append(FieldError("cancelled_on", "opened", "opened_already"))
    if values.get("throughput_amount") is not None and not values.get("throughput_unit"):
        found.append(FieldError("throughput_unit", "required", "required"))
    return found
