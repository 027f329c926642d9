"""Every page of the site, by who sees it and how they get there: the gallery and its checks walk this list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["anybody", "ada", "bo", "cheng", "dee", "eve"]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: `path` after the language, then `follow`, a chain of CSS selectors whose first link is taken.

    `tick` names boxes of which the first three are ticked, `typed` a field and what is written there, `press` a button
    that is pressed at the end (a form sent empty, to see its errors), `answers` what is ticked on the page that follows
    before it is pressed once more (`again`: nothing is ticked there); `upload` is what the page's file says, with
    another day at each DAY; `status` is what is answered then. Dialogs that links of the page open are looked at too.
    """

    name: str
    path: str = ""
    role: Role = "anybody"
    follow: tuple[str, ...] = ()
    tick: str = ""
    typed: tuple[str, str] = ("", "")
    press: str = ""
    answers: tuple[str, ...] = ()
    again: bool = False
    upload: str = ""
    status: int = 200


ERRORS = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)
SEND = "main form[method=post] button[type=submit]:not(.visually-hidden):not([name=add_person])"
STARTABLE = "startable_by=2026-09-01&crossing=goods_back&crossing=personal_data&crossing=people"
TEAM = "button[name=add_person]"
LISTING = "main a[href*='/listings/'][href*='/basics']"
CARD = "main .card-link"
ONE_BOOKING = "main a[href*='/bookings/']"
MAINLAND = "search?jurisdiction=CN"
PLANNER = (CARD, "main a[href*='/permits/plan']")
CROSSING = "input[name=data], input[name=goods], input[name=people]"
CHEMICALS = "input[name=chemicals]"
LISTED = ("input[value='HK:dual_use']",)
HIGHLY_TOXIC = tuple(
    f"input[name='q.chemicals/0/{fact}'][value={value}]"
    for fact, value in (
        ("class", "highly_toxic"), ("stock_of", "host"), ("handled_by", "guest"), ("under_licence_of", "none")
    )
)  # fmt: skip

OWN_FIGURES = ("main th a[href*='/account/organisations/']", "main a[href$='/figures']")
PUBLIC = "main a[href*='/facilities/']"
APPLICATION, ENTRY = "main a[href*='/applications/']", "main td a[href*='/vault/'], main th a[href*='/vault/']"
PERMITS, REFUSE = "main a[href$='/permits']", "main a[href$='/refuse']"
TERMS = "main a[href*='/terms']"
TRAINED = "main a[href*='/host/training/units/']:not([href$='/record'])"
OPEN_TERMS, STRICT_TERMS = "harbour-nanofabrication-laboratory", "riverbend-wide-bandgap-device-line"

