"""How whom a booking is for stands to the training of its unit."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from marketplace.availability.rules import Setting, local_day
from marketplace.bookings.queries.facts import Offer
from marketplace.terms.queries import training
from marketplace.terms.rules.training import Standing
from marketplace.values.period import Period


def training_for(session: Session, known: Offer, around: Setting, period: Period) -> Standing:
    """On the first day of a period, in one statement. A host's own people are its own affair; to somebody who only
    looks, every hour is open."""
    if known.party.organisation_id is not None and known.party.organisation_id == known.host_id:
        return Standing()
    found = training.standing(session, around.unit_id, known.person_id, local_day(period.start, around.zone))
    return found if known.person_id is not None else replace(found, windows=())
