"""What people paste: DOIs, patents and standards, alone and in addresses."""

import pytest

from marketplace.outcomes.formats.pasted import MAX_LINES, doi_in
from marketplace.outcomes.formats.reading import read
from marketplace.outcomes.models import OutcomeType
from marketplace.values.refusal import Invalid

PUBLICATION, PATENT, STANDARD = OutcomeType.PUBLICATION, OutcomeType.PATENT_FAMILY, OutcomeType.STANDARD
LINES = [
    ("10.3982/ECTA9466", PUBLICATION, ["doi:10.3982/ecta9466"]),
    ("https://doi.org/10.3982/ECTA9466", PUBLICATION, ["doi:10.3982/ecta9466"]),
    ("https://onlinelibrary.wiley.com/doi/full/10.3982/ECTA9466", PUBLICATION, ["doi:10.3982/ecta9466"]),
    ("https://dl.example.org/doi/pdf/10.1145/12345.67890?download=true", PUBLICATION, ["doi:10.1145/12345.67890"]),
    ("https://pubs.example.org/doi/10.1021/abc.1c01234/abstract", PUBLICATION, ["doi:10.1021/abc.1c01234"]),
    ("https://x.example/10.1002%2Fabc", PUBLICATION, ["doi:10.1002/abc"]),
    ("Bloom et al., Econometrica (doi: 10.3982/ECTA9466).", PUBLICATION, ["doi:10.3982/ecta9466"]),
    ("ZL 2017 1 0601862.3", PATENT, ["patent_application:CN201710601862.3"]),
    ("专利号：ZL201710601862.3", PATENT, ["patent_application:CN201710601862.3"]),
    ("Application No. US 16/123,456", PATENT, ["patent_application:US16123456"]),
    ("PCT/CN2020/123456", PATENT, ["patent_application:PCT/CN2020/123456"]),
    ("EP 129 539 A1", PATENT, ["patent_publication:EP0129539A1"]),
    ("https://patents.google.com/patent/US3732068A/en", PATENT, ["patent_publication:US3732068A"]),
    (
        "https://worldwide.espacenet.com/patent/search/family/027259839/publication/EP0129539A1?q=x",
        PATENT,
        ["docdb_family:27259839", "patent_publication:EP0129539A1"],
    ),
    ("GB/T 4754-2017", STANDARD, ["standard:GB/T 4754-2017"]),
    ("GB 32100—2015", STANDARD, ["standard:GB 32100-2015"]),
    ("ISO 9001:2015", STANDARD, ["standard:ISO 9001:2015"]),
]


@pytest.mark.parametrize(("line", "type", "numbers"), LINES, ids=range(len(LINES)))
def test_a_line_becomes_a_work_with_its_identifier(line: str, type: OutcomeType, numbers: list[str]):
    (work,) = read(line).works
    assert (work.type, work.title, work.warnings) == (type, "", ())
    assert [f"{one.scheme}:{one.normalised}" for one in work.identifiers] == numbers


def test_lines_are_read_one_by_one_and_bad_ones_told():
    found = read("10.1000/a\n\nhello world\nZL201710601862.4\nhttps://raid.org/10.83962/c9a3d5e2\n10.1000/b")
    assert [work.row for work in found.works] == [1, 5]
    assert [(one.row, one.field, one.rule) for one in found.rejected] == [
        (2, "text", "identifier_unknown"),
        (3, "text", "check_digit"),
        (4, "text", "identifier_of_project"),
    ]


def test_too_many_lines_are_refused():
    with pytest.raises(Invalid, match="file_too_many_rows"):
        read("10.1000/a\n" * (MAX_LINES + 1))


def test_no_doi_is_found_where_there_is_none():
    assert doi_in("version 10.12/3 of the report") is None
    assert doi_in("https://example.org/10.5") is None
