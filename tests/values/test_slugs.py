"""Slugs: readable, ASCII, short, and never mistaken for an id."""

import re
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from marketplace.values.slugs import LONGEST, slug_of, slugify, with_id

ID = UUID("0195a000-0000-7000-8000-abcdef012345")


def test_the_english_name_wins_and_chinese_becomes_pinyin():
    assert slug_of({"zh-Hant": "電子顯微鏡中心", "en": "EM Centre"}, ID) == "em-centre"
    assert slug_of({"zh-Hant": "電子顯微鏡中心"}, ID) == "dian-zi-xian-wei-jing-zhong-xin"
    assert slug_of({"zh-Hans": "２号中试线（深圳）"}, ID) == "2-hao-zhong-shi-xian-shen-zhen"


def test_accents_and_signs_fall_away():
    assert slugify("Müller's µ-Lab  Café") == "mullers-u-lab-cafe"


def test_without_letters_the_id_speaks():
    assert slug_of({"en": "！？"}, ID) == slug_of({}, ID) == "abcdef012345"


def test_what_reads_as_an_id_is_marked():
    assert slugify("0195a000-0000-7000-8000-abcdef012345").startswith("x-")


def test_a_taken_slug_gets_the_id_and_stays_short():
    assert with_id("em-centre", ID) == "em-centre-abcdef012345"
    assert len(with_id("a" * LONGEST, ID)) <= LONGEST


@given(st.text(max_size=200))
def test_slugs_are_short_and_plain(text: str):
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slug := slugify(text))
    assert len(slug) <= LONGEST
