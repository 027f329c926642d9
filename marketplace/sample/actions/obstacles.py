"""What real rows stand on sample data and can't do without it: nothing is removed while there are any."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

MOST_NAMED: Final = 20

_COLLABORATIONS: Final = """
    SELECT c.reference FROM collaborations c WHERE c.id NOT IN (SELECT id FROM {collaborations})
       AND EXISTS (SELECT FROM collaboration_parties p WHERE p.collaboration_id = c.id
                      AND p.organisation_id IN (SELECT id FROM {organisations}))
     ORDER BY c.created_at, c.id
"""
_OUTCOMES: Final = """
    SELECT o.reference FROM outcomes o WHERE o.id NOT IN (SELECT id FROM {outcomes})
       AND (o.organisation_id IN (SELECT id FROM {organisations})
         OR EXISTS (SELECT FROM outcome_collaborations l
                     WHERE l.outcome_id = o.id AND l.collaboration_id IN (SELECT id FROM {collaborations}))
         OR EXISTS (SELECT FROM outcome_sessions l
                     WHERE l.outcome_id = o.id AND l.session_id IN (SELECT id FROM {sessions}))
         OR EXISTS (SELECT FROM outcome_events e
                     WHERE e.outcome_id = o.id AND e.organisation_id IN (SELECT id FROM {organisations}))
         OR EXISTS (SELECT FROM outcome_versions v WHERE v.outcome_id = o.id AND (
               v.flow_from IN (SELECT id FROM {organisations}) OR v.flow_to IN (SELECT id FROM {organisations})
            OR v.facilities && ARRAY(SELECT id FROM {facilities})
            OR EXISTS (SELECT FROM outcome_parties p
                        WHERE p.version_id = v.id AND p.organisation_id IN (SELECT id FROM {organisations}))
            OR EXISTS (SELECT FROM outcome_shares h
                        WHERE h.version_id = v.id AND (h.organisation_id IN (SELECT id FROM {organisations})
                                                    OR h.facility_id IN (SELECT id FROM {facilities})))
            OR EXISTS (SELECT FROM (SELECT jsonb_path_query(v.creators, '$[*].organisations[*]') AS named
                                     UNION ALL SELECT jsonb_path_query(v.receipts, '$[*].organisation_id')) AS told
                        WHERE named #>> '{{}}' IN (SELECT CAST(id AS text) FROM {organisations})))))
     ORDER BY o.created_at, o.id
"""


class InTheWay(Exception):
    """What is real stands on sample data; `references` are its own, `more` is how many further ones there are."""

    def __init__(self, references: list[str], more: int) -> None:
        self.references, self.more = references, more
        super().__init__(", ".join(references))


def demand_none(session: Session, statement: str) -> None:
    """Raise `InTheWay` where a statement finds references."""
    references = list(session.scalars(text(statement)))
    if references:
        raise InTheWay(references[:MOST_NAMED], max(len(references) - MOST_NAMED, 0))


def demand_apart(session: Session, doomed: Mapping[str, str]) -> None:
    """Raise `InTheWay` for real collaborations and outcomes that name what goes; `doomed` tells where its ids are."""
    for statement in (_COLLABORATIONS, _OUTCOMES):
        demand_none(session, statement.format(**doomed))
