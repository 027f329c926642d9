"""The pages of the administrators' console, for the gallery and its checks."""

from __future__ import annotations

from tests.browser.pages import SEND, Page

ADA = "admin/people?q=ada@"
ONE = "main th a[href*='/admin/people/']"
PAGES: tuple[Page, ...] = (
    Page("admin-bookings", "admin/bookings", "dee"),
    Page("admin-bookings-none", "admin/bookings?reference=AAA-AAA-AAA", "dee"),
    Page("admin-overdue-applications", "admin/applications", "dee"),
    Page("admin-ending", "admin/ending", "dee"),
    Page("admin-privacy", "admin/privacy", "dee"),
    Page("admin-privacy-enter", "admin/privacy/new", "dee"),
    Page("admin-privacy-enter-error", "admin/privacy/new", "dee", press=SEND, status=422),
    Page("privacy-requests", "account/privacy", "ada"),
    Page("admin-settings", "admin/settings", "dee"),
    Page("admin-settings-change", "admin/settings/remind_of_start", "dee"),
    Page("admin-settings-error", "admin/settings/remind_of_start", "dee", press=SEND, status=422),
    Page("admin-listings", "admin/listings", "dee"),
    Page("admin-listings-suspended", "admin/listings?what=suspended", "dee"),
    Page("listing-report", "search", "ada", follow=("main .card-link", "main a[href$='/report']")),
    Page("listing-suspend", "search", "dee", follow=("main .card-link", "main a[href$='/suspend']")),
    Page("see-as", ADA, "dee", follow=(ONE, "main a[href$='/see-as']")),
    Page("see-as-error", ADA, "dee", follow=(ONE, "main a[href$='/see-as']"), press=SEND, status=422),
)
