"""Inputs of what was recorded as output: works, families, contracts, income, benefit to others, additionality."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from marketplace.spillovers.queries.desk import Desk, Told, mixed
from marketplace.spillovers.rules.counting import CONTRACTS
from marketplace.spillovers.rules.scopes import ScopeKind

PATENT: Final = "patent_family"
_COUNTED = "FROM stood s JOIN outcome_versions v ON v.id = s.version_id WHERE s.counted"
_IN_PERIOD = f"{_COUNTED} AND s.date_event >= :first AND s.date_event < :after"
_PUBLICATIONS = f"""SELECT s.outcome_id, s.level, s.date_event, s.key, v.creators
    {_IN_PERIOD} AND s.type = 'publication' ORDER BY s.outcome_id"""
_DISTINCT = f"""SELECT s.outcome_id, s.level, s.type, s.key, v.priorities,
    substr(s.key, strpos(s.key, ' ') + 1) AS known
    {_IN_PERIOD} ORDER BY s.outcome_id"""
_CONTRACTS = f"""SELECT s.outcome_id, s.level, s.date_event, v.details
    {_COUNTED} AND s.type IN {CONTRACTS} AND s.date_event < :after ORDER BY s.outcome_id"""
_RECEIPTS = f"""SELECT s.outcome_id, s.level, v.receipts, v.value ->> 'price_year' AS price_year,
    (SELECT array_agg(DISTINCT organisation_id) FROM outcome_parties
      WHERE version_id = v.id AND role = 'provider') AS providers
    {_COUNTED} AND v.receipts <> '[]' ORDER BY s.outcome_id"""
_BENEFITS = """SELECT s.outcome_id, s.level, v.flow_direction, v.flow_to, v.beneficiary, p.providers, p.users, p.third
    FROM stood s JOIN outcome_versions v ON v.id = s.version_id
    CROSS JOIN LATERAL (SELECT array_agg(organisation_id) FILTER (WHERE role = 'provider') AS providers,
        array_agg(organisation_id) FILTER (WHERE role = 'user') AS users,
        array_agg(organisation_id) FILTER (WHERE role = 'beneficiary') AS third
        FROM outcome_parties WHERE version_id = v.id) AS p
    WHERE s.counted AND s.date_event >= :first AND s.date_event < :after ORDER BY s.outcome_id"""
_VALUES = f"""SELECT s.outcome_id, s.level, v.value, v.additionality {_IN_PERIOD} AND v.value IS NOT NULL
    ORDER BY s.outcome_id"""
_SHARES = """SELECT s.outcome_id, s.level, v.value, h.basis,
    array_agg(coalesce(h.organisation_id, h.facility_id) ORDER BY coalesce(h.organisation_id, h.facility_id)) AS whose,
    array_agg(h.share ORDER BY coalesce(h.organisation_id, h.facility_id)) AS shares
    FROM stood s JOIN outcome_versions v ON v.id = s.version_id JOIN outcome_shares h ON h.version_id = v.id
    WHERE s.counted AND s.date_event >= :first AND s.date_event < :after AND v.value IS NOT NULL
    GROUP BY s.outcome_id, s.level, v.value, h.basis ORDER BY s.outcome_id, h.basis"""


def publications(desk: Desk) -> list[Told]:
    """Each publication of the period by its DOI: its authors, each with the organisations that they name.

    A place that has no account is told by its name. Works without an identifier are no part, but counted as unknown.
    """
    found, levels, subjects, unknown = {}, [], [], 0
    for row in desk.rows(_PUBLICATIONS):
        if row.key is None:
            unknown += 1
            continue
        found[row.key.split(" ", 1)[1]] = [_places(desk, row, author) for author in row.creators]
        levels.append(row.level)
        subjects.append(row.outcome_id)
    return [Told({"publications": found}, unknown=unknown, mix=mixed(levels), subjects=subjects)]


def authors(desk: Desk) -> list[dict[str, Any]]:
    """Each author of a publication of the period by number, with the organisations as stated and as they count; no
    names."""
    return [
        {"outcome": str(row.outcome_id), "author": number, "organisations": list(author.get("organisations", ()))}
        | {"affiliations": list(author.get("affiliations", ())), "places": _places(desk, row, author)}
        for row in desk.rows(_PUBLICATIONS)
        for number, author in enumerate(row.creators, start=1)
    ]


def distinct(desk: Desk) -> list[Told]:
    """Every outcome of the period with what it is told apart by."""
    kept = desk.once("distinct", lambda: list(desk.rows(_DISTINCT)))
    rows = [
        {"row": str(row.outcome_id), "type": "patent" if row.type == PATENT else row.type}
        | {"id": row.known or None, "priorities": row.priorities or None}
        for row in kept
    ]
    return [Told({"rows": rows}, mix=mixed(row.level for row in kept), subjects=[row.outcome_id for row in kept])]


def families(desk: Desk) -> list[Told]:
    """Every patent of the period with its priorities."""
    kept = [row for row in desk.once("distinct", lambda: list(desk.rows(_DISTINCT))) if row.type == PATENT]
    rows = [
        {"row": str(row.outcome_id), "type": "patent", "id": row.known or None, "priorities": row.priorities or None}
        for row in kept
    ]
    return [Told({"rows": rows}, mix=mixed(row.level for row in kept), subjects=[row.outcome_id for row in kept])]


def contracts(desk: Desk) -> list[Told]:
    """Every contract that began before the end of the period, with its days; the number tells contracts apart."""
    rows, levels, subjects = [], [], []
    span = desk.frame.span
    for row in desk.rows(_CONTRACTS):
        start = row.details.get("starts_on") or row.date_event.isoformat()
        end = row.details.get("ends_on") or row.details.get("until")
        rows.append({"id": str(row.outcome_id), "start": start, "end": end if end is None or end >= start else start})
        levels.append(row.level)
        subjects.append(row.outcome_id)
    inputs = {"contracts": rows, "from": span.first.isoformat(), "to": span.after.isoformat()}
    return [Told(inputs, mix=mixed(levels), subjects=subjects)]


def income(desk: Desk) -> list[Told]:
    """Cash by currency and price year, each apart. Of a year without a day it is known only whether the period holds
    that year whole, or none of it. What an organisation may have received, or another provider, is unknown to it."""
    span = desk.frame.span
    found: dict[tuple[str, str], list[tuple[UUID, int, dict[str, Any]]]] = defaultdict(list)
    unknown: Counter[tuple[str, str]] = Counter()
    for row in desk.rows(_RECEIPTS):
        for at, receipt in enumerate(row.receipts):
            currency, year = str(receipt.get("currency")), row.price_year
            ours = _ours(desk, receipt, row)
            if ours is None:
                unknown[currency, year or ""] += 1
            if not ours:
                continue
            told = {"id": f"{row.outcome_id}/{at}", "amount": receipt.get("amount"), "currency": currency}
            told |= {"received": _received(desk, receipt), "price_year": int(year) if year else None}
            found[currency, year or ""].append((row.outcome_id, row.level, told))
    return [
        Told(
            {"receipts": [told for _, _, told in rows], "currency": currency}
            | {"from": span.first.isoformat(), "to": span.after.isoformat()},
            variant=" ".join(filter(None, (currency, year))),
            unknown=unknown[currency, year],
            mix=mixed(level for _, level, _ in rows),
            subjects=list(dict.fromkeys(outcome for outcome, _, _ in rows)),
        )
        for currency, year in sorted(found.keys() | unknown.keys())
        for rows in [found.get((currency, year), [])]
    ]


def third_parties(desk: Desk) -> list[Told]:
    """Every outcome of the period with its providers, users, and who had the benefit."""
    rows, levels, subjects = [], [], []
    for row in desk.rows(_BENEFITS):
        inside = {"providers": _names(row.providers), "users": _names(row.users)}
        told = {"id": str(row.outcome_id), **inside, "beneficiaries": _beneficiaries(row), "level": row.level}
        rows.append(told)
        levels.append(row.level)
        subjects.append(row.outcome_id)
    return [Told({"outcomes": rows}, mix=mixed(levels), subjects=subjects)]


def additional(desk: Desk) -> list[Told]:
    """The value of each outcome of the period and what would have come without it, by currency, price year and method.

    Leakage, displacement, substitution and multiplier are assumed. Without an answer an outcome is unknown.
    """
    found = _by_value(desk.rows(_VALUES))
    case = {name: desk.parameters[name] for name in ("leakage", "displacement", "substitution", "multiplier")}
    told = []
    for variant, rows in found.items():
        parts, levels = [], []
        for row, amount in rows:
            reference = _reference(row.additionality, amount)
            if reference is not None:
                parts.append((str(row.outcome_id), {"additionality": {"GI": amount, "GI_ref": reference, **case}}))
                levels.append(row.level)
        unknown, subjects = len(rows) - len(parts), [UUID(id) for id, _ in parts]
        kept = mixed(levels)
        told.append(Told(None, variant, parts, unknown, kept, notes=("assumed_losses",), subjects=subjects))
    return told


def attributed(desk: Desk) -> list[Told]:
    """The value of each outcome of the period by the shares of each basis, by currency, price year and method."""
    rows = list(desk.rows(_SHARES))
    found: dict[str, list[tuple[Any, str]]] = defaultdict(list)
    for variant, kept in _by_value(rows).items():
        for row, amount in kept:
            found[f"{variant} {row.basis}"].append((row, amount))
    return [
        Told(
            variant=variant,
            parts=[
                (
                    str(row.outcome_id),
                    {"value": amount, "shares": [f"{share:f}" for share in row.shares], "of": _names(row.whose)},
                )
                for row, amount in kept
            ],
            mix=mixed(row.level for row, _ in kept),
            subjects=[row.outcome_id for row, _ in kept],
        )
        for variant, kept in sorted(found.items())
    ]


def _places(desk: Desk, row: Any, author: Mapping[str, Any]) -> list[str]:
    entities = {desk.bodies.entity(UUID(id), row.date_event) for id in author.get("organisations", ())}
    return sorted({*map(str, entities), *(f"name:{each[:150]}" for each in author.get("affiliations", ()) if each)})


def _ours(desk: Desk, receipt: Mapping[str, Any], row: Any) -> bool | None:
    """Whether an organisation's figure holds a receipt: its own, or one of those that have gone into it. Whoever alone
    provided received it, where nobody is named; None where several did, it among them."""
    if desk.frame.scope.kind is not ScopeKind.ORGANISATION:
        return True
    named = receipt.get("organisation_id")
    places = [UUID(named)] if named else row.providers or ()
    day = desk.frame.day
    entities = {desk.bodies.entity(each, day) for each in places}
    if desk.bodies.entity(_scope_id(desk), day) not in entities:
        return False
    return True if len(entities) == 1 else None


def _scope_id(desk: Desk) -> UUID:
    id = desk.frame.scope.id
    if id is None:
        raise TypeError("a scope without an id")
    return id


def _received(desk: Desk, receipt: Mapping[str, Any]) -> str | None:
    if receipt.get("received_on"):
        return str(receipt["received_on"])
    year, span = receipt.get("year"), desk.frame.span
    if not isinstance(year, int) or (span.touches(year) and not span.whole_year(year)):
        return None
    return f"{year:04d}-01-01"


def _beneficiaries(row: Any) -> list[str]:
    """Who had the benefit: named third parties, else whom it went to; nobody where no direction was told."""
    third = [*_names(row.third), *([f"name:{row.beneficiary[:150]}"] if row.beneficiary else [])]
    if third:
        return third
    if row.flow_direction == "third_party":
        return _names([row.flow_to] if row.flow_to else [])
    return _names([*(row.providers or ()), *(row.users or ())]) if row.flow_direction else []


def _names(ids: Sequence[UUID] | None) -> list[str]:
    return sorted({str(each) for each in ids or ()})


def _by_value(rows: Iterable[Any]) -> dict[str, list[tuple[Any, str]]]:
    """Rows with their amounts by what is never added: currency, price year, method."""
    found: dict[str, list[tuple[Any, str]]] = defaultdict(list)
    for row, variant, amount in _amounts(rows):
        found[variant].append((row, amount))
    return dict(sorted(found.items()))


def _amounts(rows: Iterable[Any]) -> Iterator[tuple[Any, str, str]]:
    for row in rows:
        told = row.value
        amount = _decimal(told.get("amount"))
        if amount is not None:
            names = (told.get("currency"), told.get("price_year"), told.get("method"))
            yield row, " ".join(str(each) for each in names if each), f"{amount:f}"


def _reference(answer: Mapping[str, Any] | None, amount: str) -> str | None:
    """What of a value would have come anyhow: as stated, else all or nothing where the answer says that."""
    if answer is None:
        return None
    stated = _decimal(answer.get("reference_value"))
    if stated is not None:
        return f"{stated:f}"
    return {"same": amount, "not_at_all": "0"}.get(str(answer.get("without_us")))


def _decimal(told: Any) -> Decimal | None:
    try:
        found = Decimal(str(told))
    except InvalidOperation:
        return None
    return found if found.is_finite() and found >= 0 else None


GATHERED: Final = {
    "out.pub.full": publications,
    "out.pub.frac": publications,
    "out.distinct": distinct,
    "out.patent.families": families,
    "out.contract.active": contracts,
    "out.income.received": income,
    "spill.third_party": third_parties,
    "add.net": additional,
    "attr.share": attributed,
}
