"""The mainland's instrument-sharing return (NRII, records 6 and 7; reference C3): calendar years, hours without idle
running, income in RMB 10,000 with two decimals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from marketplace.spillovers.rules.returns.rows import (
    Gap,
    Holdings,
    Return,
    Table,
    Usage,
    Year,
    gaps_of,
    income,
    scaled,
    year_from,
)

PROFILE: Final = "nrii"
CURRENCY: Final = "CNY"
TEN_THOUSAND: Final = 10_000
RECORD: Final = (
    *("innerId", "insCode", "amounts", "serviceTime", "serviceContent", "serviceWay", "serviceAmount", "subjectName"),
    *("subjectIncome", "subjectArea", "subjectContent", "applicant", "applicantPhone", "applicantEmail"),
    *("applicantUnit", "comment", "auditStatus"),
)
EFFECT: Final = (
    *("submittedRates", "activatedRates", "totalShareRates", "externalShareRates", "innovation", "serviceAmounts"),
    *("user", "project", "thesis", "book", "report", "patent", "output", "achievements", "serviceIncome"),
    *("socialBenefit", "remark"),
)
DRAFT: Final = "-1"
UNASKED: Final = (
    *(("amounts", "charges_not_recorded"), ("serviceContent", "not_recorded"), ("serviceWay", "not_recorded")),
    *(("subjectName", "not_recorded"), ("subjectIncome", "not_recorded"), ("subjectArea", "not_recorded")),
    *(("subjectContent", "not_recorded"), ("applicant", "personal"), ("applicantPhone", "personal")),
    *(("applicantEmail", "personal"), ("comment", "not_recorded"), ("insCode", "not_recorded")),
    *(("submittedRates", "eligible_not_recorded"), ("activatedRates", "eligible_not_recorded")),
    *(("totalShareRates", "eligible_not_recorded"), ("externalShareRates", "eligible_not_recorded")),
    *(
        ("innovation", "not_recorded"),
        ("project", "not_recorded"),
        ("book", "not_recorded"),
        ("report", "not_recorded"),
    ),
    *(("output", "not_recorded"), ("achievements", "not_recorded"), ("socialBenefit", "not_recorded")),
    *(("serviceAmount", "session_hours"),),
)


def nrii(holdings: Holdings, year: int) -> Return:
    """The return of a calendar year: a record of each outside session, hours by instrument, and the year's effect."""
    period = year_from(1, year)
    served = sorted((each for each in holdings.services if _within(each, period)), key=lambda each: (each.day, each.id))
    effect, gaps = _effect(holdings, [each for each in served if each.external], period)
    tables = [
        Table("nrii_6", RECORD, [_record(each) for each in _whole(each for each in served if each.external)]),
        Table("nrii_hours", ("innerId", "instrument", "effective_hours", "external_hours"), _hours(served)),
        Table("nrii_7", EFFECT, [effect]),
    ]
    gaps += [Gap(item, reason) for item, reason in UNASKED]
    gaps += [Gap("outcomes", "left_out", holdings.left_out)] if holdings.left_out else []
    return Return(PROFILE, [period], tables, gaps)


def _within(service: Usage, period: Year) -> bool:
    return period.first <= service.day < period.after


def _whole(parts: Iterable[Usage]) -> list[Usage]:
    """Sessions over midnight with the hours of all their days, on the first of them."""
    found: dict[str, Usage] = {}
    for each in parts:
        first = found.get(each.id)
        found[each.id] = replace(first, hours=first.hours + each.hours) if first else each
    return list(found.values())


def _record(service: Usage) -> list[str | None]:
    """Record 6 of one session, as a draft: what rows don't tell stays empty."""
    told = {
        "innerId": service.instrument,
        "serviceTime": service.day.isoformat(),
        "serviceAmount": f"{service.hours:.2f}",
        "applicantUnit": service.user,
        "auditStatus": DRAFT,
    }
    return [told.get(name) for name in RECORD]


def _hours(served: list[Usage]) -> list[list[str | None]]:
    """Hours of each instrument in the year, and of them those of users outside the legal entity."""
    names: dict[str, str] = {}
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for each in served:
        names[each.instrument] = each.name
        sums[each.instrument][0] += each.hours
        sums[each.instrument][1] += each.hours if each.external else 0
    return [[id, names[id], f"{whole:.2f}", f"{outside:.2f}"] for id, (whole, outside) in sorted(sums.items())]


def _effect(holdings: Holdings, outside: list[Usage], period: Year) -> tuple[list[str | None], list[Gap]]:
    """Record 7: outside hours, distinct outside users, papers, invention patents granted, and income from services."""
    earned = income(holdings, [each for each in holdings.receipts if each.kind == "facility_service"], period)
    patents = sum(
        1
        for each in holdings.families
        if each.invention
        and each.provides
        and each.granted_on is not None
        and period.first <= each.granted_on < period.after
    )
    told = {
        "serviceAmounts": f"{sum((each.hours for each in outside), Decimal(0)):.2f}",
        "user": str(len({each.user for each in outside})),
        "thesis": str(len({id for id, day in holdings.papers if period.first <= day < period.after})),
        "patent": str(patents),
        "serviceIncome": scaled(earned.sums.get(CURRENCY, Decimal(0)), TEN_THOUSAND, 2),
    }
    return [told.get(name) for name in EFFECT], gaps_of("serviceIncome", earned, wanted=CURRENCY)
