"""RIS: records of several programs, patents, and what is broken."""

import pytest

from marketplace.outcomes.formats.reading import read
from marketplace.outcomes.formats.works import Creator
from marketplace.outcomes.models import OutcomeType
from marketplace.values.refusal import Invalid

RECORD = """TY  - JOUR
TI  - Identifying technology spillovers &amp; <i>rivalry</i>
AU  - Bloom, Nicholas
AU  - Van Reenen, John
AU  - Some Consortium
PY  - 2013/07//
JO  - Econometrica
DO  - 10.3982/ECTA9466
LA  - en
ER  -
"""


def test_a_journal_record_is_read():
    found = read(RECORD)
    assert found.format == "ris"
    (work,) = found.works
    assert work.title == "Identifying technology spillovers & rivalry"
    assert work.creators == (
        Creator(family="Bloom", given="Nicholas"),
        Creator(family="Van Reenen", given="John"),
        Creator(family="Some Consortium"),
    )
    assert (str(work.date), work.venue, work.language) == ("2013-07", "Econometrica", "en")
    assert [one.normalised for one in work.identifiers] == ["10.3982/ecta9466"]


def test_other_line_ends_blanks_and_marks_do_not_matter():
    text = "\ufeff" + RECORD.replace("  - ", " - ").replace("\n", "\r\n")
    assert read(text.encode()).works[0] == read(RECORD).works[0]


def test_a_patent_is_found_in_the_field_that_holds_it():
    (work,) = read(
        "TY  - PAT\nTI  - Anode\nM1  - note\nSN  - 3,732,068\nCY  - US\nPB  - Acme Ltd\nPY  - 1973\nER  - "
    ).works
    assert work.type is OutcomeType.PATENT_FAMILY
    assert [one.normalised for one in work.identifiers] == ["US3732068"]
    assert (work.assignees, work.publisher) == (("Acme Ltd",), "")


def test_a_doi_in_an_address_is_taken():
    (work,) = read("TY  - DATA\nT1  - Set\nUR  - https://x.example;https://doi.org/10.5281/zenodo.1\nER  - ").works
    assert work.type is OutcomeType.DATASET
    assert [one.normalised for one in work.identifiers] == ["10.5281/zenodo.1"]


def test_a_record_without_an_end_and_one_without_a_title_stop_nobody():
    found = read("TY  - JOUR\nTI  - One\nTY  - JOUR\nPY  - 2020\nER  - \nTY  - JOUR\nTI  - Three\nER  - ")
    assert [work.title for work in found.works] == ["One", "Three"]
    assert [(one.row, one.rule) for one in found.rejected] == [(2, "work_without_title")]


def test_an_unknown_type_is_told():
    (work,) = read("TY  - ZZZ\nTI  - One\nER  - ").works
    assert work.type is OutcomeType.OTHER
    assert [one.rule for one in work.warnings] == ["work_type_unknown"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("no record", "file_not_this_format"),
        ("TY  - JOUR\n" * 2_001, "file_too_many_rows"),
    ],
)
def test_what_is_no_ris_is_refused(text: str, rule: str):
    with pytest.raises(Invalid, match=rule):
        read(text, "ris")


def test_an_endless_line_is_refused_alone():
    found = read("TY  - JOUR\nTI  - One\nER  - \nTY  - JOUR\nTI  - " + "x" * 300_000 + "\nER  - ")
    assert ([work.title for work in found.works], [one.rule for one in found.rejected]) == (["One"], ["entry_broken"])
