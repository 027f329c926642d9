"""Snapshots that follow what happens: a collaboration's after each word on its outcomes, each use, booking or party
that comes or goes, each answer, and its end; all others, and those that anything else moved, once a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM
from marketplace.collaborations.models import Collaboration
from marketplace.jobs.actions import defer_long
from marketplace.spillovers.actions.snapshots import take
from marketplace.spillovers.models import MetricSnapshot
from marketplace.spillovers.queries.figures import latest
from marketplace.spillovers.queries.moving import COLLABORATIONS, LINEAGE, ORGANISATIONS
from marketplace.spillovers.rules.scopes import Frame, Scope, ScopeKind, Span, scope_of, year_span

SNAPSHOT: Final = "spillovers.snapshot"
# A night's scopes are queued in portions, so that imports and documents come between, until its budget ends; those
# that are left come first in the next.
PORTION: Final = "spillovers.portion"
PORTION_SIZE: Final = 100
NIGHT: Final = timedelta(hours=6)

_OF_OUTCOME = text("""
    SELECT c.collaboration_id,
           greatest(c.linked_at, (SELECT max(at) FROM outcome_events WHERE outcome_id = :id)) AS said_at
      FROM outcome_collaborations c WHERE c.outcome_id = :id ORDER BY 1
""")
_OF_SESSION = text("""
    SELECT l.collaboration_id, s.checked_out_at FROM sessions s JOIN collaboration_bookings l USING (booking_id)
     WHERE s.id = :id AND s.checked_out_at IS NOT NULL
""")
# Zones in which somebody is seated or something stands.
_ZONES = text("""
    SELECT code FROM zones z
     WHERE EXISTS (SELECT FROM organisations o WHERE o.zone_code = z.code)
        OR EXISTS (SELECT FROM facilities f WHERE f.zone_code = z.code) ORDER BY code
