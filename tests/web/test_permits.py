"""Permit rules explained: every rule has its page in every language, and the list is narrowed by its address."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.database import new_id
from marketplace.permits import queries
from marketplace.permits.models import PermitRule
from marketplace.values.localized import Language
from marketplace.web.permits import APART, FAMILIES, Asked, _fits, _goes
from marketplace.wording.rule_words import FAMILY_NAMES
from tests.database import counting_statements

LANGUAGES = [("en", "en"), ("zh-hant", "zh-Hant"), ("zh-hans", "zh-Hans")]
# Many pages: in every run in one language, in the full run in all.
ONE_OR_ALL = [LANGUAGES[1], *(pytest.param(*each, marks=pytest.mark.full) for each in (LANGUAGES[0], LANGUAGES[2]))]


def text_of(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.text)


def revised(session: Session, rule_id: str, now: datetime, **changes: Any) -> None:
    """One version more of a rule."""
    newest = queries.versions(session, rule_id)[0]
    session.add(
        PermitRule(
            id=new_id(),
            rule_id=rule_id,
            version=newest.version + 1,
            effective_from=newest.effective_from,
            effective_to=newest.effective_to,
            told={**newest.told, **changes},
            digest="another",
            entered_at=now + timedelta(days=1),
        )
    )
    session.flush()


@pytest.mark.parametrize(("language", "tag"), LANGUAGES)
def test_the_list_shows_every_rule_by_family(
    client: FlaskClient, session: Session, language: str, tag: Language
) -> None:
    page = text_of(client, f"/{language}/permits")
    rows = queries.rules(session)
    assert len(rows) > 100
    for row in rows:
        assert row.told["title"][tag] in page, row.rule_id
    places = [page.index(f'id="family-{name}"') for name in (*FAMILIES, *APART)]
    assert places == sorted(places)
    assert all(FAMILY_NAMES[name][tag] in page for name in (*FAMILIES, *APART))
    assert places[-3] < page.index('id="apart"') < places[-2]


@pytest.mark.parametrize(("language", "tag"), ONE_OR_ALL)
def test_every_rule_has_its_page(client: FlaskClient, session: Session, language: str, tag: str) -> None:
    for row in queries.rules(session):
        page = text_of(client, f"/{language}/permits/{row.rule_id}")
        for name in ("title", "summary", "instrument"):
            assert row.told[name][tag] in page, f"{row.rule_id}: {name}"
        assert page.count("<h1") == 1


def test_a_page_tells_who_when_how_long_and_how_sure(client: FlaskClient) -> None:
    page = text_of(client, "/en/permits/EXP-01")
    for told in (
        "Ministry of Commerce",
        "From mainland China to anywhere else",
        "45 working days, from acceptance of the application",
        "Not counted: review by experts, check on site and referral to the State Council",
        "Another limit holds in this case:",
        "No published limit",
        "No answer in time is no approval.",
        "/en/permits/EXP-02",
        "Primary source",
        "22 Nov 2026",
        "no legal advice",
        "Not published",
        "it never counts as a no",
    ):
        assert told in page, told


def test_background_says_that_it_never_blocks(client: FlaskClient, session: Session) -> None:
    chosen = next(row.rule_id for row in queries.rules(session) if row.told["confidence"] == "BG")
    assert "never holds up a booking" in text_of(client, f"/en/permits/{chosen}")
    assert "絕不會令預約暫緩" in text_of(client, f"/zh-hant/permits/{chosen}")


def test_the_list_is_narrowed_by_what_the_address_says(client: FlaskClient) -> None:
    licences = text_of(client, "/en/permits?from=CN&to=HK&kind=licence")
    assert "/en/permits/EXP-01" in licences
    assert "/en/permits/DAT-01" not in licences
    assert "/en/permits/BIO-08" not in text_of(client, "/en/permits?from=HK&to=CN")
    assert "/zh-hant/permits/EXP-01" in text_of(client, "/zh-hant/permits?q=兩用物項")
    assert "/en/permits/DAT-04" in text_of(client, "/en/permits?q=greater+bay+CONTRACT")
    assert "No rule fits all of this" in text_of(client, "/en/permits?q=qqqqzzzz")
    named = text_of(client, "/en/permits?zone=ZON-HTZ-SZ")
    assert "/en/permits/BIO-05" in named
    assert "/en/permits/EXP-01" not in named


@pytest.mark.parametrize("fault", ["from=XX", "kind=riddle", "zone=ZON-0", "q=%E2%80%AE", "q=" + 201 * "x"])
def test_what_cannot_be_read_is_named_and_left_out(client: FlaskClient, fault: str) -> None:
    answer = client.get(f"/en/permits?{fault}")
    assert answer.status_code == 422
    assert "Part of the search could not be read" in answer.text
    assert "/en/permits/EXP-01" in answer.text


def test_an_unknown_rule_is_not_found(client: FlaskClient) -> None:
    for rule in ("EXP-99", "exp-01", "x" * 400, "%E2%80%AE", "EXP-01%27"):
        assert client.get(f"/en/permits/{rule}").status_code == 404


def test_earlier_versions_stand_beside_the_newest(client: FlaskClient, session: Session, now: datetime) -> None:
    assert "Earlier versions" not in text_of(client, "/en/permits/TEC-02")
    clock = [{"start": "receipt", "max_days": 30, "day_kind": "working"}]
    revised(session, "TEC-02", now, clock=clock, applicant="host")
    page = text_of(client, "/en/permits/TEC-02")
    changes = page[page.index('id="versions"') :]
    assert "Version 2" in changes and "Version 1" in changes
    assert "30 working days, from receipt of the application" in changes
    assert "45 working days, from receipt of the application" in changes
    assert "The host" in changes and "Where it is written" not in changes


def test_pages_take_a_fixed_number_of_statements(
    client: FlaskClient, session: Session, app: Flask, now: datetime
) -> None:
    database = app.extensions["benchbridge"][1]

    def statements(address: str) -> int:
        with counting_statements(database) as sent:
            assert client.get(address).status_code == 200
        return len(sent)

    counts = {address: statements(address) for address in ("/en/permits", "/en/permits/CUS-03", "/en/permits/TEC-02")}
    assert counts["/en/permits/CUS-03"] == counts["/en/permits/TEC-02"] <= 10
    assert counts["/en/permits"] <= 7
    for _again in range(3):
        revised(session, "TEC-02", now, applicant="host")
    assert {address: statements(address) for address in counts} == counts


def test_a_zone_leads_to_the_rules_that_name_it(client: FlaskClient) -> None:
    page = text_of(client, "/en/zones/hetao-shenzhen-park")
    assert "/en/permits?zone=ZON-HTZ-SZ" in page
    assert "permit rules name this zone" in page
    assert "/en/permits?zone" not in text_of(client, "/en/zones/northern-metropolis")


def test_every_page_leads_to_the_rules(client: FlaskClient) -> None:
    assert 'href="/zh-hant/permits"' in client.get("/zh-hant/how-it-works").text


@pytest.mark.parametrize(
    ("ways", "origin", "target", "goes"),
    [
        (["CN>*"], "CN", "HK", True),
        (["CN>*"], "", "HK", True),
        (["CN>*"], "", "CN", False),
        (["*>HK"], "CN", "", True),
        (["*>HK"], "HK", "", False),
        (["HK>CN"], "CN", "HK", False),
        (["IN-CN"], "HK", "CN", True),
        (["IN-CN"], "HK", "MO", False),
        (["HK"], "US", "HK", True),
        (["ANY"], "US", "SG", True),
        ([], "US", "SG", True),
        (["CN>*"], "CN", "CN", False),
    ],
)
def test_directions_are_matched_as_a_reader_means_them(ways: list[str], origin: str, target: str, goes: bool) -> None:
    assert _goes(ways, origin, target) is goes


def test_words_are_looked_for_in_every_language(session: Session) -> None:
    told = session.scalars(select(PermitRule).where(PermitRule.rule_id == "EXP-01")).one().told
    assert _fits(told, Asked(text="两用物项 licence ＥＸＰ-01"), {})
    assert not _fits(told, Asked(text="两用物项 data"), {})
