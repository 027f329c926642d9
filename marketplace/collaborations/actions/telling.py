"""Who hears of what happens in a collaboration, and the line that is written down about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Role
from marketplace.accounts.policy import Actor
from marketplace.accounts.queries import people_with_role
from marketplace.collaborations.models import Collaboration, CollaborationParty
from marketplace.collaborations.queries.mergers import canonical
from marketplace.collaborations.queries.named import named_people
from marketplace.collaborations.queries.titles import title_of
from marketplace.collaborations.rules.standing import standing_of
from marketplace.history.actions import Subject, record
from marketplace.notices.actions import of_people, tell

ANSWERING = (Role.MANAGER, Role.HOST_MANAGER)


def note(
    session: Session,
    row: Collaboration,
    verb: str,
    *,
    now: datetime,
    by: Actor,
    details: Mapping[str, Any] | None = None,
    text: Mapping[str, Any] | None = None,
) -> None:
    """Write down what was done with a collaboration."""
    session.flush()
    record(session, Subject("collaboration", row.id), verb, now=now, by=by.person_id, details=details, text=text)


def spread(
    session: Session,
    row: Collaboration,
    code: str,
    people: Iterable[UUID],
    *,
    now: datetime,
    by: Actor | None = None,
    said: str = "",
    by_mail: bool = True,
    **more: Any,
) -> None:
    """Tell people, save whoever acted. `said` are words of theirs, which go with them when they are erased."""
    told = {"title": title_of(session, row), "reference": row.reference, "path": f"collaborations/{row.id}", **more}
    acted = by.person_id if by else None
    if said:
        told |= {"reason": said} | of_people(worded={"reason": acted})
    tell(session, sorted(set(people) - {acted}), code, told, now=now, by_mail=by_mail)


def speakers(session: Session, parties: Iterable[CollaborationParty], *, now: datetime) -> set[UUID]:
    """Who answers for some parties: managers and host managers of each, or of the organisation that it went into."""
    merged = canonical(session, now.date())
    places = {merged.get(party.organisation_id, party.organisation_id) for party in parties}
    return {person for place in places for person in people_with_role(session, place, ANSWERING, now)}


def audience(
    session: Session, row: Collaboration, parties: Iterable[CollaborationParty], *, now: datetime
) -> set[UUID]:
    """Everybody who takes part: those who answer for the parties that are in it, and the people of theirs whom these
    named."""
    present = [party for party in parties if standing_of(party) == "member"]
    named = named_people(session, [row.id], [party.organisation_id for party in present], now.date())
    return speakers(session, present, now=now).union(*named.values())


def name_of(session: Session, organisation_id: UUID) -> dict[str, str]:
    """An organisation's name, for a sentence."""
    return dict(session.scalars(select(Organisation.name).where(Organisation.id == organisation_id)).one())


def iso(on: date | None) -> str | None:
    """A day as sentences take it."""
    return on.isoformat() if on else None
