"""How words are cut: the same for what is listed and for what is asked, in every script."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.search.queries.slips import meant
from marketplace.search.text import document, fold, lexemes, quoted, singular, tsquery, words
from marketplace.search.vocabulary import FOLDER, names_of, recognised, technique_codes, techniques
from marketplace.values.localized import LANGUAGES

TEXT = st.text(max_size=60) | st.text("電鏡电镜光刻機机中試线abcXYZ-' 09", max_size=30)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("ＳＥＭ 電鏡", "sem 电镜"), ("Müller’s Café", "muller’s cafe"), ("ＡＢＣ", "abc"), ("裏面", "里面")],
)
def test_forms_case_accents_and_script_are_made_one(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("word", "one"),
    [
        ("microscopes", "microscope"),
        ("batteries", "battery"),
        ("lens", "len"),
        ("glass", "glass"),
        ("gas", "gas"),
        ("xps", "xps"),
    ],
)
def test_plurals_become_singular(word: str, one: str) -> None:
    assert singular(word) == one


def test_chinese_is_cut_into_characters_pairs_and_words() -> None:
    assert set(lexemes("電子顯微鏡")) >= {"电", "电子", "显微", "微镜", "显微镜"}
    assert [word.typed for word in words("深圳電鏡的")] == ["深圳", "电镜"]


def test_compounds_are_found_whole_and_in_parts() -> None:
    assert set(lexemes("X-ray")) == {"xray", "x", "ray"}
    assert words("x-ray")[0].ways == (("xray",), ("x", "ray"))


def test_a_word_keeps_its_best_weight() -> None:
    assert document({"A": ["Etcher"], "D": ["etcher bench"]}) == "'bench':1D 'etcher':1A"


def test_quotes_cannot_leave_their_lexeme() -> None:
    assert quoted("o'x\\") == "'o''x\\\\'"


@given(TEXT)
def test_whatever_is_listed_is_found_by_its_own_words(text: str) -> None:
    indexed = set(lexemes(text))
    for word in words(text):
        assert any(set(way) <= indexed for way in word.ways), word


@given(TEXT)
def test_any_text_makes_a_query(text: str) -> None:
    asked = words(text)
    assert len(asked) <= 12
    assert bool(tsquery(asked)) == bool(asked)


def test_techniques_are_recognised_by_any_name_but_not_inside_words() -> None:
    assert recognised(["FESEM at the centre"]) == {"sem"}
    assert recognised(["液相色譜儀"]) == {"chromatography"}
    assert recognised(["semester", "stemware"]) == frozenset()
    for code, term in techniques().items():
        assert set(term.name) == set(LANGUAGES)
        for text in term.texts:
            assert code in technique_codes(text), text


VOCABULARY = {"microscopy": 5, "microscope": 9, "battery": 3, "batter": 1, "line": 7, "lime": 1}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("micro", ("microscope", "microscopy")),
        ("microscpoe", ("microscope",)),
        ("batery", ("battery",)),
        ("lyne", ("line",)),
        ("zzzzzz", ()),
    ],
)
def test_slips_are_compared_with_known_words(typed: str, expected: tuple[str, ...]) -> None:
    assert meant(typed, VOCABULARY) == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("reactive ion etching", "zh-Hant", "反應離子刻蝕"),
        ("RIE", "zh-Hans", "反应离子刻蚀"),
        ("离子注入", "en", "Ion implantation"),
        ("cryo-electron microscopy", "zh-Hant", "冷凍電子顯微鏡"),
        ("reactive ion etching of glass", "en", None),
        ("", "en", None),
    ],
)
def test_a_whole_text_that_names_a_technique_has_its_names(text: str, language: str, expected: str | None) -> None:
    assert names_of(text).get(language) == expected


def test_every_narrow_technique_is_told_in_three_languages_and_once() -> None:
    rows = json.loads((FOLDER / "narrow_techniques.json").read_text(encoding="utf-8"))
    assert not [row for row in rows if set(row["name"]) != set(LANGUAGES) or not all(row["name"].values())]
    english = [row["name"]["en"] for row in rows]
    assert len(set(english)) == len(english) > 80
