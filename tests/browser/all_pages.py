"""Every page of every area: what the gallery and its checks walk."""

from __future__ import annotations

import importlib
from pathlib import Path

from tests.browser.pages import PAGES as FIRST
from tests.browser.pages import Page

# An area with many pages lists them in a module of its own, `pages_<area>.py`, under the same name.
AREAS = [
    importlib.import_module(f"tests.browser.{path.stem}") for path in sorted(Path(__file__).parent.glob("pages_*.py"))
]
PAGES: tuple[Page, ...] = FIRST + tuple(page for area in AREAS for page in area.PAGES)
