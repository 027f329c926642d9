"""The pages of collaborations, for the gallery and its checks."""

from __future__ import annotations

from tests.browser.pages import SEND, Page

ONE = "main th a[href*='/collaborations/']"
# The one of three parties, by a name that all languages have.
THREE = "main tr:has(td:has-text('Taipa'), td:has-text('氹仔')):has(td:has-text('Nanling'), td:has-text('南')) th a"
PAGES: tuple[Page, ...] = (
    Page("collaborations", "collaborations", "ada"),
    Page("collaborations-waiting", "collaborations", "bo"),
    Page("collaborations-empty", "collaborations", "eve"),
    Page("collaborations-none", "collaborations?state=declined", "ada"),
    Page("collaboration-asked", "collaborations?state=proposed", "bo", follow=(ONE,)),
    Page("collaboration-decline", "collaborations?state=proposed", "bo", follow=(ONE, "main a[href$='/decline']")),
    Page("collaboration", "collaborations?state=active", "ada", follow=(ONE,)),
    Page("collaboration-three", "collaborations?state=active", "ada", follow=(THREE,)),
    Page("collaboration-completed", "collaborations?state=completed", "ada", follow=(ONE,)),
    Page("collaboration-change", "collaborations?state=active", "ada", follow=(THREE, "main a[href$='/change']")),
    Page("collaboration-milestone", "collaborations?state=active", "ada", follow=(ONE, "main a[href$='/milestones']")),
    Page("collaboration-person", "collaborations?state=active", "ada", follow=(ONE, "main a[href$='/people']")),
    Page("collaboration-figures", "collaborations?state=active", "ada", follow=(THREE, "main a[href$='/figures']")),
    Page("collaboration-funding", "collaborations?state=active", "ada", follow=(ONE, "main a[href$='/funding']")),
    Page(
        "collaboration-funding-wrong", "collaborations?state=active", "ada", press=SEND, status=422,
        follow=(ONE, "main a[href$='/funding']"),
    ),
    Page("collaboration-file", "collaborations?state=active", "ada", follow=(ONE, "main a[href$='/files']")),
    Page("collaboration-propose", "collaborations/propose", "ada"),
    Page("collaboration-propose-error", "collaborations/propose", "ada", press=SEND, status=422),
    Page("collaboration-overseer", "collaborations?state=active", "dee", follow=(ONE,)),
    Page(
        "organisation-merger", "admin/organisations?state=verified", "dee",
        follow=("main th a[href*='/admin/organisations/']", "main a[href$='/merger']"),
    ),
)  # fmt: skip
