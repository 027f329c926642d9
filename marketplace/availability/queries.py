"""Reading when a unit is open, what claims it, and when it is free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import RowMapping, func, or_, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from marketplace.availability.models import BookingMode, Claim, ClaimKind, Closure, ClosureSeries
from marketplace.availability.rules import FreeStretch, Hours, Setting, UnitRules, bookable, cut_to_blocks
from marketplace.availability.rules.opening import DAY, WEEK
from marketplace.jurisdictions.rules import WorkingCalendar
from marketplace.values.period import Period
from marketplace.values.refusal import NotFound

EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)
# Where a facility names no zone of its own yet, as a draft may.
ASSUMED_ZONE = "Asia/Hong_Kong"

# Everything that decides when one unit may be used, in one statement. Days off are read for a window only: a calendar
# holds many years. Arrays come as text of integers and dates, which is cheaper to read than JSON.
_SETTINGS = """
    SELECT u.id AS unit_id, u.places,
           u.state = 'active' AND f.state = 'published'
           AND o.verification = 'verified' AND o.suspended_at IS NULL AS bookable,
           coalesce(f.time_zone, j.time_zone, :assumed) AS zone,
           r.mode, r.step, r.shortest, r.longest, r.set_up, r.clean_up, r.cut_off, r.horizon_days, r.max_per_day,
           r.max_at_once, r.max_future_minutes, r.min_gap, r.organisation_weekly_hours, r.missed_threshold,
           r.approval_days, r.permit_days, r.most_permit_holds, r.instant, r.calendar_code, r.closed_on_holidays,
           r.open_on_worked_weekends,
           (SELECT array_agg(ARRAY[h.weekday, h.opens, h.closes]) FROM opening_hours h WHERE h.unit_id = u.id) AS hours,
           c.code AS calendar, c.working_weekdays,
           (SELECT array_agg(d.day) FROM calendar_days d
             WHERE d.calendar_code = c.code AND d.kind = 'off' AND d.day BETWEEN :first AND :last) AS off,
           (SELECT array_agg(d.day) FROM calendar_days d
             WHERE d.calendar_code = c.code AND d.kind = 'worked' AND d.day BETWEEN :first AND :last) AS worked,
           (SELECT array_agg(y.year) FROM calendar_years y
             WHERE y.calendar_code = c.code AND y.official_notice IS NOT NULL) AS official_years
      FROM units u
      JOIN facilities f ON f.id = u.facility_id
      JOIN organisations o ON o.id = f.organisation_id
      LEFT JOIN booking_rules r ON r.unit_id = u.id
      LEFT JOIN jurisdictions j ON j.code = f.jurisdiction_code
      LEFT JOIN jurisdictions root ON root.code = j.root_code
      LEFT JOIN calendars c ON c.code = coalesce(r.calendar_code, j.calendar_code, root.calendar_code)
     WHERE u.id = """
_SETTINGS_OF_ONE = text(_SETTINGS + ":unit")
# PostgreSQL expects ten rows of it, whatever their number, and then plans anew for each single unit.
_SETTINGS_OF_MANY = text(_SETTINGS + "ANY(:units)")

# Free time of many units at once, each place for itself. A claim keeps a booking's end its clean-up before it and a
# booking's start its set-up after it, so claims are widened crosswise and then taken away from what is open: what is
# left can be booked as it stands. The last word stays with the exclusion constraint, over the same index.
_FREE = text("""
    SELECT wanted.unit_id, spot.number AS place, lower(stretch) AS starts_at, upper(stretch) AS ends_at
      FROM unnest(CAST(:units AS uuid[]), CAST(:places AS int[]), CAST(:open AS tstzmultirange[]),
                  CAST(:set_ups AS interval[]), CAST(:clean_ups AS interval[]))
           AS wanted (unit_id, places, open, set_up, clean_up)
     CROSS JOIN LATERAL generate_series(1, wanted.places) AS spot (number)
     CROSS JOIN LATERAL unnest(wanted.open - coalesce((
           SELECT range_agg(tstzrange(lower(c.blocked) - wanted.clean_up, upper(c.blocked) + wanted.set_up))
             FROM claims c
            WHERE uuidrange(c.unit_id, c.unit_id, '[]') && uuidrange(wanted.unit_id, wanted.unit_id, '[]')
              AND c.place = spot.number
              AND c.blocked && tstzrange(lower(wanted.open) - wanted.set_up, upper(wanted.open) + wanted.clean_up)
              AND (c.held_until IS NULL OR c.held_until > :now)
              AND c.holder_id IS DISTINCT FROM :without
           ), '{}'::tstzmultirange)) AS stretch
     ORDER BY starts_at, ends_at, place
