"""Dates of bibliographies, as far as they are known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from marketplace.values.dates import KnownDate

EARLIEST = 1900
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?)?年?(?:[T ].*)?", re.ASCII | re.DOTALL)
_RIS = re.compile(r"(\d{4})/(\d{1,2})?/?(\d{1,2})?/?.*", re.ASCII | re.DOTALL)


def of_parts(year: object, month: object = None, day: object = None) -> KnownDate | None:
    """The date of these parts, each a number or its digits; an unreadable month or day lowers the precision, an
    unreadable year or one before 1900 makes it None."""
    years = _number(year)
    if years is None or not EARLIEST <= years <= 9999:
        return None
    months = _month(month)
    if months is None or not 1 <= months <= 12:
        return KnownDate(date(years, 1, 1), "year")
    days = _number(day)
    try:
        return KnownDate(date(years, months, days or 0), "day")
    except ValueError:
        return KnownDate(date(years, months, 1), "month")


def of_text(text: object) -> KnownDate | None:
    """The date of a text such as 2024, 2024-03, 2024-03-05, 2024/03/05/ or 2024年3月."""
    if not isinstance(text, str):
        return of_parts(text)
    bare = text.strip()[:60]
    found = _ISO.fullmatch(bare) or _RIS.fullmatch(bare)
    return of_parts(*found.groups()) if found else None


def of_date_parts(value: object) -> KnownDate | None:
    """CSL's and Crossref's `{"date-parts": [[2024, 3, 5]]}`, or its `raw` or `literal` text."""
    if not isinstance(value, dict):
        return of_text(value) if isinstance(value, str) else None
    parts = value.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], Sequence) and not isinstance(parts[0], str):
        first = list(parts[0][:3])
        return of_parts(*first) if first else None
    return of_text(value.get("raw") or value.get("literal") or "")


def _number(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 <= value <= 9999 else None
    if isinstance(value, str) and re.fullmatch(r"\s*\d{1,4}\s*", value, re.ASCII):
        return int(value)
    return None


def _month(value: object) -> int | None:
    number = _number(value)
    if number is None and isinstance(value, str) and value.strip()[:3].lower() in MONTHS:
        return MONTHS.index(value.strip()[:3].lower()) + 1
    return number
