"""Every page in a real browser: nothing serious by axe, no fault in its HTML, nothing foreign, never too wide."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.all_pages import PAGES
from tests.browser.instance import Instance, instance
from tests.browser.walking import Walk, check_sources, chromium, walk
from tests.database import Server

pytestmark = pytest.mark.browser

# Two corners of the square that lie across from one another; `make gallery` walks all six.
CORNERS = [("zh-hant", 390), ("en", 1280)]


@pytest.fixture(scope="module")
def site(server: Server) -> Iterator[Instance]:
    with instance(server) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.mark.full
@pytest.mark.parametrize(("language", "width"), CORNERS)
def test_every_page_can_be_used_by_everybody(
    site: Instance, browser: Browser, tmp_path: Path, language: str, width: int
) -> None:
    round_ = Walk(site, tmp_path, pictures=False)
    walk(round_, browser, PAGES, language=language, width=width)
    check_sources(round_)
    assert round_.faults == {}


def test_pages_are_named_once() -> None:
    names = [page.name for page in PAGES]
    assert len(names) == len(set(names))
