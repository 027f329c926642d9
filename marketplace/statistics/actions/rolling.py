"""Keeping roll-ups of use in step with rows: marked days are summed anew, from rows alone, as often as one likes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from marketplace.availability.queries import ASSUMED_ZONE
from marketplace.operations.queries.facts import open_stretches
from marketplace.spillovers.rules.bodies import Bodies
from marketplace.statistics.models import UnitDay, UsageDay
from marketplace.statistics.queries import rolling as read
from marketplace.statistics.queries.seating import bodies_now
from marketplace.statistics.rules.days import DAY, midnight
from marketplace.statistics.rules.rolling import Ledger, place_on, unit_days
from marketplace.values.period import Period

WORK: Final = "statistics.roll_up"
# So many units are summed in one transaction.
PORTION: Final = 100
# Two that sum at once could each write what the other has not seen yet.
_ALONE: Final = text("SELECT pg_advisory_xact_lock(hashtext('usage_roll_up'))")
_GONE: Final = tuple(
    text(f"""
    DELETE FROM {table} USING unnest(CAST(:units AS uuid[]), CAST(:days AS date[])) AS gone (unit_id, day)
     WHERE {table}.unit_id = gone.unit_id AND {table}.day = gone.day
""")
    for table in ("usage_days", "unit_days")
)
# Yesterday is over where the unit stands, and nobody has summed it yet: open hours pass without anybody doing anything.
# A unit that is gone passes no days any more, and one whose listing came later than that never did.
_PASSED: Final = text(f"""
    INSERT INTO usage_marks (unit_id, since, until)
    SELECT u.id, CAST(coalesce(d.day + 1, l.first) AS timestamp) AT TIME ZONE z.name, :now
      FROM units u JOIN facilities f ON f.id = u.facility_id
      CROSS JOIN LATERAL (SELECT coalesce(f.time_zone, '{ASSUMED_ZONE}') AS name) AS z
      CROSS JOIN LATERAL (SELECT CAST(CAST(:now AS timestamptz) AT TIME ZONE z.name AS date) AS today) AS t
      CROSS JOIN LATERAL (SELECT greatest(CAST(f.published_at AT TIME ZONE z.name AS date),
                                          CAST(u.created_at AT TIME ZONE z.name AS date), u.commissioned_on) AS first,
                                 least(t.today, u.decommissioned_on) - 1 AS last) AS l
      CROSS JOIN LATERAL (SELECT max(day) AS day FROM unit_days k WHERE k.unit_id = u.id) AS d
     WHERE f.published_at IS NOT NULL AND l.first <= l.last AND (d.day IS NULL OR d.day < l.last)
       AND NOT EXISTS (SELECT FROM usage_marks m WHERE m.unit_id = u.id)
""")
_ALL: Final = text("""
    INSERT INTO usage_marks (unit_id, since, until) SELECT id, '-infinity', 'infinity' FROM units ORDER BY id
""")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The days of one unit that are summed anew, and the stretch around them."""

    row: Any
    zone: ZoneInfo
    days: frozenset[date]

    @property
    def stretch(self) -> Period:
        """From the first day's midnight to the last day's."""
        return Period(midnight(min(self.days), self.zone), midnight(max(self.days) + DAY, self.zone))


def mark_passed(session: Session, *, now: datetime) -> None:
    """Mark the days that have passed since a unit was last summed."""
    session.execute(_PASSED, {"now": now})


def mark_everything(session: Session) -> None:
    """Have all days of all units summed anew."""
    session.execute(_ALL)


def roll_up(session: Session, *, now: datetime, limit: int = PORTION) -> int:
    """Sum the marked days of so many units anew; the number of units, 0 once nothing waits."""
    session.execute(_ALONE)
    marks = read.take_marks(session, limit=limit, now=now)
    wanted = _wanted(session, marks)
    if wanted:
        bodies = bodies_now(session, now)
        _forget(session, wanted)
        _keep(session, UsageDay, _used(session, wanted, bodies))
        _keep(session, UnitDay, _stood(session, wanted, bodies, now))
    return len({unit_id for unit_id, _, _ in marks})


def _wanted(session: Session, marks: Iterable[tuple[UUID, datetime, datetime]]) -> dict[UUID, Wanted]:
    marked = [each for each in marks if each[1] <= each[2]]
    rows = read.spots(session, {each[0] for each in marked})
    days: dict[UUID, set[date]] = {}
    for unit_id, since, until in marked:
        zone = ZoneInfo(rows[unit_id].zone)
        # A day more on both sides: the unit may have counted its days in another zone then.
        first, last = since.astimezone(zone).date() - DAY, until.astimezone(zone).date() + DAY
        days.setdefault(unit_id, set()).update(first + timedelta(days=at) for at in range((last - first).days + 1))
    return {id: Wanted(rows[id], ZoneInfo(rows[id].zone), frozenset(found)) for id, found in days.items()}


def _forget(session: Session, wanted: Mapping[UUID, Wanted]) -> None:
    pairs = [(id, day) for id, each in wanted.items() for day in each.days]
    bound = {"units": [id for id, _ in pairs], "days": [day for _, day in pairs]}
    for statement in _GONE:
        session.execute(statement, bound)


def _keep(session: Session, table: type[UsageDay | UnitDay], rows: Iterable[dict[str, Any]]) -> None:
    found = list(rows)
    if found:
        session.execute(insert(table), found)


def _used(session: Session, wanted: Mapping[UUID, Wanted], bodies: Bodies) -> Iterable[dict[str, Any]]:
    # Sessions are split in the zone that held when they began: a day of slack finds those at the edges.
    stretches = {id: each.stretch.widened(DAY, DAY) for id, each in wanted.items()}
    ledgers = {id: Ledger(read.spot_of(each.row), bodies, each.days) for id, each in wanted.items()}
    for unit_id, used in read.sessions_in(session, stretches):
        ledgers[unit_id].use(used)
    for unit_id, booked in read.bookings_in(session, stretches):
        ledgers[unit_id].book(booked)
    return [line for ledger in ledgers.values() for line in ledger.lines()]


def _stood(session: Session, wanted: Mapping[UUID, Wanted], bodies: Bodies, now: datetime) -> list[dict[str, Any]]:
    over = {id: days for id, each in wanted.items() if (days := _over(each, now))}
    stretches = {id: Wanted(wanted[id].row, wanted[id].zone, frozenset(days)).stretch for id, days in over.items()}
    if not stretches:
        return []
    hours, closed = open_stretches(session, stretches), read.closures_in(session, stretches)
    states, parks = read.states_in(session, stretches), read.former_parks(session, over)
    found = []
    for id, days in over.items():
        row, zone, spot = wanted[id].row, wanted[id].zone, read.spot_of(wanted[id].row)
        told = unit_days(days, zone=zone, open_=(hours[id], closed.get(id, ())), states=states.get(id, {}))
        for day, line in told.items():
            park = read.park_on(midnight(day, zone), parks.get(id, ()), row.zone_code)
            line["open_seconds"] *= spot.places
            more = {"day": day, "places": spot.places, "zone_code": park}
            found.append(place_on(spot, bodies, day) | more | line)
    return found


def _over(each: Wanted, now: datetime) -> list[date]:
    """Of the wanted days those on which the unit was listed, and that are over."""
    first, today = read.first_listed(each.row, each.zone), now.astimezone(each.zone).date()
    last = min(today, each.row.decommissioned_on or today)
    return [] if first is None else [day for day in sorted(each.days) if first <= day < last]
