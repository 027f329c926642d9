"""CSL-JSON, Crossref, OpenAlex and ORCID, in the shapes that their documents give."""

import json
from typing import Any

import pytest

from marketplace.outcomes.formats.reading import read
from marketplace.outcomes.formats.works import Affiliation, Creator, Funding, Work
from marketplace.outcomes.models import OutcomeType
from marketplace.values.refusal import Invalid

ORCID = "0000-0002-1825-0097"
ROR = "02zhqgq86"


def only(value: Any, format: str) -> Work:
    found = read(json.dumps(value))
    assert found.format == format
    assert found.rejected == ()
    (work,) = found.works
    assert work.source == format
    return work


def numbers(work: Work) -> list[str]:
    return [f"{one.scheme}:{one.normalised}" for one in work.identifiers]


CROSSREF = {
    "DOI": "10.3982/ECTA9466",
    "type": "journal-article",
    "title": ["Identifying <i>Technology</i> Spillovers &amp;amp; Rivalry"],
    "subtitle": ["A test"],
    "container-title": ["Econometrica"],
    "publisher": "The Econometric Society",
    "language": "en",
    "issued": {"date-parts": [[2013, 7]]},
    "created": {"date-parts": [[2013, 8, 2]], "date-time": "2013-08-02T09:00:00Z"},
    "abstract": "<jats:title>Abstract</jats:title><jats:p>Text with <jats:italic>words</jats:italic>.</jats:p>",
    "author": [
        {
            "given": "Nicholas",
            "family": "Bloom",
            "sequence": "first",
            "ORCID": f"http://orcid.org/{ORCID}",
            "authenticated-orcid": True,
            "affiliation": [
                {
                    "name": "A University",
                    "id": [{"id": f"https://ror.org/{ROR}", "id-type": "ROR", "asserted-by": "publisher"}],
                }
            ],
        },
        {"name": "The Consortium", "sequence": "additional", "affiliation": []},
    ],
    "funder": [
        {"name": "A Foundation", "DOI": "10.13039/100000001", "award": ["A-1", "A-2"]},
        {"name": "A Council"},
    ],
}


def test_a_crossref_message_is_read():
    work = only({"status": "ok", "message-type": "work", "message": CROSSREF}, "crossref")
    assert work.title == "Identifying Technology Spillovers & Rivalry: A test"
    assert (work.venue, work.publisher, work.language) == ("Econometrica", "The Econometric Society", "en")
    assert (work.type, str(work.date)) == (OutcomeType.PUBLICATION, "2013-07")
    assert work.abstract == "Abstract Text with words."
    assert work.creators == (
        Creator(family="Bloom", given="Nicholas", orcid=ORCID, affiliations=(Affiliation("A University", ROR),)),
        Creator(family="The Consortium"),
    )
    assert work.funding == (Funding("A Foundation", "A-1"), Funding("A Foundation", "A-2"), Funding("A Council"))
    assert numbers(work) == ["doi:10.3982/ecta9466", "award:A-1", "award:A-2"]
    assert work.warnings == ()


def test_a_list_of_crossref_items_and_a_bare_item_are_read():
    items = [CROSSREF, 3, {"type": "dataset", "title": ["Set"], "issued": {"date-parts": [[None]]}, "DOI": "10.5281/z"}]
    found = read(json.dumps({"message-type": "work-list", "message": {"total-results": 3, "items": items}}))
    assert [(work.row, work.type) for work in found.works] == [(1, OutcomeType.PUBLICATION), (3, OutcomeType.DATASET)]
    assert [(one.row, one.rule) for one in found.rejected] == [(2, "entry_not_an_object")]
    assert [one.field for one in found.works[1].warnings] == ["date"]
    assert numbers(only(CROSSREF, "crossref"))[0] == "doi:10.3982/ecta9466"


OPENALEX = {
    "id": "https://openalex.org/W2741809807",
    "doi": "https://doi.org/10.7717/PEERJ.4375",
    "title": "The state of OA",
    "display_name": "The state of OA",
    "publication_year": 2018,
    "publication_date": "2018-02-13",
    "language": "en",
    "type": "article",
    "primary_location": {"source": {"display_name": "PeerJ", "type": "journal"}},
    "authorships": [
        {
            "author_position": "first",
            "author": {
                "id": "https://openalex.org/A1",
                "display_name": "Heather Anne Piwowar",
                "orcid": f"https://orcid.org/{ORCID}",
            },
            "institutions": [{"display_name": "Impactstory", "ror": f"https://ror.org/{ROR}", "country_code": "US"}],
            "raw_author_name": "Heather Piwowar",
        },
        {"author": {"display_name": None}, "raw_author_name": "Plato", "institutions": []},
    ],
    "awards": [{"funder_display_name": "A Foundation", "funder_award_id": "G-1"}],
    "grants": [{"funder_display_name": "A Foundation", "award_id": "G-1"}],
}


def test_an_openalex_work_and_a_page_of_results_are_read():
    work = only(OPENALEX, "openalex")
    assert (work.title, work.venue, str(work.date)) == ("The state of OA", "PeerJ", "2018-02-13")
    assert work.creators == (
        Creator(family="Piwowar", given="Heather Anne", orcid=ORCID, affiliations=(Affiliation("Impactstory", ROR),)),
        Creator(family="Plato"),
    )
    assert work.funding == (Funding("A Foundation", "G-1"),)
    assert numbers(work) == ["doi:10.7717/peerj.4375", "award:G-1"]
    assert only({"meta": {"count": 1}, "results": [OPENALEX]}, "openalex") == work


