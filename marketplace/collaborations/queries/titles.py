"""What a collaboration is called: its own title, else its parties' names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.collaborations.models import Collaboration, CollaborationParty
from marketplace.values.localized import LANGUAGES, pick

# So many parties are named; the others are meant by the dots.
NAMED = 3


def title_of(session: Session, row: Collaboration) -> dict[str, str]:
    """The title of one collaboration."""
    return titles(session, [row])[row.id]


def titles(session: Session, rows: Iterable[Collaboration]) -> dict[UUID, dict[str, str]]:
    """The title of each: its own, else the names of its parties in the order in which they came, in each language."""
    found = {row.id: dict(row.title) for row in rows}
    bare = [id for id, title in found.items() if not title]
    names: dict[UUID, list[Mapping[str, str]]] = {}
    if bare:
        wanted = (
            select(CollaborationParty.collaboration_id, Organisation.name)
            .join(Organisation, Organisation.id == CollaborationParty.organisation_id)
            .where(CollaborationParty.collaboration_id.in_(bare), CollaborationParty.declined_at.is_(None))
            .order_by(CollaborationParty.invited_at, CollaborationParty.organisation_id)
        )
        for id, name in session.execute(wanted):
            names.setdefault(id, []).append(name)
    return found | {id: joined_names(names.get(id, [])) for id in bare}


def joined_names(names: list[Mapping[str, str]]) -> dict[str, str]:
    """Names side by side, in each language that readers have."""
    rest = " …" if len(names) > NAMED else ""
    return {tag: " – ".join(pick(name, tag).text for name in names[:NAMED]) + rest for tag in LANGUAGES}
