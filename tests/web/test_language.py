"""The language of a page: its address, how it is guessed, and what is written in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_wtf import FlaskForm
from werkzeug.datastructures import LanguageAccept
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from marketplace.values.money import Money
from marketplace.web import formats
from marketplace.web.language import best, known
from marketplace.wording.catalogs import ConflictingTranslations, gettext, merged, ngettext

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # nine in Hong Kong


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("zh-HK", "zh-Hant"), ("zh-TW", "zh-Hant"), ("zh-MO", "zh-Hant"), ("zh-Hant", "zh-Hant"),
        ("zh-Hant-MO", "zh-Hant"),
        ("zh-CN", "zh-Hans"), ("zh-SG", "zh-Hans"), ("zh-Hans-HK", "zh-Hans"), ("zh", "zh-Hans"), ("ZH_cn", "zh-Hans"),
        ("en", "en"), ("en-GB", "en"), ("en_HK", "en"), ("fr", None), ("yue", None), ("", None),
    ],
)  # fmt: skip
def test_regions_and_scripts_stand_for_a_language(tag: str, language: str | None) -> None:
    assert known(tag) == language


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ([("zh-HK", 1), ("en", 0.9)], "zh-Hant"),
        ([("fr", 1), ("zh-CN", 0.8), ("en", 0.5)], "zh-Hans"),
        ([("de", 1)], "en"),
        ([("zh-TW", 0.3), ("en-GB", 0.8)], "en"),
        ([("zh-TW", 0), ("de", 1)], "en"),
        ([], "en"),
    ],
)
def test_the_browser_is_understood(accepted: list[tuple[str, float]], language: str) -> None:
    assert best(LanguageAccept(accepted)) == language


def test_root_leads_to_the_browsers_language(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Accept-Language": "zh-MO,en;q=0.5"})
    assert (answer.status_code, answer.location) == (302, "/zh-hant/")
    assert "Accept-Language" in answer.headers["Vary"]


def test_root_prefers_the_cookie_to_the_browser(client: FlaskClient) -> None:
    client.set_cookie("language", "zh-hans")
    assert client.get("/", headers={"Accept-Language": "en"}).location == "/zh-hans/"


def test_a_language_chosen_against_the_browser_is_remembered(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/en/", headers={"Accept-Language": "en"}).headers
    chosen = client.get("/zh-hant/", headers={"Accept-Language": "en"})
    assert "language=zh-hant" in chosen.headers["Set-Cookie"]
    assert client.get("/", headers={"Accept-Language": "en"}).location == "/zh-hant/"


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("/zh-HK/privacy?from=mail", "/zh-hant/privacy?from=mail"),
        ("/zh-cn/", "/zh-hans/"),
        ("/zh-Hant/terms", "/zh-hant/terms"),
        ("/EN/", "/en/"),
        ("/zh-SG/a/b//c", "/zh-hans/a/b//c"),
    ],
)
def test_other_names_of_a_language_lead_to_its_own(client: FlaskClient, address: str, canonical: str) -> None:
    answer = client.get(address)
    assert answer.status_code in (301, 308)
    assert (
        answer.location.removeprefix("http://localhost") == canonical
        or client.get(answer.location).location == canonical
    )


@pytest.mark.parametrize("address", ["/zh-HK//evil.example/", "/zh-HK/%2Fevil.example/", "/zh-HK/%5Cevil.example/"])
def test_an_alias_never_leads_to_another_site(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert (answer.location or "/zh-hant/").removeprefix("http://localhost").startswith("/zh-hant/")
    assert answer.status_code in (301, 308, 404)


@pytest.mark.parametrize(
    ("address", "tag", "word"),
    [("/en/", "en", "How it works"), ("/zh-hant/", "zh-Hant-HK", "使用方法"), ("/zh-hans/", "zh-Hans-CN", "无障碍")],
)
def test_a_page_speaks_the_language_of_its_address(client: FlaskClient, address: str, tag: str, word: str) -> None:
    page = client.get(address, headers={"Accept-Language": "en"}).text
    assert f'<html lang="{tag}">' in page
    assert word in page


def test_a_page_links_to_itself_in_the_other_languages(client: FlaskClient) -> None:
    page = client.get("/zh-hant/privacy?x=1").text
    assert 'hreflang="en" href="/en/privacy?x=1"' in page
    assert 'hreflang="zh-Hans-CN" href="/zh-hans/privacy?x=1"' in page


@pytest.mark.parametrize(("address", "tag"), [("/zh-hant/nowhere", "zh-Hant-HK"), ("/nowhere", "zh-Hans-CN")])
def test_an_unknown_page_answers_in_the_readers_language(client: FlaskClient, address: str, tag: str) -> None:
    answer = client.get(address, headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 404
    assert f'<html lang="{tag}">' in answer.text


@pytest.mark.parametrize(
    ("language", "day", "moment", "period"),
    [
        ("en", "2 Mar 2026", "2 Mar 2026, 09:00", "Mon, 2 Mar 2026, 09:00–17:30"),
        ("zh-Hant", "2026年3月2日", "2026年3月2日09:00", "2026年3月2日（週一）09:00–17:30"),
        ("zh-Hans", "2026年3月2日", "2026年3月2日09:00", "2026年3月2日（周一）09:00–17:30"),
    ],
)
def test_dates_read_as_each_language_writes_them(app: Flask, language: str, day: str, moment: str, period: str) -> None:
    with app.test_request_context():
        g.language = language
        assert formats.write_date(date(2026, 3, 2)) == day
        assert formats.write_datetime(MORNING, "Asia/Hong_Kong") == moment
        assert formats.write_period(MORNING, MORNING + timedelta(hours=8.5), "Asia/Shanghai") == period


def test_a_period_over_midnight_names_both_days(app: Flask) -> None:
    with app.test_request_context():
        written = formats.write_period(MORNING, MORNING + timedelta(days=3), "Asia/Macau")
    assert written == "Mon, 2 Mar 2026, 09:00 to Thu, 5 Mar 2026, 09:00"


def test_zones_are_named_by_their_offset_at_that_instant(app: Flask) -> None:
    with app.test_request_context():
        assert formats.zone_name(MORNING, "Asia/Hong_Kong") == "GMT+8"
        assert formats.zone_name(MORNING, "Europe/London") == "GMT"
        assert formats.zone_name(MORNING + timedelta(days=60), "Europe/London") == "GMT+1"
        assert formats.zone_name(MORNING, "Asia/Kolkata") == "GMT+5:30"
        assert formats.zone_name(MORNING, "America/St_Johns") == "GMT-3:30"
    assert not formats.differs(MORNING, "Asia/Hong_Kong", "Asia/Shanghai")
    assert formats.differs(MORNING, "Asia/Hong_Kong", "Europe/London")


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (Money(123456, "HKD"), "HKD\u00a01,234.56"),
        (Money(5000, "JPY"), "JPY\u00a05,000"),
        (Money(1500, "KWD"), "KWD\u00a01.500"),
        (Money(-50, "CNY"), "CNY\u00a0-0.50"),
    ],
)
def test_money_carries_its_code_and_its_places(amount: Money, written: str) -> None:
    assert formats.write_money(amount) == written


def test_listing_text_says_what_language_it_is_in(app: Flask) -> None:
    with app.test_request_context():
        g.language = "zh-Hant"
        assert str(formats.localized({"zh-Hant": "電鏡 <b>", "en": "x"})) == "電鏡 &lt;b&gt;"
        converted = str(formats.localized({"zh-Hans": "电镜"}))
        assert 'class="converted"' in converted
        assert "電鏡" in converted
        assert str(formats.localized({"en": "Clean room"})) == '<span lang="en">Clean room</span>'
        assert formats.localized_text({"zh-Hans": "电镜"}) == "電鏡"


@pytest.mark.parametrize(
    ("language", "required", "length"),
    [
        ("en", "This field is required.", "Field must be at least 3 characters long."),
        ("zh-hant", "此欄必須填寫。", "至少須有3個字元。"),
        ("zh-hans", "此项必填。", "至少须有3个字符。"),
    ],
)
def test_forms_speak_the_readers_language(app: Flask, language: str, required: str, length: str) -> None:
    class Short(FlaskForm):
        name = StringField("Name", [InputRequired()])
        code = StringField("Code", [Length(min=3)])

    with app.test_request_context(f"/{language}/", method="POST", data={"code": "a"}):
        app.preprocess_request()
        form = Short()
        assert not form.validate()
        assert form.errors == {"name": [required], "code": [length]}


def test_texts_are_translated_outside_requests_too() -> None:
    assert gettext("en", "%(n)s more", n=3) == "3 more"
    assert gettext("zh-Hant", "Held") == "暫時保留"
    assert gettext("zh-Hans", "Held") == "预占"
    assert ngettext("en", "%(num)s unit", "%(num)s units", 2) == "2 units"


def test_areas_may_not_contradict_each_other(tmp_path: Path) -> None:
    (tmp_path / "a.zh_Hant.po").write_text('msgid "Held"\nmsgstr "保留"\n')
    (tmp_path / "b.zh_Hant.po").write_text('msgid "Held"\nmsgstr "保留"\n')
    assert merged("zh-Hant", tmp_path).get("Held").string == "保留"  # type: ignore[union-attr]
    (tmp_path / "c.zh_Hant.po").write_text('msgid "Held"\nmsgstr "暫時保留"\n')
    with pytest.raises(ConflictingTranslations, match=r"c\.zh_Hant\.po"):
        merged("zh-Hant", tmp_path)


def test_a_fuzzy_translation_counts_as_missing(tmp_path: Path) -> None:
    (tmp_path / "a.zh_Hans.po").write_text('#, fuzzy\nmsgid "Held"\nmsgstr "预占"\n')
    assert "Held" not in merged("zh-Hans", tmp_path)