""")
# Organisations and collaborations with something newer than their own last snapshot (an organisation's of this year),
# those that wait longest first: those of a place in that order and after it, however long ago it happened.
_WAITING = text(f"""
    WITH RECURSIVE {LINEAGE}, moved (kind, id, at) AS (
      SELECT 'organisation', id, at FROM ({ORGANISATIONS}) AS o
       UNION ALL SELECT 'collaboration', id, at FROM ({COLLABORATIONS}) AS c
    ), last AS (
      SELECT scope_kind AS kind, scope_id AS id, max(as_of) AS at FROM metric_snapshots
       WHERE NOT parameters ? 'chosen' AND (scope_kind = 'collaboration'
          OR scope_kind = 'organisation' AND first_day = make_date(:year, 1, 1)
                                         AND after_day = make_date(:year + 1, 1, 1))
       GROUP BY 1, 2
    ), waiting AS (
      SELECT m.kind, m.id, coalesce(last.at, '-infinity') AS since
        FROM (SELECT kind, id, max(at) AS at FROM moved WHERE at <= :now GROUP BY 1, 2) AS m
        LEFT JOIN last ON last.kind = m.kind AND last.id = m.id WHERE m.at > coalesce(last.at, '-infinity')
    )
    SELECT kind, id, nullif(since, '-infinity') AS since FROM waiting
     WHERE (since, kind, id) > (coalesce(CAST(:since AS timestamptz), '-infinity'), CAST(:kind AS text),
                                coalesce(CAST(:id AS uuid), '00000000-0000-0000-0000-000000000000'))
     ORDER BY waiting.since, kind, id LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order of those that wait: since when (None: never measured), and which scope."""

    since: datetime | None = None
    kind: str = ""
    id: UUID | None = None

    def as_arguments(self) -> dict[str, str | None]:
        """As a job keeps it."""
        since, id = self.since, self.id
        return {"since": since.isoformat() if since else None, "kind": self.kind, "id": str(id) if id else None}

    @classmethod
    def of(cls, told: Mapping[str, str | None]) -> Place:
        """The same read again."""
        since, id = told["since"], told["id"]
        return cls(datetime.fromisoformat(since) if since else None, told["kind"] or "", UUID(id) if id else None)


START: Final = Place()


def measure_after(session: Session, outcome_id: UUID, *, now: datetime) -> list[MetricSnapshot]:
    """Measure the collaborations of an outcome anew, save those that were measured since the last word on it."""
    taken = []
    for id, said_at in session.execute(_OF_OUTCOME, {"id": outcome_id}):
        taken += measure_since(session, id, said_at, now=now)
    return taken


def measure_use(session: Session, session_id: UUID, *, now: datetime) -> list[MetricSnapshot]:
    """Measure the collaboration of a session of use, save one that was measured since its end."""
    row = session.execute(_OF_SESSION, {"id": session_id}).one_or_none()
    return [] if row is None else measure_since(session, row[0], row[1], now=now)


def measure_since(
    session: Session, collaboration_id: UUID, moved_at: datetime | None, *, now: datetime
) -> list[MetricSnapshot]:
    """Measure a collaboration, save one that was measured since something moved, or that is there no more."""
    if session.get(Collaboration, collaboration_id) is None:
        return []
    before = latest(session, Scope(ScopeKind.COLLABORATION, collaboration_id))
    known = before is not None and moved_at is not None and before.as_of >= moved_at
    return [] if known else [measure_collaboration(session, collaboration_id, now=now)]


def measure_collaboration(session: Session, collaboration_id: UUID, *, now: datetime) -> MetricSnapshot:
    """All figures of a collaboration from the year in which it began to this one."""
    row = session.get_one(Collaboration, collaboration_id)
    last = now.astimezone(UTC).year + 1
    span = Span(date(min(row.starts_on.year, last - 1), 1, 1), date(last, 1, 1))
    return take(session, Frame(Scope(ScopeKind.COLLABORATION, row.id), span, now), now=now, by=SYSTEM)


def defer_nightly(session: Session, *, now: datetime) -> int:
    """Have every zone measured, and organisations and collaborations with something new, in portions while the night
    lasts; answers how many zones there are, and others in the first portion."""
    zones = [Scope(ScopeKind.ZONE, code=code) for code in session.scalars(_ZONES).all()]
    for scope in zones:
        _defer(session, scope, now)
    return len(zones) + defer_portion(session, START, until=now + NIGHT, now=now)


def defer_portion(session: Session, after: Place, *, until: datetime, now: datetime) -> int:
    """Have the next of those that wait measured, and the portion after them once they are; answers how many. Who
    can't be measured holds up nobody: the next portion begins after this one."""
    if now >= until:
        return 0
    told = {"since": after.since, "kind": after.kind, "id": after.id}
    bound = {**told, "now": now, "year": now.astimezone(UTC).year, "most": PORTION_SIZE}
    found = [Place(row.since, row.kind, row.id) for row in session.execute(_WAITING, bound)]
    for each in found:
        _defer(session, Scope(ScopeKind(each.kind), each.id), now)
    if len(found) == PORTION_SIZE:
        arguments = {"after": found[-1].as_arguments(), "until": until.isoformat()}
        defer_long(session, PORTION, arguments, queueing_key=PORTION)
    return len(found)


def take_year(session: Session, scope: str, year: int, *, now: datetime) -> MetricSnapshot:
    """All figures of a scope and calendar year as they are known now; a collaboration's of all its years."""
    of = scope_of(scope)
    if of.kind is ScopeKind.COLLABORATION and of.id is not None:
        return measure_collaboration(session, of.id, now=now)
    return take(session, Frame(of, year_span(year), now), now=now, by=SYSTEM)


def _defer(session: Session, scope: Scope, now: datetime) -> None:
    arguments = {"scope": str(scope), "year": now.astimezone(UTC).year}
    defer_long(session, SNAPSHOT, arguments, queueing_key=f"{SNAPSHOT} {scope}")
