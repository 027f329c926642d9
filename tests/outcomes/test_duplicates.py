"""The same work, the same family, the same person; and what may be the same, whatever the order."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.outcomes.models import OutcomeType
from marketplace.outcomes.rules.duplicates import (
    KnownPerson,
    Recorded,
    extended_families,
    folded,
    likely_pairs,
    likeness,
    likenesses,
    same_people,
    same_works,
    simple_families,
)
from marketplace.values.dates import KnownDate, Precision
from marketplace.values.works import normalise

PUBLICATION, PATENT, CONTRACT = OutcomeType.PUBLICATION, OutcomeType.PATENT_FAMILY, OutcomeType.CONTRACT_RESEARCH
TITLE = "Identifying technology spillovers and product market rivalry"


def known(text: str) -> KnownDate:
    precision: Precision = "year" if len(text) == 4 else "month" if len(text) == 7 else "day"
    return KnownDate(date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text), precision)


def work(id: str, *numbers: tuple[str, str], **fields: Any) -> Recorded:
    found = frozenset((scheme, normalise(scheme, value).normalised) for scheme, value in numbers)
    defaults: dict[str, Any] = {"type": PUBLICATION, "titles": (TITLE,), "date": known("2024-03-05")}
    return Recorded(id=id, identifiers=found, **(defaults | {"parties": frozenset({"U1", "F1"})} | fields))


def sets(groups: tuple[frozenset[str], ...]) -> list[str]:
    return ["".join(sorted(group)) for group in groups]


# The EPO's example of five documents: four simple families, one extended.
EPO = {"1": ["P1"], "2": ["P1", "P2"], "3": ["P2", "P1"], "4": ["P2", "P3"], "5": ["P3"]}


def test_the_families_of_the_patent_office_s_example():
    assert sets(simple_families(EPO)) == ["1", "23", "4", "5"]
    assert sets(extended_families(EPO)) == ["12345"]
    assert sets(simple_families({"1": [], "2": []})) == sets(extended_families({"1": [], "2": []})) == ["1", "2"]


def test_one_number_in_two_writings_is_one_work():
    works = [
        work("a", ("doi", "https://doi.org/10.1000/ABC.123")),
        work("b", ("doi", "doi:10.1000/abc.123"), type=OutcomeType.DATASET, titles=("Else",), date=None),
        work("c", ("doi", " 10.1000/abc.124 ")),
        work("d"),
        work("e"),
    ]
    assert sets(same_works(works)) == ["ab", "c", "d", "e"]


def test_patents_are_one_by_family_by_number_and_by_their_own_first_filing():
    cn = "CN201710601862.3"
    works = [
        work("a", ("patent_application", f"ZL{cn[2:]}"), type=PATENT, titles=("一种阳极",)),
        work("b", ("patent_publication", "EP0129539A1"), type=PATENT, priorities=frozenset({cn})),
        work("c", ("patent_publication", "EP 129 539 B1"), type=PATENT),
        work("d", type=PATENT, priorities=frozenset({cn, "US62123456"})),
        work("e", ("docdb_family", "027259839"), type=PATENT),
        work("f", ("docdb_family", "27259839"), type=PATENT),
    ]
    assert sets(same_works(works)) == ["abc", "d", "ef"]
    found = likeness(works[0], works[1])
    assert found is not None and found.certain
    assert [reason.code for reason in found.reasons] == ["same_priorities"]


def test_numbers_of_agreements_name_a_work_for_one_party_only():
    number = ("contract", "HT-2026/07")
    works = [
        work("a", number, type=CONTRACT, parties=frozenset({"U1"})),
        work("b", number, type=CONTRACT, parties=frozenset({"U1", "F2"})),
        work("c", number, type=CONTRACT, parties=frozenset({"U3"})),
        work("d", number, type=OutcomeType.CONSULTANCY, parties=frozenset({"U1"})),
        work("e", ("award", "A-1"), parties=frozenset({"U1"})),
        work("f", ("award", "A-1"), parties=frozenset({"U1"})),
    ]
    assert sets(same_works(works)) == ["ab", "c", "d", "e", "f"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (TITLE, "Identifying Technology Spillovers & Product-Market Rivalry."),
        (TITLE, "Product market rivalry and identifying technology spillovers"),
        ("氮化鎵功率器件的可靠性研究", "氮化镓功率器件的可靠性研究"),
        ("ＧａＮ power devices on silicon", "GaN power devices on silicon"),
    ],
    ids=range(4),
)
def test_like_titles_near_dates_and_a_common_party_are_told_with_reasons(one: str, other: str):
    found = likeness(
        work("b", titles=(one,)), work("a", titles=("X", other), date=known("2025"), parties=frozenset({"F1"}))
    )
    assert found is not None
    assert (found.first, found.second, found.certain) == ("a", "b", False)
    assert [reason.code for reason in found.reasons] == ["title_alike", "date_near", "parties_shared"]


@pytest.mark.parametrize(
    "change",
    [
        {"titles": ("Spillovers of technology in pharmaceutical research",)},
        {"titles": (TITLE + " 2",)},
        {"titles": ()},
        {"type": OutcomeType.DATASET},
        {"parties": frozenset({"U9"})},
        {"parties": frozenset()},
        {"date": known("2022-03")},
        {"date": None, "titles": (TITLE + " revisited",)},
    ],
    ids=range(8),
)
def test_what_differs_in_title_type_party_or_date_is_not_told(change: dict[str, Any]):
    assert likeness(work("a"), work("b", **change)) is None
    assert likely_pairs([work("a"), work("b", **change)]) == ()


def test_an_equal_title_without_a_date_and_other_numbers_are_said():
    found = likeness(work("a", ("doi", "10.1000/a")), work("b", ("doi", "10.1000/b"), date=None))
    assert found is not None
    codes = [reason.code for reason in found.reasons]
    assert codes == ["title_alike", "date_unknown", "parties_shared", "identifiers_differ"]


def test_short_titles_must_be_equal():
    assert likeness(work("a", titles=("GaN HEMT x",)), work("b", titles=("GaN HEMT y",))) is None
    assert likeness(work("a", titles=("GaN HEMT",)), work("b", titles=("gan-hemt",))) is not None


def test_certain_likenesses_come_first():
    new = work("n", ("doi", "10.1000/a"))
    found = likenesses(
        new, [work("a"), work("z", ("doi", "10.1000/A"), titles=("Other",)), new, work("q", titles=("Q",))]
    )
    assert [(one.first, one.second, one.certain) for one in found] == [("n", "z", True), ("a", "n", False)]


def test_people_are_one_by_account_or_orcid_and_never_by_name():
    people = [
        KnownPerson("1", account="x"),
        KnownPerson("2", account="x", orcid="0000-0002-1825-0097"),
        KnownPerson("3", orcid="0000-0002-1825-0097"),
        KnownPerson("4"),
        KnownPerson("5"),
    ]
    assert sets(same_people(people)) == ["123", "4", "5"]


def test_titles_are_folded():
    assert folded("Ｔhe GaN–on–Si: 電鏡 研究!") == folded("the gan on si 电镜研究") == "the gan on si电镜研究"


WORKS = st.lists(
    st.builds(
        Recorded,
        id=st.sampled_from("abcdefghij"),
        type=st.sampled_from([PUBLICATION, PATENT]),
        titles=st.lists(st.sampled_from([TITLE, TITLE.upper() + ".", TITLE + "s", "氮化鎵", "氮化镓"]), max_size=2).map(
            tuple
        ),
        date=st.sampled_from([None, known("2023"), known("2024-03"), known("2025-06-01")]),
        identifiers=st.frozensets(
            st.sampled_from(
                [("doi", "10.1000/a"), ("doi", "10.1000/b"), ("contract", "1"), ("patent_application", "EP123456")]
            ),
            max_size=2,
        ),
        priorities=st.frozensets(st.sampled_from(["EP123456", "US1234567"])),
        parties=st.frozensets(st.sampled_from(["U1", "F1"])),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


@given(WORKS, st.randoms(use_true_random=False))
def test_the_order_of_rows_never_matters(works: list[Recorded], random: Any):
    mixed = random.sample(works, len(works))
    assert same_works(mixed) == same_works(works)
    assert likely_pairs(mixed) == likely_pairs(works)
    for one in works:
        for other in works:
            assert likeness(one, other) == likeness(other, one)


@given(WORKS)
def test_pairs_agree_with_comparing_everything(works: list[Recorded]):
    compared = [likeness(one, other) for at, one in enumerate(works) for other in works[at + 1 :]]
    doubtful = {(each.first, each.second) for each in compared if each and not each.certain}
    certain = [(each.first, each.second) for each in compared if each and each.certain]
    assert {(each.first, each.second) for each in likely_pairs(works)} == doubtful
    groups = same_works(works)
    assert sorted(id for group in groups for id in group) == sorted(one.id for one in works)
    assert all(any({first, second} <= group for group in groups) for first, second in certain)


@given(WORKS)
def test_the_same_rows_again_change_nothing(works: list[Recorded]):
    assert same_works([*works, *works]) == same_works(works)