""")


def setting(session: Session, unit_id: UUID, around: Period, *, ahead: int = 60) -> Setting:
    """When one unit may be used; its calendar is read from a week before `around` to `ahead` days after it."""
    return settings(session, [unit_id], around, ahead=ahead)[unit_id]


def settings(session: Session, unit_ids: Iterable[UUID], around: Period, *, ahead: int = 60) -> dict[UUID, Setting]:
    """When several units may be used, in one statement; raises NotFound where one is missing."""
    rows = _rows(session, unit_ids, around, ahead)
    return {id: _setting(row) for id, row in rows.items()}


def free(
    session: Session, unit_id: UUID, window: Period, now: datetime, *, without: UUID | None = None
) -> list[FreeStretch]:
    """The longest free stretches of each place of one unit inside a window; none of a unit that cannot be booked.

    `without` leaves one holder's claims out, such as those of a booking that is being moved.
    """
    return free_of_units(session, [unit_id], window, now, without=without).get(unit_id, [])


def free_of_units(
    session: Session, unit_ids: Iterable[UUID], window: Period, now: datetime, *, without: UUID | None = None
) -> dict[UUID, list[FreeStretch]]:
    """Free stretches of several units by unit, in two statements whatever their number."""
    rows = _rows(session, unit_ids, window, 0)
    active = [_setting(row) for row in rows.values() if row["bookable"]]
    return free_in(session, active, window, now, without=without)


def free_in(
    session: Session, known: Sequence[Setting], window: Period, now: datetime, *, without: UUID | None = None
) -> dict[UUID, list[FreeStretch]]:
    """Free stretches of units whose settings are known already: one statement."""
    opened = {each.unit_id: bookable(each, window, now) for each in known}
    wanted = [each for each in known if opened[each.unit_id]]
    if not wanted:
        return {}
    values: dict[str, Any] = {
        "units": [each.unit_id for each in wanted],
        "places": [each.places for each in wanted],
        "open": [_multirange(opened[each.unit_id]) for each in wanted],
        "set_ups": [f"{each.rules.set_up} minutes" for each in wanted],
        "clean_ups": [f"{each.rules.clean_up} minutes" for each in wanted],
        "now": now,
        "without": without,
    }
    pieces: dict[tuple[UUID, int], list[Period]] = {}
    for unit_id, place, start, end in session.execute(_FREE, values):
        pieces.setdefault((unit_id, place), []).append(Period(start, end))
    return _cut(wanted, pieces)


def _cut(known: Sequence[Setting], pieces: dict[tuple[UUID, int], list[Period]]) -> dict[UUID, list[FreeStretch]]:
    found: dict[UUID, list[FreeStretch]] = {each.unit_id: [] for each in known}
    by_unit = {each.unit_id: each for each in known}
    for (unit_id, place), left in pieces.items():
        found[unit_id] += [FreeStretch(period, place) for period in cut_to_blocks(by_unit[unit_id], left)]
    return {unit_id: sorted(stretches) for unit_id, stretches in found.items()}


def has_free_place(
    session: Session, known: Setting, period: Period, now: datetime, *, without: UUID | None = None
) -> bool:
    """Whether a claim for a period, set-up and clean-up included, would find a place; opening hours are not asked."""
    blocked = known.rules.blocked(period)
    values = {
        "unit": known.unit_id,
        "places": known.places,
        "start": blocked.start,
        "end": blocked.end,
        "now": now,
        "without": without,
    }
    return bool(session.scalar(_FREE_PLACE, values))


_FREE_PLACE = text("""
    SELECT EXISTS (SELECT FROM generate_series(1, :places) AS spot (number)
     WHERE NOT EXISTS (
           SELECT FROM claims c
            WHERE uuidrange(c.unit_id, c.unit_id, '[]') && uuidrange(:unit, :unit, '[]')
              AND c.place = spot.number AND c.blocked && tstzrange(:start, :end)
              AND (c.held_until IS NULL OR c.held_until > :now) AND c.holder_id IS DISTINCT FROM :without))
