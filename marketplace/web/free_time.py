"""When the units of a facility are free: a week of hours, or some weeks of days, as bars and as a table alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request
from flask_babel import gettext as _

from marketplace.availability.models import BookingMode, Closure
from marketplace.availability.queries import ASSUMED_ZONE, closures, free_in, settings
from marketplace.availability.rules import (
    FreeStretch,
    Setting,
    bookable,
    cut_to_blocks,
    hours_on,
    local_day,
    local_midnight,
    wall_instant,
)
from marketplace.catalogue.models import Facility, ListingState, Unit, UnitState
from marketplace.values.period import Period, subtract
from marketplace.web.formats import localized_text, write_date, write_period, write_time
from marketplace.web.hosting_names import closure_kind_name
from marketplace.web.request import now, reading, url
from marketplace.web.wall_times import beginning

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
# Units that are booked by whole days or weeks are shown further ahead.
WEEKS_OF_DAYS = 6
MOST_AHEAD = 52


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A free stretch as far as it lies on one line: where it leads, and on how many places it is free."""

    period: Period
    places: int
    text: str
    href: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shut:
    """A closure as far as it lies on one line: when, and why in the reader's words."""

    period: Period
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One day of a unit booked by hours, or one week of one booked by days; `open` where it opens at all."""

    label: str
    short: str
    span: Period
    today: bool
    open: bool
    pieces: Sequence[Piece]
    taken: Sequence[Period]
    shut: Sequence[Shut]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTime:
    """One unit's free time over the window that is shown."""

    unit: Unit
    zone: str
    by_hours: bool
    lines: Sequence[Line]
    ticks: Sequence[tuple[float, str]]

    @property
    def bars(self) -> list[dict[str, Any]]:
        """The lines as rows of the track component."""
        return [
            {"label": line.short, "start": line.span.start, "end": line.span.end, "today": line.today}
            | {"segments": [*map(_shut, line.shut), *map(self._taken, line.taken), *map(self._free, self._shown(line))]}
            for line in self.lines
        ]

    def _shown(self, line: Line) -> list[Piece]:
        """Without those that lie inside another: a bar shows when any place is free, the table how many are."""
        return [
            piece
            for piece in line.pieces
            if not any(other.period != piece.period and other.period.contains(piece.period) for other in line.pieces)
        ]

    def _free(self, piece: Piece) -> dict[str, Any]:
        found: dict[str, Any] = {"start": piece.period.start, "end": piece.period.end, "kind": "free"}
        found["label"] = str(_("free %(time)s", time=piece.text))
        return found | ({"href": piece.href} if piece.href else {})

    def _taken(self, period: Period) -> dict[str, Any]:
        text = _clock(period, self.zone) if self.by_hours else write_period(period.start, period.end, self.zone)
        label = str(_("taken %(time)s", time=text))
        return {"start": period.start, "end": period.end, "kind": "taken", "label": label}


