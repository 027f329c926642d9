"""For administrators: bookings across the platform, found by reference, state, party, unit, territory and days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request

from marketplace.bookings.models import BookingState
from marketplace.bookings.queries import pages
from marketplace.bookings.queries.pages import Wanted
from marketplace.jurisdictions.queries import jurisdictions, jurisdictions_below
from marketplace.values.period import Period
from marketplace.web.access import allow
from marketplace.web.booking_names import state_name
from marketplace.web.bookings import key_of, row_before
from marketplace.web.request import actor, now, reading, url
from marketplace.wording.filling import one_line

blueprint = Blueprint("admin_bookings", __name__)
SHOWN = 50
MAX_TERM = 80
FILTERS = ("reference", "state", "party", "place", "territory", "since", "until")
YEARS = range(2000, 2201)


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters as they were typed, and as they are understood; what can't be read narrows nothing."""

    typed: dict[str, str]
    wanted: Wanted


@blueprint.get("/admin/bookings")
@allow("booking.oversee")
def bookings() -> str:
    """All bookings, the latest start first, a page at a time; the filters stand in the address."""
    asked = _asked()
    found = pages.bookings(reading(), asked.wanted, by=actor(), now=now(), limit=SHOWN + 1, after=row_before())
    kept = {name: value for name, value in asked.typed.items() if value}
    more = url("admin_bookings.bookings", **kept, after=key_of(found[SHOWN - 1])) if len(found) > SHOWN else None
    return render_template(
        "admin_bookings/bookings.html",
        rows=found[:SHOWN],
        typed=asked.typed,
        narrowed=bool(kept),
        states=[(each.value, state_name(each)) for each in BookingState],
        territories=jurisdictions(reading()),
        next=more,
    )


def _asked() -> Asked:
    typed = {name: one_line(request.args.get(name, "")).strip()[:MAX_TERM] for name in FILTERS}
    state = next((each for each in BookingState if each.value == typed["state"]), None)
    known = jurisdictions_below(reading(), [typed["territory"]]) if typed["territory"] else set()
    wanted = Wanted(
        reference=typed["reference"],
        states=frozenset({state}) if state else frozenset(),
        party=typed["party"],
        place=typed["place"],
        territories=frozenset(known),
        beginning=_days(typed["since"], typed["until"]),
    )
    return Asked(typed, wanted)


def _days(since: str, until: str) -> Period | None:
    """The days asked for in the reader's own zone, both included; open where one is left out."""
    first, last = _day(since), _day(until)
    if first is None and last is None:
        return None
    begin = _midnight(first) if first else datetime(YEARS.start, 1, 1, tzinfo=UTC)
    end = _midnight(last + timedelta(days=1)) if last else datetime(YEARS.stop, 1, 1, tzinfo=UTC)
    return Period(begin, end) if begin < end else None


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(actor().time_zone))
