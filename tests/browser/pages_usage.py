"""The pages of statistics, for the gallery and its checks."""

from __future__ import annotations

from tests.browser.pages import Page

YEAR = "from=2025-03-01&to=2026-02-28"
PAGES: tuple[Page, ...] = (
    Page("usage", f"usage?{YEAR}", "dee"),
    Page("usage-narrowed", f"usage?{YEAR}&group_by=jurisdiction_pair&unit_jurisdiction=HK&compare=1", "dee"),
    Page("usage-sessions", f"usage?{YEAR}&group_by=session", "bo"),
    Page("usage-empty", "usage?from=2010-01-01&to=2010-01-31", "dee"),
    Page("usage-error", "usage?from=2026-02-01&to=2026-01-01", "dee", status=422),
    Page("usage-dictionary", "usage/dictionary"),
)
