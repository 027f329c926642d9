"""The small behaviours of pages: each improves something that works without it, none needs what the policy forbids."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import jsonify, render_template_string, request
from flask_wtf import FlaskForm
from playwright.sync_api import Browser, Page, expect
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired

from marketplace.web.access import allow
from tests.browser.auditing import axe, wider_than_its_window
from tests.browser.walking import chromium
from tests.clients import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.full]
SPECIMEN = Path(__file__).with_name("specimen.html").read_text(encoding="utf-8")
MORNING = datetime(2026, 3, 1, 22, tzinfo=UTC)


class Specimen(FlaskForm):
    name = StringField("Name", [InputRequired()])
    en = TextAreaField("English")
    hant = TextAreaField("Traditional", default="薄膜")
    hans = TextAreaField("Simplified", [InputRequired()])


def rows() -> list[dict[str, object]]:
    free = {"start": MORNING + timedelta(hours=3), "end": MORNING + timedelta(hours=9), "kind": "free", "label": "Free"}
    taken = {**free, "start": free["end"], "end": MORNING + timedelta(hours=11), "kind": "taken", "label": "Taken"}
    return [{"label": "Mon 2", "start": MORNING, "end": MORNING + timedelta(days=1), "segments": [free, taken]}]


@pytest.fixture
def site(live_server: LiveServer) -> Iterator[tuple[str, list[str]]]:
    """The specimen's address, and the names that were sent to it."""
    sent: list[str] = []

    @allow("page.see")
    def specimen() -> str:
        form = Specimen()
        if request.method == "POST":
            sent.append(request.form.get("name", ""))
            time.sleep(0.3)
            form.validate()
        return render_template_string(SPECIMEN, form=form, rows=rows())

    @allow("page.see")
    def events() -> object:
        shown = {"href": "/en/terms", "label": "Ada, held"}
        bar = {
            "id": "1",
            "resourceIds": ["u1"],
            "start": "2026-03-02T09:00",
            "end": "2026-03-02T13:00",
            "title": "<b>Ada</b>",
        }
        return jsonify([{**bar, "classNames": ["held"], "extendedProps": shown}])

    live_server.app.add_url_rule("/<language:language>/specimen", view_func=specimen, methods=["GET", "POST"])
    live_server.app.add_url_rule("/specimen/events", view_func=events)
    yield f"{live_server.url}/en/specimen", sent


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def tab(browser: Browser, site: tuple[str, list[str]]) -> Iterator[Page]:
    """The specimen in a window; whatever the browser complains about fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(site[0])
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def plain(browser: Browser, site: tuple[str, list[str]]) -> Iterator[Page]:
    """The same in a browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site[0])
    yield page
    context.close()


def test_three_texts_are_tabs_for_mouse_and_keys(tab: Page) -> None:
    expect(tab.get_by_role("tab")).to_have_count(3)
    expect(tab.locator("#en")).to_be_visible()
    expect(tab.locator("#hant")).to_be_hidden()
    tab.get_by_role("tab", name="English").press("ArrowRight")
    expect(tab.locator("#hant")).to_be_visible()
    expect(tab.get_by_role("tab", name="繁體中文")).to_be_focused()
    tab.get_by_role("tab", name="简体中文").click()
    expect(tab.locator("#hans")).to_be_visible()
    expect(tab.locator("#hant")).to_be_hidden()


def test_without_scripts_they_are_three_fields(plain: Page) -> None:
    for name in ("en", "hant", "hans"):
        expect(plain.locator(f"#{name}")).to_be_visible()
    assert plain.get_by_role("tab").count() == 0


def test_the_summary_of_errors_leads_into_a_hidden_tab(tab: Page) -> None:
    tab.evaluate("document.querySelector('#sent').noValidate = true")
    tab.get_by_role("button", name="Send").click()
    expect(tab.locator("#error-summary")).to_be_visible()
    expect(tab.locator("#hans")).to_be_visible()
    tab.get_by_role("tab", name="English").click()
    tab.locator("#error-summary a[href='#hans']").click()
    expect(tab.locator("#hans")).to_be_visible()
    assert axe(tab) == []


