"""Values in sentences: each language's way of writing, and nothing of a value becomes more than text."""

from __future__ import annotations

import pytest

from marketplace.values.localized import Language
from marketplace.wording.filling import fill
from marketplace.wording.lengths import length_of_time
from marketplace.wording.notices import Told

START = "2026-03-02T01:00:00+00:00"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "from Mon 2 Mar 2026, 09:00 Hong Kong time"),
        ("zh-Hant", "from 2026年3月2日（一）09:00（香港時間）"),
        ("zh-Hans", "from 2026年3月2日（周一）09:00（香港时间）"),
    ],
)
def test_instants_are_written_in_the_facility_zone(language: Language, expected: str) -> None:
    values = {"start": START, "zone": "Asia/Hong_Kong"}
    assert fill("from %(start)s", values, language, zone="Europe/London") == expected


def test_the_reader_zone_serves_where_no_facility_is_named() -> None:
    assert fill("%(start)s", {"start": START}, "en", zone="Europe/London").startswith("Mon 2 Mar 2026, 01:00")
    assert "Hong Kong" in fill("%(start)s", {"start": START, "zone": "No/Where"}, "en")


@pytest.mark.parametrize(
    ("value", "language", "expected"),
    [
        ({"amount_minor": 123400, "currency": "HKD"}, "en", "HKD 1,234.00"),
        ({"amount_minor": 500, "currency": "JPY"}, "en", "JPY 500"),
        ({"en": "Clean room", "zh-Hant": "無塵室"}, "zh-Hans", "无尘室"),
        ({"en": "Clean room"}, "zh-Hant", "Clean room"),
        ("2026-03-02", "zh-Hant", "2026年3月2日"),
        (["a", "b"], "en", "a, b"),
        (["甲", "乙"], "zh-Hans", "甲、乙"),
        (12000, "en", "12,000"),
        (None, "en", "…"),
    ],
)
def test_values_are_written_as_readers_expect(value: object, language: Language, expected: str) -> None:
    assert fill("%(it)s", {"it": value}, language) == expected


@pytest.mark.parametrize(
    ("minutes", "language", "expected"),
    [
        (0, "en", "0 minutes"),
        (1, "en", "1 minute"),
        (90, "en", "1 hour 30 minutes"),
        (720, "en", "12 hours"),
        (1440, "en", "24 hours"),
        (2160, "en", "36 hours"),
        (4320, "en", "3 days"),
        (4325, "en", "72 hours 5 minutes"),
        (720, "zh-Hant", "12小時"),
        (90, "zh-Hans", "1小时30分钟"),
        (4320, "zh-Hant", "3天"),
    ],
)
def test_lengths_are_said_in_their_largest_units(minutes: int, language: Language, expected: str) -> None:
    assert length_of_time(minutes, language) == expected
    assert fill("at least %(minutes)s", {"minutes": minutes}, language) == f"at least {expected}"


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("held_until", "en", "the end of Wed 25 Nov 2026, Hong Kong time"),
        ("deadline", "zh-Hant", "2026年11月25日（三）24:00（香港時間）"),
        ("deadline", "zh-Hans", "2026年11月25日（周三）24:00（香港时间）"),
        ("end", "en", "Wed 25 Nov 2026, 24:00 Hong Kong time"),
        ("start", "en", "Thu 26 Nov 2026, 00:00 Hong Kong time"),
    ],
)
def test_what_ends_at_midnight_ends_with_the_day_before(name: str, language: Language, expected: str) -> None:
    values = {name: "2026-11-25T16:00:00+00:00", "zone": "Asia/Hong_Kong"}
    assert fill(f"%({name})s", values, language) == expected
    other = values | {"zone": "Asia/Tokyo"}
    assert "26" in fill(f"%({name})s", other, "en") and "01:00" in fill(f"%({name})s", other, "en")


@pytest.mark.parametrize(
    "hostile", ["%(secret)s", "%s%s%n", "{0.__class__}", "{{ 7 * 7 }}", "{% raw %}", "${x}", "%(it)s"]
)
def test_a_value_is_never_read_as_a_template(hostile: str) -> None:
    assert fill("note: %(it)s, 100%%", {"it": hostile, "secret": "s3"}, "en") == f"note: {hostile}, 100%"


def test_controls_and_turned_text_are_dropped_from_values() -> None:
    assert fill("%(it)s", {"it": "a\r\nBcc: b\x00\u202e\u2066c\u2028"}, "en") == "a  Bcc: bc"


def test_a_missing_value_shows_as_missing() -> None:
    assert fill("%(it)s", {}, "en") == "…"


def test_a_notice_falls_into_paragraphs_and_lines() -> None:
    assert Told("s", "a\n\nb\nc\n\n").paragraphs == [["a"], ["b", "c"]]
