"""Closing a unit, once or again and again, and opening it early; and how many places it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, demand
from marketplace.availability.actions.claims import drop_overdue, lock_unit, release
from marketplace.availability.actions.former import derive_from
from marketplace.availability.models import Closure, ClosureKind, ClosureSeries
from marketplace.availability.queries import EARLIEST, LATEST, bookings_in_the_way, host_of, setting
from marketplace.availability.rules import Recurrence, local_day, wall_instant
from marketplace.availability.rules.recurrence import WRITTEN_AHEAD
from marketplace.catalogue.actions.keeping import keep_unit
from marketplace.catalogue.models import Unit
from marketplace.history.actions import Subject, record
from marketplace.values import refusal
from marketplace.values.localized import normalise
from marketplace.values.period import Period
from marketplace.values.refusal import Invalid, NotFound, Refusal

LONGEST_CLOSURE = timedelta(days=5 * 366)

# A closure claims every place, except where another closure holds it already: closures may overlap, bookings may not.
_CLAIM_PIECES = text("""
    INSERT INTO claims (id, unit_id, place, blocked, kind, holder_id)
    SELECT gen_random_uuid(), :unit, spot.number, piece, 'closure', :holder
      FROM generate_series(1, :places) AS spot (number)
     CROSS JOIN LATERAL unnest(tstzmultirange(tstzrange(:start, :end)) - coalesce((
           SELECT range_agg(c.blocked) FROM claims c
            WHERE uuidrange(c.unit_id, c.unit_id, '[]') && uuidrange(:unit, :unit, '[]')
              AND c.place = spot.number AND c.kind = 'closure' AND c.blocked && tstzrange(:start, :end)
           ), '{}'::tstzmultirange)) AS piece
""")

_ABOVE = text("""
    SELECT DISTINCT holder_id FROM claims
     WHERE uuidrange(unit_id, unit_id, '[]') && uuidrange(:unit, :unit, '[]')
       AND place > :places AND upper(blocked) > :now AND kind = 'booking'
       AND (held_until IS NULL OR held_until > :now)
""")

_DROP_CLOSURES_ABOVE = text("""
    DELETE FROM claims
     WHERE uuidrange(unit_id, unit_id, '[]') && uuidrange(:unit, :unit, '[]')
       AND place > :places AND (kind = 'closure' OR held_until <= :now)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureRequest:
    """A stretch in which nobody can use a unit, and how it comes again, if it does."""

    period: Period
    kind: ClosureKind = ClosureKind.CLOSURE
    reason: Mapping[str, str] = field(default_factory=dict)
    recurrence: Recurrence | None = None


def close(session: Session, unit_id: UUID, request: ClosureRequest, *, now: datetime, by: Actor) -> Sequence[Closure]:
    """Close every place of a unit; refused with the bookings in the way of all its dates (`bookings_in_the_way`)."""
    _, host = host_of(session, unit_id)
    demand(by, "closure.manage", host=host)
    _demand_bounded(request)
    reason = normalise(dict(request.reason), field="reason", max_length=500)
    places = lock_unit(session, unit_id)
    periods = _written_out(session, unit_id, request, now)
    refusal.demand(_in_the_way(session, unit_id, periods, now))
    series = _new_series(session, unit_id, request.recurrence, now=now, by=by)
    made = [
        Closure(
            unit_id=unit_id,
            series_id=series.id if series else None,
            kind=request.kind,
            starts_at=period.start,
            ends_at=period.end,
            reason=reason,
            created_by=by.id,
            created_at=now,
        )
        for period in periods
    ]
    session.add_all(made)
    session.flush()
    for closure in made:
        _claim_pieces(session, closure, places, now)
    details = {"closures": [str(closure.id) for closure in made], **request.period.as_json()}
    record(session, Subject("unit", unit_id), "closure.made", now=now, by=by.id, details=details, text=reason or None)
    derive_from(session, unit_id, min(period.start for period in periods), now=now)
    return made


def against(session: Session, unit_id: UUID, request: ClosureRequest, *, now: datetime) -> list[UUID]:
    """The bookings that stand in the way of a closure on any of its dates, before it is tried."""
    _demand_bounded(request)
    return bookings_in_the_way(session, unit_id, _written_out(session, unit_id, request, now), now)


def lift(session: Session, closure_id: UUID, *, now: datetime, by: Actor) -> Closure:
    """Open the unit again: a closure that has begun ends now, one to come is undone. Others that overlap it stay."""
    closure = session.get(Closure, closure_id)
    if closure is None:
        raise NotFound("closure")
    _, host = host_of(session, closure.unit_id)
    demand(by, "closure.manage", host=host)
    _lift_all(session, closure.unit_id, [closure], now=now, by=by)
    return closure


def end_series(session: Session, series_id: UUID, *, now: datetime, by: Actor) -> ClosureSeries:
    """End a recurring closure: every date of it that lies ahead is lifted."""
    series = session.get(ClosureSeries, series_id)
    if series is None:
        raise NotFound("closure")
    _, host = host_of(session, series.unit_id)
    demand(by, "closure.manage", host=host)
    ahead = select(Closure).where(Closure.series_id == series_id, Closure.lifted_at.is_(None), Closure.ends_at > now)
    series.ended_at = series.ended_at or now
    _lift_all(session, series.unit_id, session.scalars(ahead).all(), now=now, by=by)
    return series


