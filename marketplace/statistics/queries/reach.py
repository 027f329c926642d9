"""Which part of the platform's use somebody may see, told by their roles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.accounts.policy import Actor
from marketplace.jurisdictions.queries import zones_below
from marketplace.statistics.rules.reach import EVERYTHING, Reach
from marketplace.values.refusal import NotFound

# The zones that an agency governs.
_ZONES: Final = text("""
    SELECT z.code FROM zones z JOIN organisations o ON o.agency_code = ANY(z.agency_codes) WHERE o.id = ANY(:agencies)
""")
# The hosts and what has gone into them. What they have gone into themselves is another's: of that they see nothing.
_HOSTS: Final = text("""
    WITH RECURSIVE found AS (
      SELECT CAST(unnest(CAST(:hosts AS uuid[])) AS uuid) AS id
       UNION SELECT m.organisation_id FROM organisation_mergers m JOIN found ON m.into_id = found.id
       WHERE m.taken_back_at IS NULL)
    SELECT id FROM found ORDER BY id
""")
_TERRITORIES: Final = text("""
    SELECT DISTINCT j.root_code FROM organisations o JOIN jurisdictions j ON j.code = o.jurisdiction_code
     WHERE o.id = ANY(:hosts) ORDER BY 1
""")


def reach_of(session: Session, by: Actor) -> Reach:
    """What `by` may see of use. Raises NotFound for who has neither units nor a zone nor the whole to look after."""
    if by.via == "system" or by.administrator:
        return EVERYTHING
    if by.auditor:
        return Reach(everything=True, people=True, near=None)
    agencies = by.organisations(Role.AGENCY_OFFICER) & by.verified
    roles = by.organisations(Role.HOST_STAFF, Role.HOST_MANAGER)
    if not roles and not agencies:
        raise NotFound("usage")
    governed = session.scalars(_ZONES, {"agencies": list(agencies)}).all() if agencies else ()
    zones = tuple(sorted(zones_below(session, governed))) if governed else ()
    bound = {"hosts": list(roles)}
    hosts: tuple[UUID, ...] = tuple(session.scalars(_HOSTS, bound)) if roles else ()
    near = _strings(session.scalars(_TERRITORIES, bound)) if roles else ()
    return Reach(hosts=hosts, zones=zones, people=bool(roles), contact=bool(roles), near=near)


def _strings(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(str(each) for each in found)
