"""Refusals, fields and titles: known codes in three languages, unknown ones still as sentences."""

from __future__ import annotations

import pytest

from marketplace.values.localized import LANGUAGES
from marketplace.values.refusal import FieldError, Refusal
from marketplace.wording.dictionary import KINDS, entries
from marketplace.wording.filling import fill
from marketplace.wording.history import sentence as of_history
from marketplace.wording.notices import choices, render
from marketplace.wording.refusals import sentence, sentence_of_error, title_of_status


@pytest.mark.parametrize("kind", KINDS)
def test_every_sentence_stands_in_three_languages_with_the_same_placeholders(kind: str) -> None:
    for code, texts in entries(kind).items():
        assert set(texts) == set(LANGUAGES), code
        written = [text if isinstance(text, str) else "\n".join(text) for text in texts.values()]
        assert all(part.strip() for part in written), code
        assert len({frozenset(_placeholders(part)) for part in written}) == 1, code


def test_chinese_sentences_are_written_in_their_own_script() -> None:
    only_simplified, only_traditional = set("预约时间请们开发实验设备机构"), set("預約時間請們開發實驗設備機構")
    for kind in KINDS:
        for code, texts in entries(kind).items():
            assert not (only_simplified - only_traditional) & set(str(texts["zh-Hant"])), code
            assert not (only_traditional - only_simplified) & set(str(texts["zh-Hans"])), code


def test_unknown_codes_still_say_something() -> None:
    assert "nonsense" in sentence(Refusal("nonsense", {}), "zh-Hant")
    assert "nonsense" in sentence_of_error(FieldError("a", "nonsense", "nonsense"), "en")
    assert of_history("x.nonsense", {}, "en") == "x.nonsense"
    assert render("nonsense", {}, "en").subject == "nonsense"


def test_details_stand_in_the_sentence() -> None:
    error = FieldError("name", "max_length", "max_length", {"max": 80, "length": 1200})
    assert sentence_of_error(error, "en") == "At most 80 characters; this has 1,200."


def test_titles_exist_for_every_status() -> None:
    assert title_of_status(404, "zh-Hans") == "找不到页面"
    assert title_of_status(418, "en") == title_of_status(400, "en")
    assert title_of_status(599, "en") == title_of_status(500, "en")


def test_choices_are_codes_that_notices_use() -> None:
    assert {code for code, _ in choices("en")} <= set(entries("NOTICES"))


def _placeholders(text: str) -> list[str]:
    return [part.partition(")")[0] for part in text.split("%(")[1:]]


@pytest.mark.parametrize(
    ("field", "rule", "details", "expected"),
    [
        ("value.price_year", "between", {"min": 1900, "max": 2027}, "1900 to 2027"),
        ("to", "between", {"min": 1990, "max": 2199}, "1990 to 2199"),
        ("day", "year_range", {"first": 1990, "last": 2199}, "1990 and 2199"),
        ("stock", "between", {"min": 0, "max": 5000}, "0 to 5,000"),
    ],
    ids=range(4),
)
def test_years_are_written_as_years(field: str, rule: str, details: dict[str, int], expected: str) -> None:
    assert expected in sentence_of_error(FieldError(field, rule, rule, details), "en")
    assert fill("of %(year)s: %(n)s", {"year": 2025, "n": 2025}, "en") == "of 2025: 2,025"
