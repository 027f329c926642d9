"""Identifiers with check digits: the published test values, and every single slip of a digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.values.identifiers import USCC_ALPHABET, Scheme, check, organisation_code_holds
from marketplace.values.refusal import Invalid

GOOD_RORS = [
    "02zhqgq86",
    "00q4vv597",
    "00t33hh48",
    "049tv2d57",
    "0064kty71",
    "01r4q9n85",
    "0030zas98",
    "03q8dnn23",
    "02v51f717",
    "013meh722",
    "052gg0110",
]


def rule_of(scheme: str, value: str) -> str:
    with pytest.raises(Invalid) as caught:
        check(scheme, value, field="id")
    (error,) = caught.value.errors
    assert error.field == "id"
    return error.rule


@pytest.mark.parametrize("ror", GOOD_RORS)
def test_real_rors_pass_with_and_without_address(ror: str):
    assert check("ror", ror) == check("ror", f"https://ror.org/{ror.upper()}") == ror


@pytest.mark.parametrize(
    ("scheme", "value", "kept"),
    [
        ("uscc", "91110000600037341L", "91110000600037341L"),
        ("uscc", " 9144 0300 7084 6113 6t", "91440300708461136T"),
        ("uscc", "12440300MB2C000017", "12440300MB2C000017"),
        ("hk_ubi", "12345678", "12345678"),
        ("hk_ubi", "12345678-000-01-26-0", "12345678"),
        ("lei", "213800kud8lajwsq9d15", "213800KUD8LAJWSQ9D15"),
        ("lei", "969500KSV493XWY0PS33", "969500KSV493XWY0PS33"),
        ("isni", "0000 0001 2281 955X", "000000012281955X"),
        ("orcid", "https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("mo_registration", " SO  12345 ", "SO 12345"),
        ("gb_company", "sc123456", "SC123456"),
        ("gb_company", "445790", "00445790"),
        ("sg_uen", "00192200M", "00192200M"),
        ("eu_vat", "DE 136,695 976", "DE136695976"),
        ("us_ein", "91-1144442", "911144442"),
    ],
)
def test_numbers_are_kept_bare(scheme: str, value: str, kept: str):
    assert check(scheme, value) == kept


@pytest.mark.parametrize(
    ("scheme", "value", "rule"),
    [
        ("ror", "02zhqgq87", "check_digit"),
        ("ror", "02zhqgl86", "format"),
        ("ror", "https://ror.example/02zhqgq86", "format"),
        ("uscc", "91110000600037341M", "check_digit"),
        ("uscc", "9111000060003734IL", "format"),
        ("uscc", "9111000060003734", "format"),
        ("hk_ubi", "1234567", "format"),
        ("hk_ubi", "１２３４５６７８", "format"),
        ("lei", "213800KUD8LXJWSQ9D15", "check_digit"),
        ("isni", "0000000122819550", "check_digit"),
        ("orcid", "0000 0001 2281 955X", "range"),
        ("mo_registration", "   ", "format"),
        ("sg_uen", "00192200X", "format"),
        ("passport", "1", "scheme"),
        ("hk_ubi", "1234\x005678", "no_nul"),
    ],
)
def test_what_is_wrong_names_its_rule(scheme: str, value: str, rule: str):
    assert rule_of(scheme, value) == rule


@pytest.mark.parametrize("first_two", ["A1", "N2", "Y1", "9A"])
def test_uscc_allows_letters_in_department_and_type(first_two: str):
    numbers = (f"{first_two}440300708461136{last}" for last in USCC_ALPHABET)
    assert sum(1 for number in numbers if passes(number)) == 1


def test_the_organisation_code_advises():
    assert organisation_code_holds("91110000600037341L")
    assert organisation_code_holds("91440300708461136T")
    assert not organisation_code_holds("12440300MB2C000017")


def passes(number: str) -> bool:
    try:
        return check(Scheme.USCC, number) == number
    except Invalid:
        return False


@given(st.integers(2, 17), st.sampled_from(USCC_ALPHABET))
def test_one_wrong_character_in_a_uscc_is_found(at: int, character: str):
    good = "91440300708461136T"
    changed = good[:at] + character + good[at + 1 :]
    assert passes(changed) == (changed == good)


@given(st.integers(1, 8), st.sampled_from("0123456789abcdefghjkmnpqrstvwxyz"))
def test_one_wrong_character_in_a_ror_is_found(at: int, character: str):
    good = "02zhqgq86"
    changed = good[:at] + character + good[at + 1 :]
    if changed != good:
        assert rule_of("ror", changed) in ("check_digit", "format")


@given(st.sampled_from(list(Scheme)), st.text(max_size=30))
def test_any_text_is_kept_or_refused(scheme: Scheme, text: str):
    try:
        kept = check(scheme, text)
    except Invalid:
        return
    assert check(scheme, kept) == kept