HOUSE = (
    Page("home"),
    *(Page(f"home-{role}", role=role) for role in ("ada", "bo", "cheng", "dee", "eve")),
    Page("how-it-works", "how-it-works"),
    Page("privacy", "privacy"),
    Page("terms", "terms"),
    Page("security", "security"),
    Page("accessibility", "accessibility"),
    *(Page(f"error-{status}", f"errors/{status}", status=status) for status in ERRORS),
)
FINDING = (
    Page("search", "search"),
    Page("search-found", "search?q=microscope"),
    Page("search-nothing", "search?q=qqqqzzzz"),
    Page("search-map", "search?view=map"),
    Page("search-startable", f"search?{STARTABLE}&from=HK"),
    Page("search-startable-ada", f"search?{STARTABLE}", "ada"),
    Page(
        "compare", "search?q=microscope", tick="input[name=ids]", press="form[action$='/compare'] button[type=submit]"
    ),
    Page("facility", "search", follow=(CARD,)),
    Page("facility-ada", "search", "ada", follow=(CARD,)),
    Page("facility-terms", "search", follow=(CARD, "main a[href*='/terms']")),
    Page("terms-compare", "search", follow=(CARD, TERMS, "main a[href*='/terms/compare']")),
    Page("terms-compared", f"terms/compare?left={OPEN_TERMS}&right={STRICT_TERMS}"),
    Page("terms-compare-wrong", f"terms/compare?left={OPEN_TERMS}&right=nowhere", status=422),
    Page("organisation", "search", follow=(CARD, "main a[href*='/organisations/']")),
    Page("zones", "zones"),
    Page("zone", "zones", follow=("main a[href*='/zones/']",)),
    Page("permit-rules", "permits"),
    Page("permit-rules-filtered", "permits?from=CN&to=HK&kind=licence"),
    Page("permit-rules-none", "permits?q=qqqqzzzz"),
    Page("permit-rules-unread", "permits?from=XX", status=422),
    Page("permit-rule", "permits", follow=("main a[href*='/permits/']",)),
    Page("permit-rule-clock", "permits/EXP-01"),
    Page("published-figures", "figures"),
    Page("published-figures-earlier", "figures?year=2022"),
    Page("zone-figures", "zones/hengqin/figures", role="dee"),
    Page("organisation-figures", "account/organisations", role="ada", follow=OWN_FIGURES),
    Page("organisation-no-figures", "account/organisations", role="bo", follow=OWN_FIGURES),
    Page("metrics", "metrics"),
    Page("metric", "metrics", follow=("main a[href*='/metrics/']",)),
    Page("metric-not-computed", "metrics/use.e10.mcbf"),
    Page("metric-exposure", "metrics/spill.tech"),
    Page("evidence", "evidence", "ada"),
    Page("evidence-overseer", "evidence", "dee"),
    Page("evidence-none", "evidence", "eve"),
    Page("evidence-asked", "evidence", "bo", press="main form[action$='/evidence'] button[type=submit]"),
    Page("comparison", "account/organisations", "bo", follow=(OWN_FIGURES[0], "main a[href$='/comparison']")),
    Page("applications", "applications", "ada"),
    Page("applications-host", "applications", "bo"),
    Page("application-step", "applications", "bo", follow=(APPLICATION, "main a[href$='/note']")),
    Page("application", "applications", "bo", follow=(APPLICATION,)),
    Page("agency-desk", "agency", "cheng"),
    Page("agency-application", "agency", "cheng", follow=(APPLICATION,)),
    Page("agency-grant", "agency", "cheng", follow=(APPLICATION, "main a[href$='/grant']")),
    Page(
        "agency-grant-wrong", "agency", "cheng", follow=(APPLICATION, "main a[href$='/refuse']"), press=SEND, status=422
    ),
    Page("agency-desk-decided", "agency/decided", "cheng"),
    Page("permit-plan", "permits/plan"),
    Page("permit-plan-listing", MAINLAND, role="ada", follow=PLANNER),
    Page("permit-plan-error", "permits/plan", press=SEND, status=422),
    Page("permit-plan-nothing", "search?jurisdiction=HK", role="ada", follow=PLANNER, press=SEND),
    Page("permit-plan-questions", MAINLAND, role="ada", follow=PLANNER, tick=CROSSING, press=SEND),
    Page("permit-plan-full", MAINLAND, role="ada", follow=PLANNER, tick=CROSSING, press=SEND, answers=LISTED),
    Page("permit-plan-denied", MAINLAND, role="ada", follow=PLANNER, tick=CHEMICALS, press=SEND, answers=HIGHLY_TOXIC),
)
ACCOUNTS = (
    Page("sign-in", "sign-in"),
    Page("sign-in-empty", "sign-in", press=SEND, status=422),
    Page("sign-up", "sign-up"),
    Page("sign-up-empty", "sign-up", press=SEND, status=422),
    Page("sign-up-sent", "sign-up/sent"),
    Page("reset", "reset"),
    Page("account", "account", "ada"),
    Page("account-profile", "account/profile", "ada"),
    Page("account-email", "account/email", "ada"),
    Page("account-password", "account/password", "ada"),
    Page("account-second-factor", "account/second-factor", "ada"),
    Page("account-sessions", "account/sessions", "ada"),
    Page("account-tokens", "account/tokens", "ada"),
    Page("account-delete", "account/delete", "ada"),
    Page("inbox", "inbox", "ada"),
    Page("inbox-choices", "inbox/choices", "ada"),
    Page("my-organisations", "account/organisations", "ada"),
    Page("organisation-new", "account/organisations/new", "ada"),
    Page("organisation-own", "account/organisations", "bo", follow=("main a[href*='/account/organisations/']",)),
)
ADMINISTRATION = (
    Page("admin-organisations", "admin/organisations", "dee"),
    Page(
        "admin-organisation",
        "admin/organisations?state=verified",
        "dee",
        follow=("main a[href*='/admin/organisations/']",),
    ),
    Page("admin-people", "admin/people", "dee"),
    Page("admin-person", "admin/people", "dee", follow=("main a[href*='/admin/people/']",)),
    Page("admin-history", "admin/history", "dee"),
    Page("admin-rules", "admin/rules", "dee"),
    Page("admin-rule-versions", "admin/rules/EXP-11", "dee"),
    Page("admin-rule-change", "admin/rules/EXP-11/change", "dee"),
    Page("admin-rule-change-empty", "admin/rules/EXP-11/change", "dee", press=SEND, status=422),
    Page("admin-rule-row", "admin/rules/EXP-11/row", "dee"),
    Page("admin-overview", "admin", role="dee"),
    Page("admin-jobs", "admin/jobs", "dee"),
    Page("admin-jobs-long", "admin/jobs/long", "dee"),
    Page("admin-mails", "admin/jobs/mails", "dee"),
    Page("calendars", "calendars", "dee"),
    Page("calendar-year", "calendars", "dee", follow=("main a[href*='/calendars/']",)),
    Page("exchange-rates", "exchange-rates", "dee"),
    Page("mailbox", "mailbox"),
    Page("mailbox-mail", "mailbox", follow=("main a[href*='/mailbox/']",)),
)
HOSTING = (
    Page("host-training", "host/training", "bo"),
    Page("host-training-unit", "host/training", "bo", follow=(TRAINED,)),
    Page("host-training-record", "host/training", "bo", follow=(TRAINED, "main a[href$='/record']")),
    Page("own-training", "account/training", "ada"),
    Page("listings", "listings", "bo"),
    Page("listing-new", "listings/new", "bo"),
    Page("listing-basics", "listings", "bo", follow=(LISTING,)),
    *(
        Page(f"listing-{step}", "listings", "bo", follow=(LISTING, f"main a[href*='/listings/'][href$='/{step}']"))
        for step in ("place", "details", "units", "hours", "rates", "terms", "files", "preview")
    ),
    Page("import", "listings/import", "bo"),
    Page("export", "listings/export", "bo"),
)

