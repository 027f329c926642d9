"""Every page of the site, by who sees it and how they get there: the gallery and its checks walk this list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["anybody", "ada", "bo", "cheng", "dee", "eve"]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `path` after the language, then `follow`, a chain of CSS selectors whose first link is taken.

    `press` is a button that is pressed at the end (a form sent empty, to see its errors); `status` what is answered.
    Every dialog that a link of the page opens is looked at too.
    """

    name: str
    path: str = ""
    role: Role = "anybody"
    follow: tuple[str, ...] = ()
    press: str = ""
    status: int = 200


ERRORS = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)

PAGES: tuple[Page, ...] = (
    Page("home"),
    Page("home-ada", role="ada"),
    Page("home-bo", role="bo"),
    Page("home-dee", role="dee"),
    Page("how-it-works", "how-it-works"),
    Page("privacy", "privacy"),
    Page("terms", "terms"),
    Page("security", "security"),
    Page("accessibility", "accessibility"),
    *(Page(f"error-{status}", f"errors/{status}", status=status) for status in ERRORS),
)