def extend_series(session: Session, series_id: UUID, *, now: datetime) -> int:
    """Write a recurring closure out further, as time passes; dates on which bookings stand are left out.

    Answers how many dates were added.
    """
    series = session.get(ClosureSeries, series_id)
    if series is None or series.ended_at is not None:
        return 0
    places = lock_unit(session, series.unit_id)
    chosen = select(Closure).where(Closure.series_id == series_id).order_by(Closure.starts_at)
    written = session.scalars(chosen).all()
    if not written:
        return 0
    first, last = written[0], written[-1]
    request = ClosureRequest(
        period=Period(first.starts_at, first.ends_at), kind=first.kind, recurrence=Recurrence.parse(series.rule)
    )
    added = 0
    for period in _written_out(session, series.unit_id, request, now):
        if period.start <= last.starts_at or bookings_in_the_way(session, series.unit_id, [period], now):
            continue
        closure = Closure(
            unit_id=series.unit_id, series_id=series_id, kind=first.kind, starts_at=period.start, ends_at=period.end,
            reason=first.reason, created_by=series.created_by, created_at=now,
        )  # fmt: skip
        session.add(closure)
        session.flush()
        _claim_pieces(session, closure, places, now)
        added += 1
    return added


def set_places(session: Session, unit_id: UUID, places: int, *, now: datetime, by: Actor) -> None:
    """Change how many bookings a unit holds at once. It shrinks only when no booking to come stands on a place above
    (`places_in_use`); closures cover the new places too."""
    _, host = host_of(session, unit_id)
    demand(by, "facility.change", host=host)
    if not 1 <= places <= 500:
        raise Invalid.one("places", "between", min=1, max=500)
    before = lock_unit(session, unit_id)
    values = {"unit": unit_id, "places": places, "now": now}
    above = [str(holder) for holder in session.scalars(_ABOVE, values)]
    if above:
        raise refusal.Refused([Refusal("places_in_use", {"bookings": list(above), "places": places})])
    session.execute(_DROP_CLOSURES_ABOVE, values)
    if places != before:
        keep_unit(session, session.get_one(Unit, unit_id, populate_existing=True), ["places"], now=now)
    session.execute(update(Unit).where(Unit.id == unit_id).values(places=places, updated_at=now))
    for closure in _closures_ahead(session, unit_id, now):
        _claim_pieces(session, closure, places, now)
    details = {"before": before, "after": places}
    record(session, Subject("unit", unit_id), "unit.places_changed", now=now, by=by.person_id, details=details)


def _demand_bounded(request: ClosureRequest) -> None:
    if request.period.start.year < EARLIEST.year or request.period.end.year > LATEST.year:
        raise Invalid.one("start", "instant_far", first=EARLIEST.year, last=LATEST.year)
    if request.period.length > LONGEST_CLOSURE:
        raise Invalid.one("end", "closure_too_long", days=LONGEST_CLOSURE.days)


def _lift_all(session: Session, unit_id: UUID, closures: Iterable[Closure], *, now: datetime, by: Actor) -> None:
    places = lock_unit(session, unit_id)
    lifted = [closure for closure in closures if closure.lifted_at is None]
    for closure in lifted:
        closure.lifted_at = now
        release(session, closure.id)
    session.flush()
    for other in _closures_ahead(session, unit_id, now):
        _claim_pieces(session, other, places, now)
    if lifted:
        details = {"closures": [str(closure.id) for closure in lifted]}
        record(session, Subject("unit", unit_id), "closure.lifted", now=now, by=by.id, details=details)
        derive_from(session, unit_id, now, now=now)


def _closures_ahead(session: Session, unit_id: UUID, now: datetime) -> Sequence[Closure]:
    chosen = select(Closure).where(Closure.unit_id == unit_id, Closure.lifted_at.is_(None), Closure.ends_at > now)
    return session.scalars(chosen.order_by(Closure.starts_at)).all()


def _claim_pieces(session: Session, closure: Closure, places: int, now: datetime) -> None:
    values = {"unit": closure.unit_id, "places": places, "holder": closure.id, "now": now}
    values |= {"start": closure.starts_at, "end": closure.ends_at}
    drop_overdue(session, closure.unit_id, Period(closure.starts_at, closure.ends_at), now)
    session.execute(_CLAIM_PIECES, values)


def _in_the_way(session: Session, unit_id: UUID, periods: Iterable[Period], now: datetime) -> list[Refusal]:
    found = bookings_in_the_way(session, unit_id, periods, now)
    return [Refusal("bookings_in_the_way", {"bookings": [str(id) for id in found]})] if found else []


def _new_series(
    session: Session, unit_id: UUID, recurrence: Recurrence | None, *, now: datetime, by: Actor
) -> ClosureSeries | None:
    if recurrence is None:
        return None
    series = ClosureSeries(unit_id=unit_id, rule=recurrence.as_rule(), created_by=by.id, created_at=now)
    session.add(series)
    session.flush()
    return series


def _written_out(session: Session, unit_id: UUID, request: ClosureRequest, now: datetime) -> list[Period]:
    """The period at each date of its recurrence, at the same wall time in the facility's zone; cut where dates meet."""
    if request.recurrence is None:
        return [request.period]
    zone = setting(session, unit_id, request.period, ahead=0).zone
    first = local_day(request.period.start, zone)
    starts, ends = (_minutes_since(first, instant, zone) for instant in (request.period.start, request.period.end))
    found: list[Period] = []
    for day in request.recurrence.dates(first, local_day(now + WRITTEN_AHEAD, zone)):
        start, end = wall_instant(day, starts, zone), wall_instant(day, ends, zone, closing=True)
        if found and start < found[-1].end:
            raise Invalid.one("recurrence", "overlaps_itself")
        if start < end:
            found.append(Period(start, end))
    if not found:
        raise Invalid.one("end", "after_start")
    return found


def _minutes_since(day: date, instant: datetime, zone: ZoneInfo) -> int:
    wall = instant.astimezone(zone).replace(tzinfo=None)
    midnight = datetime.combine(day, time())
    return int((wall - midnight) / timedelta(minutes=1))
