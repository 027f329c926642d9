"""What collaborations brought forth: publications, families, contracts, income, and benefit to third parties."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from marketplace.spillovers.rules import given as read
from marketplace.spillovers.rules.counting import fractional, full
from marketplace.spillovers.rules.families import extended, simple
from marketplace.spillovers.rules.given import Given
from marketplace.spillovers.rules.results import Result, ratio
from marketplace.values.refusal import Invalid
from marketplace.values.works import doi

MOST_AUTHORS: Final = 10_000
MOST_PLACES: Final = 200
MOST_PRIORITIES: Final = 500
FLOOR: Final = 2
# An outcome in one of these states moves no total.
NOT_COUNTED: Final = ("draft", "disputed", "withdrawn")
STATES: Final = (*NOT_COUNTED, "submitted", "confirmed")
# ISO 4217.
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
ANSWERS: Final = ("confirmed", "disputed", "nothing_to_report")


def publications_full(given: Given) -> Result:
    """out.pub.full: for each organisation the publications that it has a part in, and how many there are."""
    found, unknown = _publications(given)
    counts = full(found)
    value = {"by_organisation": counts, "sum": sum(counts.values()), "distinct": len(found)}
    return Result(value=value, numerator=len(found), n=len(found), n_unknown=unknown)


def publications_fractional(given: Given) -> Result:
    """out.pub.frac: for each organisation its parts, which add up to the number of publications."""
    found, unknown = _publications(given)
    counts = fractional(found)
    total = sum(counts.values(), Fraction(0))
    value = {"by_organisation": counts, "sum": total, "distinct": len(found)}
    return Result(value=value, numerator=total, n=len(found), n_unknown=unknown)


def distinct(given: Given) -> Result:
    """out.distinct: rows after their identifiers are brought to normal form; those without one are named apart."""
    rows = given.objects("rows", key="row")
    kinds: dict[str, set[str]] = {"publication": set(), "dataset": set(), "other": set()}
    families: list[frozenset[str]] = []
    unidentified = 0
    for field, row in rows:
        kind, known = read.text(read.member(row, "type", field), f"{field}/type"), _identifier(row, field)
        if kind == "patent":
            priorities = _priorities(row, field)
            families += [priorities] if priorities else []
            unidentified += not priorities
        elif known is None:
            unidentified += 1
        elif kind in kinds:
            kinds[kind].add(known)
        else:
            kinds["other"].add(f"{kind} {known}")
    value = {
        "raw_rows": len(rows),
        "distinct_publications": len(kinds["publication"]),
        "distinct_datasets": len(kinds["dataset"]),
        "distinct_others": len(kinds["other"]),
        "simple_families": simple(families),
        "extended_families": extended(families),
        "unidentified": unidentified,
    }
    return Result(value=value, n=len(rows), n_unknown=unidentified)


def families(given: Given) -> Result:
    """out.patent.families: distinct simple families; documents without known priorities are told as unknown."""
    rows = [(field, row) for field, row in given.objects("rows", key="row") if row.get("type", "patent") == "patent"]
    found = [_priorities(row, field) for field, row in rows]
    count = simple(found)
    return Result(value=count, numerator=count, n=len(rows), n_unknown=sum(1 for each in found if not each))


def contracts(given: Given) -> Result:
    """out.contract.active: contracts that ran on any day of the period; its last day is not part of it."""
    first, after = given.day("from"), given.day("to")
    if after <= first:
        raise Invalid.one("to", "period_reversed")
    active = unknown = 0
    rows = given.objects("contracts")
    for field, row in rows:
        start, end = (read.optional(row, name, field, read.day) for name in ("start", "end"))
        if start is not None and end is not None and end < start:
            raise Invalid.one(f"{field}/end", "period_reversed")
        unknown += start is None
        active += start is not None and start < after and (end is None or end >= first)
    return Result(value=active, numerator=active, n=len(rows), n_unknown=unknown)


def income(given: Given) -> Result:
    """out.income.received: cash received in the period, in one currency of one price year."""
    first, after = given.day("from"), given.day("to")
    currency = given.text("currency")
    if not _CURRENCY.fullmatch(currency):
        raise Invalid.one("currency", "currency_unknown")
    total, unknown = Fraction(0), 0
    rows = given.objects("receipts")
    years = {read.optional(row, "price_year", field, read.whole) for field, row in rows}
    if len(years) > 1:
        raise Invalid.one("receipts", "one_price_year")
    for field, row in rows:
        if read.text(read.member(row, "currency", field), f"{field}/currency") != currency:
            raise Invalid.one(f"{field}/currency", "one_currency", wanted=currency)
        amount = read.number(read.member(row, "amount", field), f"{field}/amount")
        received = read.optional(row, "received", field, read.day)
        unknown += received is None
        total += amount if received is not None and first <= received < after else 0
    return Result(value=total, numerator=total, n=len(rows), n_unknown=unknown)


def third_party(given: Given) -> Result:
    """spill.third_party: outcomes of level 2 or more with a beneficiary that is neither provider nor user."""
    rows = [(field, row) for field, row in given.objects("outcomes") if _counts(row, field)]
    levels = [read.optional(row, "level", field, _level) for field, row in rows]
    reached = [(field, row) for (field, row), level in zip(rows, levels, strict=True) if level is not None]
    kept = [each for each, level in zip(reached, filter(_told, levels), strict=True) if level >= FLOOR]
    unknown = len(rows) - len(reached) + sum(1 for field, row in kept if not _named(row, "beneficiaries", field))
    found = sum(1 for field, row in kept if _named(row, "beneficiaries", field) - _inside(row, field))
    return Result(value=found, numerator=found, denominator=len(kept), n=len(rows), n_unknown=unknown)


def response_rate(given: Given) -> Result:
    """out.response_rate: answered, "nothing to report" included, over asked."""
    rows = given.objects("asked")
    answers = [read.optional(row, "answer", field, read.text) for field, row in rows]
    for (field, _), answer in zip(rows, answers, strict=True):
        if answer is not None and answer not in ANSWERS:
            raise Invalid.one(f"{field}/answer", "choice")
    answered = sum(1 for each in answers if each is not None)
    return Result(value=ratio(answered, len(rows)), numerator=answered, denominator=len(rows), n=len(rows))


def _publications(given: Given) -> tuple[list[tuple[frozenset[str], ...]], int]:
    """Publications, each DOI once, and how many have an author of unknown place."""
    found: dict[str, tuple[frozenset[str], ...]] = {}
    for name, authors in given.mapping("publications").items():
        field = f"publications/{name}"
        told = [
            frozenset(read.names(each, f"{field}/{at}", MOST_PLACES))
            for at, each in enumerate(read.rows(authors, field, MOST_AUTHORS))
        ]
        key, row = doi(name) or name, tuple(sorted(told, key=sorted))
        if found.setdefault(key, row) != row:
            raise Invalid.one(field, "same_row_differs")
    return list(found.values()), sum(1 for row in found.values() if not row or not all(row))


def _identifier(row: Mapping[str, Any], field: str) -> str | None:
    """The identifier in normal form: publications and datasets by DOI, all else as it is written."""
    told = row.get("id")
    if told is None or (isinstance(told, str) and not told.strip()):
        return None
    written = read.text(told, f"{field}/id")
    return doi(written) if row.get("type") in ("publication", "dataset") else written


def _priorities(row: Mapping[str, Any], field: str) -> frozenset[str]:
    told = row.get("priorities")
    return frozenset(read.names([] if told is None else told, f"{field}/priorities", MOST_PRIORITIES))


def _counts(row: Mapping[str, Any], field: str) -> bool:
    state = read.optional(row, "status", field, read.text)
    if state is not None and state not in STATES:
        raise Invalid.one(f"{field}/status", "choice")
    return state not in NOT_COUNTED


def _level(value: Any, field: str) -> int:
    return read.whole(value, field, most=4)


def _told(value: int | None) -> bool:
    return value is not None


def _named(row: Mapping[str, Any], name: str, field: str) -> set[str]:
    found: Sequence[str] = read.names(row.get(name) or [], f"{field}/{name}", MOST_PLACES)
    return set(found)


def _inside(row: Mapping[str, Any], field: str) -> set[str]:
    return _named(row, "providers", field) | _named(row, "users", field)


COMPUTATIONS: Final = {
    "out.pub.full": publications_full,
    "out.pub.frac": publications_fractional,
    "out.distinct": distinct,
    "out.patent.families": families,
    "out.contract.active": contracts,
    "out.income.received": income,
    "out.response_rate": response_rate,
    "spill.third_party": third_party,
}
