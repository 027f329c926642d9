"""Identifiers of outcomes: published numbers, every way of writing them, and that the normal form stays."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from marketplace.values.patents import CN_WEIGHTS, PatentNumber, cn_application, cn_check_digit, publication
from marketplace.values.refusal import Invalid
from marketplace.values.works import SCHEMES, Identifier, checked, doi, normalise

DOIS = [
    ("https://doi.org/10.1000/ABC.123", "10.1000/abc.123"),
    ("doi:10.1000/abc.123", "10.1000/abc.123"),
    (" 10.1000/abc.124 ", "10.1000/abc.124"),
    ("http://dx.doi.org/10.5281/zenodo.1234567", "10.5281/zenodo.1234567"),
    ("doi.org/10.3982/ECTA9466", "10.3982/ecta9466"),
    ("(DOI: 10.3982/ECTA9466).", "10.3982/ecta9466"),
    ("info:doi/10.3982/ECTA9466;", "10.3982/ecta9466"),
    ("https://doi.org/doi:10.3982/ECTA9466", "10.3982/ecta9466"),
    ("https://doi.org/10.1002/%28SICI%291097-4571", "10.1002/(sici)1097-4571"),
    ("https://doi.org/10.3982/ECTA9466?nosfx=y", "10.3982/ecta9466"),
    ("10.1016/s0140-6736(05)", "10.1016/s0140-6736(05)"),
    (
        "10.1002/(SICI)1097-0258(19980815)17:15<1661::AID>3.0.CO;2-2",
        "10.1002/(sici)1097-0258(19980815)17:15<1661::aid>3.0.co;2-2",
    ),
    ("１０．１０００／ＡＢＣ", "10.1000/abc"),
    ("10.1000/\u200babc", "10.1000/abc"),
    ("10.1000/", None),
    ("10.1000/abc<b>", None),
    ("10.1000/a b", None),
    ("10.1000/a\x00b", None),
    ("10.12/abc", None),
    ("11.1000/abc", None),
    ("", None),
    ("10.1000/" + "a" * 600, None),
]


@pytest.mark.parametrize(("text", "kept"), DOIS, ids=range(len(DOIS)))
def test_a_doi_is_bare_and_in_lower_case(text: str, kept: str | None):
    assert doi(text) == kept


# Numbers printed where the check digit is explained.
CN_NUMBERS = [
    "200310102344.5",
    "201710601862.3",
    "201080063196.9",
    "02144686.5",
    "97101765.4",
    "95115608.X",
    "88201465.X",
]


@pytest.mark.parametrize("number", CN_NUMBERS)
def test_published_chinese_numbers_hold_in_every_writing(number: str):
    body, check = number.split(".")
    assert cn_check_digit(body) == check
    for written in (
        number,
        f"ZL {number}",
        f"CN{body}{check.lower()}",
        f"zl{body[:4]} {body[4:]}.{check}",
        f"CN {body}",
    ):
        assert cn_application(written) == number
        assert normalise("patent_application", written) == Identifier(
            "patent_application", written, "CN" + number, True
        )


@pytest.mark.parametrize("number", CN_NUMBERS)
def test_a_wrong_chinese_check_digit_is_told(number: str):
    for digit in set("0123456789X") - {number[-1]}:
        found = normalise("patent_application", f"CN{number[:-1]}{digit}")
        assert (found.check_ok, found.normalised, found.why) == (False, "", "check_digit")


@given(st.integers(2003, 2099), st.sampled_from("12389"), st.integers(0, 9_999_999), st.data())
def test_every_slip_of_a_chinese_digit_is_found(year: int, kind: str, serial: int, data: st.DataObject):
    body = f"{year}{kind}{serial:07}"
    at = data.draw(st.integers(5, 11))
    slipped = data.draw(st.sampled_from(sorted(set("0123456789") - {body[at]})))
    changed = body[:at] + slipped + body[at + 1 :]
    assert CN_WEIGHTS[at] % 11
    assert normalise("patent_application", f"{changed}.{cn_check_digit(body)}").why == "check_digit"


PUBLICATIONS = [
    ("EP 0129539", "EP", "0129539", ""),
    ("EP 129 539 A1", "EP", "0129539", "A1"),
    ("ep0129539b1", "EP", "0129539", "B1"),
    ("US 3,732,068", "US", "3732068", ""),
    ("US3732068A", "US", "3732068", "A"),
    ("US RE31,783 E", "US", "RE31783", "E"),
    ("USRE031783E1", "US", "RE31783", "E1"),
    ("US D436,240 S", "US", "D436240", "S"),
    ("USD0436240S1", "US", "D436240", "S1"),
    ("US 2006/0123456 A1", "US", "2006123456", "A1"),
    ("US2006123456A1", "US", "2006123456", "A1"),
    ("WO 99/12345 A1", "WO", "1999012345", "A1"),
    ("WO9912345", "WO", "1999012345", ""),
    ("WO 2004/012345", "WO", "2004012345", ""),
    ("WO04012345A2", "WO", "2004012345", "A2"),
    ("WO2004012345A2", "WO", "2004012345", "A2"),
    ("CN 1 02822194 B", "CN", "102822194", "B"),
    ("CN102822194A", "CN", "102822194", "A"),
    ("HK1234567A1", "HK", "1234567", "A1"),
    ("HK 30012345 A", "HK", "30012345", "A"),
    ("JP 2004-123456 A", "JP", "2004123456", "A"),
]


@pytest.mark.parametrize(("text", "country", "number", "kind"), PUBLICATIONS, ids=range(len(PUBLICATIONS)))
def test_publications_are_office_number_and_kind(text: str, country: str, number: str, kind: str):
    assert publication(text) == PatentNumber(country, number, kind)
    assert checked("patent_publication", text) == country + number + kind


@pytest.mark.parametrize(
    ("scheme", "value", "kept"),
    [
        ("patent_application", "EP 25153079.6", "EP25153079"),
        ("patent_application", "US 16/123,456", "US16123456"),
        ("patent_application", "US201816123456A", "US16123456"),
        ("patent_application", "PCT/CN2020/123456", "PCT/CN2020/123456"),
        ("patent_application", "CN2020123456W", "PCT/CN2020/123456"),
        ("patent_application", "PCT/US99/12345", "PCT/US1999/012345"),
        ("docdb_family", "027259839", "27259839"),
        (
            "docdb_family",
            "https://worldwide.espacenet.com/patent/search/family/027259839/publication/EP0129539A1",
            "27259839",
        ),
        ("raid", "https://raid.org/10.83962/C9A3D5E2", "10.83962/c9a3d5e2"),
        ("raid", "raid:102.100.100/12345", "102.100.100/12345"),
        ("isbn", "ISBN 978-0-306-40615-7", "9780306406157"),
        ("isbn", "ISBN-10: 0-306-40615-2", "9780306406157"),
        ("standard", "gb/t4754 — 2017", "GB/T 4754-2017"),
        ("standard", "ISO 9001 : 2015", "ISO 9001:2015"),
        ("contract", " No. ht-2026／07 ", "HT-2026/07"),
        ("award", "№ 62071\u00a0234", "62071 234"),
        ("registration", "登记号 2026sr0001", "登记号 2026SR0001"),
        ("orcid", "https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("ror", "https://ror.org/02zhqgq86", "02zhqgq86"),
        ("uscc", " 9144 0300 7084 6113 6t", "91440300708461136T"),
    ],
)
def test_other_numbers_have_one_form(scheme: str, value: str, kept: str):
    assert normalise(scheme, value) == Identifier(scheme, value.strip(), kept, True)


@pytest.mark.parametrize(
    ("scheme", "value", "rule"),
    [
        ("doi", "10.1000", "format"),
        ("doi", 10.1, "text"),
        ("doi", "", "required"),
        ("doi", "10.1000/a\x00", "no_nul"),
        ("doi", "a" * 501, "max_length"),
        ("passport", "1", "scheme"),
        ("orcid", "0000-0002-1825-0098", "check_digit"),
        ("ror", "02zhqgq87", "check_digit"),
        ("ror", "012xyz7a9", "format"),
        ("isbn", "9780306406158", "check_digit"),
        ("isbn", "97803064061", "format"),
        ("patent_application", "CN201770601862.3", "format"),
        ("patent_application", "QQ12345678", "country"),
        ("patent_application", "02144686", "format"),
        ("patent_application", "201710601862", "format"),
        ("patent_publication", "ZL201710601862.3", "format"),
        ("patent_publication", "QQ1234567A", "country"),
        ("patent_publication", "EP12345678A1", "format"),
        ("patent_publication", "US0000000", "format"),
        ("docdb_family", "0", "format"),
        ("raid", "raid.org/abc", "format"),
        ("standard", "ISO", "format"),
        ("contract", "---", "format"),
        ("patent_application", None, "text"),
    ],
)
def test_what_is_broken_is_told_with_its_rule(scheme: str, value: str, rule: str):
    found = normalise(scheme, value)
    assert (found.check_ok, found.normalised, found.why) == (False, "", rule)
    with pytest.raises(Invalid) as caught:
        checked(scheme, value, field="identifiers.0")
    assert [(error.field, error.rule) for error in caught.value.errors] == [("identifiers.0", rule)]


WRITTEN = st.one_of(
    st.text(max_size=60),
    st.from_regex(r"(https://doi\.org/|doi:)?10\.\d{4,9}/[!-~]{1,20}", fullmatch=True),
    st.from_regex(r"(CN|ZL|EP|US|WO|HK|PCT/CN)? ?[A-Z]{0,2}[0-9/., -]{4,16}[A-Z]?[0-9]?", fullmatch=True),
    st.from_regex(r"(raid\.org/|ISBN |No\. |GB/T ?)?[A-Za-z0-9./:-]{1,30}", fullmatch=True),
)


@given(st.sampled_from(SCHEMES), WRITTEN)
@example("contract", "\u1f52")
@example("doi", "10.1000/\u0130.")
def test_normalising_twice_changes_nothing(scheme: str, value: str):
    once = normalise(scheme, value)
    if once.check_ok:
        assert normalise(scheme, once.normalised).normalised == once.normalised


@given(st.from_regex(r"10\.[0-9]{4,9}/[a-z0-9._-]{0,20}[a-z0-9]", fullmatch=True))
def test_case_and_prefix_of_a_doi_do_not_matter(bare: str):
    for prefix in ("", "doi:", "DOI: ", "https://doi.org/", "HTTP://DX.DOI.ORG/", "info:doi/"):
        assert doi(prefix + bare.upper()) == doi(bare) == bare


@given(
    st.sampled_from([name for name in SCHEMES if name != "mo_registration"]),
    st.from_regex(r"[ -~]{1,30}", fullmatch=True),
)
def test_capitals_do_not_matter(scheme: str, value: str):
    assert normalise(scheme, value.upper()).normalised == normalise(scheme, value.lower()).normalised
