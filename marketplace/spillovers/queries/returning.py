"""A return of an organisation, for whoever may make it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.queries.organisations import organisation
from marketplace.spillovers.queries.returns import answers, desk_of, holdings
from marketplace.spillovers.returning import PROFILES
from marketplace.spillovers.rules.returns.rows import Return
from marketplace.values.refusal import Invalid

VERB = "return.make"


def returning(session: Session, organisation_id: UUID, *, by: Actor) -> Organisation:
    """The organisation that somebody may make a return of. Raises NotFound."""
    place = organisation(session, organisation_id, by)
    demand(by, VERB, organisation=place.id, host=place.id)
    return place


def made_return(
    session: Session, organisation_id: UUID, profile: str, year: int, *, by: Actor, now: datetime
) -> Return:
    """The return of the years that begin in a calendar year. Raises NotFound, Invalid."""
    place = returning(session, organisation_id, by=by)
    if profile not in PROFILES:
        raise Invalid.one("profile", "choice")
    desk, left_out = desk_of(session, place.id, year, by=by, now=now)
    made = PROFILES[profile](holdings(desk, left_out), year)
    return replace(made, answers=[answers(desk, each) for each in made.years])
