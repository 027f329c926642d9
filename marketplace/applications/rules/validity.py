"""What an approval covers and until when it holds, where the authority did not say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, Final

from dateutil.relativedelta import relativedelta

# What an approval is narrowed by: what goes where, and what it is.
SCOPED: Final = ("from", "to", "kind", "bio_kind", "special_goods", "hs_code")
TURNED: Final = {"from": "to", "to": "from"}


def scope_of(facts: Mapping[str, Mapping[str, Any]], names: Collection[str]) -> dict[str, list[Any]]:
    """The scope of an approval for some flows: the values that each of its facts has in all of them. A thing that
    returns crosses the other way too."""
    found: dict[str, list[Any]] = {}
    for name in SCOPED:
        if name not in names:
            continue
        values = [value for entry in facts.values() for value in _values(entry, name)]
        if facts and None not in values and values:
            found[name] = list(dict.fromkeys(values))
    return found


def _values(entry: Mapping[str, Any], name: str) -> list[Any]:
    told = [entry.get(name)]
    if entry.get("returns") is True and name in TURNED:
        told.append(entry.get(TURNED[name]))
    return [None if value in ("unknown", "none", "") else value for value in told]


def until(validity: Mapping[str, Any], on: date, flows: Iterable[Mapping[str, Any]], end: date) -> date | None:
    """The last day of an approval: by the months or years of the rule's row; what may be used once ends with the last
    of its flows, or with the booking; else open."""
    if validity.get("uses") == "single":
        crossed = [day for flow in flows for name in ("date", "return_by") if (day := _day(flow.get(name)))]
        return max([*crossed, end, on])
    years, months, days = (int(validity.get(name) or 0) for name in ("years", "months", "days"))
    return on + relativedelta(years=years, months=months, days=days) if years or months or days else None


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
