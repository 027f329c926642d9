"""What stood at an instant: the collaborations of a scope, and what their outcomes said and were then.

Nothing is read that was recorded later (S-09): of each outcome the last event until then, and the version that it is
about. They are kept in temporary tables that the queries of all figures share, and that go with the transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.collaborations.rules.days import HERE
from marketplace.spillovers.queries.counting import mark_counted
from marketplace.spillovers.queries.known import (
    JOINED,
    LEFT_ON,
    LINKS,
    MERGED,
    SEATS,
    TOLD,
    USED_FACILITY,
    facilities,
    recorded,
)
from marketplace.spillovers.rules.scopes import Frame, ScopeKind

_ZONES = """WITH RECURSIVE inside AS (
    SELECT code FROM zones WHERE code = :code
     UNION SELECT z.code FROM zones z JOIN inside ON z.parent_code = inside.code) """
# An organisation with those that have gone into it by then.
_MEMBERS = f"""WITH RECURSIVE inside AS (
    SELECT CAST(:id AS uuid) AS id
     UNION SELECT m.organisation_id FROM organisation_mergers m JOIN inside ON m.into_id = inside.id
     WHERE {MERGED} AND m.merged_on <= :day) """
_NONE = "WITH RECURSIVE inside AS (SELECT CAST(:id AS uuid) AS id, CAST(:code AS text) AS code) "
_FIRST: Final[Mapping[ScopeKind, str]] = {
    ScopeKind.ZONE: _ZONES,
    ScopeKind.ORGANISATION: _MEMBERS,
    ScopeKind.COLLABORATION: _NONE,
    ScopeKind.PLATFORM: _NONE,
}
# Which collaborations: `c`. A zone's are those of a party with its seat there, and those that booked a unit there.
_COLLABORATIONS: Final[Mapping[ScopeKind, str]] = {
    ScopeKind.PLATFORM: "true",
    ScopeKind.COLLABORATION: "c.id = :id",
    ScopeKind.ORGANISATION: f"""EXISTS (SELECT FROM collaboration_parties p
        WHERE p.collaboration_id = c.id AND {JOINED} AND p.organisation_id IN (SELECT id FROM inside))""",
    ScopeKind.ZONE: f"""(c.id IN (SELECT p.collaboration_id FROM collaboration_parties p
          JOIN {SEATS} AS o ON o.id = p.organisation_id
         WHERE {JOINED} AND o.zone_code IN (SELECT code FROM inside))
      OR c.id IN (SELECT l.collaboration_id FROM {LINKS} AS l JOIN bookings b ON b.id = l.booking_id
          JOIN units u ON u.id = b.unit_id JOIN LATERAL {facilities("l.at")} AS f ON f.id = u.facility_id
         WHERE f.zone_code IN (SELECT code FROM inside)))""",
}
# The last day that the scope sees of a collaboration `c`: an organisation's, once all its sides have left.
_UNTIL: Final[Mapping[ScopeKind, str]] = {
    **dict.fromkeys(ScopeKind, "SELECT CAST(NULL AS date)"),
    ScopeKind.ORGANISATION: f"""SELECT CASE WHEN bool_and(({LEFT_ON}) IS NOT NULL) THEN max({LEFT_ON}) END
          FROM collaboration_parties p
         WHERE p.collaboration_id = c.id AND {JOINED} AND p.organisation_id IN (SELECT id FROM inside)""",
}
# Which outcomes of these: an organisation's are those that name it and that it reported, or that were last submitted
# before it had left.
_OUTCOMES: Final[Mapping[ScopeKind, str]] = {
    **dict.fromkeys(ScopeKind, "true"),
    ScopeKind.ORGANISATION: """EXISTS (SELECT FROM outcome_parties p
        WHERE p.version_id = v.id AND p.organisation_id IN (SELECT id FROM inside))
      AND (o.seen >= :as_of
        OR o.seen >= (SELECT max(s.at) FROM outcome_events s WHERE s.outcome_id = o.id AND s.at <= :as_of
            AND s.verb IN ('submit', 'revise') AND s.status = 'submitted')
        OR EXISTS (SELECT FROM outcomes x WHERE x.id = o.id AND x.organisation_id IN (SELECT id FROM inside)))""",
}
# Which use: `f` is the facility, `b` the booking.
_USE: Final[Mapping[ScopeKind, str]] = {
    ScopeKind.PLATFORM: "true",
    ScopeKind.ZONE: "f.zone_code IN (SELECT code FROM inside)",
    ScopeKind.ORGANISATION: """(f.organisation_id IN (SELECT id FROM inside)
        OR b.organisation_id IN (SELECT id FROM inside))""",
    ScopeKind.COLLABORATION: f"""b.id IN (SELECT l.booking_id FROM {LINKS} AS l
        WHERE l.collaboration_id = :id)""",
}
# Use of the scope's own instruments: what an organisation uses elsewhere is the hosts'.
_HOSTED: Final[Mapping[ScopeKind, str]] = {
    **_USE,
    ScopeKind.ORGANISATION: "f.organisation_id IN (SELECT id FROM inside)",
}
_UNITS: Final[Mapping[ScopeKind, str]] = {
    **_HOSTED,
    ScopeKind.COLLABORATION: f"""u.id IN (SELECT b.unit_id FROM {LINKS} AS l
        JOIN bookings b ON b.id = l.booking_id WHERE l.collaboration_id = :id)""",
}
_FACILITIES: Final[Mapping[ScopeKind, str]] = {
    ScopeKind.PLATFORM: "true",
    ScopeKind.ZONE: "f.zone_code IN (SELECT code FROM inside)",
    ScopeKind.ORGANISATION: "f.organisation_id IN (SELECT id FROM inside)",
    ScopeKind.COLLABORATION: f"""f.id IN (SELECT u.facility_id FROM {LINKS} AS l
        JOIN bookings b ON b.id = l.booking_id JOIN units u ON u.id = b.unit_id WHERE l.collaboration_id = :id)""",
}

# Begun: at least two parties have joined by then, whatever became of it later. With the last day and the last instant
# that the scope sees of it.
_TIED = f"""
    SELECT c.id, coalesce(gone.until, 'infinity') AS until,
           least(CAST(:as_of AS timestamptz), CAST(gone.until + 1 AS timestamp) AT TIME ZONE '{HERE.key}'
                                              - interval '1 microsecond') AS seen
      FROM collaborations c CROSS JOIN LATERAL ({{until}}) AS gone (until)
     WHERE c.created_at <= :as_of AND ({{which}})
       AND (SELECT count(*) FROM collaboration_parties p WHERE p.collaboration_id = c.id AND {JOINED}) >= 2
