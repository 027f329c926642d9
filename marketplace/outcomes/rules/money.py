"""What an outcome is worth, what was received by year, how ready it made things, and what would have been without."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from marketplace.outcomes.rules.gleaning import Gleaner
from marketplace.outcomes.rules.shapes import ANSWERS, METHODS, SCALES

FIRST_YEAR: Final = 1900
MOST_RECEIPTS: Final = 100
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def plain(number: Decimal) -> str:
    """A number as it is kept: digits and a point, never an exponent."""
    return format(number.normalize(), "f")


def read_value(gleaner: Gleaner, told: object, today: date) -> dict[str, Any] | None:
    """An amount in a currency of some year's prices, and how it was found; never added across methods."""
    given = _filled(gleaner, told, "value", ("amount", "currency", "price_year", "method", "deflator"))
    if not given:
        return None
    amount = gleaner.amount(given.get("amount"), "value.amount")
    if amount is not None and amount < 0:
        gleaner.wrong("value.amount", "not_negative", "outcome_negative")
    found = {
        "amount": plain(amount) if amount is not None else None,
        "currency": _currency(gleaner, given, "value"),
        "price_year": gleaner.whole(given.get("price_year"), "value.price_year", FIRST_YEAR, today.year + 1),
        "method": gleaner.choice(given.get("method"), "value.method", METHODS),
        "deflator": gleaner.text(given.get("deflator"), "value.deflator", 100),
    }
    for name in ("amount", "currency", "price_year", "method"):
        if given.get(name) in (None, ""):
            gleaner.wrong(f"value.{name}", "required")
    return found


def read_receipts(gleaner: Gleaner, told: object, today: date) -> tuple[dict[str, Any], ...]:
    """Cash by year (HE-BCI returns income in the years received); a refund is below nought."""
    found = []
    for place, each in gleaner.rows(told, "receipts", MOST_RECEIPTS):
        gleaner.known(each, place, ("year", "received_on", "amount", "currency", "organisation", "organisation_id"))
        day = gleaner.day(each.get("received_on"), f"{place}.received_on")
        year = gleaner.whole(each.get("year"), f"{place}.year", FIRST_YEAR, today.year)
        if day is not None and day > today:
            gleaner.wrong(f"{place}.received_on", "future", "outcome_future")
        if day is None and each.get("year") in (None, "") and each.get("received_on") in (None, ""):
            gleaner.wrong(f"{place}.year", "required")
        if day is not None and year is not None and day.year != year:
            gleaner.wrong(f"{place}.year", "year_of_day", "outcome_receipt_year")
        amount = gleaner.amount(each.get("amount"), f"{place}.amount")
        if amount is None and each.get("amount") in (None, ""):
            gleaner.wrong(f"{place}.amount", "required")
        receiver = gleaner.uuid(each.get("organisation", each.get("organisation_id")), f"{place}.organisation")
        found.append(
            {
                "year": day.year if day else year,
                "received_on": day and day.isoformat(),
                "amount": plain(amount) if amount is not None else None,
                "currency": _currency(gleaner, each, place),
                "organisation_id": receiver and str(receiver),
            }
        )
    return tuple(found)


def read_readiness(gleaner: Gleaner, told: object) -> dict[str, Any] | None:
    """A level on a scale before and after; levels of different scales are never compared."""
    given = _filled(gleaner, told, "readiness", ("scheme", "before", "after", "assessor"))
    if not given:
        return None
    scheme = gleaner.choice(given.get("scheme"), "readiness.scheme", SCALES)
    if given.get("scheme") in (None, ""):
        gleaner.wrong("readiness.scheme", "required")
    most = SCALES.get(scheme or "", max(SCALES.values()))
    levels = {name: gleaner.whole(given.get(name), f"readiness.{name}", 1, most) for name in ("before", "after")}
    for name in levels:
        if given.get(name) in (None, ""):
            gleaner.wrong(f"readiness.{name}", "required")
    assessor = gleaner.text(given.get("assessor"), "readiness.assessor", 200)
    return {"scheme": scheme, **levels, "assessor": assessor}


def read_additionality(gleaner: Gleaner, told: object) -> dict[str, Any] | None:
    """What would have happened without the collaboration, and who says so (Additionality Guide, 3rd ed.)."""
    given = _filled(gleaner, told, "additionality", ("without_us", "respondent", "reference_value"))
    if not given:
        return None
    answer = gleaner.choice(given.get("without_us"), "additionality.without_us", ANSWERS)
    if given.get("without_us") in (None, ""):
        gleaner.wrong("additionality.without_us", "required")
    reference = gleaner.amount(given.get("reference_value"), "additionality.reference_value")
    if reference is not None and reference < 0:
        gleaner.wrong("additionality.reference_value", "not_negative", "outcome_negative")
    return {
        "without_us": answer,
        "respondent": gleaner.text(given.get("respondent"), "additionality.respondent", 200),
        "reference_value": plain(reference) if reference is not None else None,
    }


def _filled(gleaner: Gleaner, told: object, field: str, names: tuple[str, ...]) -> Mapping[str, Any]:
    """The members, or nothing where none of them says anything."""
    given = gleaner.mapping(told, field)
    gleaner.known(given, field, names)
    return given if any(each not in (None, "") for each in given.values()) else {}


def _currency(gleaner: Gleaner, given: Mapping[str, Any], place: str) -> str | None:
    code = given.get("currency")
    if code in (None, ""):
        if not place.startswith("value"):
            gleaner.wrong(f"{place}.currency", "required")
        return None
    if not isinstance(code, str) or not _CURRENCY.fullmatch(code):
        gleaner.wrong(f"{place}.currency", "currency_unknown")
        return None
    return code