def test_a_form_is_sent_once_however_often_it_is_pressed(tab: Page, site: tuple[str, list[str]]) -> None:
    tab.locator("#name").fill("once")
    tab.locator("#sent").evaluate("form => { form.noValidate = true; form.requestSubmit(); form.requestSubmit(); }")
    expect(tab.locator("#error-summary")).to_be_visible()
    assert site[1] == ["once"]


def test_a_dialog_opens_closes_and_gives_the_focus_back(tab: Page) -> None:
    opener = tab.get_by_role("link", name="Close a unit")
    opener.click()
    dialog = tab.get_by_role("dialog", name="Close a unit")
    expect(dialog).to_be_visible()
    assert axe(tab) == []
    tab.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()
    opener.click()
    dialog.get_by_role("button", name="Close", exact=True).first.click()
    expect(dialog).to_be_hidden()


def test_without_scripts_its_opener_leads_to_a_page(plain: Page) -> None:
    plain.get_by_role("link", name="Close a unit").click()
    assert plain.url.endswith("/en/privacy")


def test_menus_open_by_key_and_close_by_escape_and_elsewhere(tab: Page) -> None:
    menu = tab.locator(".site-tools details.menu").first
    summary = menu.locator("summary")
    summary.press("Enter")
    expect(menu.get_by_role("link", name="繁體中文")).to_be_visible()
    tab.keyboard.press("Escape")
    expect(menu.get_by_role("link", name="繁體中文")).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    tab.get_by_role("heading", name="Specimen").click()
    expect(menu.get_by_role("link", name="繁體中文")).to_be_hidden()


def test_the_timeline_shows_text_as_text_and_leads_to_the_booking(tab: Page) -> None:
    bar = tab.get_by_role("link", name="<b>Ada</b>")
    expect(bar).to_be_visible()
    expect(tab.get_by_text("Bench <b>1</b>")).to_be_visible()
    assert axe(tab) == []
    bar.focus()
    bar.press("Enter")
    tab.wait_for_url(re.compile("/en/terms$"))


def test_a_stretch_drawn_by_mouse_fills_the_form(tab: Page) -> None:
    tab.get_by_role("link", name="<b>Ada</b>").scroll_into_view_if_needed()
    box = tab.get_by_role("link", name="<b>Ada</b>").bounding_box()
    assert box is not None
    row = box["y"] + box["height"] / 2 + 35  # the second unit, under the first
    tab.mouse.move(box["x"] + 2, row)
    tab.mouse.down()
    tab.mouse.move(box["x"] + 78, row, steps=8)
    tab.mouse.up()
    expect(tab.get_by_role("dialog")).to_be_visible()
    assert tab.locator("#unit").input_value() == "u2"
    start, end = tab.locator("#start").input_value(), tab.locator("#end").input_value()
    assert start == "2026-03-02T09:00"
    assert "2026-03-02T10:30" <= end <= "2026-03-02T11:15"


def test_the_map_draws_what_the_list_says(tab: Page) -> None:
    points = tab.locator("#map .map-point")
    expect(points).to_have_count(2)
    expect(tab.locator("#map").get_by_text("Hong Kong")).to_be_visible()
    points.first.focus()
    points.first.press("Enter")
    expect(tab.locator("#map").get_by_role("link", name="Hetao <i>line</i>")).to_be_visible()


def test_without_scripts_the_list_stands_alone(plain: Page) -> None:
    expect(plain.locator("#map")).to_be_hidden()
    expect(plain.get_by_role("link", name="Harbour lab")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_every_component_can_be_used_in_light_and_dark(
    browser: Browser, site: tuple[str, list[str]], scheme: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(site[0])
    assert axe(page) == []
    assert wider_than_its_window(page) == []
    context.close()
