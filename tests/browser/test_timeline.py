"""The drawn timeline in a real browser: it shows what the table says, keys reach it, and a mouse closes a unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.availability.models import Closure
from marketplace.bookings.actions import approve
from tests.browser.auditing import axe, wider_than_its_window
from tests.browser.walking import chromium
from tests.cast import begin_session
from tests.clients import LiveServer
from tests.factories.stage import Stage, hours, make_stage

pytestmark = [pytest.mark.browser, pytest.mark.full]


@dataclass(frozen=True)
class Sight:
    """Bo's browser before the timeline, and the stage that it shows."""

    tab: Tab
    stage: Stage
    server: LiveServer

    def open(self, query: str = "", *, day: str = "2026-03-02") -> None:
        """Go to the timeline of the test's week."""
        self.tab.goto(f"{self.server.url}/en/host/timeline?date={day}{query}", wait_until="load")
        self.tab.wait_for_selector(".ec-event")


def fill(session: Session, now: datetime) -> Stage:
    stage = make_stage(session, now)
    booking = stage.book(hours(3, 10, 12))
    approve(session, booking.id, now=now, by=stage.actor("bo"))
    stage.book(hours(5, 14, 16), by="eve")
    return stage


@pytest.fixture
def sight(live_server: LiveServer, now: datetime) -> Iterator[Sight]:
    stage = live_server.database.transact(lambda session: fill(session, now))
    serializer = SecureCookieSessionInterface().get_signing_serializer(live_server.app)
    assert serializer is not None
    token = begin_session(live_server.database, stage.cast.bo, now=now)
    cookie = {"name": "benchbridge", "value": str(serializer.dumps({"sign_in": token})), "url": live_server.url}
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
        context.add_cookies([cookie])  # type: ignore[list-item]
        yield Sight(context.new_page(), stage, live_server)


def test_the_drawing_shows_what_the_table_says_and_everybody_can_use_it(sight: Sight) -> None:
    complaints: list[str] = []
    sight.tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    sight.open()
    links = sight.tab.locator(".ec-event a")
    expect(links).to_have_count(2)
    rows = sight.tab.locator("section[aria-labelledby=table] tbody tr")
    expect(rows).to_have_count(2)
    assert "Ada Leung · Harbour University" in links.all_inner_texts()
    drawn = {link.get_attribute("href") for link in links.all()}
    told = {link.get_attribute("href") for link in rows.locator("a").all()}
    assert drawn == told
    assert axe(sight.tab) == []
    assert complaints == []


def test_keys_reach_the_drawing(sight: Sight) -> None:
    sight.open()
    first = sight.tab.locator(".ec-event a").first
    first.focus()
    sight.tab.keyboard.press("Enter")
    sight.tab.wait_for_url("**/en/bookings/*")


def test_a_stretch_drawn_by_mouse_fills_the_form_that_closes(sight: Sight) -> None:
    sight.open("&view=day", day="2026-03-03")
    event = sight.tab.locator(".ec-event").first.bounding_box()
    assert event is not None
    # Two hours after the booking's end, on its own row: the booking of two hours gives the scale.
    hour, middle = event["width"] / 2, event["y"] + event["height"] / 2
    start = event["x"] + event["width"] + hour
    sight.tab.mouse.move(start + 2, middle)
    sight.tab.mouse.down()
    sight.tab.mouse.move(start + hour, middle, steps=4)
    sight.tab.mouse.move(start + 2 * hour - 2, middle, steps=4)
    sight.tab.mouse.up()
    dialog = sight.tab.locator("dialog#closure-dialog[open]")
    expect(dialog).to_be_visible()
    assert dialog.locator("[name=unit]").input_value() == str(sight.stage.unit.id)
    assert dialog.locator("[name=start]").input_value() == "2026-03-03T13:00"
    assert dialog.locator("[name=end]").input_value() == "2026-03-03T15:00"
    assert axe(sight.tab) == []
    dialog.get_by_role("button", name="Close the unit").click()
    sight.tab.wait_for_url("**/en/host/closures")
    with sight.server.database.reading() as session:
        closure = session.scalars(select(Closure)).one()
    assert (closure.starts_at, closure.ends_at) == (hours(3, 13, 15).start, hours(3, 13, 15).end)


def test_on_a_narrow_screen_the_table_is_enough(sight: Sight) -> None:
    sight.tab.set_viewport_size({"width": 390, "height": 800})
    sight.tab.goto(f"{sight.server.url}/en/host/timeline?date=2026-03-02", wait_until="load")
    expect(sight.tab.locator("section[aria-labelledby=table]")).to_be_visible()
    assert wider_than_its_window(sight.tab) == []
    assert axe(sight.tab) == []
