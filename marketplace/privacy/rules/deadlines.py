"""By when a request about one's own data is answered, by whose law it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final

from marketplace.jurisdictions.rules import WorkingCalendar, add_working_days
from marketplace.privacy.models import RequestLaw

# Calendar days after it was received: Personal Data (Privacy) Ordinance, Cap. 486, s. 19(1).
HONG_KONG_DAYS: Final = 40
# The mainland's law says "in time" (PIPL art 45 and 47); its practice is fifteen working days.
MAINLAND_WORKING_DAYS: Final = 15
MAINLAND_CALENDAR: Final = "CN"
LAW_OF: Final[Mapping[str, RequestLaw]] = {"HK": RequestLaw.HK, "CN": RequestLaw.CN, "MO": RequestLaw.MO}


def due_on(law: RequestLaw, asked_on: date, mainland: WorkingCalendar) -> date:
    """The last day for the answer: 40 days in Hong Kong, 15 working days on the mainland, else a month."""
    if law is RequestLaw.HK:
        return asked_on + timedelta(days=HONG_KONG_DAYS)
    if law is RequestLaw.CN:
        return add_working_days(mainland, asked_on, MAINLAND_WORKING_DAYS)
    return a_month_after(asked_on)


def strictest(roots: Iterable[str], asked_on: date, mainland: WorkingCalendar) -> RequestLaw:
    """Of the customs territories where somebody belongs, the law that asks for the first answer."""
    laws = {LAW_OF.get(root, RequestLaw.OTHER) for root in roots} or {RequestLaw.OTHER}
    return min(laws, key=lambda law: (due_on(law, asked_on, mainland), law.value))


def a_month_after(day: date) -> date:
    """The same day of the next month, or its last day where it has none such."""
    first = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
