"""What one organisation's returns are made of: confirmed outcomes in which it provides, and sessions at its units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.spillovers.queries.desk import Desk, seated
from marketplace.spillovers.queries.packing import withhold
from marketplace.spillovers.queries.promises import responses
from marketplace.spillovers.queries.standing import lay_out
from marketplace.spillovers.queries.uses import uses
from marketplace.spillovers.rules.counting import CONTRACTS
from marketplace.spillovers.rules.returns.rows import (
    SIZES,
    Answers,
    Company,
    Contract,
    Family,
    Holdings,
    Partner,
    Receipt,
    Usage,
    Year,
)
from marketplace.spillovers.rules.scopes import YEARS, Frame, Scope, ScopeKind, Span
from marketplace.values.localized import pick
from marketplace.values.refusal import Invalid

UNIVERSITY: Final = "university"
OWNER: Final = "co_owner"
# What returns tell of as contracts: those that run, and what is handed over for good.
RETURNED: Final = (*CONTRACTS, "assignment")
# Outcomes that count, with their parties and the organisation's part by the agreement; `mine` has gone into it.
_OUTCOMES: Final = """
    SELECT s.outcome_id AS id, s.type, s.date_event, v.details, v.receipts, v.priorities, s.key,
           p.parties, h.share, h.agreed,
           EXISTS (SELECT FROM outcome_collaborations l JOIN collaboration_funding f
                     ON f.collaboration_id = l.collaboration_id
                    WHERE l.outcome_id = s.outcome_id AND f.public AND f.entered_at <= :as_of
                      AND (f.removed_at IS NULL OR f.removed_at > :as_of)) AS public
      FROM stood s JOIN outcome_versions v ON v.id = s.version_id
      CROSS JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('role', role, 'sector', sector, 'size', size_class,
               'mine', organisation_id IN (SELECT id FROM inside)) ORDER BY role, organisation_id) AS parties
            FROM outcome_parties WHERE version_id = v.id) AS p
      CROSS JOIN LATERAL (SELECT sum(share) FILTER (WHERE organisation_id IN (SELECT id FROM inside)) AS share,
               count(*) > 0 AS agreed
            FROM outcome_shares WHERE version_id = v.id AND basis = 'agreement') AS h
     WHERE s.counted ORDER BY s.outcome_id
