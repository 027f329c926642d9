"""The resource timeline: a host's units over a day or a week, drawn, as bars, and as a table that says the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, json, render_template, request
from flask_babel import gettext as _

from marketplace.availability.models import ClaimKind
from marketplace.availability.rules import local_midnight
from marketplace.bookings.queries import hosting
from marketplace.bookings.queries.desk import Bar, UnitLine, host_timeline
from marketplace.values.localized import pick
from marketplace.values.period import Period
from marketplace.web.access import allow
from marketplace.web.booking_names import state_name
from marketplace.web.closures import begun
from marketplace.web.formats import write_period
from marketplace.web.forms.bookings import uuid_or_none
from marketplace.web.hosting_names import closure_kind_name
from marketplace.web.request import actor, language, now, reading, url

blueprint = Blueprint("timeline", __name__)

DAY = timedelta(days=1)
VIEWS = {"day": 1, "week": 7}
# What one request may ask of the drawing's data, and how far from the present anything is looked for.
LONGEST = 45
FARTHEST = timedelta(days=6 * 366)
# The farthest that a wall clock is from UTC, either way.
AROUND = timedelta(hours=14)
# A unit of many places has a row for each that is in use, up to this many.
MOST_PLACES = 24
# How the bars of the track look, by what they are.
KINDS = {"held": "held", "confirmed": "mine", "in_use": "mine", "completed": "free"}
CLOSED = "taken"


@dataclass(frozen=True, slots=True)
class Days:
    """Local days from `first`, `count` of them; each unit reads them in its own zone."""

    first: date
    count: int

    @property
    def last(self) -> date:
        """The last of them."""
        return self.first + (self.count - 1) * DAY

    @property
    def step(self) -> timedelta:
        """From one page of days to the next."""
        return self.count * DAY

    @property
    def window(self) -> Period:
        """A period that covers them in every zone."""
        start = datetime(self.first.year, self.first.month, self.first.day, tzinfo=UTC)
        return Period(start - AROUND, start + self.count * DAY + AROUND)

    def within(self, zone: ZoneInfo) -> Period:
        """They themselves, in one zone."""
        return Period(local_midnight(self.first, zone), local_midnight(self.first + self.count * DAY, zone))


@blueprint.get("/host/timeline")
@allow("host_desk.see")
def timeline() -> str:
    """All units of the host over a day or a week."""
    view = request.args.get("view", "week")
    view = view if view in VIEWS else "week"
    days = _days(view)
    facility_id = uuid_or_none(request.args.get("facility"))
    lines = _lines(days, facility_id)
    units = hosting.host_units(reading(), by=actor())
    return render_template(
        "timeline/timeline.html",
        hosts=bool(actor().organisations(*hosting.HOSTS)),
        days=days,
        view=view,
        facilities={unit.facility_id: _words(unit.facility_name) for unit in units},
        facility_id=facility_id,
        lines=lines,
        rows=[row for line in lines for row in _rows(line, days)],
        marks=[mark for line in lines for mark in _marks(line, days)],
        ticks=_ticks(days),
        zones=sorted({line.zone for line in lines}),
        resources=[{"id": str(line.unit_id), "title": _words(line.name)} for line in lines],
        events=url("timeline.events", facility=facility_id) if facility_id else url("timeline.events"),
        here=_here,
        words=_button_words(),
        closing=begun([unit for unit in units if facility_id in (None, unit.facility_id)]).form,
    )


@blueprint.get("/host/timeline/events")
@allow("host_desk.see")
def events() -> Response:
    """What the drawing shows between two dates: bars by wall-clock time, as it is shown."""
    first, end = _date("start"), _date("end")
    count = (end - first).days if first and end else 0
    if first is None or not 0 < count <= LONGEST:
        return Response("[]", mimetype="application/json", status=422)
    lines = _lines(Days(first, count), uuid_or_none(request.args.get("facility")))
    found = {event["id"]: event for line in lines for event in _events(line)}
    return Response(json.dumps(list(found.values())), mimetype="application/json")


def _lines(days: Days, facility_id: UUID | None) -> list[UnitLine]:
    return host_timeline(reading(), days.window, by=actor(), now=now(), facility_id=facility_id)


def _days(view: str) -> Days:
    today = now().astimezone(ZoneInfo(actor().time_zone)).date()
    chosen = _date("date") or today
    if view == "week":
        chosen -= (chosen.isoweekday() - 1) * DAY
    return Days(chosen, VIEWS[view])


def _date(name: str) -> date | None:
    """A day of the address; None where it names none, or one that lies out of reach."""
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if abs(found - now().date()) <= FARTHEST else None


def _here(**changes: Any) -> str:
    """This page's address with some of what it shows changed."""
    names = ("date", "view", "facility")
    values = {name: request.args.get(name) for name in names} | changes
    return url("timeline.timeline", **{name: value for name, value in values.items() if value})


