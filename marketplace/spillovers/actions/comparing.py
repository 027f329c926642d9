"""An organisation's consent to be compared with: given by its manager, and taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.queries.organisations import organisation
from marketplace.database import new_id
from marketplace.history.actions import Subject, record
from marketplace.spillovers.models import ComparisonConsent
from marketplace.spillovers.queries.comparing import open_consent

VERB: Final = "comparison.answer"
# Of the words that are consented to; others are another purpose, and need another consent.
PURPOSE: Final = "comparison_group_1"


def give_consent(session: Session, organisation_id: UUID, *, now: datetime, by: Actor) -> ComparisonConsent:
    """Let evaluators compare with the organisation; what stands already stays as it is. Raises NotFound, Forbidden."""
    _lock(session, organisation_id, by)
    standing = open_consent(session, organisation_id)
    if standing is not None:
        return standing
    row = ComparisonConsent(id=new_id(), organisation_id=organisation_id, purpose=PURPOSE, given_at=now, given_by=by.id)
    session.add(row)
    session.flush()
    subject, details = Subject("organisation", organisation_id), {"purpose": PURPOSE}
    record(session, subject, "organisation.comparison_allowed", now=now, by=by.id, details=details)
    return row


def take_back_consent(session: Session, organisation_id: UUID, *, now: datetime, by: Actor) -> None:
    """Take the consent back, if there is one. Raises NotFound, Forbidden."""
    _lock(session, organisation_id, by)
    row = open_consent(session, organisation_id)
    if row is None:
        return
    row.taken_back_at, row.taken_back_by = max(now, row.given_at), by.id
    session.flush()
    subject, details = Subject("organisation", organisation_id), {"purpose": row.purpose}
    record(session, subject, "organisation.comparison_withdrawn", now=now, by=by.id, details=details)


def _lock(session: Session, organisation_id: UUID, by: Actor) -> None:
    place = organisation(session, organisation_id, by)
    demand(by, VERB, organisation=place.id)
    session.execute(select(Organisation.id).where(Organisation.id == place.id).with_for_update(key_share=True))
