"""Zones, calendars and rates: public to read, an administrator's to change."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.jurisdictions import queries
from marketplace.jurisdictions.tables import table
from tests.cast import Cast, form, signed_in

DAY = {"day": "2026-09-08", "kind": "off", "name_en": "Typhoon", "note": "No. 10 signal", "notice": "G.N. 1"}
RATE = {"currency": "CNY", "per_hkd": "0.92", "valid_from": "2026-01-01", "source": "HKMA, 31 December 2025"}


@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("zh-hant", "zh-Hant"), ("zh-hans", "zh-Hans")])
def test_every_zone_has_its_page_in_every_language(client: FlaskClient, language: str, tag: str):
    names = client.get(f"/{language}/zones").text
    for row in table("zones"):
        assert row["name"][tag] in names
        page = client.get(f"/{language}/zones/{row['slug']}")
        assert page.status_code == 200
        assert row["governing_body"][tag].replace("'", "&#39;") in page.text


def test_a_zone_tells_who_settles_what_and_where_it_is_said(client: FlaskClient):
    page = client.get("/en/zones/hengqin").text
    assert "Division of work inside Hengqin" in page
    assert "横琴粤澳深度合作区发展促进条例" in page
    assert "Primary source" in page


def test_a_zone_counts_what_stands_in_it_and_in_its_parts(client: FlaskClient):
    assert "No facility is listed here yet" in client.get("/en/zones/hetao").text
    assert "Hetao Shenzhen Park" in client.get("/en/zones/hetao").text
    assert client.get("/en/zones/atlantis").status_code == 404


def test_calendars_are_public_and_name_their_notice(client: FlaskClient):
    page = client.get("/en/calendars").text
    assert "国务院办公厅关于2026年部分节假日安排的通知" in page
    assert "Provisional" in page
    year = client.get("/en/calendars/CN/2026").text
    assert "Spring Festival" in year
    assert "Correct a day" not in year
    assert client.get("/en/calendars/CN/1800").status_code == 404
    assert client.get("/en/calendars/XX/2026").status_code == 404


def test_an_administrator_corrects_a_day(client: FlaskClient, cast: Cast, session: Session):
    dee = signed_in(client, cast.dee)
    assert "Correct a day" in dee.get("/en/calendars/HK-GOV5/2026").text
    answer = dee.post("/en/calendars/HK-GOV5/2026/days", data=form(dee, DAY))
    assert answer.status_code == 303
    assert "Typhoon" in dee.get(answer.location).text
    assert queries.calendar(session, "HK-GOV5").is_holiday(date(2026, 9, 8))


@pytest.mark.parametrize("fault", [{"note": " "}, {"day": "2026-02-30"}, {"kind": "maybe"}, {"name_en": "x" * 200}])
def test_a_correction_with_faults_is_shown_again(
    client: FlaskClient, cast: Cast, session: Session, fault: dict[str, str]
):
    dee = signed_in(client, cast.dee)
    answer = dee.post("/en/calendars/HK-GOV5/2026/days", data=form(dee, DAY | fault))
    assert answer.status_code == 422
    assert "error-summary" in answer.text
    assert not queries.calendar(session, "HK-GOV5").is_holiday(date(2026, 9, 8))


def test_an_administrator_confirms_a_year(client: FlaskClient, cast: Cast, session: Session):
    dee = signed_in(client, cast.dee)
    empty = dee.post("/en/calendars/MO/2026/confirm", data=form(dee, {"year-notice": ""}))
    assert empty.status_code == 422
    given = {"year-notice": "Ordem Executiva 60/2000", "year-note": "checked by hand"}
    answer = dee.post("/en/calendars/MO/2026/confirm", data=form(dee, given))
    assert answer.status_code == 303
    assert "Ordem Executiva" in dee.get(answer.location).text
    assert 2026 in queries.calendar(session, "MO").official_years


def test_rates_are_entered_by_administrators_and_seen_by_overseers(
    client: FlaskClient, cast: Cast, session: Session, now: datetime
):
    dee = signed_in(client, cast.dee)
    assert "No rate has been entered" in dee.get("/en/exchange-rates").text
    assert dee.post("/en/exchange-rates", data=form(dee, RATE)).status_code == 303
    assert queries.rates_on(session, now.date()).per_hkd == {"CNY": Decimal("0.92")}
    for fault in ({"currency": "HKD"}, {"per_hkd": "-1"}, {"per_hkd": "x"}, {"source": ""}, {"valid_from": "soon"}):
        assert dee.post("/en/exchange-rates", data=form(dee, RATE | fault)).status_code == 422


@pytest.mark.parametrize("name", ["ada", "bo", "cheng", "eve"])
def test_others_change_nothing(client: FlaskClient, cast: Cast, session: Session, name: str):
    other = signed_in(client, cast.people[name])
    assert other.post("/en/calendars/HK-GOV5/2026/days", data=form(other, DAY)).status_code == 404
    assert other.get("/en/exchange-rates").status_code == 404
    assert other.post("/en/exchange-rates", data=form(other, RATE)).status_code == 404
    assert not queries.calendar(session, "HK-GOV5").is_holiday(date(2026, 9, 8))
