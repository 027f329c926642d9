"""The people whom parties name for collaborations, as long as they belong to them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Membership
from marketplace.collaborations.models import CollaborationPerson
from marketplace.collaborations.queries.mergers import canonical


def named_people(
    session: Session, collaborations: Collection[UUID], organisations: Collection[UUID], on: date
) -> dict[UUID, list[UUID]]:
    """By organisation whom it names for any of these collaborations, of those who belong to it, or to what it went
    into by a day."""
    named = CollaborationPerson.collaboration_id.in_(collaborations)
    mine = CollaborationPerson.organisation_id.in_(organisations)
    pairs = select(CollaborationPerson.organisation_id, CollaborationPerson.person_id).where(named, mine).distinct()
    found = session.execute(pairs.order_by(CollaborationPerson.person_id)).all()
    if not found:
        return {}
    into = canonical(session, on)
    belonging = select(Membership.organisation_id, Membership.person_id).where(
        Membership.person_id.in_({person for _, person in found})
    )
    members = {(place, person) for place, person in session.execute(belonging)}
    kept: dict[UUID, list[UUID]] = {}
    for place, person in found:
        if members & {(place, person), (into.get(place, place), person)}:
            kept.setdefault(place, []).append(person)
    return kept
