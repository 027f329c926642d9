"""Sheets of outcomes: what a row holds, every fault by row and column, and the template."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.catalogue.formats.reading import read_sheet
from marketplace.outcomes.formats.sheets import (
    COLUMNS,
    Confidentiality,
    OutcomeSheet,
    read_outcomes,
    template_csv,
    template_xlsx,
)
from marketplace.outcomes.models import OutcomeType
from marketplace.values.dates import KnownDate
from marketplace.values.money import Money
from marketplace.values.refusal import Invalid
from marketplace.wording.dictionary import entries

FULL = {
    "type": "Patent family",
    "title": "Anode",
    "title_zh_hant": "陽極",
    "title_zh_hans": "阳极",
    "date": "2026-03",
    "doi": "https://doi.org/10.1000/ABC",
    "patent_number": "ZL201710601862.3; EP 129 539 A1",
    "priorities": "CN201710601862.3；US 62/123,456",
    "other_identifiers": "docdb family:27259839; contract: No. HT-2026/07; doi:10.1000/abc",
    "beneficiary": "Third Ltd",
    "value_amount": "1,234,567.50",
    "currency": "hkd",
    "price_year": "2025",
    "note": "first line\nsecond",
    "collaboration": "COL-1",
    "confidentiality": "Public",
    "embargo_until": "2027-01-31",
}


def sheet(*rows: dict[str, str], xlsx: bool = False) -> OutcomeSheet:
    cells = [[row.get(column, "") for column in COLUMNS] for row in rows]
    return read_outcomes(template_xlsx(cells) if xlsx else template_csv(cells))


@pytest.mark.parametrize("xlsx", [False, True], ids=["csv", "xlsx"])
def test_a_full_row_is_read_from_either_file(xlsx: bool):
    found = sheet(FULL, xlsx=xlsx)
    assert (found.faults, found.unknown_columns, found.read) == ((), (), 1)
    (row,) = found.rows
    assert (row.row, row.type) == (2, OutcomeType.PATENT_FAMILY)
    assert row.title == {"en": "Anode", "zh-Hant": "陽極", "zh-Hans": "阳极"}
    assert row.date == KnownDate(date(2026, 3, 1), "month")
    assert [f"{one.scheme}:{one.normalised}" for one in row.identifiers] == [
        "doi:10.1000/abc",
        "patent_application:CN201710601862.3",
        "patent_publication:EP0129539A1",
        "docdb_family:27259839",
        "contract:HT-2026/07",
    ]
    assert row.priorities == ("CN201710601862.3", "US62123456")
    assert (row.value, row.price_year) == (Money(123_456_750, "HKD"), 2025)
    assert (row.beneficiary, row.collaboration, row.note) == ("Third Ltd", "COL-1", "first line\nsecond")
    assert (row.confidentiality, row.embargo_until) == (Confidentiality.PUBLIC, date(2027, 1, 31))


def test_a_row_with_little_is_seen_by_the_parties_alone():
    (row,) = sheet({"type": "job", "title_zh_hans": "工程师"}).rows
    assert (row.confidentiality, row.value, row.date, row.identifiers) == (Confidentiality.PARTIES, None, None, ())


FAULTS = [
    ({"type": ""}, "type", "required"),
    ({"type": "miracle"}, "type", "choice"),
    ({"title": "", "title_zh_hant": "", "title_zh_hans": ""}, "title", "required"),
    ({"title": "x" * 501}, "title", "max_length"),
    ({"date": "soon"}, "date", "date"),
    ({"date": "2026-13"}, "date", "date"),
    ({"date": "2026-02-30"}, "date", "date"),
    ({"doi": "none"}, "doi", "format"),
    ({"patent_number": "ZL201710601862.4"}, "patent_number", "check_digit"),
    ({"priorities": "QQ1234"}, "priorities", "country"),
    ({"other_identifiers": "passport:1"}, "other_identifiers", "scheme"),
    ({"other_identifiers": "27259839"}, "other_identifiers", "scheme"),
    ({"other_identifiers": "orcid:0000-0002-1825-0098"}, "other_identifiers", "check_digit"),
    ({"other_identifiers": "award:1;" * 60}, "other_identifiers", "too_many"),
    ({"value_amount": "1e3"}, "value_amount", "amount_unreadable"),
    ({"value_amount": "-5"}, "value_amount", "amount_unreadable"),
    ({"value_amount": "NaN"}, "value_amount", "amount_unreadable"),
    ({"value_amount": "1.005"}, "value_amount", "amount_too_fine"),
    ({"value_amount": "9" * 16}, "value_amount", "amount_too_large"),
    ({"currency": ""}, "currency", "required"),
    ({"currency": "XXX"}, "currency", "currency_unknown"),
    ({"price_year": "two"}, "price_year", "year"),
    ({"note": "a\u202eb"}, "note", "no_bidi_control"),
    ({"confidentiality": "secret"}, "confidentiality", "choice"),
    ({"embargo_until": "2027-01"}, "embargo_until", "date_whole"),
]


@pytest.mark.parametrize(("change", "column", "rule"), FAULTS, ids=range(len(FAULTS)))
def test_each_fault_names_its_row_and_column(change: dict[str, str], column: str, rule: str):
    found = sheet(FULL, FULL | change, FULL)
    assert [row.row for row in found.rows] == [2, 4]
    assert [(one.row, one.column, one.error.field, one.error.rule) for one in found.faults] == [
        (3, column, column, rule)
    ]
    assert rule in entries("FIELDS") | entries("REFUSALS")
    assert found.read == 3


def test_all_faults_of_a_row_are_told_at_once():
    found = sheet({"type": "miracle", "title": "x", "date": "soon", "doi": "none; nor this"})
    assert [(one.column, one.error.rule) for one in found.faults] == [
        ("type", "choice"),
        ("date", "date"),
        ("doi", "format"),
        ("doi", "format"),
    ]


def test_heads_may_be_written_otherwise_and_unknown_ones_are_told():
    found = read_outcomes("類型,標題,Patent No.,专利号,Our ref\npublication,甲,,ZL201710601862.3,7\n".encode())
    assert found.unknown_columns == ("Patent No.", "Our ref")
    assert found.rows[0].title == {"zh-Hant": "甲"}
    assert found.rows[0].identifiers[0].normalised == "CN201710601862.3"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("title\nx\n", "file_outcome_columns"),
        ("type,note\njob,x\n", "file_outcome_columns"),
        ("type,title,Title\njob,x,y\n", "file_column_twice"),
        ("type,title\n", "file_without_rows"),
        ("type,title\n" + "job,x\n" * 2_001, "file_too_many_rows"),
        ("type,title\njob,x,y\n", "file_row_too_wide"),
        ('{"a": 1}', "file_not_a_sheet"),
    ],
    ids=range(7),
)
def test_a_sheet_that_says_too_little_is_refused(text: str, rule: str):
    with pytest.raises(Invalid) as caught:
        read_outcomes(text.encode())
    assert [(error.field, error.rule) for error in caught.value.errors] == [("file", rule)]
    assert rule in entries("FIELDS")


@pytest.mark.parametrize("write", [template_csv, template_xlsx])
def test_the_template_holds_the_columns_and_no_formula(write):
    content = write([["job", '=HYPERLINK("http://x")']])
    assert read_sheet(content).head == COLUMNS
    (row,) = read_outcomes(content).rows
    assert row.title == {"en": '=HYPERLINK("http://x")'}


@given(st.dictionaries(st.sampled_from(COLUMNS), st.text(max_size=30), min_size=3))
def test_whatever_stands_in_the_cells_is_a_row_or_a_fault(cells: dict[str, str]):
    try:
        found = sheet({"type": "job", "title": "x"}, cells | {"note": "n"})
    except Invalid as refused:
        assert refused.errors[0].field == "file"
    else:
        assert found.read == 2
