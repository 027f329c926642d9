"""The public page of a facility: what strangers see, what they don't, and what machines read."""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.catalogue.actions import change_facility, pause
from marketplace.pricing.actions import set_rate
from marketplace.pricing.models import RatePer
from marketplace.terms.actions import publish_terms
from marketplace.values.money import Money
from tests.cast import Cast, actor_of
from tests.factories.listings import TODAY, make_listing

EVIL = "</script><script>alert(1)</script>&\u2028"


def test_the_page_says_what_a_user_needs_in_three_languages(
    client: FlaskClient, session: Session, cast: Cast, now: datetime
) -> None:
    bo = actor_of(session, cast.bo, now=now)
    facility, unit = make_listing(session, cast.firm.id, by=bo, now=now, kind="pilot_line", trl_min=4, trl_max=7)
    secret = {"address": {"en": "Secret street 1"}, "directions": {"en": "By the back door"}, "arrival_contact": "Pat"}
    public = {"what_to_bring": {"en": "Goggles"}, "techniques": ["SEM"], "latitude": "22.4", "longitude": "114.2"}
    change_facility(session, facility.id, secret | public, now=now, by=bo)
    set_rate(session, unit.id, Money(12300, "HKD"), RatePer.HOUR, valid_from=TODAY, now=now, by=bo)
    publish_terms(session, facility.id, {"en": "Wear goggles."}, now=now, by=bo)
    session.flush()
    for language, kind in (("en", "Pilot line"), ("zh-hant", "中試線"), ("zh-hans", "中试线")):
        page = client.get(f"/{language}/facilities/{facility.slug}")
        assert page.status_code == 200
        for shown in (kind, "HKD", "123.00", "Goggles", "SEM", "desk@example.org", "Etcher"):
            assert shown in page.text, shown
        for hidden in ("Secret street", "back door", "Pat"):
            assert hidden not in page.text
    assert "Wear goggles." in client.get(f"/en/facilities/{facility.slug}/terms").text
    assert client.get(f"/en/facilities/{facility.slug}/terms?version=9").status_code == 404


def test_places_and_techniques_are_named_in_the_readers_language(
    client: FlaskClient, session: Session, cast: Cast, now: datetime
) -> None:
    bo = actor_of(session, cast.bo, now=now)
    techniques = ["reactive ion etching", "离子注入", "etching of <i>own</i> making"]
    facility, _ = make_listing(session, cast.firm.id, by=bo, now=now, city="Shenzhen", techniques=techniques)
    expected = {
        "en": ("Shenzhen", "reactive ion etching", "Ion implantation"),
        "zh-hant": ("深圳", "反應離子刻蝕", "离子注入"),
        "zh-hans": ("深圳", "反应离子刻蚀", "离子注入"),
    }
    for language, words in expected.items():
        page = client.get(f"/{language}/facilities/{facility.slug}").text
        for word in (*words, "etching of &lt;i&gt;own&lt;/i&gt; making"):
            assert word in page, (language, word)


def test_json_ld_is_whole_and_inert(client: FlaskClient, session: Session, cast: Cast, now: datetime) -> None:
    bo = actor_of(session, cast.bo, now=now)
    facility, unit = make_listing(session, cast.firm.id, by=bo, now=now, techniques=["SEM </script>"])
    change_facility(session, facility.id, {"summary": {"en": EVIL.strip()}}, now=now, by=bo)
    set_rate(session, unit.id, Money(500, "HKD"), RatePer.DAY, valid_from=TODAY, now=now, by=bo)
    session.flush()
    text = client.get(f"/en/facilities/{facility.slug}").text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert block is not None
    read = json.loads(block[1])
    assert read["@type"] == "Service"
    assert read["serviceType"] == ["SEM </script>"]
    offer = read["hasOfferCatalog"]["itemListElement"][0]
    assert offer["priceSpecification"]["price"] == "5.00"
    assert offer["priceSpecification"]["unitCode"] == "DAY"
    assert "<script>alert" not in text


def test_former_addresses_and_ids_lead_to_the_present_one(
    client: FlaskClient, session: Session, cast: Cast, now: datetime
) -> None:
    bo = actor_of(session, cast.bo, now=now)
    facility, _ = make_listing(session, cast.firm.id, by=bo, now=now)
    old = facility.slug
    change_facility(session, facility.id, {"name": {"en": "New name"}}, now=now, by=bo)
    session.flush()
    for key in (old, str(facility.id)):
        moved = client.get(f"/en/facilities/{key}")
        assert (moved.status_code, moved.location) == (301, "/en/facilities/new-name")
    assert client.get("/en/facilities/nothing-here").status_code == 404


def test_a_paused_listing_says_so(client: FlaskClient, session: Session, cast: Cast, now: datetime) -> None:
    bo = actor_of(session, cast.bo, now=now)
    facility, _ = make_listing(session, cast.firm.id, by=bo, now=now)
    pause(session, facility.id, now=now, by=bo)
    session.flush()
    assert "takes no new bookings" in client.get(f"/en/facilities/{facility.slug}").text


@pytest.mark.parametrize("field", ["summary", "description", "what_to_bring"])
def test_user_text_is_never_markup(
    client: FlaskClient, session: Session, cast: Cast, now: datetime, field: str
) -> None:
    bo = actor_of(session, cast.bo, now=now)
    facility, _ = make_listing(session, cast.firm.id, by=bo, now=now)
    change_facility(session, facility.id, {field: {"en": "<img src=x onerror=alert(1)>"}}, now=now, by=bo)
    session.flush()
    assert "<img src=x" not in client.get(f"/en/facilities/{facility.slug}").text
