"""The main job in a browser: a line is listed in Chinese, found in two scripts, booked over a weekend and approved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from config import Settings
from marketplace.bookings.models import Booking, BookingState
from marketplace.catalogue.models import Facility, Unit
from marketplace.database import Database
from marketplace.files.store import FileStore
from marketplace.notices.models import Mail, Notice
from marketplace.sample import inventory
from marketplace.worker.registry import Workshop, registry
from marketplace.worker.sweep import sweep
from tests.browser.walking import chromium
from tests.cast import PASSWORD, Cast, make_cast
from tests.clients import LiveServer
from tests.conftest import NOW
from tests.factories.stage import at

pytestmark = pytest.mark.browser


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def cast(committed: Database) -> Cast:
    made: list[Cast] = []
    committed.transact(lambda session: made.append(make_cast(session, now=NOW)))
    return made[0]


def sign_in(browser: Browser, site: LiveServer, who: str) -> Page:
    """A browser of their own, signed in by address and password."""
    page = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{site.url}/en/sign-in")
    page.fill("main input[name=email]", f"{who}@example.org")
    page.fill("main input[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def go_on(page: Page) -> None:
    """Press the main button of the page's form."""
    with page.expect_navigation():
        page.locator("main form button.btn-primary").first.click()


def lists_a_pilot_line(bo: Page, site: LiveServer) -> UUID:
    bo.goto(f"{site.url}/zh-hans/listings/new")
    bo.locator("input[name=kind][value=pilot_line]").check(force=True)
    bo.fill("[name=name_zh_hans]", "晶圆中试线")
    go_on(bo)
    found = re.search(r"listings/([0-9a-f-]{36})/basics", bo.url)
    assert found
    base = f"{site.url}/zh-hans/listings/{found[1]}"
    bo.fill("[name=summary_zh_hans]", "六英寸晶圆的光刻与刻蚀。")
    bo.fill("[name=techniques]", "光刻\n刻蚀")
    go_on(bo)
    bo.select_option("[name=jurisdiction_code]", "CN-GD")
    bo.select_option("[name=zone_code]", "ZON-HTZ-SZ")
    bo.fill("[name=contact_email]", "desk@example.org")
    bo.fill("[name=arrival_contact]", "到门口找小吉")
    go_on(bo)
    bo.goto(f"{base}/units/new")
    bo.locator("input[name=kind][value=line]").check(force=True)
    bo.fill("[name=name_zh_hans]", "一号线")
    go_on(bo)
    bo.goto(f"{base}/hours")
    bo.locator("main a[href*='/units/'][href$='/hours']").first.click()
    for day in range(1, 6):
        bo.fill(f"[name=opens_{day}_1]", "09:00")
        bo.fill(f"[name=closes_{day}_1]", "18:00")
    bo.locator("input[name=mode][value=day]").check(force=True)
    go_on(bo)
    bo.goto(f"{base}/preview")
    with bo.expect_navigation():
        bo.locator("form[action$='/publish'] button").click()
    expect(bo.locator("h1")).to_contain_text("晶圆中试线")
    return UUID(found[1])


def imports_a_sheet(bo: Page, site: LiveServer, folder: Path) -> None:
    bo.goto(f"{site.url}/zh-hans/listings/import")
    bo.set_input_files("[name=file]", inventory.keep(folder))
    go_on(bo)
    go_on(bo)
    expect(bo).to_have_url(re.compile("/preview$"))
    expect(bo.locator("main")).to_contain_text("White-light interferometer")
    go_on(bo)
    bo.goto(f"{site.url}/zh-hans/listings")
    expect(bo.locator("main")).to_contain_text("Shared metrology room")


def tidy(site: LiveServer, folder: Path) -> None:
    """What the job worker does meanwhile: the search learns of the line."""
    settings = Settings(environment="test", secret_key="s", history_key="h", database_url="", instance=folder)
    store = FileStore(settings.files_url, folder)
    sweep(Workshop(database=site.database, settings=settings, store=store, clock=lambda: NOW), registry())


def finds(ada: Page, site: LiveServer, words: str, language: str) -> None:
    ada.goto(f"{site.url}/{language}/")
    box = ada.locator("input[name=q]").first
    box.fill(words)
    with ada.expect_navigation():
        box.press("Enter")
    expect(ada.locator("main .card")).to_have_count(1)


def books_over_the_weekend(ada: Page) -> str:
    ada.locator("main .card a").first.click()
    ada.locator("a.btn-primary[href*='/book']").first.click()
    ada.fill("[name=start_on]", "2026-03-06")
    ada.fill("[name=end_on]", "2026-03-09")
    ada.check("input[name=crosses][value=no]")
    ada.fill("[name=note]", "Two cassettes of bare wafers.")
    expect(ada.locator("#preview")).to_contain_text("Fri, 6 Mar 2026, 09:00 to Mon, 9 Mar 2026, 18:00")
    expect(ada.locator("#preview")).to_contain_text("Free, and nothing stands in the way.")
    with ada.expect_navigation():
        ada.get_by_role("button", name="Book this time").click()
    expect(ada.locator("main .chip").first).to_contain_text("Held")
    return ada.url


def test_from_a_listing_in_chinese_to_a_confirmed_weekend(
    live_server: LiveServer, cast: Cast, browser: Browser, tmp_path: Path
) -> None:
    bo = sign_in(browser, live_server, "bo")
    facility_id = lists_a_pilot_line(bo, live_server)
    imports_a_sheet(bo, live_server, tmp_path)
    tidy(live_server, tmp_path)

    ada = sign_in(browser, live_server, "ada")
    finds(ada, live_server, "晶圓", "zh-hant")
    finds(ada, live_server, "photolithography", "en")
    address = books_over_the_weekend(ada)

    eve = sign_in(browser, live_server, "eve")
    assert (answer := eve.goto(address)) and answer.status == 404
    eve.goto(f"{live_server.url}/en/bookings")
    expect(eve.locator("main")).to_contain_text("Nothing is booked yet")

    bo.goto(address.replace("/en/", "/zh-hans/"))
    with bo.expect_navigation():
        bo.locator("form[action$='/approve'] button[type=submit]").click()
    ada.reload()
    expect(ada.locator("main .chip").first).to_contain_text("Confirmed")
    expect(ada.locator("main")).to_contain_text("到门口找小吉")
    told(live_server.database, cast, facility_id)


def told(database: Database, cast: Cast, facility_id: UUID) -> None:
    """The booking holds the whole weekend, and both sides have notice and mail of it."""
    with database.reading() as session:
        chosen = select(Booking).join(Unit, Unit.id == Booking.unit_id).where(Unit.facility_id == facility_id)
        booking = session.scalars(chosen).one()
        assert (booking.starts_at, booking.ends_at) == (at(6, 9), at(9, 18))
        assert booking.state is BookingState.CONFIRMED
        for table in (Mail, Notice):
            confirmed = select(table).where(table.code == "booking_confirmed")
            assert {row.recipient_id for row in session.scalars(confirmed)} == {cast.ada.id, cast.bo.id}
        others = select(Facility).where(Facility.id != facility_id, Facility.import_key.is_not(None))
        imported = {next(iter(facility.name.values())) for facility in session.scalars(others)}
        assert imported == {"Shared metrology room", "器件可靠性实验室", "X-ray microscope"}
