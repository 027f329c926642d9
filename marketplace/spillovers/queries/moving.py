"""What moves figures and when it was recorded, as parts of statements: what the night measures anew and what a page
calls outdated are told by the same rows.

Whoever selects from them begins with `WITH RECURSIVE` and LINEAGE.
"""

from __future__ import annotations

from typing import Final


def _from(at: str, day: str) -> str:
    """When something is told by figures: recorded by then, and its day has begun (UTC)."""
    return f"greatest({at}, CAST({day} AS timestamp) AT TIME ZONE 'UTC')"


# Of a session `s` that was over: when figures heard of it last, of its end, its late record or its correction.
_TOLD: Final = """CASE WHEN s.checked_out_at IS NOT NULL
    THEN greatest(s.checked_out_at, s.recorded_at, s.superseded_at) END"""
# Sessions that were over before anybody told of them, or that were corrected: the user, the host and its zone, and the
# year in which it began (UTC; one that began in the other year by the clock there is measured with its neighbour).
LATE_USE: Final = """
    SELECT x.kind, x.key, extract(year FROM s.checked_in_at) AS year, greatest(s.recorded_at, s.superseded_at) AS at
      FROM sessions s JOIN units u ON u.id = s.unit_id JOIN facilities f ON f.id = u.facility_id
      LEFT JOIN lineage l ON l.id = s.organisation_id LEFT JOIN lineage h ON h.id = f.organisation_id
     CROSS JOIN LATERAL (VALUES ('organisation', CAST(coalesce(l.into_id, s.organisation_id) AS text)),
                                ('organisation', CAST(coalesce(h.into_id, f.organisation_id) AS text)),
                                ('zone', f.zone_code)) AS x (kind, key)
     WHERE s.checked_out_at IS NOT NULL
       AND (s.recorded_at > s.checked_out_at OR s.superseded_at IS NOT NULL)
"""
# Every organisation of a merger, taken back ones too, with itself and all that it ever went into.
LINEAGE: Final = """lineage (id, into_id) AS (
    SELECT x.id, x.id FROM organisation_mergers m CROSS JOIN LATERAL (VALUES (m.organisation_id), (m.into_id)) AS x (id)
     UNION SELECT l.id, m.into_id FROM lineage l JOIN organisation_mergers m ON m.organisation_id = l.into_id)"""
# Organisations that moved, became something else or went into another.
BODIES: Final = f"""
    SELECT organisation_id AS id, DATE '0001-01-01' AS since, until AS at FROM former_organisation_seats
     UNION ALL
    SELECT m.organisation_id, m.merged_on, t.at FROM organisation_mergers m
     CROSS JOIN LATERAL (VALUES ({_from("m.recorded_at", "m.merged_on")}), (m.taken_back_at)) AS t (at)
     WHERE t.at IS NOT NULL
"""
# Collaborations whose parties came, left, moved or merged, or that were closed: `since` is the first day that it
# bears upon.
TIES: Final = f"""
    SELECT p.collaboration_id AS id, c.starts_on AS since, {_from("p.joined_at", "p.joined_on")} AS at
      FROM collaboration_parties p JOIN collaborations c ON c.id = p.collaboration_id WHERE p.joined_at IS NOT NULL
     UNION ALL
    SELECT collaboration_id, left_on, {_from("left_at", "left_on")} FROM collaboration_parties
     WHERE left_at IS NOT NULL
     UNION ALL
    SELECT id, ended_on, {_from("closed_at", "ended_on")} FROM collaborations WHERE closed_at IS NOT NULL
     UNION ALL
    SELECT p.collaboration_id, b.since, b.at FROM ({BODIES}) AS b LEFT JOIN lineage l ON l.into_id = b.id
      JOIN collaboration_parties p ON p.organisation_id = coalesce(l.id, b.id) AND p.joined_at IS NOT NULL
"""


def _facilities(which: str = "TRUE", of: str = "TRUE") -> str:
    """Facilities that were published, or whose place, opening or instruments changed; conditions on the columns
    facility_id and id let a join go by its indexes."""
    return f"""
    SELECT facility_id AS id, until AS at FROM former_facilities WHERE {which}
     UNION ALL
    SELECT u.facility_id, k.until FROM former_units k JOIN units u ON u.id = k.unit_id WHERE {which}
     UNION ALL
    SELECT facility_id, created_at FROM units WHERE original_value_minor IS NOT NULL AND {which}
     UNION ALL SELECT id, published_at FROM facilities WHERE published_at IS NOT NULL AND {of}
"""


FACILITIES: Final = _facilities()
# Collaborations with all that was recorded of them.
COLLABORATIONS: Final = f"""
    SELECT l.collaboration_id AS id, greatest(e.at, l.linked_at) AS at
      FROM outcome_collaborations l JOIN outcome_events e ON e.outcome_id = l.outcome_id WHERE e.status <> 'draft'
     UNION ALL
    SELECT l.collaboration_id, greatest(l.at, {_TOLD})
      FROM collaboration_bookings l LEFT JOIN sessions s ON s.booking_id = l.booking_id
     UNION ALL SELECT collaboration_id, until FROM former_collaboration_bookings
     UNION ALL SELECT collaboration_id, greatest(asked_at, asked_anew_at, answered_at) FROM yearly_questions
     UNION ALL SELECT t.id, t.at FROM ({TIES}) AS t
     UNION ALL
    SELECT used.collaboration_id, f.at FROM (SELECT DISTINCT l.collaboration_id, u.facility_id AS place
             FROM collaboration_bookings l JOIN bookings b ON b.id = l.booking_id JOIN units u ON u.id = b.unit_id
           ) AS used
     CROSS JOIN LATERAL ({_facilities("facility_id = used.place", "id = used.place")}) AS f
"""
# Organisations with all that was recorded of them or of those that went into them; what became of a party or a
# collaboration moves every party of it.
ORGANISATIONS: Final = f"""
    SELECT coalesce(y.into_id, x.id) AS id, x.at FROM (
      SELECT p.organisation_id AS id, e.at FROM outcome_events e
        JOIN outcomes o ON o.id = e.outcome_id JOIN outcome_versions v ON v.outcome_id = o.id AND v.number = o.version
        JOIN outcome_parties p ON p.version_id = v.id WHERE e.status <> 'draft'
       UNION ALL
      SELECT x.id, {_TOLD} FROM sessions s
        JOIN units u ON u.id = s.unit_id JOIN facilities f ON f.id = u.facility_id
        CROSS JOIN LATERAL (VALUES (s.organisation_id), (f.organisation_id)) AS x (id)
       UNION ALL SELECT organisation_id, greatest(asked_at, asked_anew_at, answered_at) FROM yearly_questions
       UNION ALL
      SELECT p.organisation_id, t.at FROM ({TIES}) AS t JOIN collaboration_parties p ON p.collaboration_id = t.id
       WHERE p.joined_at IS NOT NULL
       UNION ALL SELECT b.id, b.at FROM ({BODIES}) AS b
       UNION ALL
      SELECT f.organisation_id, m.at FROM ({FACILITIES}) AS m JOIN facilities f ON f.id = m.id
    ) AS x LEFT JOIN lineage y ON y.id = x.id
"""
