"""What an approval covers and until when it holds, where the authority did not say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, Final

from dateutil.relativedelta import relativedelta

from marketplace.permits.rules.scoping import MOST

# What an approval is narrowed by: what goes where, what it is, and what for.
SCOPED: Final = ("from", "to", "kind", "bio_kind", "special_goods", "hs_code", "purpose")
# By these where the rule turns on them.
OF_RULES: Final = ("class", "export_catalogue_part", "import_catalogue_part", "contract_type", "bulk_category")
# Up to these where the rule turns on them, and no further.
COUNTED: Final = ("pi_nonsensitive_persons", "pi_sensitive_persons", "bulk_persons")
CODES: Final = "control_codes"
TURNED: Final = {"from": "to", "to": "from"}


def scope_of(
    facts: Mapping[str, Mapping[str, Any]], names: Collection[str], turns_on: Collection[tuple[str, ...]] = ()
) -> dict[str, Any]:
    """The scope of an approval for some flows: the values that each of its facts has in all of them, the most of what
    is counted, and the codes of the regimes that the rule turns on. A thing that returns crosses the other way too.
    What somebody left open narrows nothing."""
    found: dict[str, Any] = {}
    looked_at = {keys[0] for keys in turns_on}
    for name in (*SCOPED, *(each for each in (*OF_RULES, *COUNTED) if each in looked_at)):
        values = [value for entry in facts.values() for value in _values(entry, name)] if name in names else []
        if values and None not in values:
            found[name] = {MOST: max(values)} if name in COUNTED else list(dict.fromkeys(values))
    regimes = sorted({keys[1] for keys in turns_on if keys[0] == CODES and len(keys) > 1})
    if CODES in names and (codes := _codes(facts.values(), regimes)):
        found[CODES] = codes
    return found


def _codes(entries: Iterable[Mapping[str, Any]], regimes: Iterable[str]) -> dict[str, list[str]]:
    """The codes of all entries by regime; a regime of which nobody knows in one of them is left out."""
    told = [entry.get(CODES) for entry in entries]
    if not all(isinstance(each, Mapping) for each in told):
        return {}
    found = {}
    for regime in regimes:
        listed = [each.get(regime) or [] for each in told if isinstance(each, Mapping)]
        known = all(isinstance(codes, list) and "unknown" not in codes for codes in listed)
        if known:
            found[regime] = sorted({code for codes in listed for code in codes})
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
