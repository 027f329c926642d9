"""The search in a browser: choosing a filter brings the results up to date, keeps the focus and changes the address."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from marketplace.catalogue.models import FacilityKind
from marketplace.search.actions import refresh_all
from tests.browser.walking import chromium
from tests.cast import make_cast
from tests.clients import LiveServer
from tests.conftest import NOW
from tests.factories.found import Listed, list_facility

pytestmark = pytest.mark.browser


def test_a_filter_changes_results_and_address_and_keeps_the_focus(live_server: LiveServer) -> None:
    with live_server.database.unit_of_work() as session:
        firm = make_cast(session, now=NOW).firm
        list_facility(session, firm, Listed(name={"en": "Ion lab"}), now=NOW)
        list_facility(session, firm, Listed(name={"en": "Ion line"}, kind=FacilityKind.PILOT_LINE), now=NOW)
        refresh_all(session, now=NOW)
    with chromium() as browser:
        page = browser.new_page()
        page.goto(f"{live_server.url}/en/search?q=ion")
        expect(page.locator(".card")).to_have_count(2)
        page.locator("#facet-kind-pilot_line").check()
        expect(page.locator(".card")).to_have_count(1)
        expect(page.locator(".card")).to_contain_text("Ion line")
        expect(page.locator("#facet-kind-pilot_line")).to_be_focused()
        expect(page).to_have_url(re.compile(r"q=ion.*kind=pilot_line|kind=pilot_line.*q=ion"))
        page.go_back()
        expect(page.locator(".card")).to_have_count(2)
        page.goto(f"{live_server.url}/en/search")
        page.locator("#search-words").fill("ion laboratory")
        page.locator("#search-words").press("Enter")
        expect(page.locator(".card")).to_have_count(1)
        expect(page.locator(".card")).to_contain_text("Ion lab")