SUMMARY = {
    "put-code": 1,
    "title": {"title": {"value": "A paper"}, "subtitle": {"value": "Of two parts"}, "translated-title": None},
    "external-ids": {
        "external-id": [
            {"external-id-type": "doi", "external-id-value": "10.1000/ABC", "external-id-relationship": "self"},
            {"external-id-type": "issn", "external-id-value": "0012-9682", "external-id-relationship": "part-of"},
            {"external-id-type": "eid", "external-id-value": "2-s2.0", "external-id-relationship": "self"},
        ]
    },
    "type": "journal-article",
    "publication-date": {"year": {"value": "2015"}, "month": {"value": "03"}, "day": None},
    "journal-title": {"value": "A Journal"},
}
UNTITLED = {**SUMMARY, "title": None, "display-index": "0"}
RECORD = {
    "orcid-identifier": {"uri": f"https://orcid.org/{ORCID}", "path": ORCID},
    "person": {"name": {"given-names": {"value": "Josiah"}, "family-name": {"value": "Carberry"}, "credit-name": None}},
    "activities-summary": {
        "works": {
            "group": [
                {"work-summary": [{**SUMMARY, "title": None, "display-index": "0"}, {**SUMMARY, "display-index": "1"}]}
            ]
        }
    },
}


def test_an_orcid_record_names_its_person_as_the_creator():
    work = only(RECORD, "orcid")
    assert (work.title, work.venue, str(work.date)) == ("A paper: Of two parts", "A Journal", "2015-03")
    assert work.creators == (Creator(family="Carberry", given="Josiah", orcid=ORCID),)
    assert numbers(work) == ["doi:10.1000/abc"]
    assert work.warnings == ()


def test_other_shapes_of_orcid_works_are_read():
    alone = only({"group": [{"work-summary": [SUMMARY]}]}, "orcid")
    assert alone.creators == ()
    assert only({"bulk": [{"work": SUMMARY}]}, "orcid") == alone
    named = {"contributor": [{"contributor-orcid": {"path": ORCID}, "credit-name": {"value": "J. Carberry"}}]}
    patent = {
        "external-id": [
            {"external-id-type": "pat", "external-id-value": "US 3,732,068", "external-id-relationship": "self"}
        ]
    }
    work = only({**SUMMARY, "type": "patent", "contributors": named, "external-ids": patent}, "orcid")
    assert work.creators == (Creator(family="J. Carberry", orcid=ORCID),)
    assert (work.type, numbers(work)) == (OutcomeType.PATENT_FAMILY, ["patent_publication:US3732068"])


CSL = {
    "id": "bloom2013",
    "type": "article-journal",
    "title": 'A title with <span style="font-variant:small-caps">Caps</span>',
    "author": [
        {"family": "Gogh", "given": "Vincent", "non-dropping-particle": "van", "ORCID": "0000-0002-1825-0098"},
        {"literal": "A Group"},
    ],
    "issued": {"date-parts": [["2013", "7", "1"]]},
    "container-title": "A Journal",
    "DOI": "10.1000/abc",
    "language": "zh-TW",
}


def test_csl_items_are_read_and_a_wrong_orcid_is_told():
    work = only([CSL], "csl-json")
    assert (work.title, str(work.date), work.language) == ("A title with Caps", "2013-07-01", "zh-Hant")
    assert work.creators == (Creator(family="van Gogh", given="Vincent"), Creator(family="A Group"))
    assert [(one.field, one.rule) for one in work.warnings] == [("creators.orcid", "check_digit")]


def test_a_csl_patent_and_a_standard_are_numbered():
    patent = {"type": "patent", "title": "P", "number": "3732068", "authority": "USPTO"}
    assert numbers(only(patent, "csl-json")) == ["patent_publication:US3732068"]
    standard = {"type": "standard", "title": "S", "number": "gb/t4754-2017", "issued": {"raw": "2017-06"}}
    work = only(standard, "csl-json")
    assert (numbers(work), str(work.date)) == (["standard:GB/T 4754-2017"], "2017-06")


ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    "",
    "\ud800",
    "x" * 100_000,
    [],
    [[]],
    {},
    {"a": {}},
    [None],
    [{"value": 1}],
]


@pytest.mark.parametrize("record", [CROSSREF, OPENALEX, SUMMARY, CSL], ids=["crossref", "openalex", "orcid", "csl"])
def test_no_wrong_type_in_any_place_is_a_fault(record: dict[str, Any]):
    formats = ("crossref", "openalex", "orcid", "csl-json")
    for key in record:
        for odd in ODD:
            for format in formats:
                text = json.dumps([{**record, key: odd}, CSL])
                found = read(text, format)
                assert len(found.works) + len(found.rejected) == 2


def test_every_place_inside_a_record_may_be_odd():
    for path in _paths(CROSSREF):
        for odd in (None, 7, "x", [], {}, [3]):
            changed = json.loads(json.dumps(CROSSREF))
            _put(changed, path, odd)
            assert len(read(json.dumps([changed]), "crossref").works) <= 1


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return ([path] if path else []) + [found for key, member in members for found in _paths(member, (*path, key))]


def _put(value: Any, path: tuple[Any, ...], odd: Any) -> None:
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = odd


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{", "file_json_broken"),
        ("[" * 50_000, "file_json_broken"),
        ("[" * 30 + "]" * 30, "file_json_deep"),
        ("[NaN]", "file_json_broken"),
        ("[1" + "0" * 5_000 + "]", "file_json_broken"),
        ("[]", "file_without_rows"),
        (json.dumps([CSL] * 2_001), "file_too_many_rows"),
    ],
    ids=range(7),
)
def test_broken_json_is_refused(text: str, rule: str):
    with pytest.raises(Invalid) as caught:
        read(text)
    assert [(error.field, error.rule) for error in caught.value.errors] == [("file", rule)]
