"""The search page's "I can lawfully start by": who is asked what, what each hit says, and what can't be read."""

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.catalogue.models import Facility
from marketplace.permits.actions import load_rules
from marketplace.search.actions import refresh_all
from marketplace.search.queries import starts
from tests.cast import Cast, join, signed_in
from tests.factories.found import Listed, list_facility


@pytest.fixture
def listed(session: Session, cast: Cast, now: datetime) -> dict[str, Facility]:
    load_rules(session, now=now)
    described = {
        "there": Listed(
            name={"en": "Bench in Shenzhen"},
            jurisdiction="CN-GD",
            more={"zone_code": "ZON-HTZ-SZ", "city": "Shenzhen"},
        ),
        "here": Listed(name={"en": "Bench in Hong Kong"}, more={"city": "Hong Kong"}),
    }
    rows = {key: list_facility(session, cast.firm, each, now=now) for key, each in described.items()}
    refresh_all(session, now=now)
    starts.forget()
    return rows


def page_of(client: FlaskClient, query: str, status: int = 200, language: str = "en") -> str:
    answer = client.get(f"/{language}/search?{query}")
    assert answer.status_code == status, answer.text
    return answer.text


def test_each_hit_says_when_its_use_may_begin(client: FlaskClient, cast: Cast, listed):
    signed_in(client, cast.ada)
    page = page_of(client, "startable_by=2027-03-12&crossing=goods_back&crossing=people")
    assert "2 facilities" in page
    assert page.index("Bench in Hong Kong") < page.index("Bench in Shenzhen")
    assert "Lawful start not before" in page
    assert "questions open" in page
    assert 'name="from"' not in page
    assert 'value="goods_back" checked' in page
    assert "Earliest lawful start" in page
    assert "A lawful start in time" in page


def test_what_needs_nothing_may_begin_at_once(client: FlaskClient, cast: Cast, listed):
    signed_in(client, cast.ada)
    page = page_of(client, "startable_by=2027-03-12&crossing=nothing&jurisdiction=HK")
    assert "1 facility" in page
    assert "Lawful start" in page


def test_who_is_not_signed_in_says_where_they_work(client: FlaskClient, listed):
    assert 'name="from"' in page_of(client, "")
    unsaid = page_of(client, "startable_by=2027-03-12&crossing=people", 422)
    assert "Say where you work, or sign in" in unsaid
    assert "2 facilities" in unsaid
    assert 'value="2027-03-12"' in unsaid
    said = page_of(client, "startable_by=2027-03-12&crossing=people&from=HK")
    assert "Lawful start" in said
    assert '<option value="HK" selected>' in said
    for language, words in (("zh-hant", "合法使用"), ("zh-hans", "合法使用")):
        assert words in page_of(client, "startable_by=2027-03-12&crossing=people&from=HK", language=language)


def test_who_has_several_organisations_chooses(client: FlaskClient, cast: Cast, session, now, listed):
    join(session, cast.ada, cast.elsewhere, Role.RESEARCHER, now=now)
    signed_in(client, cast.ada)
    page = page_of(client, f"startable_by=2027-03-12&organisation={cast.elsewhere.id}")
    assert f'<option value="{cast.elsewhere.id}" selected>' in page
    assert "Lawful start" in page
    refused = page_of(client, f"startable_by=2027-03-12&organisation={cast.firm.id}", 422)
    assert "Lawful start" not in refused


@pytest.mark.parametrize(
    "query",
    [
        "startable_by=never",
        "startable_by=never&sort=earliest_start",
        "sort=earliest_start",
        "startable_by=2027-03-12&from=XX",
        "startable_by=2027-03-12&from=HK&crossing=nothing&crossing=people",
        "startable_by=2027-03-12&from=HK&crossing=hope&sort=earliest_start",
        "startable_by=2027-03-12&from=HK&organisation=ours",
    ],
)
def test_what_cannot_be_read_is_named_and_the_rest_is_found(client: FlaskClient, listed, query: str):
    page = page_of(client, query, 422)
    assert "Part of the search could not be read" in page
    assert "2 facilities" in page


def test_nothing_in_time_offers_the_others(client: FlaskClient, listed):
    page = page_of(client, "startable_by=2025-03-12&crossing=people&from=HK")
    assert "Whenever it may begin: 2" in page


def test_the_map_shows_what_may_begin_in_time(client: FlaskClient, listed):
    assert page_of(client, "view=map&startable_by=2027-03-12&crossing=people&from=HK")
