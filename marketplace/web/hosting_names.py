"""What the codes of closures are called on pages, and how a recurrence reads."""

from __future__ import annotations

from datetime import date
from typing import Literal

from babel.dates import get_day_names
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.availability.models import ClosureKind
from marketplace.availability.rules import Recurrence
from marketplace.web.formats import write_date
from marketplace.web.naming import naming
from marketplace.web.request import language
from marketplace.wording.catalogs import LOCALES

# Why a unit is closed.
closure_kind_name = naming(
    {
        ClosureKind.CLOSURE: _l("Closed"),
        ClosureKind.MAINTENANCE: _l("Maintenance"),
        ClosureKind.FAULT: _l("Out of order"),
    }
)

# How often a closure comes again.
frequency_name = naming({"DAILY": _l("By days"), "WEEKLY": _l("By weeks"), "MONTHLY": _l("By months")})


def weekday_name(day: int, width: Literal["wide", "abbreviated"] = "wide") -> str:
    """An ISO weekday, 1 for Monday, in the reader's language."""
    return str(get_day_names(width, "stand-alone", LOCALES[language()])[day - 1])


def recurrence_name(rule: str) -> str:
    """A recurrence in words, such as "every 2 weeks on Mon, Thu until 3 May 2026"."""
    found = Recurrence.parse(rule)
    said = [_every(found)]
    if found.weekdays:
        days = (", " if language() == "en" else "、").join(weekday_name(day, "abbreviated") for day in found.weekdays)
        said.append(str(_("on %(days)s", days=days)))
    if found.until:
        said.append(str(_("until %(day)s", day=_day(found.until))))
    return (" " if language() == "en" else "，").join(said)


def _every(found: Recurrence) -> str:
    single = {"DAILY": _("every day"), "WEEKLY": _("every week"), "MONTHLY": _("every month")}
    several = {
        "DAILY": _("every %(n)s days", n=found.interval),
        "WEEKLY": _("every %(n)s weeks", n=found.interval),
        "MONTHLY": _("every %(n)s months", n=found.interval),
    }
    return str((single if found.interval == 1 else several)[found.frequency])


def _day(on: date) -> str:
    return write_date(on)