"""
# What each outcome was then; which of them count is marked afterwards.
_STOOD = f"""
    SELECT o.id AS outcome_id, v.id AS version_id, v.type, e.status, e.level, v.date_event,
           CAST(NULL AS text) AS key, false AS counted
      FROM (SELECT c.outcome_id AS id, max(tied.seen) AS seen
              FROM outcome_collaborations c JOIN tied ON tied.id = c.collaboration_id
             WHERE c.linked_at IS NULL OR c.linked_at <= tied.seen GROUP BY c.outcome_id) AS o
      {TOLD}
     WHERE {{outcomes}}
"""
# Use that was over by then, also without a booking, which is the host's own; seconds inside the period, which begins
# and ends at midnight of the facility.
_USED = f"""
    WITH scoped AS (
      SELECT s.id, s.booking_id, s.unit_id, s.place, u.facility_id, f.organisation_id AS host,
             s.organisation_id AS visitor, s.checked_in_at, s.checked_out_at,
             coalesce(f.time_zone, 'Asia/Hong_Kong') AS time_zone, ({{hosted}}) AS hosted
        FROM sessions s LEFT JOIN bookings b ON b.id = s.booking_id JOIN units u ON u.id = s.unit_id
        JOIN {USED_FACILITY}
       WHERE s.checked_out_at <= :as_of AND {recorded()} AND ({{use}})
    ), bounded AS (
      SELECT *, greatest(checked_in_at, CAST(CAST(:first AS date) AS timestamp) AT TIME ZONE time_zone) AS begun,
             least(checked_out_at, CAST(CAST(:after AS date) AS timestamp) AT TIME ZONE time_zone) AS ended
        FROM scoped
    )
    SELECT *, CAST(begun AT TIME ZONE time_zone AS date) AS day,
           extract(epoch FROM ended - begun) AS seconds FROM bounded WHERE begun < ended
"""


def lay_out(session: Session, frame: Frame) -> None:
    """Work out once what all figures of a frame rest on: the tables `inside`, `tied`, `stood` and `used`."""
    kind, bound = frame.scope.kind, values(frame)
    for name in ("used", "stood", "tied", "inside"):
        session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{name}"))
    column = "code" if kind is ScopeKind.ZONE else "id"
    _table(session, "inside", f"{_FIRST[kind]} SELECT {column} FROM inside", bound)
    _table(session, "tied", _tied(kind), bound)
    _table(session, "stood", _STOOD.format(outcomes=_OUTCOMES[kind]), bound)
    mark_counted(session, frame.floor)
    _table(session, "used", _USED.format(use=_USE[kind], hosted=_HOSTED[kind]), bound)


def values(frame: Frame) -> dict[str, Any]:
    """What the statements bind."""
    return {
        "id": frame.scope.id,
        "code": frame.scope.code,
        "as_of": frame.as_of,
        "day": frame.day,
        "first": frame.span.first,
        "after": frame.span.after,
        "floor": frame.floor,
    }


def use_condition(kind: ScopeKind) -> str:
    """The condition on bookings `b` and facilities `f` of a scope."""
    return _USE[kind]


def hosted_condition(kind: ScopeKind) -> str:
    """The condition on bookings `b` and facilities `f` of use of a scope's own instruments."""
    return _HOSTED[kind]


def unit_condition(kind: ScopeKind) -> str:
    """The condition on units `u` and facilities `f` of a scope."""
    return _UNITS[kind]


def inside(kind: ScopeKind) -> str:
    """The head of a statement that names what is in a scope: `inside`."""
    return _FIRST[kind]


def facility_condition(kind: ScopeKind) -> str:
    """The condition on facilities `f` of a scope."""
    return _FACILITIES[kind]


def told_of(kind: ScopeKind) -> str:
    """The same as one statement, for readers that may write no tables: `inside`, `tied` and `stood` of a scope, of an
    organisation's without what others report for administrators only."""
    open_ = """ AND (v.confidentiality <> 'administrators' OR EXISTS (SELECT FROM outcomes x
        WHERE x.id = v.outcome_id AND x.organisation_id IN (SELECT id FROM inside)))"""
    tied = _tied(kind)
    stood = _STOOD.format(outcomes=_OUTCOMES[kind] + (open_ if kind is ScopeKind.ORGANISATION else ""))
    return f"{_FIRST[kind].rstrip()}, tied AS ({tied}), stood AS ({stood}) "


def _tied(kind: ScopeKind) -> str:
    return _TIED.format(which=_COLLABORATIONS[kind], until=_UNTIL[kind])


def _table(session: Session, name: str, statement: str, bound: Mapping[str, Any]) -> None:
    needed = {each: value for each, value in bound.items() if f":{each}" in statement}
    session.execute(text(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {statement}"), needed)
    session.execute(text(f"ANALYZE {name}"))
