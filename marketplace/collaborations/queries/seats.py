"""Who sees which collaborations, and for which of the parties somebody speaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, literal, select, true
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, may
from marketplace.collaborations.models import Collaboration, CollaborationParty, CollaborationState
from marketplace.collaborations.queries.mergers import gone_into, steps
from marketplace.collaborations.rules.days import day_after, day_here
from marketplace.collaborations.rules.mergers import Step, chain
from marketplace.collaborations.rules.standing import OPEN, VERBS, Deed, PartyStanding, seen_until, standing_of, takes


@dataclass(frozen=True, slots=True)
class Seat:
    """A party and the organisation through which somebody speaks for it: itself, or what it went into."""

    party: CollaborationParty
    through: UUID

    @property
    def standing(self) -> PartyStanding:
        """How the party stands."""
        return standing_of(self.party)


@dataclass(frozen=True, slots=True)
class Sight:
    """How much somebody sees: up to which day (none: all), and whether only what was asked of them."""

    until: date | None = None
    asked: bool = False

    @property
    def present(self) -> bool:
        """Whether it is the sight of somebody who takes part now, or oversees it."""
        return not self.asked and self.until is None

    def reaches(self, on: date) -> bool:
        """Whether what came on a day is seen."""
        return self.until is None or on <= self.until

    def saw(self, at: datetime) -> bool:
        """Whether what came at an instant is seen."""
        return self.reaches(day_here(at))

    @property
    def before(self) -> datetime | None:
        """The first instant that is not seen any more; none: all."""
        return day_after(self.until) if self.until is not None else None


def visible_to(by: Actor) -> ColumnElement[bool]:
    """The collaborations that somebody may see, the policy's `collaboration.see`: those of their organisations, and of
    those that went into these, save where they declined."""
    if by.administrator or by.auditor or by.via == "system":
        return true()
    own = by.organisations()
    if by.person_id is None or not own:
        return false()
    mine = CollaborationParty.organisation_id.in_(gone_into(own)), CollaborationParty.declined_at.is_(None)
    return Collaboration.id.in_(select(CollaborationParty.collaboration_id).where(*mine))


def asked_of(by: Actor) -> ColumnElement[bool]:
    """The collaborations in which an organisation of somebody's still has to answer, over `Collaboration`."""
    own = by.organisations()
    if not own:
        return false()
    open_ = and_(CollaborationParty.joined_on.is_(None), CollaborationParty.declined_at.is_(None))
    mine = CollaborationParty.organisation_id.in_(gone_into(own)), CollaborationParty.left_on.is_(None), open_
    waits = Collaboration.state.in_([state for state, deeds in OPEN.items() if Deed.ACCEPT in deeds])
    return and_(waits, Collaboration.id.in_(select(CollaborationParty.collaboration_id).where(*mine)))


def told_state(by: Actor) -> ColumnElement[CollaborationState]:
    """How a collaboration stands for somebody, over `Collaboration`: for a side that left, as it stood then."""
    own = by.organisations()
    if by.administrator or by.auditor or by.via == "system" or not own:
        return Collaboration.state.expression
    mine = CollaborationParty.organisation_id.in_(gone_into(own)), CollaborationParty.declined_at.is_(None)
    gone, there = (
        select(CollaborationParty.collaboration_id).where(*mine, which)
        for which in (CollaborationParty.left_on.is_not(None), CollaborationParty.left_on.is_(None))
    )
    left = and_(Collaboration.id.in_(gone), Collaboration.id.not_in(there))
    then = literal(CollaborationState.ACTIVE, Collaboration.state.type)
    return case((left, then), else_=Collaboration.state)


def parties_of(session: Session, ids: Iterable[UUID]) -> dict[UUID, list[CollaborationParty]]:
    """The parties of some collaborations, in the order in which they were asked."""
    wanted = select(CollaborationParty).where(CollaborationParty.collaboration_id.in_(list(ids)))
    found: dict[UUID, list[CollaborationParty]] = {}
    for party in session.scalars(wanted.order_by(CollaborationParty.invited_at, CollaborationParty.organisation_id)):
        found.setdefault(party.collaboration_id, []).append(party)
    return found


def seats_of(
    session: Session,
    parties: Sequence[CollaborationParty],
    by: Actor,
    today: date,
    *,
    known: Mapping[UUID, Step] | None = None,
) -> list[Seat]:
    """The parties for which somebody speaks in any role, through which organisation; `known` are the mergers, where
    they have been read already."""
    own = by.organisations()
    if not own:
        return []
    merged = steps(session) if known is None else known
    speaking = {
        party.organisation_id: {party.organisation_id, *chain(merged, party.organisation_id, today)}
        for party in parties
    }
    return [
        Seat(party, through)
        for party in parties
        for through in sorted(speaking[party.organisation_id] & own)
        if party.declined_at is None
    ]


def sight_of(seats: Sequence[Seat], by: Actor) -> Sight:
    """How much somebody sees of a collaboration in which they hold these seats."""
    if by.administrator or by.auditor or by.via == "system":
        return Sight()
    standings = {seat.standing: seat.party.left_on for seat in sorted(seats, key=_left)}
    return Sight(until=seen_until(standings), asked="asked" in standings and "member" not in standings)


def _left(seat: Seat) -> date:
    return seat.party.left_on or date.min


def fitting(seats: Iterable[Seat], deed: Deed, by: Actor) -> list[Seat]:
    """The seats from which somebody may do a deed: the party stands as it must, and the policy lets them."""
    return [
        seat
        for seat in seats
        if seat.standing == takes(deed) and may(by, VERBS[deed], organisation=seat.through, host=seat.through)
    ]


def deeds_of(collaboration: Collaboration, seats: Sequence[Seat], by: Actor) -> frozenset[Deed]:
    """What somebody may do with a collaboration as it stands: what offers a button asks the same as the verb."""
    return frozenset(deed for deed in OPEN[collaboration.state] if fitting(seats, deed, by))