def _button_words() -> dict[str, str]:
    """What stands on the drawing's own buttons."""
    words = {
        "today": _("Today"),
        "previous": _("Earlier"),
        "next": _("Later"),
        "day": _("Day"),
        "week": _("Week"),
        "month": _("Month"),
        "timeline": _("Resource timeline"),
    }
    return {name: str(word) for name, word in words.items()}


def _rows(line: UnitLine, days: Days) -> Iterator[dict[str, Any]]:
    """One row of bars per place in use; a unit that nobody uses has one empty row."""
    window = days.within(ZoneInfo(line.zone))
    shown = [bar for bar in line.bars if bar.blocked.overlaps(window)]
    places = sorted({bar.place for bar in shown})[:MOST_PLACES] or [1]
    for place in places:
        name = _words(line.name)
        yield {
            "label": name if line.places == 1 else _("%(unit)s, place %(n)s", unit=name, n=place),
            "start": window.start,
            "end": window.end,
            "segments": [_segment(line, bar, window) for bar in shown if bar.place == place],
        }


def _segment(line: UnitLine, bar: Bar, window: Period) -> dict[str, Any]:
    cut = bar.blocked.intersection(window) or window
    kind = KINDS.get(bar.state.value, CLOSED) if bar.state else CLOSED
    return {"start": cut.start, "end": cut.end, "kind": kind, "label": _label(line, bar), "href": _address(bar)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One line of the table: a booking, or a closure with all the places that it holds."""

    line: UnitLine
    bar: Bar
    places: Sequence[int]
    href: str

    @property
    def period(self) -> Period:
        """The stretch as it was asked for."""
        return _whole(self.bar)


def _marks(line: UnitLine, days: Days) -> list[Mark]:
    """What stands on one unit, once each, by time."""
    window = days.within(ZoneInfo(line.zone))
    by_holder: dict[UUID, list[Bar]] = {}
    for bar in line.bars:
        if bar.blocked.overlaps(window):
            by_holder.setdefault(bar.holder_id, []).append(bar)
    found = sorted(by_holder.values(), key=lambda bars: (bars[0].period.start, bars[0].place))
    return [
        Mark(line=line, bar=bars[0], places=sorted({bar.place for bar in bars}), href=_address(bars[0]))
        for bars in found
    ]


def _events(line: UnitLine) -> Iterator[dict[str, Any]]:
    zone = ZoneInfo(line.zone)
    for bar in line.bars:
        state = bar.state.value if bar.state else "closure"
        yield {
            "id": str(bar.holder_id),
            "resourceIds": [str(line.unit_id)],
            "start": _wall(_whole(bar).start, zone),
            "end": _wall(_whole(bar).end, zone),
            "title": _title(bar),
            "classNames": [state],
            "extendedProps": {"href": _address(bar), "label": _label(line, bar)},
        }


def _whole(bar: Bar) -> Period:
    """The stretch as it was asked for: a closure's pieces around another one are one closure."""
    return Period(bar.closure.starts_at, bar.closure.ends_at) if bar.closure else bar.period


def _wall(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")


def _title(bar: Bar) -> str:
    if bar.booking is not None:
        return f"{bar.booking.person_name} · {_words(bar.booking.organisation_name)}"
    if bar.closure is not None:
        return _words(bar.closure.reason) or closure_kind_name(bar.closure.kind)
    return state_name(bar.state) if bar.state else str(_("Closed"))


def _label(line: UnitLine, bar: Bar) -> str:
    """Everything about a bar in one sentence."""
    what = state_name(bar.state) if bar.state else _("Closed")
    when = write_period(_whole(bar).start, _whole(bar).end, line.zone)
    return f"{what}: {_title(bar)}, {when}"


def _address(bar: Bar) -> str:
    if bar.kind is ClaimKind.BOOKING:
        return url("bookings.one", booking_id=bar.holder_id)
    return url("closures.closures", unit=bar.unit_id)


def _ticks(days: Days) -> list[tuple[float, str]]:
    if days.count == 1:
        return [(hour / 24 * 100, f"{hour:02d}") for hour in range(0, 24, 3)]
    # The days' numbers alone: seven dates would not fit a narrow screen, and the heading says the month.
    return [(n / days.count * 100, str((days.first + n * DAY).day)) for n in range(days.count)]


def _words(text: Mapping[str, str]) -> str:
    return pick(dict(text), language()).text  # type: ignore[arg-type]
