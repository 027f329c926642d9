"""The pages of outcomes, for the gallery and its checks."""

from __future__ import annotations

from tests.browser.pages import SEND, Page

ONE = "main section[aria-labelledby='all'] th a[href*='/outcomes/']"
AROUND = "collaborations?state=active", "main th a[href*='/collaborations/']"
NEW = "main a[href$='/outcomes/new']"
PAGES: tuple[Page, ...] = (
    Page("outcomes", "outcomes", "ada"),
    Page("outcomes-empty", "outcomes", "eve"),
    Page("outcomes-to-confirm", "outcomes", "bo"),
    Page("outcome-draft", "outcomes?status=draft", "ada", follow=(ONE,)),
    Page("outcome-confirmed", "outcomes?status=confirmed", "ada", follow=(ONE,)),
    Page(
        "outcome-collaboration", "outcomes?status=confirmed", "bo",
        follow=(ONE, "main a[href*='/collaborations/']:not([href*='/outcomes'])"),
    ),
    Page("outcome-disputed", "outcomes?status=disputed", "ada", follow=(ONE,)),
    Page("outcome-rejected", "outcomes?status=rejected", "bo", follow=(ONE,)),
    Page("outcome-versions", "outcomes?type=patent_family", "ada", follow=(ONE,)),
    Page("outcome-settle", "outcomes?status=disputed", "dee", follow=(ONE, "main a[href$='/settle']")),
    Page("outcome-dispute", "outcomes?status=submitted", "bo", follow=(ONE, "main a[href$='/dispute']")),
    Page("outcome-revise", "outcomes?status=confirmed", "ada", follow=(ONE, "main a[href$='/revise']")),
    Page("outcome-new", AROUND[0], "ada", follow=(AROUND[1], NEW)),
    Page("outcome-new-error", AROUND[0], "ada", follow=(AROUND[1], NEW), press=SEND, status=422),
    Page(
        "outcome-preview", AROUND[0], "ada", follow=(AROUND[1], NEW), press=SEND,
        typed=("#paste", "10.5555/benchbridge.0001\nnothing at all"),
    ),
    Page("outcome-form", AROUND[0], "ada", follow=(AROUND[1], NEW, "main a[href$='/new/licence']")),
    Page(
        "outcome-form-error", AROUND[0], "ada", follow=(AROUND[1], NEW, "main a[href$='/new/licence']"), press=SEND,
        status=422,
    ),
    Page("outcome-questions", "outcomes/questions", "ada"),
    Page("outcomes-queue", "admin/outcomes", "dee"),
)  # fmt: skip
