"""Returns worked out by hand from a few rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from marketplace.spillovers.returning import PROFILES
from marketplace.spillovers.rules.returns.he_bci import he_bci
from marketplace.spillovers.rules.returns.nrii import EFFECT, RECORD, nrii
from marketplace.spillovers.rules.returns.rows import (
    Answers,
    Company,
    Contract,
    Family,
    Gap,
    Holdings,
    Partner,
    Receipt,
    Return,
    Usage,
    year_from,
)
from marketplace.spillovers.rules.returns.ugc import ugc
from marketplace.values.localized import LANGUAGES, Language
from marketplace.wording.returns import rates_said, sheets_of, written

D = Decimal


def contract(id: str, kind: str, first: str, last: str | None = None, **more: object) -> Contract:
    ends = date.fromisoformat(last) if last else None
    return Contract(id=id, kind=kind, starts_on=date.fromisoformat(first), ends_on=ends, **more)  # type: ignore[arg-type]


def receipt(
    contract_id: str, kind: str, amount: str, day: str | None, currency: str = "GBP", **more: object
) -> Receipt:
    received = date.fromisoformat(day) if day else None
    return Receipt(
        contract=contract_id,
        kind=kind,
        amount=D(amount),
        currency=currency,
        received_on=received,
        **more,  # type: ignore[arg-type]
    )


def table(made: Return, name: str) -> list[list[str | None]]:
    return [list(row) for each in made.tables if each.name == name for row in each.rows]


def test_a_contract_is_counted_in_every_academic_year_in_which_it_is_active() -> None:
    """Two years and a day: three academic years (HE-BCI 2022/23)."""
    held = Holdings(contracts=[contract("k", "consultancy", "2023-07-31", "2025-08-01", partner=Partner.SME)])
    counted = {year: table(he_bci(held, year), "hebci_2_consultancy")[0][1] for year in range(2021, 2027)}
    assert counted == {2021: "0", 2022: "1", 2023: "1", 2024: "1", 2025: "1", 2026: "0"}


def test_income_stands_in_the_years_in_which_it_was_received_and_by_the_partners_class() -> None:
    held = Holdings(
        contracts=[
            contract("a", "contract_research", "2023-09-01", partner=Partner.SME),
            contract("b", "contract_research", "2023-09-01", partner=Partner.OTHER_BUSINESS),
            contract("c", "contract_research", "2023-09-01", partner=Partner.NON_COMMERCIAL),
        ],
        receipts=[
            receipt("a", "contract_research", "1234.50", "2024-07-31"),
            receipt("a", "contract_research", "2000", "2024-08-01"),
            receipt("b", "contract_research", "500", "2023-12-01"),
            receipt("c", "contract_research", "-100", "2023-12-01"),
        ],
    )
    assert table(he_bci(held, 2023), "hebci_1b") == [
        ["sme", "1", "1.234"],
        ["other_business", "1", "0.500"],
        ["non_commercial", "1", "-0.100"],
        ["not_stated", "0", "0.000"],
    ]
    assert table(he_bci(held, 2024), "hebci_1b")[0] == ["sme", "1", "2.000"]


def test_consortium_income_is_split_by_the_agreement() -> None:
    """The lead's 40% of a million, a partner's 20%, and a part that no agreement states (reference A3)."""
    shares = {"lead": D("0.4"), "partner": D("0.2"), "unsaid": None}
    held = Holdings(
        contracts=[
            contract(id, "collaborative_research", "2024-01-01", public=True, share=each) for id, each in shares.items()
        ],
        receipts=[receipt(id, "collaborative_research", "1000000", "2024-02-01") for id in shares],
    )
    made = he_bci(held, 2023)
    assert table(made, "hebci_1a") == [["collaborative_research", "3", "600.000"]]
    assert Gap("collaborative_research", "share_unknown", 1) in made.gaps


def test_collaboration_between_universities_alone_and_without_public_money_is_left_out() -> None:
    held = Holdings(
        contracts=[
            contract("both", "collaborative_research", "2024-01-01", public=True),
            contract("academic", "collaborative_research", "2024-01-01", public=True, business=False),
            contract("private", "collaborative_research", "2024-01-01", public=False),
        ]
    )
    made = he_bci(held, 2023)
    assert table(made, "hebci_1a")[0][1] == "1"
    assert Gap("collaborative_research", "academic_only", 1) in made.gaps
    assert Gap("collaborative_research", "no_public_funder", 1) in made.gaps


def test_other_currencies_and_years_without_a_day_are_told_and_never_added() -> None:
    held = Holdings(
        contracts=[contract("a", "consultancy", "2024-01-01")],
        receipts=[
            receipt("a", "consultancy", "100", "2024-02-01"),
            receipt("a", "consultancy", "900", "2024-02-01", "CNY"),
            receipt("a", "consultancy", "700", None, year=2024),
        ],
    )
    made = he_bci(held, 2023)
    assert ["not_stated", "1", "0.100"] in table(made, "hebci_2_consultancy")
    assert {Gap("consultancy", "other_currency", 1), Gap("consultancy", "day_unknown", 1)} <= set(made.gaps)
    assert nrii(held, 2024).gaps.count(Gap("serviceIncome", "day_unknown", 1)) == 0


def test_assigned_patents_leave_the_portfolio_and_spin_offs_are_new_and_active() -> None:
    held = Holdings(
        families=[
            Family(id="1", filed_on=date(2020, 1, 1), granted_on=date(2024, 1, 1)),
            Family(id="2", filed_on=date(2023, 8, 1), assigned_on=date(2024, 7, 31)),
            Family(id="3", filed_on=date(2024, 7, 31), assigned_on=date(2024, 8, 1)),
        ],
        companies=[
            Company(id="x", ownership="staff", formed_on=date(2021, 7, 31), jobs=4),
            Company(id="y", ownership="staff", formed_on=date(2024, 7, 1), jobs=None),
            Company(id="z", ownership="graduate", formed_on=date(2020, 1, 1), ended_on=date(2024, 1, 1), jobs=9),
        ],
    )
    made = he_bci(held, 2023)
    numbers = {str(row[0]): row[1] for row in table(made, "hebci_4_ip")}
    assert numbers["patents_filed"] == "2"
    assert numbers["patents_granted"] == "1"
    assert numbers["patents_portfolio"] == "2"
    rows = {str(row[0]): row[1:] for row in table(made, "hebci_4_spinoffs")}
    assert rows["staff"] == ["1", "2", "1", None]
    assert rows["graduate"] == ["0", "0", "0", "0"]


def test_hong_kongs_lists_count_from_april_and_from_august() -> None:
    held = Holdings(
        contracts=[contract("a", "facility_service", "2024-04-01", "2024-07-31")],
        receipts=[receipt("a", "facility_service", "1000.005", "2024-07-31", "HKD")],
        families=[Family(id="1", filed_on=date(2024, 9, 1), places=("CN", "US", "CN"))],
        courses=[(date(2024, 10, 1), 12), (date(2024, 10, 2), None)],
    )
    made = ugc(held, 2024)
    fiscal, academic = ({row[0]: row[1:] for row in table(made, name)} for name in ("ugc_fiscal", "ugc_academic"))
    assert (fiscal["facility_service"], academic["facility_service"]) == (["1", "1000.00"], ["0", "0.00"])
    assert fiscal["cpd_contact_hours"] == ["12", None]
    assert table(made, "ugc_academic_places") == [["CN", "1"], ["US", "1"]]
    assert Gap("cpd_contact_hours", "hours_not_stated", 1) in made.gaps


def usage(id: str, day: str, hours: str, user: str, *, external: bool = True) -> Usage:
    when = date.fromisoformat(day)
    return Usage(id=id, instrument="u1", name="电镜", day=when, hours=D(hours), user=user, external=external)


def test_the_mainlands_return_has_hours_of_others_and_income_in_ten_thousands() -> None:
    held = Holdings(
        contracts=[contract("a", "facility_service", "2025-01-01")],
        receipts=[receipt("a", "facility_service", "123456.78", "2025-12-31", "CNY")],
        services=[
            usage("s1", "2025-01-01", "2.5", "=HKU"),
            usage("s2", "2025-12-31", "1.25", "=HKU"),
            usage("s3", "2025-06-01", "4", "自用", external=False),
            usage("s4", "2026-01-01", "8", "=HKU"),
        ],
        families=[
            Family(id="1", filed_on=date(2020, 1, 1), granted_on=date(2025, 5, 1)),
            Family(id="2", filed_on=date(2020, 1, 1), granted_on=date(2025, 5, 1), invention=False),
        ],
        papers=[("10.1/a", date(2025, 3, 1)), ("10.1/a", date(2025, 3, 1)), ("10.1/b", date(2024, 3, 1))],
        left_out=2,
    )
    made = nrii(held, 2025)
    assert table(made, "nrii_hours") == [["u1", "电镜", "7.75", "3.75"]]
    records = [dict(zip(RECORD, row, strict=True)) for row in table(made, "nrii_6")]
    assert [(each["serviceTime"], each["serviceAmount"], each["amounts"]) for each in records] == [
        ("2025-01-01", "2.50", None),
        ("2025-12-31", "1.25", None),
    ]
    effect = dict(zip(EFFECT, table(made, "nrii_7")[0], strict=True))
    assert (effect["serviceAmounts"], effect["user"], effect["serviceIncome"]) == ("3.75", "1", "12.35")
    assert (effect["thesis"], effect["patent"], effect["activatedRates"]) == ("1", "1", None)
    assert Gap("outcomes", "left_out", 2) in made.gaps


def test_a_year_is_known_where_it_lies_whole_in_the_returns() -> None:
    known = receipt("a", "x", "1", None, year=2025)
    assert [known.within(year_from(month, 2025)) for month in (1, 4)] == [True, None]
    assert known.within(year_from(4, 2026)) is False


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_files_tell_what_they_cannot_fill_and_hold_no_formula(profile: str, language: Language) -> None:
    held = Holdings(services=[usage("s1", "2025-05-01", "2", "=cmd|x")], left_out=1)
    made = PROFILES[profile](held, 2025)
    book = load_workbook(BytesIO(written(made, "xlsx", language)))
    assert book.sheetnames[-1] == sheets_of(made, language)[-1][0]
    assert len(book.sheetnames) == len(made.tables) + 2
    assert {cell.data_type for page in book for row in page.iter_rows() for cell in row} <= {"s", "n"}
    text = written(made, "csv", language).decode("utf-8-sig")
    assert sheets_of(made, language)[-1][0] in text
    assert ",=cmd" not in text


def test_only_families_that_it_holds_a_part_of_are_its_own() -> None:
    held = Holdings(
        families=[
            Family(id=name, filed_on=date(2024, 9, 1), granted_on=date(2024, 9, 2), owned=owned, provides=provides)
            for name, owned, provides in (("a", True, False), ("b", False, True), ("c", None, False), ("d", None, True))
        ]
    )
    british = he_bci(held, 2024)
    numbers = {str(row[0]): row[1] for row in table(british, "hebci_4_ip")}
    assert {numbers[f"patents_{each}"] for each in ("filed", "granted", "portfolio")} == {"1"}
    assert {row[0]: row[1] for row in table(ugc(held, 2024), "ugc_academic")}["patents_filed"] == "1"
    assert Gap("patent_families", "owner_not_stated", 2) in british.gaps
    assert Gap("patent_families", "owner_not_stated", 2) in ugc(held, 2024).gaps
    assert {each.item for each in he_bci(held, 2020).gaps}.isdisjoint({"patent_families"})
    effect = dict(zip(EFFECT, table(nrii(held, 2024), "nrii_7")[0], strict=True))
    assert effect["patent"] == "2", "those that came of its instruments, whoever owns them"


def test_the_response_rate_stands_beside_the_tables() -> None:
    made = replace(he_bci(Holdings(), 2024), answers=[Answers(year_from(8, 2024), 3, 4)])
    name, head, rows = sheets_of(made, "zh-Hant")[-2]
    assert (name, head, rows) == ("回覆率", ["年度", "已回覆", "已詢問"], [["2024-08-01/2025-07-31", "3", "4"]])
    assert rates_said(made, "en") == ["Response rate 2024-08-01/2025-07-31: 3 of 4 answered"]
