"""Taking and giving back places: the unit is locked first, the lowest free place is claimed, the constraint decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.database import new_id
from marketplace.values.period import Period
from marketplace.values.refusal import NotFound

_LOCK = text("SELECT places FROM units WHERE id = :unit FOR NO KEY UPDATE")

# While a fault stops a unit nobody books into it. Bookings that stood keep their places; whichever is given back goes
# to the stop, never to somebody else: so each deletion answers which stops it made room for.
_STOPS = """
    SELECT DISTINCT c.id FROM closures c JOIN gone ON gone.unit_id = c.unit_id
     WHERE c.kind = 'fault' AND c.lifted_at IS NULL AND tstzrange(c.starts_at, c.ends_at) && gone.blocked
"""
_DROP_OVERDUE = text(f"""
    WITH gone AS (
      DELETE FROM claims
       WHERE uuidrange(unit_id, unit_id, '[]') && uuidrange(:unit, :unit, '[]')
         AND blocked && tstzrange(:start, :end) AND held_until <= :now
      RETURNING unit_id, blocked)
    {_STOPS}
""")

# A closure claims every place, except where somebody holds it already: bookings are not in the way of a closure when it
# is made, but may stand in a stop.
_CLAIM_PIECES = text("""
    INSERT INTO claims (id, unit_id, place, blocked, kind, holder_id)
    SELECT gen_random_uuid(), u.id, spot.number, piece, 'closure', shut.id
      FROM closures shut JOIN units u ON u.id = shut.unit_id
     CROSS JOIN LATERAL generate_series(1, u.places) AS spot (number)
     CROSS JOIN LATERAL unnest(tstzmultirange(tstzrange(shut.starts_at, shut.ends_at)) - coalesce((
           SELECT range_agg(c.blocked) FROM claims c
            WHERE uuidrange(c.unit_id, c.unit_id, '[]') && uuidrange(u.id, u.id, '[]')
              AND c.place = spot.number AND c.blocked && tstzrange(shut.starts_at, shut.ends_at)
           ), '{}'::tstzmultirange)) AS piece
     WHERE shut.id = :closure
""")

# The lowest place without a claim in the way, or the one preferred; holds whose time is over are in nobody's way, but
# their rows still are, and then nothing is written. Under the unit's lock the place stays free until the row is in;
# without the lock ON CONFLICT lets the exclusion constraint answer, and does so without lock cycles between inserters
# (a plain INSERT would wait for the other one's row while the other waits for ours).
_CLAIM = text("""
    INSERT INTO claims (id, unit_id, place, blocked, kind, holder_id, held_until)
    SELECT :id, :unit, spot.number, tstzrange(:start, :end), 'booking', :holder, :held_until
      FROM generate_series(1, :places) AS spot (number)
     WHERE NOT EXISTS (
           SELECT FROM claims c
            WHERE uuidrange(c.unit_id, c.unit_id, '[]') && uuidrange(:unit, :unit, '[]')
              AND int4range(c.place, c.place, '[]') && int4range(spot.number, spot.number, '[]')
              AND c.blocked && tstzrange(:start, :end)
              AND (c.held_until IS NULL OR c.held_until > :now))
     ORDER BY spot.number IS DISTINCT FROM :preferred, spot.number
     LIMIT 1
    ON CONFLICT DO NOTHING
    RETURNING place
""")

_FREE_PLACES = text("""
    SELECT count(*) FROM generate_series(1, :places) AS spot (number)
     WHERE NOT EXISTS (
           SELECT FROM claims c
            WHERE uuidrange(c.unit_id, c.unit_id, '[]') && uuidrange(:unit, :unit, '[]')
              AND int4range(c.place, c.place, '[]') && int4range(spot.number, spot.number, '[]')
              AND c.blocked && tstzrange(:start, :end)
              AND (c.held_until IS NULL OR c.held_until > :now))
""")

_HOLD = text("UPDATE claims SET held_until = :held_until WHERE holder_id = :holder RETURNING place")
_RELEASE = text(f"""
    WITH gone AS (DELETE FROM claims WHERE holder_id = :holder RETURNING unit_id, blocked)
    {_STOPS}
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A claim to be made: `blocked` includes set-up and clean-up; `places` is how many the unit has."""

    unit_id: UUID
    places: int
    blocked: Period
    holder_id: UUID
    held_until: datetime | None
    preferred: int | None = None


def lock_unit(session: Session, unit_id: UUID) -> int:
    """Make everybody else who changes this unit's bookings, closures or rules wait; answers its number of places."""
    places = session.scalar(_LOCK, {"unit": unit_id})
    if places is None:
        raise NotFound("unit")
    return int(places)


def claim(session: Session, wanted: Wanted, *, now: datetime) -> int | None:
    """Claim the lowest free place (or the preferred one) and answer its number; None when every place is taken.

    Claims of holds whose time is over are deleted, but only when one stood in the way: that spares a statement.
    """
    values = {
        "unit": wanted.unit_id,
        "places": wanted.places,
        "start": wanted.blocked.start,
        "end": wanted.blocked.end,
        "holder": wanted.holder_id,
        "held_until": wanted.held_until,
        "preferred": wanted.preferred,
        "now": now,
    }
    place = session.scalar(_CLAIM, values | {"id": new_id()})
    if place is not None:
        return int(place)
    drop_overdue(session, wanted.unit_id, wanted.blocked, now)
    # Without the lock another transaction may take the place in between: then there may be another one.
    while session.scalar(_FREE_PLACES, values):
        place = session.scalar(_CLAIM, values | {"id": new_id()})
        if place is not None:
            return int(place)
    return None


def drop_overdue(session: Session, unit_id: UUID, blocked: Period, now: datetime) -> None:
    """Delete the claims of holds whose time is over where they touch a stretch of one unit."""
    values = {"unit": unit_id, "start": blocked.start, "end": blocked.end, "now": now}
    _refill(session, session.scalars(_DROP_OVERDUE, values))


def hold_until(session: Session, holder_id: UUID, held_until: datetime | None) -> bool:
    """Keep a booking's claim until an instant, or for good (None); False where there is no claim any more."""
    return session.execute(_HOLD, {"holder": holder_id, "held_until": held_until}).first() is not None


def release(session: Session, holder_id: UUID) -> None:
    """Give back whatever a booking or closure claims."""
    _refill(session, session.scalars(_RELEASE, {"holder": holder_id}))


def claim_pieces(session: Session, closure_id: UUID) -> None:
    """Claim for a closure whatever nobody holds of its time, on every place."""
    session.execute(_CLAIM_PIECES, {"closure": closure_id})


def _refill(session: Session, stops: Iterable[UUID]) -> None:
    # Hardly ever any, and never more than the open faults of a unit.
    for closure_id in list(stops):
        claim_pieces(session, closure_id)
