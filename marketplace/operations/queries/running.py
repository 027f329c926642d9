"""Sessions that nobody has ended, with what the rules ask about them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.operations.models import FeedEvent, UseSession
from marketplace.operations.rules.ends import SILENCE, Running

DEFAULT_GRACE: Final = 60

_AROUND = text("""
    SELECT b.ends_at AS booked_end, coalesce(r.end_grace, :grace) AS grace,
           (SELECT max(e.at) FROM feed_events e WHERE e.unit_id = s.unit_id AND e.place = s.place
               AND e.at >= s.checked_in_at AND e.at <= :now) AS last_sign
      FROM sessions s LEFT JOIN bookings b ON b.id = s.booking_id LEFT JOIN booking_rules r ON r.unit_id = s.unit_id
     WHERE s.id = :id
""")
_LATE = text("""
    SELECT coalesce((SELECT r.end_grace FROM booking_rules r WHERE r.unit_id = :unit), :grace) AS grace,
           (SELECT max(e.at) FROM feed_events e WHERE e.unit_id = :unit AND e.place = :place
               AND e.at >= :began AND e.at < :until) AS last_sign
""")
# Whatever keeps a session open, the grace after its booked end is over; without a booking the silence.
_DUE = text("""
    SELECT s.id, s.unit_id FROM sessions s LEFT JOIN bookings b ON b.id = s.booking_id
      LEFT JOIN booking_rules r ON r.unit_id = s.unit_id
     CROSS JOIN LATERAL (
       SELECT greatest(s.checked_in_at, b.ends_at, (SELECT max(e.at) FROM feed_events e
          WHERE e.unit_id = s.unit_id AND e.place = s.place AND e.at >= s.checked_in_at AND e.at <= :now)) AS expected,
          CASE WHEN b.id IS NULL THEN CAST(:silence AS interval)
               ELSE coalesce(r.end_grace, :grace) * interval '1 minute' END AS wait) AS t
     WHERE s.checked_out_at IS NULL AND s.superseded_at IS NULL AND s.checked_in_at <= :now
       AND t.expected + t.wait <= :now
     ORDER BY s.unit_id, s.checked_in_at LIMIT :batch
""")
# Use that a machine ended leaves its booking to the booked end.
_OVER = text("""
    SELECT b.id, b.unit_id FROM bookings b
     WHERE b.state = 'in_use' AND b.ends_at <= :now AND NOT EXISTS (
           SELECT FROM sessions s WHERE s.booking_id = b.id AND s.checked_out_at IS NULL AND s.superseded_at IS NULL)
     ORDER BY b.unit_id, b.id LIMIT :batch
""")


def running(session: Session, use: UseSession, *, now: datetime) -> Running:
    """What the rules ask about an open session."""
    row = session.execute(_AROUND, {"id": use.id, "grace": DEFAULT_GRACE, "now": now}).one()
    return Running(
        began=use.checked_in_at,
        booked_end=row.booked_end,
        last_sign=row.last_sign,
        grace=timedelta(minutes=row.grace),
    )


def would_run(session: Session, start: FeedEvent, *, booked_end: datetime | None, until: datetime) -> Running:
    """The same about a session that would have begun with an event, as its unit's feed told until an instant."""
    values = {"unit": start.unit_id, "place": start.place, "began": start.at, "until": until, "grace": DEFAULT_GRACE}
    row = session.execute(_LATE, values).one()
    grace = timedelta(minutes=row.grace)
    return Running(began=start.at, booked_end=booked_end, last_sign=row.last_sign, grace=grace)


def due_sessions(session: Session, *, now: datetime, batch: int) -> Sequence[tuple[UUID, UUID]]:
    """The open sessions that the rule ends, each with its unit, in the order of units."""
    values = {"now": now, "grace": DEFAULT_GRACE, "silence": SILENCE, "batch": batch}
    return [(row.id, row.unit_id) for row in session.execute(_DUE, values)]


def due_bookings(session: Session, *, now: datetime, batch: int) -> Sequence[tuple[UUID, UUID]]:
    """The bookings in use whose time is over and at which nobody is in session, each with its unit."""
    return [(row.id, row.unit_id) for row in session.execute(_OVER, {"now": now, "batch": batch})]
