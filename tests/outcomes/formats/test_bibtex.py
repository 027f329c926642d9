"""BibTeX: LaTeX as text, names, patents, and what is broken."""

import pytest

from marketplace.outcomes.formats.reading import read
from marketplace.outcomes.formats.works import Creator, Work
from marketplace.outcomes.models import OutcomeType
from marketplace.values.dates import KnownDate
from marketplace.values.refusal import Invalid


def works(text: str) -> tuple[Work, ...]:
    found = read(text)
    assert found.format == "bibtex"
    return found.works


ARTICLE = r"""
@string{uj = "Journal of {\"U}bersicht"}
@comment{jabref-meta: x}
@Article{a1,
  title   = {The {GaN} {\'e}tude --- 50% \& more},
  author  = {M{\"u}ller, J{\"o}rg and Tai Man Chan and de la Cruz, Ana and {ACME Corp and Co} and others},
  year    = 2024, month = mar, journal = uj,
  doi     = {https://doi.org/10.1000/ABC\_1}, langid = {english}
}
"""


def test_latex_names_and_strings_become_text():
    (work,) = works(ARTICLE)
    assert work.title == "The GaN étude — 50% & more"
    assert work.venue == "Journal of Übersicht"
    assert work.creators == (
        Creator(family="Müller", given="Jörg"),
        Creator(family="Chan", given="Tai Man"),
        Creator(family="de la Cruz", given="Ana"),
        Creator(family="ACME Corp and Co"),
    )
    assert str(work.date) == "2024-03"
    assert [(one.scheme, one.normalised) for one in work.identifiers] == [("doi", "10.1000/abc_1")]
    assert (work.type, work.language, work.source) == (OutcomeType.PUBLICATION, "en", "bibtex")
    assert [(one.field, one.rule) for one in work.warnings] == [("creators", "creators_cut")]


def test_a_patent_holds_its_numbers_priorities_and_holder():
    text = """@patent{p, title={Anode}, number={ZL201710601862.3}, holder={Acme Ltd and Beta},
        priority={CN201710601862.3; US 62/123,456}, date={2017-07-21}, author={Li, Wei}}"""
    (work,) = works(text)
    assert work.type is OutcomeType.PATENT_FAMILY
    assert [one.normalised for one in work.identifiers] == ["CN201710601862.3"]
    assert work.priorities == ("CN201710601862.3", "US62123456")
    assert work.assignees == ("Acme Ltd", "Beta")
    assert work.date is not None and work.date.precision == "day"


@pytest.mark.parametrize(
    ("field", "number", "kept"),
    [
        ("country={US}", "3,732,068", "US3732068"),
        ("nationality={United States}", "3732068", "US3732068"),
        ("country={China}", "102822194B", "CN102822194B"),
        ("type={patentus}", "3732068", "US3732068"),
    ],
    ids=["code", "name", "China is not CH", "biblatex"],
)
def test_a_bare_number_takes_the_office_that_stands_beside_it(field: str, number: str, kept: str):
    (work,) = works("@patent{p, title={X}, number={" + number + "}, " + field + "}")
    assert [one.normalised for one in work.identifiers] == [kept]


def test_broken_and_repeated_entries_never_stop_the_others():
    text = "@article{a, title={one}}\n@article{a, title={two}}\n@article{b, title={x}, title={y}}\n"
    text += "@article{c, title={open\n@misc{d, title={last}}\n@misc{e, note={nothing}}\n"
    found = read(text)
    assert [work.title for work in found.works] == ["one", "two", "x", "last"]
    assert [[one.rule for one in work.warnings] for work in found.works] == [
        [],
        ["entry_key_twice"],
        ["entry_field_twice"],
        [],
    ]
    assert [(one.row, one.rule) for one in found.rejected] == [(4, "entry_broken"), (6, "work_without_title")]


def test_a_wrong_identifier_is_left_out_and_told():
    (work,) = works("@article{a, title={one}, doi={none}}\n")
    assert work.identifiers == ()
    assert [(one.field, one.rule) for one in work.warnings] == [("identifiers.doi", "format")]


def test_a_doi_in_the_address_is_taken():
    (work,) = works("@article{a, title={one}, url={https://doi.org/10.1000/x}}")
    assert work.identifiers[0].normalised == "10.1000/x"


def test_unreadable_latex_keeps_its_words():
    (work,) = works("@article{a, title={" + "{x" * 100 + "}" * 100 + "}}")
    assert work.title == "x" * 100
    assert [one.rule for one in work.warnings] == ["latex_unread"]


@pytest.mark.parametrize(
    "text",
    [
        "@article{a, title={" + "{" * 50_000 + "}" * 50_000 + "}}",
        "@article{a," + "x={y}," * 5_000 + "}",
        "@article{a, t = " + "# a " * 5_000 + "}",
        "@a{b, title={x}, author={" + "{a} " * 5_000 + "}}",
        "@a{b, title={x}, author={" + "a, " * 5_000 + "}}",
        "@a{b, title={" + "\\'" * 5_000 + "}}",
        "@a{b, title={$" + "\\frac{" * 40 + "}}",
        "@a{b, title={\\input{/etc/passwd}}}",
        "@a{b",
    ],
    ids=range(9),
)
def test_hostile_entries_end_in_works_or_refusals(text: str):
    found = read(text, "bibtex")
    assert len(found.works) + len(found.rejected) >= 1
    assert not any("root:" in work.title for work in found.works)


def test_too_many_entries_and_too_much_text_are_refused():
    with pytest.raises(Invalid, match="file_too_many_rows"):
        read("@article{" * 9_000, "bibtex")
    with pytest.raises(Invalid, match="file_too_large"):
        read("@a{b}" + " " * 2**21, "bibtex")
    with pytest.raises(Invalid, match="file_without_rows"):
        read("@comment{nothing}", "bibtex")


def test_a_date_says_how_much_of_it_is_known():
    assert [work.date for work in works("@a{a, title={x}, year={1800}}@a{b, title={y}, date={2024}}")] == [
        None,
        KnownDate(works("@a{b, title={y}, date={2024}}")[0].date.day, "year"),
    ]