"""
_NAMES: Final = {
    "units": text("SELECT id, name FROM units WHERE id = ANY(:ids)"),
    "organisations": text("SELECT id, name FROM organisations WHERE id = ANY(:ids)"),
}


@dataclass(frozen=True, slots=True)
class _Side:
    """How the organisation stands in an outcome: whether it provides, alone or not, to whom, and whether it, or
    anybody, is named as an owner."""

    provides: bool
    alone: bool
    partner: Partner
    business: bool
    owns: bool
    owners: bool


def desk_of(session: Session, organisation_id: UUID, year: int, *, by: Actor, now: datetime) -> tuple[Desk, int]:
    """An organisation's rows for the years that begin in a calendar year, as the reader may see them, laid out, and how
    many outcomes were left out. Raises Invalid."""
    if not YEARS[0] <= year < YEARS[1] - 1:
        raise Invalid.one("year", "between", min=YEARS[0], max=YEARS[1] - 2)
    span = Span(date(year, 1, 1), date(year + 2, 1, 1))
    frame = Frame(Scope(ScopeKind.ORGANISATION, id=organisation_id), span, now)
    lay_out(session, frame)
    left_out = withhold(session, frame, by, now)
    return Desk(session, frame, seated(session, frame)), left_out


def answers(desk: Desk, year: Year) -> Answers:
    """How many of those who were asked have answered, in a year of a return."""
    [told] = responses(replace(desk, frame=replace(desk.frame, span=Span(year.first, year.after)), kept={}))
    asked = (told.inputs or {})["asked"]
    return Answers(year, sum(1 for each in asked if each["answer"] is not None), len(asked))


def holdings(desk: Desk, left_out: int) -> Holdings:
    """Everything of the organisation that its returns are made of."""
    rows = list(desk.rows(_OUTCOMES))
    inside = set(desk.session.scalars(text("SELECT id FROM inside")))
    sides = {row.id: _side(row.parties or []) for row in rows}
    provided = [row for row in rows if sides[row.id].provides]
    return Holdings(
        contracts=[_contract(row, sides[row.id]) for row in provided if row.type in RETURNED],
        receipts=[each for row in provided for each in _receipts(row, inside)],
        families=[_family(row, sides[row.id]) for row in rows if row.type == "patent_family"],
        # A company comes of whoever provided for it, or owns a part of it; to all others it is a partner's.
        companies=[_company(row) for row in provided if row.type == "spinoff"],
        services=_services(desk),
        papers=[(row.key or str(row.id), row.date_event) for row in provided if row.type == "publication"],
        courses=[(row.date_event, row.details.get("hours")) for row in provided if row.type == "training"],
        left_out=left_out,
    )


def _side(parties: list[Mapping[str, Any]]) -> _Side:
    """Whom it provides to: the class that all its partners share, else nobody said."""
    providers = [each for each in parties if each["role"] in ("provider", OWNER)]
    others = [each for each in parties if each["role"] in ("user", "licensee") and not each["mine"]]
    classes = {SIZES.get(each["size"] or "", Partner.NOT_STATED) for each in others}
    return _Side(
        provides=any(each["mine"] for each in providers),
        alone=all(each["mine"] for each in providers),
        partner=classes.pop() if len(classes) == 1 else Partner.NOT_STATED,
        business=any(each["sector"] != UNIVERSITY for each in parties if not each["mine"]),
        owns=any(each["mine"] for each in parties if each["role"] == OWNER),
        owners=any(each["role"] == OWNER for each in parties),
    )


def _contract(row: Any, side: _Side) -> Contract:
    details = row.details
    return Contract(
        id=str(row.id),
        kind=row.type,
        starts_on=_day(details.get("starts_on")) or row.date_event,
        ends_on=_day(details.get("ends_on")) or _day(details.get("until")),
        partner=side.partner,
        share=row.share if row.agreed else Decimal(1) if side.alone else None,
        public=bool(row.public or details.get("public_funder")),
        business=side.business,
    )


def _receipts(row: Any, inside: set[UUID]) -> Iterator[Receipt]:
    """Cash of an outcome; what names another organisation as the one that received it is that one's."""
    for told in row.receipts:
        amount, whose = _amount(told.get("amount")), told.get("organisation_id")
        if amount is not None and (whose is None or UUID(whose) in inside):
            yield Receipt(
                contract=str(row.id),
                kind=row.type,
                amount=amount,
                currency=str(told.get("currency")),
                received_on=_day(told.get("received_on")),
                year=told.get("year"),
                whole=whose is not None,
            )


def _family(row: Any, side: _Side) -> Family:
    """Owned where the organisation is named as a co-owner or has a part by the agreement; unknown where nobody is."""
    details = row.details
    stated = row.agreed or side.owners
    return Family(
        id=row.key or str(row.id),
        filed_on=row.date_event,
        granted_on=_day(details.get("granted_on")),
        assigned_on=_day(details.get("assigned_on")),
        invention=details.get("right") == "invention",
        places=tuple(each[:2] for each in row.priorities if each[:2].isalpha()),
        owned=bool(side.owns or row.share) if stated else None,
        provides=side.provides,
    )


def _company(row: Any) -> Company:
    details = row.details
    return Company(
        id=row.key or str(row.id),
        ownership=str(details.get("ownership")),
        formed_on=row.date_event,
        ended_on=_day(details.get("ended_on")),
        jobs=details.get("jobs"),
    )


def _services(desk: Desk) -> list[Usage]:
    """Use of its own instruments by days, between the legal entities of each day, as the figures of use have it."""
    found = [(use, UUID(use.instrument.partition("/")[0])) for use in uses(desk) if use.hosted]
    units = _names(desk, "units", {unit for _, unit in found})
    users = _names(desk, "organisations", {use.sides[1] for use, _ in found})
    return [
        Usage(
            id=str(use.id),
            instrument=str(unit),
            name=units[unit],
            day=use.day,
            hours=use.hours,
            user=users[use.sides[1]],
            external=use.host != use.user,
        )
        for use, unit in found
    ]


def _names(desk: Desk, table: str, ids: set[UUID]) -> dict[UUID, str]:
    rows = desk.session.execute(_NAMES[table], {"ids": sorted(ids)})
    return {id: pick(name, "zh-Hans").text for id, name in rows}


def _day(told: Any) -> date | None:
    return date.fromisoformat(told) if isinstance(told, str) and told else None


def _amount(told: Any) -> Decimal | None:
    try:
        found = Decimal(str(told))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None
