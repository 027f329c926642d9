"""Which past years are still to be measured: of the platform to be published, of others because nobody has yet."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.jobs.actions import defer_long
from marketplace.spillovers.actions.keeping_up import SNAPSHOT
from marketplace.spillovers.queries.moving import BODIES, FACILITIES, LATE_USE, LINEAGE, TIES
from marketplace.spillovers.rules.scopes import PATIENCE, PLATFORM, Scope, ScopeKind, scope_of

MOST_YEARS: Final = 10
MOST_A_NIGHT: Final = 500

# Years of the platform that ended so long ago that the sides have had their time to answer, without such a snapshot.
_UNPUBLISHED = text("""
    SELECT y.year FROM (SELECT extract(year FROM min(starts_on)) AS first FROM collaborations) AS begun
     CROSS JOIN LATERAL generate_series(
        greatest(CAST(begun.first AS int), :year - :years), :year - 1) AS y (year)
     WHERE make_date(y.year + 1, 1, 1) + CAST(:patience AS int) <= CAST(:now AS timestamptz) AT TIME ZONE 'UTC'
       AND NOT EXISTS (SELECT FROM metric_snapshots s
            WHERE s.scope_kind = 'platform' AND NOT s.parameters ? 'chosen'
              AND s.first_day = make_date(y.year, 1, 1)
              AND s.after_day = make_date(y.year + 1, 1, 1)
              AND CAST(s.as_of AT TIME ZONE 'UTC' AS date) >= s.after_day + CAST(:patience AS int))
     ORDER BY y.year
""")
# Past years of organisations and zones that were not measured since they ended, or not since somebody answered about
# an outcome of that year, or since a party, a seat, a merger, a facility or an instrument changed in them, or a session
# of theirs was told late or corrected.
_UNSEEN = text(f"""
    WITH RECURSIVE {LINEAGE}, sides AS (
      SELECT 'organisation' AS kind, CAST(coalesce(l.into_id, p.organisation_id) AS text) AS key, c.id, c.starts_on
        FROM collaboration_parties p JOIN collaborations c ON c.id = p.collaboration_id
        LEFT JOIN lineage l ON l.id = p.organisation_id WHERE p.joined_on IS NOT NULL
       UNION
      SELECT 'zone', s.zone_code, c.id, c.starts_on FROM collaboration_parties p
        JOIN collaborations c ON c.id = p.collaboration_id
        JOIN (SELECT id, zone_code FROM organisations
               UNION SELECT organisation_id, zone_code FROM former_organisation_seats) AS s ON s.id = p.organisation_id
       WHERE p.joined_on IS NOT NULL AND s.zone_code IS NOT NULL
    ), begun AS (
      SELECT kind, key, extract(year FROM min(starts_on)) AS first FROM sides GROUP BY kind, key
    ), said AS (
      SELECT sides.kind, sides.key, extract(year FROM o.date_event) AS year, max(e.at) AS at
        FROM sides JOIN outcome_collaborations l ON l.collaboration_id = sides.id
        JOIN outcomes o ON o.id = l.outcome_id JOIN outcome_events e ON e.outcome_id = o.id GROUP BY 1, 2, 3
    ), changed (kind, key, year, at) AS (
      SELECT sides.kind, sides.key, extract(year FROM t.since), max(t.at)
        FROM ({TIES}) AS t JOIN sides ON sides.id = t.id WHERE t.at <= :now GROUP BY 1, 2, 3
       UNION ALL
      SELECT 'organisation', CAST(coalesce(l.into_id, b.id) AS text), extract(year FROM b.since), max(b.at)
        FROM ({BODIES}) AS b LEFT JOIN lineage l ON l.id = b.id WHERE b.at <= :now GROUP BY 1, 2, 3
       UNION ALL
      SELECT x.kind, x.key, 0, max(m.at) FROM ({FACILITIES}) AS m JOIN facilities f ON f.id = m.id
        LEFT JOIN former_facilities k ON k.facility_id = f.id LEFT JOIN lineage l ON l.id = f.organisation_id
        CROSS JOIN LATERAL (VALUES ('organisation', CAST(coalesce(l.into_id, f.organisation_id) AS text)),
                                   ('zone', f.zone_code), ('zone', k.zone_code)) AS x (kind, key)
       WHERE m.at <= :now GROUP BY 1, 2
       UNION ALL
      SELECT u.kind, u.key, u.year, max(u.at) FROM ({LATE_USE}) AS u WHERE u.at <= :now GROUP BY 1, 2, 3
    )
    SELECT begun.kind, begun.key, y.year FROM begun
     CROSS JOIN LATERAL generate_series(
        greatest(CAST(begun.first AS int), :year - :years), :year - 1) AS y (year)
      LEFT JOIN said ON said.kind = begun.kind AND said.key = begun.key AND said.year = y.year
      LEFT JOIN LATERAL (SELECT max(at) AS at FROM changed
            WHERE kind = begun.kind AND key = begun.key AND changed.year <= y.year) AS later ON true
     WHERE NOT EXISTS (SELECT FROM metric_snapshots s
            WHERE s.scope_kind = begun.kind AND NOT s.parameters ? 'chosen'
              AND coalesce(CAST(s.scope_id AS text), s.scope_code) = begun.key
              AND s.first_day = make_date(y.year, 1, 1) AND s.after_day = make_date(y.year + 1, 1, 1)
              AND s.as_of >= make_timestamptz(y.year + 1, 1, 1, 0, 0, 0, 'UTC')
              AND s.as_of >= coalesce(greatest(said.at, later.at), s.as_of))
     ORDER BY y.year DESC, begun.kind, begun.key LIMIT :most
""")


def due(session: Session, *, now: datetime) -> list[tuple[Scope, int]]:
    """The scopes and years to be measured now, what is to be published first."""
    year = now.astimezone(UTC).year
    years = {"year": year, "years": MOST_YEARS}
    told = {**years, "now": now, "patience": PATIENCE.days}
    found = [(PLATFORM, number) for number in session.scalars(_UNPUBLISHED, told)]
    for kind, key, number in session.execute(_UNSEEN, {**years, "now": now, "most": MOST_A_NIGHT}):
        found.append((_scope(kind, key), number))
    return found


def defer_due(session: Session, *, now: datetime) -> int:
    """Have all of them measured; answers how many there are."""
    wanted = due(session, now=now)
    for scope, year in wanted:
        arguments = {"scope": str(scope), "year": year}
        defer_long(session, SNAPSHOT, arguments, queueing_key=f"{SNAPSHOT} {scope} {year}")
    return len(wanted)


def _scope(kind: str, key: str) -> Scope:
    return Scope(ScopeKind.ZONE, code=key) if kind == ScopeKind.ZONE.value else scope_of(f"{kind}:{key}")
