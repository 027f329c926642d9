"""Inputs of what takes time: how long partners stay and spin-offs live, and when the first outcome came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final
from uuid import UUID

from marketplace.spillovers.queries.counting import counting
from marketplace.spillovers.queries.desk import Desk, Told, mixed
from marketplace.spillovers.queries.known import ENDED_ON, JOINED, LEFT_ON, LINKS, USED_FACILITY, recorded
from marketplace.spillovers.rules.scopes import ScopeKind
from marketplace.spillovers.rules.stays import Stay, lag_of, life_of, months_of

# Of each party its stay: until it left or the collaboration was over, whichever came first; as far as the scope sees.
_STAYS = f"""
    SELECT p.collaboration_id, p.organisation_id, p.joined_on,
           CASE WHEN least({LEFT_ON}, {ENDED_ON}) <= tied.until THEN least({LEFT_ON}, {ENDED_ON}) END AS left_on
      FROM tied JOIN collaborations c ON c.id = tied.id JOIN collaboration_parties p ON p.collaboration_id = c.id
     WHERE {JOINED} AND p.joined_on < :after AND p.joined_on <= tied.until
     ORDER BY p.organisation_id, p.joined_on, p.collaboration_id
"""
# An outcome of a month or year came since the first session where its last possible day did.
_FIRSTS = f"""
    WITH begun AS (
      SELECT tied.id,
             min(CAST(s.checked_in_at AT TIME ZONE coalesce(f.time_zone, 'Asia/Hong_Kong') AS date)) AS day
        FROM tied JOIN {LINKS} AS l ON l.collaboration_id = tied.id
        JOIN sessions s ON s.booking_id = l.booking_id JOIN units u ON u.id = s.unit_id JOIN {USED_FACILITY}
       WHERE s.checked_out_at <= tied.seen AND {recorded("tied.seen")} GROUP BY tied.id
    ), came AS (
      SELECT o.collaboration_id AS id, s.date_event, CAST(CASE v.precision
               WHEN 'year' THEN s.date_event + interval '1 year' WHEN 'month' THEN s.date_event + interval '1 month'
               ELSE s.date_event + interval '1 day' END AS date) AS after
        FROM stood s JOIN outcome_versions v ON v.id = s.version_id
        JOIN outcome_collaborations o ON o.outcome_id = s.outcome_id JOIN tied ON tied.id = o.collaboration_id
       WHERE {counting("s")} AND s.date_event < :after
         AND (o.linked_at IS NULL OR o.linked_at <= tied.seen)
    )
    SELECT begun.id, begun.day,
           min(greatest(came.date_event, begun.day)) FILTER (WHERE came.id IS NOT NULL) AS came FROM begun
      LEFT JOIN came ON came.id = begun.id AND came.after > begun.day
     WHERE begun.day < :after GROUP BY begun.id, begun.day ORDER BY begun.id
"""
_SPINOFFS = """
    SELECT s.outcome_id, s.level, s.date_event, v.details ->> 'ended_on' AS ended_on
      FROM stood s JOIN outcome_versions v ON v.id = s.version_id
     WHERE s.counted AND s.type = 'spinoff' AND s.date_event < :after ORDER BY s.outcome_id
"""


def stays(desk: Desk) -> list[tuple[UUID, UUID, Stay]]:
    """Each party's stay by its collaboration and organisation. Of a collaboration that the reader's side left, nothing
    that came after."""
    return desk.once("stays", lambda: list(_stays(desk)))


def retention(desk: Desk) -> list[Told]:
    """Each legal entity that took part: months from its first day to its last, and whether it left for good by then."""
    rows = months_of([stay for _, _, stay in stays(desk)], desk.frame.watched_until)
    horizon = {"at": desk.parameters["at"], "rmst_to": desk.parameters["rmst_to"]}
    return [Told({"months_event": rows, **horizon}, kind="party")]


def beginnings(desk: Desk) -> list[Any]:
    """Each collaboration that has used something, with the days of its first session and of its first outcome since."""
    return desk.once("beginnings", lambda: list(desk.rows(_FIRSTS)))


def first_outcomes(desk: Desk) -> list[Told]:
    """Each collaboration that has used something: months from its first session to the first outcome since."""
    found, seen = beginnings(desk), desk.frame.watched_until
    rows = [lag_of(str(row.id), row.day, row.came, seen) for row in found]
    return [Told({"months_event": rows}, subjects=[row.id for row in found], kind="collaboration")]


def spinoffs(desk: Desk) -> list[Told]:
    """Each company that was founded by the end of the period: months that it lives, and whether it has ended."""
    seen, rows = desk.frame.watched_until, list(desk.rows(_SPINOFFS))
    told = [
        life_of(str(row.outcome_id), row.date_event, _day(row.ended_on), seen) for row in rows if row.date_event <= seen
    ]
    subjects = [row.outcome_id for row in rows]
    return [Told({"months_event": told}, mix=mixed(row.level for row in rows), subjects=subjects)]


def _stays(desk: Desk) -> Iterator[tuple[UUID, UUID, Stay]]:
    seen, scope = desk.frame.watched_until, desk.frame.scope
    whose = scope.id if scope.kind is ScopeKind.ORGANISATION else None
    own = desk.bodies.entity(whose, seen) if whose is not None else None
    for row in desk.rows(_STAYS):
        until, left = desk.left.get(row.collaboration_id), row.left_on
        if until is not None and row.joined_on > until:
            continue
        if until is not None and left is not None and left > until:
            left = None
        entity = desk.bodies.entity(row.organisation_id, seen)
        yield row.collaboration_id, row.organisation_id, Stay(str(entity), row.joined_on, left, own == entity)


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


GATHERED: Final = {
    "ret.km": retention,
    "ret.rmst": retention,
    "lag.median": first_outcomes,
    "out.spinoff.active3": spinoffs,
}
