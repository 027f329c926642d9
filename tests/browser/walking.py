"""Visiting the listed pages as their readers, in each language and width, and noting what is wrong with them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

from playwright.sync_api import Browser, Response, TimeoutError, sync_playwright
from playwright.sync_api import Page as Tab

from tests.browser.auditing import axe, html_faults, wider_than_its_window
from tests.browser.instance import Instance
from tests.browser.pages import Page

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
LANGUAGES = ("en", "zh-hant", "zh-hans")
WIDTHS = (1280, 390)
HEIGHT = 900
# What was taken once is known the next time, so each visit uploads another day's.
_DAYS = cycle(range(1, 29))
# Pictures further down are loaded when they come into sight; on a picture of the whole page all are in sight.
EVERYTHING_LOADED = """async () => {
  for (const picture of document.images) picture.loading = "eager";
  await Promise.all([...document.images].map((picture) => picture.decode().catch(() => null)));
  await document.fonts.ready;
}"""


@dataclass
class Walk:
    """One round through the pages: where pictures and sources go, and the faults found, by page."""

    instance: Instance
    folder: Path
    pictures: bool = True
    faults: dict[str, list[str]] = field(default_factory=dict)

    def note(self, where: tuple[str, int, str] | str, faults: list[str]) -> None:
        """Keep what was found on a page, named by its file or by language, width and name."""
        if faults:
            name = where if isinstance(where, str) else " ".join(map(str, where))
            self.faults.setdefault(name, []).extend(faults)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium without a window."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        raise RuntimeError("Chromium is missing. On Debian, as root: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


def walk(round_: Walk, browser: Browser, pages: tuple[Page, ...], *, language: str, width: int) -> None:
    """Visit every page once in this language and width; one browser profile serves all readers and keeps the faces."""
    context = browser.new_context(viewport={"width": width, "height": HEIGHT}, locale=language, reduced_motion="reduce")
    for role in dict.fromkeys(page.role for page in pages):
        context.clear_cookies()
        if cookie := round_.instance.cookie(role):
            context.add_cookies([cookie])  # type: ignore[list-item]
        for page in pages:
            if page.role == role:
                tab = context.new_page()
                _visit(round_, tab, page, language=language, width=width)
                tab.close()
    context.close()


def check_sources(round_: Walk) -> None:
    """Hold what the server sent for every visited page to html-validate."""
    sources = sorted((round_.folder / "html").glob("*.html"))
    for name, faults in html_faults(sources).items():
        round_.note(name, faults)


def _visit(round_: Walk, tab: Tab, page: Page, *, language: str, width: int) -> None:
    where = (language, width, page.name)
    complaints: list[str] = []
    url = round_.instance.url
    tab.on("console", lambda said: complaints.append(f"console: {said.text}") if said.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    tab.on(
        "request",
        lambda asked: (
            None if asked.url.startswith((url, "data:", "blob:")) else complaints.append(f"foreign: {asked.url}")
        ),
    )
    try:
        answer = _reach(tab, page, f"{url}/{language}/{page.path}")
    except TimeoutError as late:
        answer, complaints = None, [*complaints, str(late).splitlines()[0]]
    if answer is None:
        round_.note(where, [*complaints, f"no way to {page.name} by {page.follow} {page.press}"])
        return
    if answer.status != page.status:
        complaints.append(f"answered {answer.status}")
    _keep_source(round_, f"{language}-{page.name}", answer)
    _look(round_, tab, where, complaints)
    _look_at_dialogs(round_, tab, where)
    if page.status >= 400 or page.press:
        complaints = [line for line in complaints if "Failed to load resource" not in line]
    round_.note(where, complaints)


def _reach(tab: Tab, page: Page, address: str) -> Response | None:
    answer = tab.goto(address, wait_until="load")
    for selector in page.follow:
        link = tab.locator(selector).first
        if not link.count():
            return None
        href = link.get_attribute("href")
        answer = tab.goto(tab.evaluate("href => new URL(href, location.href).href", href), wait_until="load")
    _fill(tab, page)
    twice = page.again or page.answers
    for boxes in ((), page.answers) if twice else ((),) if page.press else ():
        for box in boxes:
            found = tab.locator(box).first
            if not found.count():
                return None
            found.evaluate("box => { for (let at = box; at; at = at.parentElement) if ('open' in at) at.open = true; }")
            found.check(timeout=5000)
        button = tab.locator(page.press).first
        if not button.count():
            return None
        # Without the browser's own check the server's answer is seen.
        tab.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true; })")
        with tab.expect_navigation(wait_until="load") as awaited:
            button.click()
        answer = awaited.value
    return answer


def _fill(tab: Tab, page: Page) -> None:
    if page.typed[0]:
        tab.locator(page.typed[0]).fill(page.typed[1])
    for box in tab.locator(page.tick).all()[:3] if page.tick else []:
        box.check()
    if page.upload:
        said = page.upload.replace("DAY", f"{next(_DAYS):02}").encode()
        tab.locator("main input[type=file]").set_input_files(
            {"name": "logger.csv", "mimeType": "text/csv", "buffer": said}
        )


def _keep_source(round_: Walk, name: str, answer: Response) -> None:
    folder = round_.folder / "html"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.html").write_text(answer.text(), encoding="utf-8")


def _look(round_: Walk, tab: Tab, where: tuple[str, int, str], complaints: list[str]) -> None:
    complaints += axe(tab) + wider_than_its_window(tab)
    if round_.pictures:
        language, width, name = where
        folder = round_.folder / language / str(width)
        folder.mkdir(parents=True, exist_ok=True)
        tab.evaluate(EVERYTHING_LOADED)
        tab.screenshot(path=folder / f"{name}.png", full_page="-dialog-" not in name)


def _look_at_dialogs(round_: Walk, tab: Tab, where: tuple[str, int, str]) -> None:
    openers = tab.locator("[data-dialog]")
    seen: set[str] = set()
    for index in range(openers.count()):
        opener = openers.nth(index)
        name = opener.get_attribute("data-dialog") or ""
        if name in seen or not opener.is_visible():
            continue
        seen.add(name)
        opener.click()
        complaints: list[str] = [] if tab.locator(f"dialog#{name}[open]").count() else [f"dialog {name} does not open"]
        place = (*where[:2], f"{where[2]}-dialog-{name}")
        _look(round_, tab, place, complaints)
        round_.note(place, complaints)
        tab.keyboard.press("Escape")
