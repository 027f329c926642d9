"""Lists for Hong Kong's UGC as far as rows allow (reference A1): cash basis, HKD, once for the year of accounts from
1 April and once for the academic year from 1 August."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Final

from marketplace.spillovers.rules.returns.rows import (
    Gap,
    Holdings,
    Income,
    Return,
    Table,
    Year,
    gaps_of,
    income,
    ownerless,
    scaled,
    year_from,
)

PROFILE: Final = "ugc"
CURRENCY: Final = "HKD"
LISTS: Final = {"ugc_fiscal": 4, "ugc_academic": 8}
HEADS: Final = ("collaborative_research", "contract_research", "consultancy", "facility_service")
IP: Final = ("licence", "option", "assignment")
UNASKED: Final = (
    *(("events", "not_recorded"), ("external_advisory_bodies", "not_recorded")),
    *(("patents_granted_by_country", "grant_office_not_recorded"), ("spinoff_economically_active", "not_recorded")),
)


def ugc(holdings: Holdings, year: int) -> Return:
    """Both lists of the years that begin in a calendar year."""
    years = [year_from(month, year) for month in LISTS.values()]
    gaps: dict[Gap, None] = {}
    tables = []
    for name, period in zip(LISTS, years, strict=True):
        rows, missing = _list(holdings, period)
        tables.append(Table(name, ("item", "number", "income_hkd"), rows))
        tables.append(Table(f"{name}_places", ("office", "number"), _places(holdings, period)))
        gaps |= dict.fromkeys(missing)
    gaps |= dict.fromkeys(ownerless(holdings, *years))
    gaps |= dict.fromkeys(Gap(item, reason) for item, reason in UNASKED)
    if holdings.left_out:
        gaps[Gap("outcomes", "left_out", holdings.left_out)] = None
    return Return(PROFILE, years, tables, list(gaps))


def _list(holdings: Holdings, period: Year) -> tuple[list[list[str | None]], list[Gap]]:
    rows: list[list[str | None]] = []
    gaps: list[Gap] = []
    for head in HEADS:
        number = sum(1 for each in holdings.contracts if each.kind == head and each.active(period))
        earned = income(holdings, [each for each in holdings.receipts if each.kind == head], period)
        rows.append([head, str(number), _dollars(earned)])
        gaps += gaps_of(head, earned, wanted=CURRENCY)
    licences = sum(
        1 for each in holdings.contracts if each.kind == "licence" and period.first <= each.starts_on < period.after
    )
    earned = income(holdings, [each for each in holdings.receipts if each.kind in IP], period)
    gaps += gaps_of("ip_income", earned, wanted=CURRENCY)
    filed = sum(1 for each in holdings.owned if period.first <= each.filed_on < period.after)
    granted = sum(1 for each in holdings.owned if each.granted_on and period.first <= each.granted_on < period.after)
    formed = sum(1 for each in holdings.companies if period.first <= each.formed_on < period.after)
    held = [hours for day, hours in holdings.courses if period.first <= day < period.after]
    unknown = sum(1 for hours in held if hours is None)
    gaps += [Gap("cpd_contact_hours", "hours_not_stated", unknown)] if unknown else []
    rows += [
        ["licences_executed", str(licences), None],
        ["ip_income", None, _dollars(earned)],
        ["patents_filed", str(filed), None],
        ["patents_granted", str(granted), None],
        ["spinoffs_formed", str(formed), None],
        ["cpd_contact_hours", str(sum(hours or 0 for hours in held)), None],
    ]
    return rows, gaps


def _places(holdings: Holdings, period: Year) -> list[list[str]]:
    """Families filed in the year by the office of each priority; one with priorities at two counts at both."""
    filed = [each for each in holdings.owned if period.first <= each.filed_on < period.after]
    counts = Counter(place for each in filed for place in set(each.places))
    return [[place, str(count)] for place, count in sorted(counts.items())]


def _dollars(found: Income) -> str:
    return scaled(found.sums.get(CURRENCY, Decimal(0)), 1, 2)
