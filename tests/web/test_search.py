"""The search page: all state in the address, facets without JavaScript, nothing found, the map, side by side."""

import re
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Facility, FacilityKind
from marketplace.database import Database
from marketplace.limits.rules import LIMITS, Limit
from marketplace.pricing.models import RatePer
from marketplace.search.actions import refresh_all
from tests.cast import Cast
from tests.database import counting_statements
from tests.factories.found import Listed, list_facility


@pytest.fixture
def listed(session: Session, cast: Cast, now: datetime) -> dict[str, Facility]:
    described = {
        "em": Listed(
            name={"en": "Electron <b>suite</b>", "zh-Hant": "電鏡中心"},
            price=(90000, "HKD", RatePer.HOUR),
            more={"techniques": ["TEM"], "latitude": 22.28, "longitude": 114.13},
        ),
        "line": Listed(
            name={"zh-Hans": "锂电池中试线"},
            kind=FacilityKind.PILOT_LINE,
            jurisdiction="CN-GD",
            more={"trl_min": 5, "trl_max": 7, "zone_code": "ZON-HTZ-SZ", "city": "Shenzhen"},
        ),
    }
    rows = {key: list_facility(session, cast.firm, each, now=now) for key, each in described.items()}
    refresh_all(session, now=now)
    return rows


def text_of(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


def test_results_are_links_and_texts_are_data(client: FlaskClient, listed: dict[str, Facility]):
    page = text_of(client, "/en/search")
    assert f"/en/facilities/{listed['em'].slug}" in page
    assert "Electron &lt;b&gt;suite&lt;/b&gt;" in page
    assert "<b>suite" not in page
    assert "2 facilities" in page


@pytest.mark.parametrize(
    ("language", "query", "shown", "hidden"),
    [
        ("en", "q=電鏡", "em", "line"),
        ("zh-hant", "q=电镜", "em", "line"),
        ("zh-hans", "q=battery", "line", "em"),
        ("en", "kind=pilot_line&trl=5", "line", "em"),
        ("en", "jurisdiction=CN", "line", "em"),
        ("en", "zone=ZON-HTZ", "line", "em"),
        ("en", "technique=tem", "em", "line"),
        ("en", "free_from=2026-03-10T10:00&free_to=2026-03-10T12:00&kind=lab", "em", "line"),
        ("en", "free_from=2026-03-10&free_to=2026-03-12&hours=3&q=suite", "em", "line"),
        ("en", "price_max=1000&currency=HKD", "em", "line"),
    ],
)
def test_the_address_says_what_is_found(
    client: FlaskClient, listed: dict[str, Facility], language: str, query: str, shown: str, hidden: str
):
    page = text_of(client, f"/{language}/search?{query}")
    assert listed[shown].slug in page
    assert listed[hidden].slug not in page


def test_chosen_facets_stay_chosen_and_can_be_taken_back(client: FlaskClient, listed: dict[str, Facility]):
    page = text_of(client, "/en/search?q=suite&kind=lab&trl=9")
    assert re.search(r'id="facet-kind-lab"[^>]*checked', page)
    assert re.search(r'id="facet-trl-9"[^>]*checked', page)
    assert '/en/search?kind=lab&amp;q=suite"' in page or '/en/search?q=suite&amp;kind=lab"' in page
    assert 'value="suite"' in page


def test_nothing_found_offers_what_to_let_go(client: FlaskClient, listed: dict[str, Facility]):
    page = text_of(client, "/en/search?q=battery&jurisdiction=HK")
    assert "Nothing fits all of this" in page
    assert "Without the filters: 1" in page


def test_slips_are_told(client: FlaskClient, listed: dict[str, Facility]):
    assert "battery" in text_of(client, "/en/search?q=baterry")


@pytest.mark.parametrize(
    "query",
    [
        "trl=99",
        "kind=castle",
        "sort=magic",
        "hours=-3",
        "hours=1e999",
        "free_from=yesterday",
        "free_from=2026-03-10&free_to=2026-03-01",
        "free_from=0001-01-01T00:00&free_to=9999-12-31T23:59",
        "price_max=ten",
        "price_max=1&currency=XXX",
        "cursor=-1",
        "q=%00",
        "limit=100000",
    ],
)
def test_what_cannot_be_read_is_named_and_the_rest_is_searched(
    client: FlaskClient, listed: dict[str, Facility], query: str
):
    answer = client.get(f"/en/search?q=suite&{query}" if "q=" not in query else f"/en/search?{query}")
    expected = 200 if query.startswith("limit") else 422
    assert answer.status_code == expected
    if expected == 422:
        assert "Part of the search could not be read" in answer.text


@pytest.mark.parametrize(
    "query", ["q=" + "長" * 500, "q='%22><script>", "technique=%27;--", "zone=../../etc", "jurisdiction=%E0%A4%A"]
)
def test_hostile_addresses_find_nothing_bad(client: FlaskClient, listed: dict[str, Facility], query: str):
    answer = client.get(f"/en/search?{query}")
    assert answer.status_code in (200, 422)
    assert "<script>" not in answer.text.replace('<script type="module"', "")


def test_the_map_lists_its_points(client: FlaskClient, listed: dict[str, Facility]):
    page = text_of(client, "/en/search?view=map")
    assert 'data-lat="22.28000"' in page
    assert listed["line"].slug not in page


def test_up_to_four_stand_side_by_side(client: FlaskClient, listed: dict[str, Facility]):
    ids = [str(facility.id) for facility in listed.values()]
    page = text_of(client, f"/en/compare?ids={ids[0]}&ids={ids[1]}")
    assert page.index(listed["em"].slug) < page.index(listed["line"].slug)
    assert "5–7" in page
    assert text_of(client, f"/en/compare?ids={','.join(ids)}").count(listed["line"].slug) >= 1
    assert "Nothing to compare" in text_of(client, "/en/compare?ids=no-id&ids=" + "0" * 32)


def test_searches_are_counted_apart_from_pages(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.extensions["benchbridge"][1].info["rate_limits"] = True
    monkeypatch.setitem(LIMITS, "search", Limit(2, 1))
    assert [client.get("/en/search?q=laser").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/en/").status_code == 200


def test_the_page_has_a_fixed_number_of_statements(
    client: FlaskClient, session: Session, database: Database, cast: Cast, listed: dict[str, Facility], now: datetime
):
    def statements(path: str) -> int:
        with counting_statements(database) as sent:
            text_of(client, path)
        return len(sent)

    paths = ["/en/search?q=lab", "/en/search?view=map", "/en/search?free_from=2026-03-10&hours=2&sort=price"]
    before = [statements(path) for path in paths]
    for number in range(12):
        listing: dict[str, Any] = {"zone_code": "ZON-SP", "city": "Hong Kong", "latitude": 22, "longitude": 114}
        list_facility(session, cast.firm, Listed(name={"en": f"Lab {number}"}, units=2, more=listing), now=now)
    refresh_all(session, now=now)
    assert [statements(path) for path in paths] == before
