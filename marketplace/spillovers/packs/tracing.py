"""Inputs of figures traced to the rows of a pack: what the rows hold has to stand in the inputs as it stands there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Any, Final

from marketplace.outcomes.models import OutcomeType
from marketplace.outcomes.rules.duplicates import Recorded, same_works
from marketplace.spillovers.packs.contents import Basis, Pack
from marketplace.spillovers.packs.lasting import lasting
from marketplace.spillovers.packs.texts import Finding

_HOUR: Final = 3600
_MICRO: Final = Decimal("0.000001")
_ORGANISATION: Final = "organisation:"
_ROLES: Final = {"providers": "provider", "users": "user"}

# Each difference: the row that it is about, and the member that differs.
Difference = tuple[str, str]
Tables = Mapping[str, Sequence[Mapping[str, Any]]]


def traced(pack: Pack) -> list[Finding]:
    """What inputs say otherwise than the rows, the first of each figure; of rows that a pack lacks, nothing.

    Receipts, use, works, authors, contracts, stays, first outcomes, benefits, values, what would have come anyhow
    and shares are compared.
    """
    found = []
    for basis in pack.bases:
        first = next(_differences(basis, pack), None)
        if first is not None:
            called = " ".join(filter(None, (basis.metric, basis.variant)))
            details = {"metric": called[:200], "row": first[0][:100], "member": first[1]}
            found.append(Finding("input_differs", "", details))
    return found


def _differences(basis: Basis, pack: Pack) -> Iterator[Difference]:
    inputs, tables = basis.inputs, pack.tables
    if "receipts" in tables and isinstance(inputs.get("receipts"), list):
        whole = not str(pack.about["scope"]).startswith(_ORGANISATION)
        yield from _receipts(inputs["receipts"], tables, basis.variant if whole else None)
    if "sessions" in tables and isinstance(inputs.get("sessions"), list):
        yield from _sessions(inputs["sessions"], tables)
    if "outcomes" not in tables:
        return
    yield from lasting(basis, pack)
    outcomes = {row["id"]: row for row in tables["outcomes"]}
    if isinstance(inputs.get("rows"), list):
        yield from _works(inputs["rows"], outcomes, tables)
    if "outcome_parties" in tables and isinstance(inputs.get("outcomes"), list):
        yield from _benefits(inputs["outcomes"], outcomes, tables)
    if isinstance(inputs.get("parts"), list):
        yield from _parts(basis, outcomes, tables)


def _receipts(told: Sequence[Mapping[str, Any]], tables: Tables, variant: str | None) -> Iterator[Difference]:
    """Each receipt by its outcome and place; of whole scopes also whether one is missing."""
    rows = {f"{row['outcome']}/{row['place'] - 1}": row for row in tables["receipts"]}
    for each in told:
        row = rows.get(each["id"])
        if row is None:
            yield each["id"], "receipts"
        elif not _same(each["amount"], row["amount"]) or each["currency"] != row["currency"]:
            yield each["id"], "amount"
        elif row["received_on"] and each["received"] != row["received_on"]:
            yield each["id"], "received_on"
    if variant is not None:
        counted = {row["id"]: row["value"] for row in tables.get("outcomes", ()) if row.get("counted")}
        given = {each["id"] for each in told}
        for id, row in rows.items():
            year = (counted.get(row["outcome"]) or {}).get("price_year")
            called = " ".join(filter(None, (row["currency"], str(year or ""))))
            if row["outcome"] in counted and called == variant and id not in given:
                yield id, "receipts"


def _sessions(told: Sequence[Mapping[str, Any]], tables: Tables) -> Iterator[Difference]:
    """The same sessions, each with its hours."""
    rows = {row["id"]: row for row in tables["sessions"]}
    for each in told:
        row = rows.get(each["id"])
        hours = row and (Decimal(str(row["seconds"])) / _HOUR).quantize(_MICRO, rounding=ROUND_DOWN)
        if hours is None or Decimal(each["hours"]) != hours:
            yield each["id"], "hours"
    yield from ((id, "sessions") for id in sorted(rows.keys() - {each["id"] for each in told}))


def _works(
    told: Sequence[Mapping[str, Any]], outcomes: Mapping[str, Mapping[str, Any]], tables: Tables
) -> Iterator[Difference]:
    """Works with identifiers and priorities that their outcomes have, or with the organisations that these name."""
    sides: dict[str, set[str]] = {}
    for one in tables.get("outcome_parties", ()):
        if one["organisation"]:
            sides.setdefault(one["outcome"], set()).add(one["organisation"])
    kin = _kin(outcomes, sides)
    for each in told:
        row = outcomes.get(each.get("row", ""))
        if row is None or "identifiers" not in row:
            continue
        if "organisations" in each:
            if set(each["organisations"]) != sides.get(each["row"], set()):
                yield each["row"], "organisations"
            continue
        same = [outcomes[id] for id in kin[each["row"]]]
        known = {one["normalised"] for other in same for one in other["identifiers"] if one["normalised"]}
        # A family is told by its priorities; a publication of it without the kind of its step; what has a number only
        # among the records of a party by its own row.
        names = {None, each["row"], *(" ".join(sorted(other["priorities"] or ())) for other in same)}
        if each["id"] not in names and not any(one.startswith(each["id"]) for one in known):
            yield each["row"], "identifiers"
        if sorted(each["priorities"] or ()) != sorted(row["priorities"] or ()):
            yield each["row"], "priorities"


def _kin(outcomes: Mapping[str, Mapping[str, Any]], sides: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    """With each outcome those that are the same work: it may be called by the number of any."""
    works = [
        Recorded(
            id=id,
            type=OutcomeType(row["type"]),
            identifiers=frozenset(
                (one["scheme"], one["normalised"]) for one in row["identifiers"] if one["normalised"]
            ),
            priorities=frozenset(row["priorities"] or ()),
            parties=frozenset(sides.get(id, ())),
        )
        for id, row in outcomes.items()
        if "identifiers" in row
    ]
    return {id: group for group in same_works(works) for id in group}


def _benefits(
    told: Sequence[Mapping[str, Any]], outcomes: Mapping[str, Mapping[str, Any]], tables: Tables
) -> Iterator[Difference]:
    """Outcomes with their sides and level."""
    for each in told:
        row = outcomes.get(each["id"])
        if row is None or ("level" in each and each["level"] != row["level"]):
            yield each["id"], "level"
            continue
        sides = [one for one in tables["outcome_parties"] if one["outcome"] == each["id"]]
        for member, role in _ROLES.items():
            if set(each[member]) != {one["organisation"] for one in sides if one["role"] == role}:
                yield each["id"], member


def _parts(basis: Basis, outcomes: Mapping[str, Mapping[str, Any]], tables: Tables) -> Iterator[Difference]:
    """Values of outcomes, and the shares of them on one basis."""
    for id, part in basis.inputs["parts"]:
        value = (outcomes.get(id) or {}).get("value") or {}
        amount = part.get("value", (part.get("additionality") or {}).get("GI"))
        if amount is None or "amount" not in value or not _same(amount, value["amount"]):
            yield id, "value"
        elif "additionality" in part and not _additional(part["additionality"], outcomes[id].get("additionality")):
            yield id, "additionality"
        if "shares" in part and "shares" in tables:
            kept = [row for row in tables["shares"] if row["outcome"] == id and row["basis"] in basis.variant.split()]
            rows = {row["organisation"] or row["facility"]: row["share"] for row in kept}
            given = dict(zip(part["of"], part["shares"], strict=True))
            if given.keys() != rows.keys() or not all(_same(given[name], rows[name]) for name in given):
                yield id, "shares"


def _additional(told: Mapping[str, Any], answer: Mapping[str, Any] | None) -> bool:
    """Whether what would have come anyhow is as the answer states it: an amount, else all or nothing."""
    said = answer or {}
    stated = said.get("reference_value")
    if stated is None:
        stated = {"same": told["GI"], "not_at_all": "0"}.get(str(said.get("without_us")))
    return stated is not None and _same(told["GI_ref"], stated)


def _same(one: Any, other: Any) -> bool:
    return Decimal(str(one)) == Decimal(str(other))