""")


def claims_between(session: Session, unit_ids: Iterable[UUID], window: Period, now: datetime) -> Sequence[Claim]:
    """Every claim of some units that touches a window, overdue holds left out; by unit, place and time."""
    overdue = Claim.held_until <= now
    chosen = (
        select(Claim)
        .where(Claim.unit_id.in_(list(unit_ids)), Claim.blocked.op("&&")(Range(window.start, window.end)))
        .where(overdue.is_not(True))
        .order_by(Claim.unit_id, Claim.place, func.lower(Claim.blocked))
    )
    return session.scalars(chosen).all()


def bookings_in_the_way(session: Session, unit_id: UUID, periods: Iterable[Period], now: datetime) -> list[UUID]:
    """The bookings whose claims touch any of some periods on one unit, overdue holds left out, by time."""
    # The unit by the exclusion constraint's own expression: that is the index that knows units.
    one_unit = func.uuidrange(Claim.unit_id, Claim.unit_id, "[]").op("&&")(func.uuidrange(unit_id, unit_id, "[]"))
    chosen = (
        select(Claim.holder_id)
        .where(one_unit, Claim.blocked.op("&&")(text("CAST(:periods AS tstzmultirange)")))
        .where(Claim.kind == ClaimKind.BOOKING, (Claim.held_until <= now).is_not(True))
        .order_by(func.lower(Claim.blocked))
    )
    return list(session.scalars(chosen, {"periods": _multirange(periods)}))


def closures(session: Session, unit_ids: Iterable[UUID], window: Period) -> Sequence[Closure]:
    """The closures of some units that touch a window and were not lifted, by time."""
    chosen = (
        select(Closure)
        .where(Closure.unit_id.in_(list(unit_ids)), Closure.lifted_at.is_(None))
        .where(Closure.starts_at < window.end, Closure.ends_at > window.start)
        .order_by(Closure.starts_at, Closure.unit_id)
    )
    return session.scalars(chosen).all()


def closures_with(session: Session, closure_id: UUID) -> Sequence[Closure]:
    """A closure and, where it recurs, all dates of its series, by time."""
    series = select(Closure.series_id).where(Closure.id == closure_id).scalar_subquery()
    chosen = select(Closure).where(or_(Closure.id == closure_id, Closure.series_id == series))
    return session.scalars(chosen.order_by(Closure.starts_at, Closure.id)).all()


def running_series(session: Session) -> Sequence[ClosureSeries]:
    """The recurring closures that nobody has ended."""
    return session.scalars(
        select(ClosureSeries).where(ClosureSeries.ended_at.is_(None)).order_by(ClosureSeries.id)
    ).all()


def host_of(session: Session, unit_id: UUID) -> tuple[UUID, UUID]:
    """The facility of a unit and the organisation that hosts it; raises NotFound."""
    found = session.execute(_HOST, {"unit": unit_id}).one_or_none()
    if found is None:
        raise NotFound("unit")
    return found.facility_id, found.organisation_id


_HOST = text("""
    SELECT f.id AS facility_id, f.organisation_id
      FROM units u JOIN facilities f ON f.id = u.facility_id
     WHERE u.id = :unit
""")


def _rows(session: Session, unit_ids: Iterable[UUID], around: Period, ahead: int) -> dict[UUID, RowMapping]:
    wanted = list(dict.fromkeys(unit_ids))
    first, last = _days_around(around, ahead)
    values = {"unit": wanted[0] if wanted else None, "units": wanted, "first": first, "last": last}
    statement = _SETTINGS_OF_ONE if len(wanted) == 1 else _SETTINGS_OF_MANY
    found = session.execute(statement, {**values, "assumed": ASSUMED_ZONE}).mappings()
    rows = {row["unit_id"]: row for row in found}
    if len(rows) < len(wanted):
        raise NotFound("unit")
    return rows


def _days_around(around: Period, ahead: int) -> tuple[date, date]:
    # No calendar goes further than this, and sums of dates must not either.
    first, last = (min(max(each.date(), EARLIEST), LATEST) for each in (around.start, around.end))
    return first - WEEK, last + WEEK + ahead * DAY


# Nothing that follows a session decides when a unit may be used.
_AFTERWARDS = {"end_grace", "asks"}
_RULE_NAMES = tuple(field.name for field in fields(UnitRules) if field.name not in {"mode", *_AFTERWARDS})


def _setting(row: RowMapping) -> Setting:
    rules = UnitRules()
    if row["mode"] is not None:
        rules = UnitRules(mode=BookingMode(row["mode"]), **{name: row[name] for name in _RULE_NAMES})
    return Setting(
        unit_id=row["unit_id"],
        zone=ZoneInfo(row["zone"]),
        places=row["places"],
        hours=tuple(sorted(Hours(*stretch) for stretch in row["hours"] or ())),
        rules=rules,
        calendar=_calendar(row),
    )


def _calendar(row: RowMapping) -> WorkingCalendar:
    if row["calendar"] is None:
        return WorkingCalendar("", frozenset({1, 2, 3, 4, 5}))
    return WorkingCalendar(
        row["calendar"],
        frozenset(row["working_weekdays"]),
        off=frozenset(row["off"] or ()),
        worked=frozenset(row["worked"] or ()),
        official_years=frozenset(row["official_years"] or ()),
    )


def _multirange(periods: Iterable[Period]) -> str:
    return "{" + ",".join(f"[{each.start.isoformat()},{each.end.isoformat()})" for each in periods) + "}"
