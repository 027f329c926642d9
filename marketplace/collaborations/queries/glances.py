"""A collaboration at a glance, for those who take part in it now: pages that go on after a party has left, and need
neither its parties nor what may be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.collaborations.models import Collaboration
from marketplace.collaborations.queries.seats import parties_of, seats_of, sight_of, visible_to
from marketplace.collaborations.queries.titles import title_of
from marketplace.collaborations.rules.days import today_of
from marketplace.values.refusal import NotFound


@dataclass(frozen=True, slots=True)
class Glance:
    """A collaboration, and what it is called."""

    id: UUID
    title: Mapping[str, str]


def glance(session: Session, collaboration_id: UUID, *, by: Actor, now: datetime) -> Glance:
    """One collaboration in which somebody takes part now, or which they oversee.

    Raises NotFound for a stranger, for whoever has not answered yet, and for a party that has left.
    """
    row = session.scalar(select(Collaboration).where(Collaboration.id == collaboration_id, visible_to(by)))
    if row is None:
        raise NotFound("collaboration")
    sight = sight_of(seats_of(session, parties_of(session, [row.id]).get(row.id, []), by, today_of(by, now)), by)
    if not sight.present:
        raise NotFound("collaboration")
    return Glance(row.id, title_of(session, row))
