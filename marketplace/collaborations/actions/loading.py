"""A collaboration locked for a verb, and whether whoever acts may do it as it stands."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, may
from marketplace.collaborations.models import Collaboration, CollaborationParty
from marketplace.collaborations.queries.seats import Seat, fitting, parties_of, seats_of, sight_of, visible_to
from marketplace.collaborations.rules.days import today_of
from marketplace.collaborations.rules.standing import ANSWERS, OPEN, VERBS, Deed
from marketplace.values import refusal
from marketplace.values.refusal import Forbidden, NotFound, Refusal, StateForbids

# No letter or figure that is taken for another on the telephone.
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(slots=True)
class Loaded:
    """A collaboration under lock, with its parties and the seats from which `by` may do what is asked."""

    row: Collaboration
    parties: list[CollaborationParty]
    seats: list[Seat]
    today: date

    @property
    def id(self) -> UUID:
        """The collaboration's id."""
        return self.row.id

    def party(self, organisation_id: UUID) -> CollaborationParty | None:
        """The party that an organisation is."""
        return next((party for party in self.parties if party.organisation_id == organisation_id), None)


def locked(session: Session, collaboration_id: UUID, deed: Deed, *, now: datetime, by: Actor) -> Loaded:
    """The collaboration, locked, for somebody who may do `deed` with it. Raises NotFound for a stranger, Forbidden for
    whoever may only look, StateForbids where it stands otherwise."""
    chosen = select(Collaboration).where(Collaboration.id == collaboration_id, visible_to(by))
    row = session.scalar(chosen.with_for_update().execution_options(populate_existing=True))
    if row is None:
        raise NotFound("collaboration")
    parties = parties_of(session, [row.id]).get(row.id, [])
    today = today_of(by, now)
    if by.via == "system":
        return Loaded(row, parties, [], today)
    seats = seats_of(session, parties, by, today)
    speaks = [seat for seat in seats if may(by, VERBS[deed], organisation=seat.through, host=seat.through)]
    if not speaks:
        raise Forbidden(VERBS[deed])
    fit = fitting(speaks, deed, by)
    if sight_of(seats, by).until is not None:  # how it stands by now is no longer theirs to know
        raise Forbidden(VERBS[deed])
    if deed not in OPEN[row.state] or (not fit and deed in ANSWERS):
        raise StateForbids(row.state.value, deed.value)
    if not fit:
        raise Forbidden(VERBS[deed])
    return Loaded(row, parties, fit, today)


def demand_seen(row: Collaboration, version: int | None) -> None:
    """Nobody agrees to, or writes over, what they have not seen; None leaves the question out."""
    if version is not None and row.version != version:
        raise refusal.Refused([Refusal("collaboration_changed", {"version": row.version})])


def touch(session: Session, row: Collaboration, now: datetime) -> None:
    """Mark a change of what the parties agreed on."""
    row.version += 1
    row.updated_at = now
    session.flush()


def new_reference() -> str:
    """Such as `C-K7Q2-MX9R`: unique among all collaborations in practice."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"C-{letters[:4]}-{letters[4:]}"
