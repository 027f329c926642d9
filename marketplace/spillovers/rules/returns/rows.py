"""What a return is made of: contracts, receipts, rights, companies and sessions of one organisation; and its tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Partner(StrEnum):
    """Classes of partners (HE-BCI): a business below 250 employees, another, none; or nobody said."""

    SME = "sme"
    OTHER_BUSINESS = "other_business"
    NON_COMMERCIAL = "non_commercial"
    NOT_STATED = "not_stated"


SIZES: Final[Mapping[str, Partner]] = {
    "micro": Partner.SME,
    "small": Partner.SME,
    "medium": Partner.SME,
    "large": Partner.OTHER_BUSINESS,
    "not_a_business": Partner.NON_COMMERCIAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """An agreement under which the organisation provides. `share` is its part by the agreement, None where nobody said
    and there are several; `business` says whether an external partner outside academia takes part."""

    id: str
    kind: str
    starts_on: date
    ends_on: date | None = None
    partner: Partner = Partner.NOT_STATED
    share: Decimal | None = Decimal(1)
    public: bool = False
    business: bool = True

    def active(self, year: Year) -> bool:
        """Whether it runs on any day of a year: it is returned in each (HE-BCI 2022/23)."""
        return self.starts_on < year.after and (self.ends_on is None or self.ends_on >= year.first)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Cash under a contract; of some only the calendar year is known. `whole`: the organisation itself received it, so
    that no part of it is others'."""

    contract: str
    kind: str
    amount: Decimal
    currency: str
    received_on: date | None = None
    year: int | None = None
    whole: bool = False

    def within(self, year: Year) -> bool | None:
        """Whether it was received in a year; None where what is known of the day can't tell."""
        if self.received_on is not None:
            return year.first <= self.received_on < year.after
        if self.year is None:
            return None
        first, after = date(self.year, 1, 1), date(self.year + 1, 1, 1)
        if after <= year.first or year.after <= first:
            return False
        return True if year.first <= first and after <= year.after else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """One simple patent family; `places` are the offices of its priorities. `owned`: whether the organisation holds a
    part of it, None where nobody said who does; `provides`: whether it came of what the organisation provides."""

    id: str
    filed_on: date
    granted_on: date | None = None
    assigned_on: date | None = None
    invention: bool = True
    places: tuple[str, ...] = ()
    owned: bool | None = True
    provides: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A spin-off with its type and the people it employs."""

    id: str
    ownership: str
    formed_on: date
    ended_on: date | None = None
    jobs: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """A day of a session at one of the organisation's instruments; external where another legal entity used it. `id` is
    the session's."""

    id: str
    instrument: str
    name: str
    day: date
    hours: Decimal
    user: str
    external: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """Everything of one organisation that its returns are made of: as provider, save for families of which it holds a
    part. `left_out` are outcomes that can't be handed on."""

    contracts: Sequence[Contract] = ()
    receipts: Sequence[Receipt] = ()
    families: Sequence[Family] = ()
    companies: Sequence[Company] = ()
    services: Sequence[Usage] = ()
    papers: Sequence[tuple[str, date]] = ()
    courses: Sequence[tuple[date, int | None]] = ()
    left_out: int = 0

    @property
    def owned(self) -> list[Family]:
        """The families of which it holds a part."""
        return [each for each in self.families if each.owned]

    @property
    def shares(self) -> dict[str, Decimal | None]:
        """The organisation's part of each contract."""
        return {each.id: each.share for each in self.contracts}

    @property
    def partners(self) -> dict[str, Partner]:
        """The class of each contract's partner."""
        return {each.id: each.partner for each in self.contracts}


@dataclass(frozen=True, slots=True)
class Year:
    """A year of a return (S-04): of the mainland from 1 January, of Hong Kong's accounts from 1 April, of British
    universities from 1 August."""

    first: date
    after: date

    @property
    def last(self) -> date:
        """Its last day."""
        return self.after - timedelta(days=1)


def year_from(month: int, year: int) -> Year:
    """The year that begins with a month of a calendar year."""
    return Year(date(year, month, 1), date(year + 1, month, 1))


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a return: codes of its name and columns, and cells as text; a cell of None can't be filled."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that can't be filled, why, and how many rows it concerns."""

    item: str
    reason: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """Of those who were asked to confirm the outcomes of a year, or about it, how many answered (S-08)."""

    year: Year
    answered: int
    asked: int


@dataclass(frozen=True, slots=True)
class Return:
    """A return: its years, its tables, what can't be filled, and the answers that stand beside its totals."""

    profile: str
    years: Sequence[Year]
    tables: Sequence[Table]
    gaps: Sequence[Gap] = field(default=())
    answers: Sequence[Answers] = field(default=())


@dataclass(frozen=True, slots=True)
class Income:
    """What was received, by currency, and how many receipts could not be counted in, by reason."""

    sums: Mapping[str, Decimal]
    missing: Mapping[str, int]


def income(holdings: Holdings, receipts: Iterable[Receipt], year: Year) -> Income:
    """Cash of a year by currency: the organisation's part by the agreement, of receipts whose day is known."""
    sums: dict[str, Decimal] = {}
    missing: dict[str, int] = {}
    shares = holdings.shares
    for each in receipts:
        inside, share = each.within(year), Decimal(1) if each.whole else shares.get(each.contract)
        if inside is False:
            continue
        reason = "day_unknown" if inside is None else "share_unknown" if share is None else None
        if reason is not None or share is None:
            missing[str(reason)] = missing.get(str(reason), 0) + 1
        else:
            sums[each.currency] = sums.get(each.currency, Decimal(0)) + each.amount * share
    return Income(sums, missing)


def gaps_of(item: str, *found: Income, wanted: str) -> list[Gap]:
    """What of some income can't be filled in a currency."""
    counts: dict[str, int] = {}
    others: set[str] = set()
    for each in found:
        for reason, count in each.missing.items():
            counts[reason] = counts.get(reason, 0) + count
        others |= each.sums.keys() - {wanted}
    gaps = [Gap(item, reason, count) for reason, count in sorted(counts.items())]
    return gaps + ([Gap(item, "other_currency", len(others))] if others else [])


def ownerless(holdings: Holdings, *years: Year) -> list[Gap]:
    """Families of these years of which nobody said who holds them: they are counted for nobody."""

    def touches(day: date | None) -> bool:
        return day is not None and any(year.first <= day < year.after for year in years)

    count = sum(
        1 for each in holdings.families if each.owned is None and (touches(each.filed_on) or touches(each.granted_on))
    )
    return [Gap("patent_families", "owner_not_stated", count)] if count else []


def scaled(amount: Decimal, unit: int, places: int) -> str:
    """An amount in thousands or ten thousands, with so many decimals."""
    return f"{amount / unit:.{places}f}"
