"""Reading what days of use are summed from, of some units at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.availability.queries import ASSUMED_ZONE
from marketplace.spillovers.queries.known import facilities
from marketplace.statistics.queries.raw import BOOKED_STATES
from marketplace.statistics.rules.days import whole
from marketplace.statistics.rules.rolling import Booked, Spot, Used
from marketplace.values.period import Period

_WANTED: Final = """unnest(CAST(:units AS uuid[]), CAST(:starts AS timestamptz[]), CAST(:ends AS timestamptz[]))
    AS wanted (unit_id, start, stop)"""
_ZONE: Final = f"f.zone_code AS park, coalesce(f.time_zone, '{ASSUMED_ZONE}') AS zone"
_SESSIONS: Final = text(f"""
    SELECT s.unit_id, s.organisation_id, coalesce(s.purpose, b.purpose) AS purpose, s.checked_in_at, s.checked_out_at,
           b.starts_at, b.ends_at, s.idle_seconds,
           s.start_rule IS NOT NULL OR s.end_rule IS NOT NULL AS estimated, {_ZONE}
      FROM {_WANTED} JOIN sessions s ON s.unit_id = wanted.unit_id AND s.checked_in_at < wanted.stop
       AND s.checked_out_at > wanted.start AND s.superseded_at IS NULL
      JOIN units u ON u.id = s.unit_id JOIN LATERAL {facilities("s.checked_in_at")} AS f ON f.id = u.facility_id
      LEFT JOIN bookings b ON b.id = s.booking_id
""")
_BOOKINGS: Final = text(f"""
    SELECT b.unit_id, b.organisation_id, b.purpose, b.starts_at, b.ends_at, b.state = 'no_show' AS missed, {_ZONE}
      FROM {_WANTED} JOIN bookings b ON b.unit_id = wanted.unit_id AND b.starts_at < wanted.stop
       AND b.ends_at > wanted.start AND b.state IN {BOOKED_STATES}
      JOIN units u ON u.id = b.unit_id JOIN LATERAL {facilities("b.starts_at")} AS f ON f.id = u.facility_id
""")
_STATES: Final = text(f"""
    SELECT s.unit_id, s.state, greatest(s.starts_at, wanted.start), least(s.ends_at, wanted.stop)
      FROM {_WANTED} JOIN unit_states s ON s.unit_id = wanted.unit_id AND s.starts_at < wanted.stop
       AND s.ends_at > wanted.start
""")
# What was lifted early was closed until then.
_CLOSURES: Final = text(f"""
    SELECT c.unit_id, c.starts_at, least(c.ends_at, coalesce(c.lifted_at, c.ends_at)) AS ends_at
      FROM {_WANTED} JOIN closures c ON c.unit_id = wanted.unit_id AND c.starts_at < wanted.stop
       AND c.ends_at > wanted.start AND c.starts_at < least(c.ends_at, coalesce(c.lifted_at, c.ends_at))
""")
_SPOTS: Final = text(f"""
    SELECT u.id, u.facility_id, f.organisation_id, j.root_code, u.places, f.published_at, u.created_at,
           u.commissioned_on, u.decommissioned_on,
           coalesce(f.time_zone, '{ASSUMED_ZONE}') AS zone, f.zone_code
      FROM units u JOIN facilities f ON f.id = u.facility_id LEFT JOIN jurisdictions j ON j.code = f.jurisdiction_code
     WHERE u.id = ANY(:units)
""")
_PARKS: Final = text("""
    SELECT u.id AS unit_id, k.until, k.zone_code FROM units u JOIN former_facilities k ON k.facility_id = u.facility_id
     WHERE u.id = ANY(:units) ORDER BY u.id, k.until