def _shut(shut: Shut) -> dict[str, Any]:
    return {"start": shut.period.start, "end": shut.period.end, "kind": "shut", "label": shut.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeTime:
    """All units over one window that begins on a day, with the weeks before and after."""

    first: date
    units: Sequence[UnitTime]
    previous: str | None
    next: str | None

    @property
    def earliest(self) -> tuple[Unit, Piece, str] | None:
        """The unit that is free first, when, and its zone; None on later weeks, or where nothing shown is free."""
        found = [
            (piece.period.start, number, each.unit, piece, each.zone)
            for number, each in enumerate(self.units)
            for line in each.lines
            for piece in line.pieces
            if piece.href
        ]
        return min(found, key=lambda one: one[:2])[2:] if found and self.previous is None else None


def free_time(facility: Facility, units: Iterable[Unit]) -> FreeTime | None:
    """The free time of a published facility's bookable units in the week that the address asks for: three
    statements."""
    active = [unit for unit in units if unit.state is UnitState.ACTIVE]
    if facility.state is not ListingState.PUBLISHED or not active:
        return None
    today = local_day(now(), ZoneInfo(facility.time_zone or ASSUMED_ZONE))
    first = min(max(_asked() or today, today), today + MOST_AHEAD * WEEK)
    # Wide enough for every zone on earth; what lies outside the lines is cut off.
    around = Period(_utc(first - WEEK), _utc(first + WEEKS_OF_DAYS * WEEK + DAY))
    known = settings(reading(), [unit.id for unit in active], around)
    stretches = free_in(reading(), list(known.values()), around, now())
    shut: dict[UUID, list[Closure]] = {}
    for closure in closures(reading(), list(known), around):
        shut.setdefault(closure.unit_id, []).append(closure)
    return FreeTime(
        first=first,
        units=[
            _unit_time(unit, Told(known[unit.id], stretches.get(unit.id, []), shut.get(unit.id, [])), first)
            for unit in active
        ],
        previous=_at(facility, max(first - WEEK, today)) if first > today else None,
        next=_at(facility, first + WEEK) if first < today + MOST_AHEAD * WEEK else None,
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of one unit: its hours and rules, its free stretches, and its closures."""

    known: Setting
    stretches: Sequence[FreeStretch]
    closures: Sequence[Closure]


def _unit_time(unit: Unit, told: Told, first: date) -> UnitTime:
    known = told.known
    by_hours = known.rules.mode is BookingMode.HOUR
    if by_hours:
        opens, closes = _hours_shown(known, first)
        days = [first + n * DAY for n in range(7)]
        spans = [(day, _span(known, day, opens, closes)) for day in days]
        ticks = [((hour - opens) / (closes - opens) * 100, f"{hour:02}:00") for hour in _hours(opens, closes)]
    else:
        weeks = [_monday(first) + n * WEEK for n in range(WEEKS_OF_DAYS)]
        spans = [
            (day, Period(local_midnight(day, known.zone), local_midnight(day + WEEK, known.zone))) for day in weeks
        ]
        ticks = [(n / 7 * 100, name) for n, name in enumerate(_weekdays())]
    lines = [_line(told, day, span) for day, span in spans]
    return UnitTime(unit=unit, zone=str(known.zone), by_hours=by_hours, lines=lines, ticks=ticks)


def _line(told: Told, day: date, span: Period) -> Line:
    known, stretches = told.known, told.stretches
    by_hours = known.rules.mode is BookingMode.HOUR
    whole = {cut: each.period for each in stretches for cut in _inside(known, each.period, span)}
    inside = [cut for each in stretches for cut in _inside(known, each.period, span)]
    shut = [found for each in told.closures if (found := _closed(known, each, span))]
    pieces = [_piece(known, cut, places, whole[cut]) for cut, places in sorted(Counter(inside).items())]
    possible = [cut for each in bookable(known, span, now()) if (cut := each.intersection(span))]
    last = day if by_hours else day + 6 * DAY
    here = local_day(now(), known.zone)
    dates = write_date(day, "full") if by_hours else f"{write_date(day, 'short')} – {write_date(last, 'short')}"
    return Line(
        label=dates,
        short=f"{_weekdays()[day.weekday()]} {day.day}" if by_hours else write_date(day, "short"),
        span=span,
        today=day <= here <= last,
        open=any(hours_on(known, day + n * DAY) for n in range((last - day).days + 1)),
        pieces=pieces,
        taken=subtract(possible, [*inside, *(each.period for each in shut)]),
        shut=shut,
    )


def _closed(known: Setting, closure: Closure, span: Period) -> Shut | None:
    cut = Period(closure.starts_at, closure.ends_at).intersection(span)
    if cut is None:
        return None
    why = localized_text(closure.reason) or closure_kind_name(closure.kind)
    return Shut(period=cut, text=str(_("closed %(time)s: %(why)s", time=_when(known, cut), why=why)))


def _inside(known: Setting, stretch: Period, span: Period) -> list[Period]:
    """What of a free stretch lies on a line; of units booked by days, from an opening to a closing."""
    cut = stretch.intersection(span)
    return cut_to_blocks(known, [cut]) if cut else []


def _when(known: Setting, cut: Period) -> str:
    """A stretch as its line writes it: by the clock on a line of one day, with its days on one of a week."""
    zone = str(known.zone)
    return _clock(cut, zone) if known.rules.mode is BookingMode.HOUR else write_period(cut.start, cut.end, zone)


def _piece(known: Setting, cut: Period, places: int, stretch: Period) -> Piece:
    # A line may show too little of it, as the last hour before midnight: then it begins there and runs on.
    begun = beginning(known, cut) or beginning(known, Period(cut.start, stretch.end))
    return Piece(
        period=cut,
        places=places,
        text=_when(known, cut),
        href=url("booking_form.new", unit_id=known.unit_id, **begun.as_json()) if begun else None,
    )


def _hours_shown(known: Setting, first: date) -> tuple[int, int]:
    """The first and the last full hour that the week's bars show."""
    week = [hours for n in range(7) for hours in hours_on(known, first + n * DAY)]
    if any(hours.closes > 1440 for hours in week):
        return 0, 24
    opens = min((hours.opens // 60 for hours in week), default=8)
    closes = max((-(-hours.closes // 60) for hours in week), default=18)
    return opens, max(closes, opens + 1)


def _hours(opens: int, closes: int) -> range:
    step = 1 if closes - opens <= 4 else 3 if closes - opens <= 12 else 6
    return range(opens, closes + 1, step)


def _span(known: Setting, day: date, opens: int, closes: int) -> Period:
    return Period(wall_instant(day, opens * 60, known.zone), wall_instant(day, closes * 60, known.zone, closing=True))


def _clock(period: Period, zone: str) -> str:
    end = write_time(period.end, zone)
    return f"{write_time(period.start, zone)}–{'24:00' if end == '00:00' else end}"


def _weekdays() -> list[str]:
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]


def _asked() -> date | None:
    try:
        return date.fromisoformat(request.args.get("week", ""))
    except ValueError:
        return None


def _monday(day: date) -> date:
    return day - (day.isoweekday() - 1) * DAY


def _utc(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _at(facility: Facility, first: date) -> str:
    return url("facilities.facility", slug=facility.slug, week=first.isoformat(), _anchor="availability")
