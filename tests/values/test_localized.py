"""Text in three languages: who reads what, and what never gets in."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.values.localized import LANGUAGES, Picked, clean_text, convert, normalise, pick
from marketplace.values.refusal import Invalid


def rules_of(make: object) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        make()  # type: ignore[operator]
    return [(error.field, error.rule) for error in caught.value.errors]


def test_own_language_comes_first():
    text = {"en": "Lab", "zh-Hant": "實驗室", "zh-Hans": "实验室"}
    assert [pick(text, language).text for language in LANGUAGES] == ["Lab", "實驗室", "实验室"]


def test_the_other_script_is_converted_and_says_so():
    assert pick({"en": "Lab", "zh-Hant": "電鏡實驗室"}, "zh-Hans") == Picked("电镜实验室", "zh-Hans", converted=True)
    assert pick({"zh-Hans": "电子显微镜"}, "zh-Hant") == Picked("電子顯微鏡", "zh-Hant", converted=True)


def test_another_language_is_shown_as_it_stands():
    assert pick({"en": "Lab"}, "zh-Hant") == Picked("Lab", "en")
    assert pick({"zh-Hans": "实验室"}, "en") == Picked("实验室", "zh-Hans")
    assert pick({}, "en") == Picked("", "en")


def test_hong_kong_forms_are_used_on_the_traditional_side():
    assert convert("里面", "s2hk") == "裏面"


def test_normalising_drops_what_is_empty_and_orders_languages():
    kept = normalise({"zh-Hans": " 实验室　", "en": " ", "zh-Hant": None}, field="name", max_length=20)
    assert kept == {"zh-Hans": "实验室"}


def test_every_fault_is_named_at_once():
    faulty = {"en": "a\x00b", "zh-Hant": "長" * 6, "fr": "labo", "zh-Hans": 7}
    assert rules_of(lambda: normalise(faulty, field="name", max_length=5)) == [
        ("name.fr", "language"),
        ("name.en", "no_nul"),
        ("name.zh-Hant", "max_length"),
        ("name.zh-Hans", "text"),
    ]
    assert rules_of(lambda: normalise({"en": ""}, field="name", max_length=5, required=True)) == [("name", "required")]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a\x00", "no_nul"),
        ("a\ud800", "no_surrogate"),
        ("a\x1b[31m", "no_control"),
        ("a\ufffe", "no_control"),
        ("invoice\u202efdp.exe", "no_bidi_control"),
        ("two\nlines", "single_line"),
        ("two\u2028lines", "single_line"),
    ],
)
def test_hostile_text_names_its_rule(text: str, rule: str):
    assert rules_of(lambda: clean_text(text, 50, field="note")) == [("note", rule)]


def test_lines_are_kept_only_where_they_are_meant():
    assert clean_text("a\r\nb\tc\rd ", 20, multiline=True) == "a\nb\tc\nd"
    assert clean_text(" a\tb\n", 20) == "a b"


def test_text_is_composed_so_that_equal_looks_equal():
    assert clean_text("Cafe\u0301", 4) == "Café"


@given(st.text(max_size=40))
def test_clean_text_is_stable_or_refused(text: str):
    try:
        once = clean_text(text, 40, multiline=True)
    except Invalid:
        return
    assert clean_text(once, 40, multiline=True) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()


@given(st.dictionaries(st.sampled_from(LANGUAGES), st.text("電镜lab實实", min_size=1, max_size=6)))
def test_something_is_shown_whenever_something_is_there(text: dict[str, str]):
    for language in LANGUAGES:
        picked = pick(text, language)
        assert bool(picked.text) == bool(text)
        assert picked.converted or picked.text == text.get(picked.language, "")
