"""Any bibliography: the format by its content, encodings, limits, plain text and partial dates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.outcomes.formats import dates
from marketplace.outcomes.formats.drafts import language_of
from marketplace.outcomes.formats.plain import plain
from marketplace.outcomes.formats.reading import FORMATS, MAX_BYTES, detect, read
from marketplace.values.refusal import Invalid
from marketplace.wording.dictionary import entries


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ("10.1000/a", "pasted"),
        ("write to me@example.org {about} 10.1000/a", "pasted"),
        ("% a comment\n @Article {a, title={x}}", "bibtex"),
        ("\ufeffTY  - JOUR", "ris"),
        ("Provider: X\nTY - JOUR", "ris"),
        (" [1]", "json"),
        ('\n{"a": 1}', "json"),
    ],
    ids=range(7),
)
def test_the_content_shows_its_format(text: str, format: str):
    assert detect(text) == format


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_files_are_read_without_being_named(encoding: str):
    (work,) = read("@article{a, title={Étude 電鏡}}".encode(encoding)).works
    assert work.title == "Étude 電鏡"


@pytest.mark.parametrize(
    ("encoding", "name", "title"),
    [("cp1252", "latin-1", "Étude"), ("gb18030", "gbk", "电镜"), ("big5", "big5", "電鏡")],
)
def test_other_encodings_are_asked_for_and_read_by_name(encoding: str, name: str, title: str):
    content = ("@article{a, title={" + title + "}}").encode(encoding)
    with pytest.raises(Invalid, match="file_encoding_unsure"):
        read(content)
    assert read(content, encoding=name).works[0].title == title


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "file_empty"),
        (b"\xef\xbb\xbf \n", "file_empty"),
        (b"10.1000/a\x00", "file_nul"),
        ("10.1000/a\x00", "file_nul"),
        (b"PK\x03\x04", "file_not_a_bibliography"),
        (b"%PDF-1.7", "file_not_a_bibliography"),
        (b" " * (MAX_BYTES + 1), "file_too_large"),
    ],
    ids=range(7),
)
def test_files_that_cannot_be_read_are_refused_with_their_rule(content: bytes | str, rule: str):
    with pytest.raises(Invalid) as caught:
        read(content)
    assert [(error.field, error.rule) for error in caught.value.errors] == [("file", rule)]


def test_only_known_formats_and_encodings_are_taken():
    with pytest.raises(Invalid, match="format: choice"):
        read("x", "word")
    with pytest.raises(Invalid, match="encoding: encoding"):
        read(b"x", encoding="ebcdic")


@given(st.one_of(st.text(), st.binary()), st.sampled_from([None, *FORMATS]))
def test_whatever_is_read_ends_in_works_or_in_a_named_rule(content: str | bytes, format: str | None):
    try:
        found = read(content, format)
    except Invalid as refused:
        assert all(error.rule in entries("FIELDS") | entries("REFUSALS") for error in refused.errors)
    else:
        rules = [one.rule for one in found.rejected] + [each.rule for work in found.works for each in work.warnings]
        assert all(rule in entries("FIELDS") for rule in rules)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("H<sub>2</sub>O &amp; CO<sub>2</sub>", "H2O & CO2"),
        ("&lt;i&gt;In vivo&lt;/i&gt; study", "In vivo study"),
        ("a &amp;amp; b", "a & b"),
        ("<jats:p>One</jats:p><jats:p>two</jats:p>", "One two"),
        ("p < 0.05 and q > 3", "p < 0.05 and q > 3"),
        ("x <y and z> w", "x <y and z> w"),
        ('<mml:math xmlns:mml="x"><mml:mi>k</mml:mi></mml:math>-means', "k-means"),
        ("<script>alert(1)</script>", "alert(1)"),
        ("a\x00b\ud800c\u202ed\n e", "abcd e"),
        ("e\u0301", "é"),
        ("x" * 3_000, "x" * 1_999 + "…"),
        (None, ""),
        (7, ""),
    ],
    ids=range(13),
)
def test_titles_become_plain_text(given: object, kept: str):
    assert plain(given) == kept


@given(st.text(max_size=200))
def test_plain_text_holds_no_control_and_no_line_end(text: str):
    assert all(character.isprintable() or character == "\u3000" or ord(character) > 127 for character in plain(text))


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("2024", "2024"),
        ("2024-03", "2024-03"),
        ("2024-03-05", "2024-03-05"),
        ("2024/03/05/", "2024-03-05"),
        ("2024//", "2024"),
        ("2024年3月5日", "2024-03-05"),
        ("2024-03-05T10:00:00Z", "2024-03-05"),
        ("2024-02-31", "2024-02"),
        ("2024-13", "2024"),
        ("0024", "None"),
        ("soon", "None"),
        ("", "None"),
        ("２０２４", "None"),
    ],
)
def test_dates_are_kept_as_far_as_they_are_known(text: str, known: str):
    assert str(dates.of_text(text)) == known


def test_parts_of_dates_may_be_of_any_type():
    assert str(dates.of_date_parts({"date-parts": [["2013", "jul", 4]]})) == "2013-07-04"
    for odd in (None, [], {"date-parts": None}, {"date-parts": []}, {"date-parts": [[]]}, {"date-parts": [[True]]}):
        assert dates.of_date_parts(odd) is None
    assert dates.of_parts(10**30) is None


@pytest.mark.parametrize(
    ("given", "language"),
    [
        ("en-US", "en"),
        ("eng", "en"),
        ("English", "en"),
        ("zh_HK", "zh-Hant"),
        ("zh-CN", "zh-Hans"),
        ("zh", "zh"),
        ("?", ""),
    ],
)
def test_languages_have_one_tag(given: str, language: str):
    assert language_of(given) == language
