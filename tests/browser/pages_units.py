"""The pages of what happened at units, for the gallery and its checks."""

from __future__ import annotations

from tests.browser.pages import SEND, Page

STATES = "main table a[href$='/states']"
RUNS = "main table a[href$='/runs']"
REPORT = "main a[href*='/faults/report']"
PUBLIC = "facilities/riverbend-wide-bandgap-device-line"
PAGES: tuple[Page, ...] = (
    Page("units-in-operation", "host/units", "bo"),
    Page("unit-states", "host/units", "bo", follow=(STATES,)),
    Page("unit-states-earlier", "host/units", "bo", follow=(STATES, "main .timeline-bar a:first-of-type")),
    Page("unit-states-correct", "host/units", "bo", follow=(STATES, "main a[href$='/states/correct']")),
    Page(
        "unit-states-correct-error", "host/units", "bo", follow=(STATES, "main a[href$='/states/correct']"),
        press=SEND, status=422,
    ),
    Page("unit-runs", "host/units", "bo", follow=(RUNS,)),
    Page("unit-run-new", "host/units", "bo", follow=(RUNS, "main a[href$='/runs/new']")),
    Page("unit-run-new-error", "host/units", "bo", follow=(RUNS, "main a[href$='/runs/new']"), press=SEND, status=422),
    Page("faults", "host/faults", "bo"),
    Page("fault-report", PUBLIC, "ada", follow=(REPORT,)),
    Page("fault-report-error", PUBLIC, "ada", follow=(REPORT,), press=SEND, status=422),
)  # fmt: skip
