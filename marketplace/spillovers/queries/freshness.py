"""When something was last recorded that figures of a collaboration rest on."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.spillovers.models import MetricSnapshot
from marketplace.spillovers.queries.moving import COLLABORATIONS, LINEAGE

_LAST: Final = text(f"""
    WITH RECURSIVE {LINEAGE} SELECT max(at) FROM ({COLLABORATIONS}) AS recorded WHERE id = :id
""")


def last_recorded(session: Session, collaboration_id: UUID) -> datetime | None:
    """When anything that moves its figures was last recorded."""
    found: datetime | None = session.scalar(_LAST, {"id": collaboration_id})
    return found


def outdated(session: Session, collaboration_id: UUID, snapshot: MetricSnapshot | None) -> bool:
    """Whether something was recorded since the snapshot was taken."""
    if snapshot is None:
        return False
    at = last_recorded(session, collaboration_id)
    return at is not None and at > snapshot.as_of