BOOKING = (
    Page("desk", "desk", "ada"),
    Page("bookings", "bookings", "ada"),
    Page("booking", "desk", "ada", follow=(ONE_BOOKING,)),
    Page("booking-over", "bookings", "ada", follow=(ONE_BOOKING,)),
    Page("booking-permits", "bookings", "ada", follow=(ONE_BOOKING, PERMITS)),
    Page(
        "booking-permits-plan", "applications", "ada", follow=("main a[href*='/bookings/']", "main a[href$='/permits']")
    ),
    Page("booking-move", "desk", "ada", follow=(ONE_BOOKING, "main a[href$='/move']")),
    Page("booking-cancel", "desk", "ada", follow=(ONE_BOOKING, "main a[href$='/cancel']")),
    Page("booking-new", "search", "ada", follow=(CARD, "main a[href*='/book']")),
    Page(
        "booking-new-team",
        MAINLAND,
        "ada",
        follow=(CARD, "main a[href*='/book']"),
        tick="input[name=crosses][value=yes], input[name=people]",
        press=TEAM,
    ),
    Page("booking-new-anybody", "search", follow=(CARD, "main a[href*='/book']")),
    Page("threads", "threads", "ada"),
    Page("thread", "threads", "ada", follow=("main a[href*='/threads/']",)),
    Page("ask", "search", "ada", follow=(CARD, "main a[href$='/ask']")),
    Page("host-desk", "host", "bo"),
    Page("host-booking", "host", "bo", follow=(ONE_BOOKING,)),
    Page("host-timeline", "host/timeline", "bo"),
    Page("host-closures", "host/closures", "bo"),
    Page("host-closure-new", "host/closures/new", "bo"),
    Page(
        "host-closure-wrong",
        "host/closures/new?start=2026-03-05T10:00&end=2026-03-05T10:00",
        "bo",
        press="#closure-form button.btn-primary",
        status=422,
    ),
    Page("host-timeline-day", "host/timeline?view=day", "bo"),
    Page("host-book", "host/book", "bo"),
    Page("host-book-unit", "host/book", "bo", follow=("main a[href*='/host/units/']",)),
    Page("booking-acceptance", "bookings", "ada", follow=(ONE_BOOKING, "main a[href$='/acceptance']")),
    Page("frameworks", "frameworks", "bo"),
    Page("frameworks-none", "frameworks", "cheng"),
    Page("framework", "frameworks", "bo", follow=("main a[href*='/frameworks/']",)),
    Page("framework-propose", "listings", "bo", follow=(LISTING, PUBLIC, TERMS, "main a[href*='/frameworks/propose']")),
    Page("calendar-feeds", "account/calendars", "bo"),
    Page("calendar-feeds-ada", "account/calendars", "ada"),
)

VAULT = (
    Page("vault-ada", "vault", "ada"),
    Page("vault-firm", "vault", "bo"),
    Page("vault-entry", "vault", "bo", follow=(ENTRY,)),
    Page("vault-entry-dee", "admin/vault", "dee", follow=(ENTRY,)),
    Page("vault-new", "vault/new", "bo"),
    Page("vault-training", "vault/new/me/training", "ada"),
    Page("vault-card", "vault/new/me/rule:PPL-06", "ada"),
    Page("vault-card-error", "vault/new/me/rule:PPL-06", "ada", press=SEND, status=422),
    Page("vault-queue", "admin/vault", "dee"),
    Page("approvals", "admin/approvals", "dee"),
    Page("screening", "admin/screening", "dee"),
    Page("screening-list", "admin/screening/parties", "dee"),
    Page("screening-new", "admin/screening/parties/new", "dee"),
    Page("screening-error", "admin/screening/parties/new", "dee", press=SEND, status=422),
)

PAGES: tuple[Page, ...] = HOUSE + FINDING + BOOKING + ACCOUNTS + HOSTING + ADMINISTRATION + VAULT