""")
# Days on which anything of a unit can lie; marks may reach from the beginning of time to its end.
_MARKS: Final = text("""
    WITH taken AS (
      DELETE FROM usage_marks WHERE unit_id IN (
        SELECT unit_id FROM usage_marks GROUP BY unit_id ORDER BY min(id) LIMIT :limit) RETURNING unit_id, since, until
    ), bounds AS (
      SELECT DISTINCT t.unit_id,
             least((SELECT min(s.checked_in_at) FROM sessions s WHERE s.unit_id = t.unit_id),
                   (SELECT min(b.starts_at) FROM bookings b WHERE b.unit_id = t.unit_id), f.published_at,
                   (SELECT CAST(min(d.day) AS timestamptz) FROM usage_days d WHERE d.unit_id = t.unit_id),
                   CAST(:now AS timestamptz)) AS low,
             greatest((SELECT max(b.ends_at) FROM bookings b WHERE b.unit_id = t.unit_id),
                   (SELECT CAST(max(d.day) AS timestamptz) FROM usage_days d WHERE d.unit_id = t.unit_id),
                   CAST(:now AS timestamptz)) AS high
        FROM taken t JOIN units u ON u.id = t.unit_id JOIN facilities f ON f.id = u.facility_id
    )
    SELECT t.unit_id, greatest(t.since, b.low) AS since, least(t.until, b.high) AS until
      FROM taken t JOIN bounds b ON b.unit_id = t.unit_id""")


def take_marks(session: Session, *, limit: int, now: datetime) -> list[tuple[UUID, datetime, datetime]]:
    """Take what waits of so many units at most: the stretches to be summed anew, empty where nothing can lie."""
    return [(row[0], row[1], row[2]) for row in session.execute(_MARKS, {"limit": limit, "now": now})]


def spots(session: Session, units: Iterable[UUID]) -> Mapping[UUID, Any]:
    """The units with their zones and since when they are listed."""
    return {row.id: row for row in session.execute(_SPOTS, {"units": list(units)})}


def spot_of(row: Any) -> Spot:
    """A unit as its days need it."""
    return Spot(row.id, row.facility_id, row.organisation_id, row.root_code, row.places)


def former_parks(session: Session, units: Iterable[UUID]) -> dict[UUID, list[tuple[datetime, str | None]]]:
    """In which zone units stood until when."""
    found: dict[UUID, list[tuple[datetime, str | None]]] = {}
    for unit_id, until, code in session.execute(_PARKS, {"units": list(units)}):
        found.setdefault(unit_id, []).append((until, code))
    return found


def sessions_in(session: Session, stretches: Mapping[UUID, Period]) -> Iterator[tuple[UUID, Used]]:
    """The sessions that ended and stand, of units in their stretches."""
    for row in session.execute(_SESSIONS, _bound(stretches)):
        yield (
            row.unit_id,
            Used(
                organisation=row.organisation_id,
                purpose=row.purpose,
                start=row.checked_in_at,
                end=row.checked_out_at,
                zone=ZoneInfo(row.zone),
                park=row.park,
                idle=row.idle_seconds,
                estimated=row.estimated,
                booked=None if row.starts_at is None else (whole(row.starts_at), whole(row.ends_at)),
            ),
        )


def bookings_in(session: Session, stretches: Mapping[UUID, Period]) -> Iterator[tuple[UUID, Booked]]:
    """The bookings that took their time, of units in their stretches."""
    for row in session.execute(_BOOKINGS, _bound(stretches)):
        yield (
            row.unit_id,
            Booked(
                organisation=row.organisation_id,
                purpose=row.purpose,
                start=row.starts_at,
                end=row.ends_at,
                zone=ZoneInfo(row.zone),
                park=row.park,
                missed=row.missed,
            ),
        )


def states_in(session: Session, stretches: Mapping[UUID, Period]) -> dict[UUID, dict[str, list[Period]]]:
    """In which state units were, by name, in their stretches."""
    found: dict[UUID, dict[str, list[Period]]] = {}
    for unit_id, state, start, end in session.execute(_STATES, _bound(stretches)):
        found.setdefault(unit_id, {}).setdefault(state, []).append(Period(start, end))
    return found


def closures_in(session: Session, stretches: Mapping[UUID, Period]) -> dict[UUID, list[Period]]:
    """When units were closed, in their stretches."""
    found: dict[UUID, list[Period]] = {}
    for unit_id, start, end in session.execute(_CLOSURES, _bound(stretches)):
        found.setdefault(unit_id, []).append(Period(start, end))
    return found


def park_on(day: datetime, former: Iterable[tuple[datetime, str | None]], present: str | None) -> str | None:
    """In which zone a unit stood at an instant."""
    return next((code for until, code in former if day < until), present)


def first_listed(row: Any, zone: ZoneInfo) -> date | None:
    """The first day that counts as open time: the listing was published, the unit was in it, and it was at work."""
    if row.published_at is None:
        return None
    listed: date = max(row.published_at, row.created_at).astimezone(zone).date()
    return max(listed, row.commissioned_on or listed)


def _bound(stretches: Mapping[UUID, Period]) -> dict[str, Any]:
    return {
        "units": list(stretches),
        "starts": [each.start for each in stretches.values()],
        "ends": [each.end for each in stretches.values()],
    }
