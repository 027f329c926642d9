"""Keeping the states of units: worked out again from an instant on, with equal results wherever one begins.

Who derives holds the unit's own advisory lock: two derivations of a unit follow each other, and bookings wait for none.
Whatever changes a unit's facts defers a derivation in the same transaction, so the last one always sees the change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from marketplace.availability.actions.former import DERIVE
from marketplace.jobs.actions import defer
from marketplace.operations.models import UnitState
from marketplace.operations.queries.facts import facts
from marketplace.operations.rules.states import Piece, tiling
from marketplace.values.period import Period

# A night's units are done in portions, each in a transaction of its own.
EXTEND: Final = "operations.extend_states"
PORTION_SIZE: Final = 100

# In the order of their keys, so that two who lock several never wait for each other in a ring.
_LOCK = text("""
    SELECT pg_advisory_xact_lock(key)
      FROM (SELECT DISTINCT hashtextextended('unit_states ' || id, 0) AS key FROM unnest(CAST(:units AS uuid[])) AS id
             ORDER BY 1) AS keys
""")
# Where a unit's time begins, what is known of it, and the stretch in which `since` lies, or which ends there.
_KNOWN = text("""
    SELECT wanted.unit_id, wanted.since,
           least(u.created_at, (SELECT min(s.checked_in_at) FROM sessions s WHERE s.unit_id = u.id)) AS begins,
           (SELECT min(k.starts_at) FROM unit_states k WHERE k.unit_id = u.id) AS known_from,
           (SELECT max(k.ends_at) FROM unit_states k WHERE k.unit_id = u.id) AS known_until,
           (SELECT k.starts_at FROM unit_states k
             WHERE k.unit_id = u.id
               AND k.ends_at >= least(wanted.since, (SELECT max(l.ends_at) FROM unit_states l WHERE l.unit_id = u.id))
             ORDER BY k.ends_at LIMIT 1) AS touched
      FROM unnest(CAST(:units AS uuid[]), CAST(:since AS timestamptz[])) AS wanted (unit_id, since)
      JOIN units u ON u.id = wanted.unit_id
     ORDER BY wanted.unit_id
""")
_CUT = text("""
    DELETE FROM unit_states k
     USING unnest(CAST(:units AS uuid[]), CAST(:starts AS timestamptz[])) AS cut (unit_id, start)
     WHERE k.unit_id = cut.unit_id AND k.starts_at >= cut.start
""")
_NEXT = text("""
    SELECT u.id FROM units u
     WHERE u.id > :after AND u.created_at < :now
     ORDER BY u.id LIMIT :most
""")
_NIL: Final = UUID(int=0)


@dataclass(frozen=True, slots=True)
class _Known:
    """What there is of a unit, and from where on it is done again."""

    unit_id: UUID
    stretch: Period
    first: bool
    cut: datetime


def derive(session: Session, since: Mapping[UUID, datetime], *, now: datetime) -> int:
    """Work out the states of some units, each from an instant on, up to now; answers how many stretches were written.

    Done twice, or from any earlier instant, the rows are the same.
    """
    session.execute(_LOCK, {"units": list(since)})
    known = list(_stretches(session, since, now))
    holding = facts(session, {each.unit_id: each.stretch for each in known})
    rows = [row for each in known for row in _rows(each, tiling(each.stretch, holding[each.unit_id]))]
    if rows:
        session.execute(_CUT, {"units": [each.unit_id for each in known], "starts": [each.cut for each in known]})
        session.execute(insert(UnitState), rows)
    return len(rows)


def derive_after(session: Session, unit_id: UUID, since: datetime, *, now: datetime) -> None:
    """Have a unit's states worked out again from an instant on, once this transaction is kept."""
    defer(session, DERIVE, {"unit": str(unit_id), "since": since.isoformat()}, now=now)


def extend(session: Session, after: UUID = _NIL, *, now: datetime) -> UUID | None:
    """Bring the next portion of units up to now; answers the last of them, None where that were all."""
    units = list(session.scalars(_NEXT, {"after": after, "now": now, "most": PORTION_SIZE}))
    derive(session, dict.fromkeys(units, now), now=now)
    return units[-1] if len(units) == PORTION_SIZE else None


def _stretches(session: Session, since: Mapping[UUID, datetime], now: datetime) -> Iterable[_Known]:
    bound = {"units": list(since), "since": list(since.values())}
    for row in session.execute(_KNOWN, bound):
        # A clock that lags behind another's takes nothing away.
        until = max(now, row.known_until or now)
        anew = row.touched is None or row.since <= row.known_from or row.touched == row.known_from
        start = row.begins if anew else row.touched
        if start < until:
            yield _Known(row.unit_id, Period(start, until), anew, row.known_from or start if anew else start)


def _rows(known: _Known, pieces: Iterable[Piece]) -> Iterable[dict[str, Any]]:
    for number, piece in enumerate(pieces):
        yield {
            "unit_id": known.unit_id,
            "starts_at": piece.period.start,
            "ends_at": piece.period.end,
            "follows": None if known.first and number == 0 else piece.period.start,
            "state": piece.tile.state,
            "substate": piece.tile.substate,
            "source": piece.tile.source,
            "cause": piece.tile.cause,
            "cause_id": piece.tile.cause_id,
        }
