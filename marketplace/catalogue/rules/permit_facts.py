"""What only the host knows of a place and permit rules ask about, by the names of the rules' own vocabulary.

What is left out is not stated. "none", an empty list and an empty mapping say that there is nothing of the kind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from marketplace.catalogue.vocabulary import ACCREDITATIONS
from marketplace.values.refusal import FieldError, Invalid

NONE: Final = "none"
LEVELS: Final = (1, 2, 3, 4)
# The lists of each regime on which equipment may stand.
REGIMES: Final[Mapping[str, tuple[str, ...]]] = {
    "CN": ("dual_use", "munitions", "cwc", "temporary"),
    "HK": ("dual_use", "munitions", "cwc"),
    **dict.fromkeys(("US", "EU", "UK", "SG", "MO"), ("dual_use", "munitions")),
}
YEARS: Final = range(1990, 2200)

Read = Callable[[Any, str], Any]


def _level(value: Any, field: str) -> Any:
    if value == NONE or (type(value) is int and value in LEVELS):
        return value
    raise Invalid.one(field, "range", min=LEVELS[0], max=LEVELS[-1])


def _accreditations(value: Any, field: str) -> list[str]:
    if not isinstance(value, list):
        raise Invalid.one(field, "list")
    if any(not isinstance(each, str) or each not in ACCREDITATIONS for each in value):
        raise Invalid.one(field, "choice")
    return [each for each in ACCREDITATIONS if each in value]


def _truth(value: Any, field: str) -> bool:
    if not isinstance(value, bool):
        raise Invalid.one(field, "choice")
    return value


def _codes(value: Any, field: str) -> dict[str, list[str]]:
    if not isinstance(value, Mapping):
        raise Invalid.one(field, "mapping")
    for regime, codes in value.items():
        known = REGIMES.get(regime) if isinstance(regime, str) else None
        if known is None or not isinstance(codes, list) or any(code not in known for code in codes):
            raise Invalid.one(field, "fact_codes")
    return {
        regime: [code for code in REGIMES[regime] if code in value[regime]] for regime in REGIMES if value.get(regime)
    }


def _until(value: Any, field: str) -> str:
    if value == NONE:
        return NONE
    try:
        day = value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Invalid.one(field, "date") from None
    if day.year not in YEARS:
        raise Invalid.one(field, "year_range", first=YEARS.start, last=YEARS.stop - 1)
    return day.isoformat()


OF_FACILITY: Final[Mapping[str, Read]] = {
    "lab_bsl": _level,
    "lab_accreditations": _accreditations,
    "host_authorised_for_stv": _truth,
}
OF_UNIT: Final[Mapping[str, Read]] = {"control_codes": _codes, "customs_supervised_until": _until}


def stated(value: Any, field: str, *, among: Mapping[str, Read]) -> dict[str, Any]:
    """The facts as they are kept; null takes a statement back. Raises Invalid with every error, `field.fact` each."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise Invalid.one(field, "mapping")
    kept: dict[str, Any] = {}
    errors: list[FieldError] = []
    for name, told in value.items():
        path = f"{field}.{name}"
        if name not in among:
            errors.append(FieldError(path, "unknown_fact", "unknown_fact"))
            continue
        try:
            if told is not None:
                kept[name] = among[name](told, path)
        except Invalid as broken:
            errors.extend(broken.errors)
    if errors:
        raise Invalid(errors)
    return kept
