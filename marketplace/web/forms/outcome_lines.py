"""What stands one on each line of an outcome's form: people with where they work, and cash with who received it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final
from uuid import UUID

MOST_LINES: Final = 200
MOST_PEOPLE: Final = 10_000
# Which organisations some names mean.
Finding = Callable[[Iterable[str]], Mapping[str, UUID]]
_RECEIPT = re.compile(
    r"(\d{4}(?:-\d{2}-\d{2})?)[\s,;]+(-?[\d,.]+)[\s,;]+([A-Za-z]{3})(?:[\s,;]+(\S.{0,499}))?", re.ASCII
)
_ORCID = re.compile(r"(?:https?://)?(?:www\.)?(?:orcid(?:\.org/|:))?\s*[\dx\s-]*", re.IGNORECASE | re.ASCII)


def person_line(each: Mapping[str, Any], names: Mapping[UUID, str]) -> str:
    """A person as a line: family name, given name; ORCID; each place."""
    name = ", ".join(part for part in (each.get("family"), each.get("given")) if part)
    places = [names.get(UUID(str(id)), "") for id in each.get("organisations") or ()]
    places += [str(place) for place in each.get("affiliations") or ()]
    rest = [part.replace(";", ",") for part in places if part]
    return "; ".join(part for part in (name, each.get("orcid"), *rest) if part)


def people_of(
    typed: str, before: Iterable[Mapping[str, Any]], names: Mapping[UUID, str], find: Finding
) -> list[dict[str, Any]]:
    """One person a line; a line that stands as it was keeps what the form doesn't show. A place that is no known
    organisation stays as a name."""
    known = {person_line(each, names): dict(each) for each in before}
    lines = [line for line in map(str.strip, typed.splitlines()[:MOST_PEOPLE]) if line]
    fresh = {line: _person(line) for line in lines if line not in known}
    found = find({place for each in fresh.values() for place in each["affiliations"]})
    people = []
    for line in lines:
        told = known.get(line) or fresh[line]
        here = {str(found[name]) for name in told.get("affiliations") or () if line in fresh and name in found}
        if here:
            left = [name for name in told["affiliations"] if name not in found]
            told = {**told, "organisations": sorted(here), "affiliations": left}
        people.append(dict(told))
    return people


def receipt_lines(receipts: Iterable[Mapping[str, Any]], names: Mapping[UUID, str]) -> str:
    """Cash as lines: year or day, amount, currency, who received it."""
    rows = ((each.get("received_on") or each.get("year"), each, _name(each, names)) for each in receipts)
    return "\n".join(f"{when} {each['amount']} {each['currency']} {whose}".strip() for when, each, whose in rows)


def receipts_of(typed: str, names: Mapping[UUID, str], find: Finding) -> list[dict[str, Any]]:
    """One payment a line, with who received it where the line says so; a name that is none of theirs is told as it
    is."""
    rows = [_RECEIPT.fullmatch(line) or line for line in filter(None, map(str.strip, typed.splitlines()[:MOST_LINES]))]
    said = {row[4].strip() for row in rows if not isinstance(row, str) and row[4]}
    found = {name: id for id, name in names.items()} | dict(find(said) if said else {})
    receipts: list[dict[str, Any]] = []
    for row in rows:
        if isinstance(row, str):
            receipts.append({"amount": row[:40], "currency": "?"})
            continue
        when = {"year": row[1]} if len(row[1]) == 4 else {"received_on": row[1]}
        told = {**when, "amount": row[2], "currency": row[3].upper()}
        if row[4]:
            told["organisation"] = str(found.get(row[4].strip(), row[4].strip()))
        receipts.append(told)
    return receipts


def _name(each: Mapping[str, Any], names: Mapping[UUID, str]) -> str:
    whose = each.get("organisation") or each.get("organisation_id")
    return names.get(UUID(str(whose)), "") if whose else ""


def _person(line: str) -> dict[str, Any]:
    name, *rest = [part.strip() for part in line.replace("；", ";").split(";")]
    family, _comma, given = name.replace("，", ",").partition(",")
    told: dict[str, Any] = {"family": family.strip(), "given": given.strip()}
    numbers = [part for part in rest if part and _ORCID.fullmatch(part)]
    if numbers:
        told["orcid"] = numbers[0]
    return told | {"affiliations": [part for part in rest if part and part not in numbers][:50]}
