"""The pages of sessions, kiosks and loggers' files, for the gallery and its checks."""

from __future__ import annotations

from tests.browser.pages import Page
from tests.browser.uses import BUSY, QUIET

DEVICES = ("main table a[href$='/devices']",)
LOOK = "main form[action*='/logger-files'] button[type=submit]"
MIXED = """start,end,place,samples
2025-02-DAY 09:00,2025-02-DAY 10:30,1,4
2025-02-DAY 10:00,2025-02-DAY 11:00,1,
yesterday,2025-02-DAY 13:00,1,
2025-02-DAY 14:00,2025-02-DAY 13:00,99,-1
"""
PAGES: tuple[Page, ...] = (
    Page("use-told", "host/units", "bo", follow=(*DEVICES, "main tr:first-child a[href*='/uses/']")),
    Page("use-plain", "host/units", "bo", follow=(*DEVICES, "main tr:nth-child(2) a[href*='/uses/']")),
    Page(
        "use-correct-error", "host/units", "bo", follow=(*DEVICES, "main tr:nth-child(2) a[href*='/uses/']"),
        press="main form[action$='/correct'] button[type=submit]", status=422,
    ),
    Page("devices", "host/units", "bo", follow=DEVICES),
    Page("kiosk", f"kiosk/{QUIET}"),
    Page("kiosk-booked", f"kiosk/{BUSY}"),
    Page("kiosk-own", f"kiosk/{BUSY}", "ada"),
    Page("kiosk-error", f"kiosk/{QUIET}", press="main form button[value=check_in]", status=422),
    Page("logger-file-error", "host/units", "bo", follow=DEVICES, press=LOOK, status=422),
    Page("logger-file", "host/units", "bo", follow=DEVICES, upload=MIXED, press=LOOK),
    Page("logger-file-taken", "host/units", "bo", follow=DEVICES, upload=MIXED, press=LOOK, again=True),
)  # fmt: skip
