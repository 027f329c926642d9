"""Terms in a real browser: warned while writing, side by side on a phone, and every page usable by everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.bookings.actions import accept_terms
from marketplace.sample import sheets
from marketplace.terms.actions import publish_terms
from marketplace.terms.models import FrameworkSide
from tests.browser.auditing import axe, wider_than_its_window
from tests.browser.walking import chromium
from tests.cast import begin_session
from tests.clients import LiveServer
from tests.factories.frameworks import Parties, make_parties
from tests.factories.stage import hours, make_stage

pytestmark = [pytest.mark.browser, pytest.mark.full]
WIDTHS = (1280, 390)


@dataclass(frozen=True)
class Sight:
    """A browser, who sits before it, and what there is to see."""

    tab: Tab
    parties: Parties
    server: LiveServer
    paths: dict[str, str]

    def be(self, person: Person) -> None:
        """Sign in as somebody."""
        serializer = SecureCookieSessionInterface().get_signing_serializer(self.server.app)
        assert serializer is not None
        token = begin_session(self.server.database, person, now=self.parties.now)
        value = str(serializer.dumps({"sign_in": token}))
        self.tab.context.add_cookies([{"name": "benchbridge", "value": value, "url": self.server.url}])

    def look(self, name: str, language: str = "en") -> None:
        """A page in both widths: nothing sticks out, and everybody can use it."""
        for width in WIDTHS:
            self.tab.set_viewport_size({"width": width, "height": 900})
            self.tab.goto(f"{self.server.url}/{language}/{self.paths[name]}", wait_until="load")
            assert not wider_than_its_window(self.tab), (name, width)
            assert axe(self.tab) == [], (name, width)


def fill(session: Session, now: datetime) -> tuple[Parties, dict[str, str]]:
    stage = make_stage(session, now)
    parties = make_parties(session, stage.cast, now)
    habits = sheets.habits()
    by = parties.actor("bo")
    for place, name in ((parties.facility, "line"), (stage.facility, "bio")):
        text, clauses = sheets.localized(habits["terms"][name]), habits["clauses"][name]
        publish_terms(session, place.id, text, clauses=clauses, now=now, by=by)
    framework = parties.propose("user")
    booking = stage.book(hours(3, 10, 12))
    accept_terms(session, booking.id, "1", now=now, by=stage.actor("ada"))
    assert framework.proposed_side is FrameworkSide.USER
    slug, other = parties.facility.slug, stage.facility.slug
    return parties, {
        "write": f"listings/{parties.facility.id}/terms",
        "read": f"facilities/{slug}/terms",
        "compare": f"terms/compare?left={slug}&right={other}",
        "framework": f"frameworks/{framework.id}",
        "frameworks": "frameworks",
        "propose": f"frameworks/propose/{slug}",
        "acceptance": f"bookings/{booking.id}/acceptance",
        "booking": f"bookings/{booking.id}",
    }


@pytest.fixture
def sight(live_server: LiveServer, now: datetime) -> Iterator[Sight]:
    parties, paths = live_server.database.transact(lambda session: fill(session, now))
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        yield Sight(context.new_page(), parties, live_server, paths)


def test_a_contradiction_is_named_while_it_is_written(sight: Sight) -> None:
    sight.be(sight.parties.cast.bo)
    sight.tab.goto(f"{sight.server.url}/en/{sight.paths['write']}", wait_until="load")
    preview = sight.tab.locator("#terms-preview")
    sight.tab.select_option("#clauses_foreground_ip_pattern", "jointly_owned")
    sight.tab.select_option("#clauses_foreground_ip_patents", "jointly_filed")
    said = preview.get_by_text("The clause “IP in the results” contradicts rule HGR-10")
    expect(said).to_have_count(0)
    sight.tab.select_option("#clauses_foreground_ip_pattern", "user_owns")
    expect(said).to_be_visible()
    expect(preview.locator("a[href='/en/permits/HGR-10']").first).to_be_visible()


def test_every_page_of_terms_can_be_used_by_everybody(sight: Sight) -> None:
    sight.look("read", "zh-hant")
    sight.look("compare")
    sight.be(sight.parties.cast.bo)
    for name in ("write", "framework", "frameworks", "propose"):
        sight.look(name)
    sight.be(sight.parties.cast.ada)
    sight.look("acceptance", "zh-hans")
    sight.look("booking")
