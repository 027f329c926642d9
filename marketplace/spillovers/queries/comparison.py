"""Organisations that asked for a facility of a scope: whose requests were taken up, whose were not, and what each
reported before and after its first request."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, text

from marketplace.accounts.policy import Actor
from marketplace.collaborations.rules.days import HERE
from marketplace.outcomes.models import Confidentiality, Outcome, OutcomeVersion
from marketplace.outcomes.queries.reach import visible_to
from marketplace.spillovers.queries.counting import counted, counting
from marketplace.spillovers.queries.desk import Desk
from marketplace.spillovers.queries.known import MERGED, SAID_OF_BOOKING, TOLD, facilities
from marketplace.spillovers.queries.standing import facility_condition
from marketplace.spillovers.rules.comparison import Compared, Group, compared

# How far back a baseline looks from the first use or request.
MONTHS_BEFORE: Final = 36
# Requests by then of others than the host, by organisation: whether any was confirmed, or all came to nothing. Those
# that only their own side called off, and those that nobody has answered yet, belong to neither group; nor does an
# organisation that has gone into another, which can't answer for itself. A consent that was taken back counts no more,
# as of whichever instant.
_ASKED: Final = f"""
    WITH asked AS (
      SELECT b.*, CAST(b.created_at AT TIME ZONE coalesce(f.time_zone, 'Asia/Hong_Kong') AS date) AS day
        FROM bookings b JOIN units u ON u.id = b.unit_id
        JOIN LATERAL {facilities("b.created_at")} AS f ON f.id = u.facility_id
       WHERE b.created_at <= :as_of AND b.organisation_id <> f.organisation_id AND ({{which}})
         AND NOT EXISTS (SELECT FROM organisation_mergers m
                          WHERE m.organisation_id = b.organisation_id AND {MERGED}
                            AND m.merged_on <= :day)
    ), answered AS (
      SELECT b.organisation_id, b.day, coalesce(said.confirmed_at <= :as_of, false) AS confirmed, said.refused,
             said.cancelled_at IS NOT NULL AS cancelled
        FROM asked b LEFT JOIN {SAID_OF_BOOKING}
    ), told AS (
      SELECT organisation_id AS id, min(day) AS first,
             count(*) FILTER (WHERE day >= :first AND day < :after) AS requests,
             coalesce(bool_or(confirmed), false) AS confirmed, coalesce(bool_or(refused), false) AS refused,
             bool_or(coalesce(confirmed OR refused OR cancelled, false) IS FALSE) AS open
        FROM answered GROUP BY organisation_id
    )
    SELECT id, first, CAST(first - interval '{MONTHS_BEFORE} months' AS date) AS since, requests, confirmed,
           EXISTS (SELECT FROM comparison_consents c WHERE c.organisation_id = told.id AND c.given_at <= :as_of
                    AND (c.taken_back_at IS NULL OR c.taken_back_at > :as_of))
           AND EXISTS (SELECT FROM comparison_consents c
                        WHERE c.organisation_id = told.id AND c.taken_back_at IS NULL) AS consents
      FROM told WHERE requests > 0 AND (confirmed OR (refused AND NOT open)) ORDER BY id
"""
# Outcomes as they stood by then, with the organisations that they name.
_NAMING: Final = text(f"""
    SELECT o.id AS outcome_id, e.level, v.type, v.date_event, v.identifiers, v.priorities, p.parties
      FROM unnest(CAST(:ids AS uuid[])) AS o (id)
      {TOLD}
      JOIN LATERAL (SELECT array_agg(DISTINCT organisation_id) AS parties FROM outcome_parties
                     WHERE version_id = v.id) AS p ON true
     WHERE {counting("e")} ORDER BY e.level DESC, o.id
""")


def groups(desk: Desk, by: Actor, now: datetime) -> list[dict[str, Any]]:
    """Both groups of the organisations that asked in the period, with disclosure control."""
    statement = _ASKED.format(which=facility_condition(desk.frame.scope.kind))
    asking = list(desk.rows(statement))
    told = {row.id for row in asking if row.confirmed or row.consents}
    ids = sharable(desk, by, now, told)
    reported, confirmed = (_days(desk, ids, floor) for floor in (0, desk.frame.floor))
    return compared([_compared(row, desk.frame.watched_until, reported, confirmed) for row in asking])


def sharable(desk: Desk, by: Actor, now: datetime, parties: Collection[UUID], *, least: int = 1) -> list[UUID]:
    """Outcomes that name so many of the organisations, that the reader may see, and that may be handed on."""
    day = desk.frame.as_of.astimezone(HERE).date()
    named = text("""outcomes.id IN (SELECT v.outcome_id FROM outcome_parties p JOIN outcome_versions v
        ON v.id = p.version_id WHERE p.organisation_id = ANY(:parties) GROUP BY 1
        HAVING count(DISTINCT p.organisation_id) >= :least)""").bindparams(parties=sorted(parties), least=least)
    closed = OutcomeVersion.confidentiality == Confidentiality.ADMINISTRATORS
    held_back = (OutcomeVersion.outcome_id == Outcome.id) & ((OutcomeVersion.embargo_until >= day) | closed)
    wanted = select(Outcome.id).where(
        visible_to(by, now.astimezone(HERE).date()),
        ~select(OutcomeVersion.id).where(held_back).exists(),
        named,
    )
    return sorted(desk.session.scalars(wanted))


def works(desk: Desk, ids: Sequence[UUID], floor: int) -> list[Any]:
    """Of outcomes those that counted by then, each work once, with type, day and the organisations that it names."""
    rows = desk.session.execute(_NAMING, {"ids": ids, "as_of": desk.frame.as_of, "floor": floor}).all()
    kept = counted(rows)
    return [row for row in rows if row.outcome_id in kept]


def _days(desk: Desk, ids: Sequence[UUID], floor: int) -> dict[UUID, list[date]]:
    """By organisation the days of the works that name it."""
    found: dict[UUID, list[date]] = {}
    for row in works(desk, ids, floor):
        for party in row.parties or ():
            found.setdefault(party, []).append(row.date_event)
    return found


def _compared(
    row: Any, last: date, reported: Mapping[UUID, Sequence[date]], confirmed: Mapping[UUID, Sequence[date]]
) -> Compared:
    """Before the first request lies the baseline: no use of the scope's facilities can have come before it."""
    before = sum(1 for day in confirmed.get(row.id, ()) if row.since <= day < row.first)
    after = (sum(1 for day in days.get(row.id, ()) if row.first <= day <= last) for days in (reported, confirmed))
    reported_after, confirmed_after = after
    return Compared(
        group=Group.MATCHED if row.confirmed else Group.NOT_MATCHED,
        consents=row.consents,
        requests=row.requests,
        outcomes_before=before,
        reported_after=reported_after,
        confirmed_after=confirmed_after,
    )
