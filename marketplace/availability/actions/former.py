"""When a unit was open is kept before it changes, and its states are worked out again from where something changed."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.jobs.actions import defer

# States follow what is closed and open; they stand above, so only the task's name is known here.
DERIVE: Final = "operations.derive_states"

_KEEP = text("""
    INSERT INTO former_opening_hours (unit_id, until, hours, calendar_code, closed_on_holidays, open_on_worked_weekends)
    SELECT u.id, :now,
           coalesce((SELECT jsonb_agg(jsonb_build_array(h.weekday, h.opens, h.closes) ORDER BY h.weekday, h.opens)
                       FROM opening_hours h WHERE h.unit_id = u.id), '[]'),
           r.calendar_code, coalesce(r.closed_on_holidays, true), coalesce(r.open_on_worked_weekends, false)
      FROM units u LEFT JOIN booking_rules r ON r.unit_id = u.id
     WHERE u.id = :unit
    ON CONFLICT DO NOTHING
""")


def keep_week(session: Session, unit_id: UUID, *, now: datetime) -> None:
    """Keep a unit's hours, and what holidays do to them, as they stand until now."""
    session.execute(_KEEP, {"unit": unit_id, "now": now})


def derive_from(session: Session, unit_id: UUID, since: datetime, *, now: datetime) -> None:
    """Have a unit's states worked out again from an instant on; what lies ahead is worked out when it comes."""
    if since <= now:
        defer(session, DERIVE, {"unit": str(unit_id), "since": since.isoformat()}, now=now)
