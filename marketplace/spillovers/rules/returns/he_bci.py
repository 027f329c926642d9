"""HE-BCI tables 1, 2 and 4 as far as rows allow (HESA; reference A3): years from 1 August, income in GBP 000."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from marketplace.spillovers.rules.returns.rows import (
    Contract,
    Gap,
    Holdings,
    Income,
    Partner,
    Return,
    Table,
    Year,
    gaps_of,
    income,
    ownerless,
    scaled,
    year_from,
)

PROFILE: Final = "he-bci"
CURRENCY: Final = "GBP"
STARTS: Final = 8
IP: Final = ("licence", "option", "assignment")
OWNERSHIPS: Final = ("provider", "formal", "staff", "graduate", "social")
# What the tables ask and no row tells.
UNASKED: Final = (
    *(("collaborative_research_in_kind", "not_recorded"), ("collaborative_research_by_source", "not_recorded")),
    *(("regeneration", "not_recorded"), ("cpd_and_continuing_education", "not_recorded")),
    *(("disclosures", "not_recorded"), ("spinoff_turnover", "not_recorded"), ("spinoff_investment", "not_recorded")),
    *(("sme_turnover_and_independence", "size_class_only"), ("social_community_cultural", "not_recorded")),
)


def he_bci(holdings: Holdings, year: int) -> Return:
    """The return of the academic year that begins in a calendar year."""
    period = year_from(STARTS, year)
    research, left = _collaborative(holdings, period)
    heads = ("contract_research", "consultancy", "facility_service")
    services = {head: _by_partner(holdings, head, period) for head in heads}
    property_, earned = _property(holdings, period)
    tables = [
        Table("hebci_1a", ("item", "number", "income_gbp_000"), [research[0]]),
        Table("hebci_1b", ("partner", "number", "income_gbp_000"), services["contract_research"][0]),
        Table("hebci_2_consultancy", ("partner", "number", "income_gbp_000"), services["consultancy"][0]),
        Table("hebci_2_facilities", ("partner", "number", "income_gbp_000"), services["facility_service"][0]),
        Table("hebci_4_ip", ("item", "number", "income_gbp_000"), property_),
        Table(
            "hebci_4_spinoffs", ("ownership", "new", "active", "active_3_years", "jobs"), _spinoffs(holdings, period)
        ),
    ]
    gaps = [*left, *gaps_of("collaborative_research", research[1], wanted=CURRENCY)]
    for head in heads:
        gaps += gaps_of(head, *services[head][1], wanted=CURRENCY)
        unknown = sum(1 for each in _active(holdings, head, period) if each.partner is Partner.NOT_STATED)
        gaps += [Gap(head, "partner_not_stated", unknown)] if unknown else []
    gaps += gaps_of("ip_income", earned, wanted=CURRENCY)
    gaps += ownerless(holdings, period)
    gaps += [Gap(item, reason) for item, reason in UNASKED]
    gaps += [Gap("outcomes", "left_out", holdings.left_out)] if holdings.left_out else []
    return Return(PROFILE, [period], tables, gaps)


def _active(holdings: Holdings, kind: str, period: Year) -> list[Contract]:
    return [each for each in holdings.contracts if each.kind == kind and each.active(period)]


def _collaborative(holdings: Holdings, period: Year) -> tuple[tuple[list[str], Income], list[Gap]]:
    """Projects with a public body's grant and a partner outside academia; those between universities alone are out."""
    running = _active(holdings, "collaborative_research", period)
    counted = {each.id for each in running if each.public and each.business}
    within = {each.id for each in holdings.contracts if each.public and each.business}
    kind = "collaborative_research"
    found = income(
        holdings, [each for each in holdings.receipts if each.kind == kind and each.contract in within], period
    )
    row = [kind, str(len(counted)), _pounds(found)]
    academic = sum(1 for each in running if each.public and not each.business)
    private = sum(1 for each in running if not each.public)
    gaps = [Gap(kind, "academic_only", academic)] if academic else []
    return (row, found), gaps + ([Gap(kind, "no_public_funder", private)] if private else [])


def _by_partner(holdings: Holdings, kind: str, period: Year) -> tuple[list[Sequence[str]], list[Income]]:
    """Contracts that are active and income received, by the partner's class at the contract's date."""
    rows: list[Sequence[str]] = []
    found = []
    partners = holdings.partners
    for partner in Partner:
        number = sum(1 for each in _active(holdings, kind, period) if each.partner is partner)
        receipts = [
            each
            for each in holdings.receipts
            if each.kind == kind and partners.get(each.contract, Partner.NOT_STATED) is partner
        ]
        earned = income(holdings, receipts, period)
        found.append(earned)
        rows.append([partner.value, str(number), _pounds(earned)])
    return rows, found


def _property(holdings: Holdings, period: Year) -> tuple[list[Sequence[str | None]], Income]:
    """Families filed and granted in the year; the portfolio holds what is filed and not yet assigned."""
    filed = sum(1 for each in holdings.owned if period.first <= each.filed_on < period.after)
    granted = sum(
        1 for each in holdings.owned if each.granted_on is not None and period.first <= each.granted_on < period.after
    )
    held = sum(
        1
        for each in holdings.owned
        if each.filed_on < period.after and (each.assigned_on is None or each.assigned_on >= period.after)
    )
    earned = income(holdings, [each for each in holdings.receipts if each.kind in IP], period)
    licences = sum(
        1 for each in holdings.contracts if each.kind == "licence" and period.first <= each.starts_on < period.after
    )
    rows: list[Sequence[str | None]] = [
        ["patents_filed", str(filed), None],
        ["patents_granted", str(granted), None],
        ["patents_portfolio", str(held), None],
        ["licences_executed", str(licences), None],
        ["ip_income", None, _pounds(earned)],
    ]
    return rows, earned


def _spinoffs(holdings: Holdings, period: Year) -> list[Sequence[str | None]]:
    """By type: formed in the year, alive on its last day, alive for three years by then, and people employed."""
    rows: list[Sequence[str | None]] = []
    for ownership in OWNERSHIPS:
        known = [each for each in holdings.companies if each.ownership == ownership and each.formed_on < period.after]
        new = [each for each in known if each.formed_on >= period.first]
        alive = [each for each in known if each.ended_on is None or each.ended_on >= period.after]
        long = [each for each in alive if each.formed_on <= _three_years_before(period.last)]
        jobs = [each.jobs for each in alive]
        told = str(sum(each or 0 for each in jobs)) if all(each is not None for each in jobs) else None
        rows.append([ownership, str(len(new)), str(len(alive)), str(len(long)), told])
    return rows


def _three_years_before(day: date) -> date:
    return date(day.year - 3, day.month, day.day)


def _pounds(found: Income) -> str:
    return scaled(found.sums.get(CURRENCY, Decimal(0)), 1000, 3)
