"""What rows said at an instant, as parts of statements: what was overwritten since, else what stands (S-09).

Whatever is recorded after `:as_of` changes nothing in them, so that a figure is built anew to the last digit.
"""

from __future__ import annotations

from typing import Final

from marketplace.accounts.models import FormerSeat, Organisation
from marketplace.catalogue.models import Facility, FormerFacility, FormerUnit, Unit
from marketplace.database import Base

# Of a party `p` of a collaboration `c`: whether it had joined, and on which day it had left, as was known.
JOINED: Final = "p.joined_at <= :as_of"
LEFT_ON: Final = "CASE WHEN p.left_at <= :as_of THEN p.left_on END"
ENDED_ON: Final = "CASE WHEN c.closed_at <= :as_of THEN c.ended_on END"
# Of a merger `m`: whether it was on record.
MERGED: Final = "m.recorded_at <= :as_of AND (m.taken_back_at IS NULL OR m.taken_back_at > :as_of)"
# Of an outcome `o`: its last event `e` until then, and the version `v` that it is about.
TOLD: Final = """JOIN LATERAL (SELECT status, level, version FROM outcome_events
                     WHERE outcome_id = o.id AND at <= :as_of ORDER BY number DESC LIMIT 1) AS e ON true
      JOIN outcome_versions v ON v.outcome_id = o.id AND v.number = e.version"""
# Bookings with the collaboration that each belonged to.
LINKS: Final = """(SELECT booking_id, collaboration_id, at FROM collaboration_bookings WHERE at <= :as_of
     UNION ALL SELECT booking_id, collaboration_id, at FROM former_collaboration_bookings
     WHERE at <= :as_of AND until > :as_of)"""


def _then(present: type[Base], former: type[Base], at: str, *kept: str) -> str:
    """The rows of a table as they were at an instant: what its former rows keep, and the columns that never change."""
    table, names = former.__table__, [f"t.{each}" for each in ("id", *kept)]
    (key,) = [each.name for each in table.columns if each.primary_key and each.name != "until"]
    told = [each.name for each in table.columns if not each.primary_key]
    names += [f"CASE WHEN k.until IS NULL THEN t.{each} ELSE k.{each} END AS {each}" for each in told]
    return f"""(SELECT {", ".join(names)} FROM {present.__tablename__} t LEFT JOIN LATERAL (
        SELECT * FROM {former.__tablename__}
         WHERE {key} = t.id AND until > {at} ORDER BY until LIMIT 1) AS k ON true)"""


def facilities(at: str = ":as_of") -> str:
    """Facilities as they were at an instant, of which the statement speaks in SQL: the first moment of a use."""
    return _then(Facility, FormerFacility, at, "organisation_id", "created_at", "published_at")


# Organisations with their seats, and units.
SEATS: Final = _then(Organisation, FormerSeat, ":as_of")
UNITS: Final = _then(Unit, FormerUnit, ":as_of", "facility_id", "created_at")
# The facility of a unit `u` when somebody was let in to a session `s`: hours lie where it stood then.
USED_FACILITY: Final = f"LATERAL {facilities('s.checked_in_at')} AS f ON f.id = u.facility_id"
# The first date that a facility `f` was committed to once it was public: it stays, whatever is promised later. What a
# draft said was promised to nobody.
FIRST_PLANNED: Final = """coalesce((SELECT planned_opening FROM former_facilities
     WHERE facility_id = f.id AND until > f.published_at AND until <= :as_of AND planned_opening IS NOT NULL
     ORDER BY until LIMIT 1), f.planned_opening)"""


def recorded(at: str = ":as_of") -> str:
    """Of sessions `s`: whether the row stood at an instant, as it was known then."""
    return f"s.recorded_at <= {at} AND (s.superseded_at IS NULL OR s.superseded_at > {at})"


# What history says of a booking `b`: when it was confirmed, whether it was refused by then, and who called it off.
# Entries older than the side that they name are told by who the person was.
SAID_OF_BOOKING: Final = """LATERAL (
    SELECT min(h.at) FILTER (WHERE h.verb = 'booking.confirmed') AS confirmed_at,
           bool_or(h.verb IN ('booking.declined', 'booking.expired') AND h.at <= :as_of) AS refused,
           min(h.at) FILTER (WHERE h.verb = 'booking.cancelled' AND h.at <= :as_of) AS cancelled_at,
           bool_or(coalesce(h.details ->> 'side' = 'user', h.actor_id IN (b.person_id, b.booked_by)
                   OR EXISTS (SELECT FROM memberships m WHERE m.person_id = h.actor_id
                               AND m.organisation_id = b.organisation_id AND m.since <= h.at), false))
             FILTER (WHERE h.verb = 'booking.cancelled' AND h.at <= :as_of) AS cancelled_by_user
      FROM history_entries h WHERE h.subject_kind = 'booking' AND h.subject_id = b.id) AS said ON true"""
