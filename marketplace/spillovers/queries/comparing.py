"""The consents of an organisation to be compared with."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.queries.organisations import organisation
from marketplace.spillovers.models import ComparisonConsent


def asked(session: Session, organisation_id: UUID, *, by: Actor) -> Organisation:
    """The organisation whose consents somebody may see. Raises NotFound."""
    place = organisation(session, organisation_id, by)
    demand(by, "comparison.see", organisation=place.id)
    return place


def open_consent(session: Session, organisation_id: UUID) -> ComparisonConsent | None:
    """The consent that stands."""
    wanted = ComparisonConsent.organisation_id == organisation_id, ComparisonConsent.taken_back_at.is_(None)
    return session.scalar(select(ComparisonConsent).where(*wanted).execution_options(populate_existing=True))


def consents_of(session: Session, organisation_id: UUID) -> Sequence[ComparisonConsent]:
    """All that were given, the last first."""
    wanted = select(ComparisonConsent).where(ComparisonConsent.organisation_id == organisation_id)
    return session.scalars(wanted.order_by(ComparisonConsent.given_at.desc(), ComparisonConsent.id.desc())).all()
