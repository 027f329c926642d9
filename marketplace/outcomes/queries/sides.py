"""How somebody stands to an outcome or a collaboration: for which organisation they speak, and what they may do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.accounts.policy import Actor
from marketplace.collaborations.models import (
    Collaboration,
    CollaborationParty,
    CollaborationState,
)
from marketplace.collaborations.queries.mergers import group_tops, steps
from marketplace.collaborations.queries.named import named_people
from marketplace.collaborations.queries.seats import visible_to as visible_collaborations
from marketplace.collaborations.rules.mergers import Step, chain
from marketplace.outcomes.models import (
    Confidentiality,
    Outcome,
    OutcomeCollaboration,
    OutcomeEvent,
    OutcomeVerb,
)
from marketplace.outcomes.queries.reach import own_of, takes_part
from marketplace.outcomes.queries.told import standings
from marketplace.outcomes.rules.levels import Standing
from marketplace.outcomes.rules.states import Side
from marketplace.values.refusal import NotFound

# Who speaks for an organisation.
WRITERS: Final = (Role.RESEARCHER, Role.MANAGER, Role.HOST_MANAGER)
# Collaborations that have begun; outcomes come for years after they are over.
BEGUN: Final = (CollaborationState.ACTIVE, CollaborationState.COMPLETED, CollaborationState.ENDED)


def collaboration(session: Session, collaboration_id: UUID, *, by: Actor) -> Collaboration:
    """One collaboration in which an organisation of the actor's takes part; any for who oversees. Raises NotFound."""
    wanted = select(Collaboration).where(Collaboration.id == collaboration_id)
    if not (by.via == "system" or by.administrator or by.auditor):
        mine = select(CollaborationParty.collaboration_id).where(
            CollaborationParty.organisation_id.in_(own_of(by)),
            CollaborationParty.declined_at.is_(None),
            CollaborationParty.joined_on.is_not(None),
        )
        wanted = wanted.where(Collaboration.id.in_(mine))
    found = session.scalar(wanted)
    if found is None:
        raise NotFound("collaboration")
    return found


def reporting_for(session: Session, collaboration_id: UUID, *, by: Actor, today: date) -> list[UUID]:
    """The parties of a collaboration for which the actor may report."""
    mine = select(CollaborationParty.organisation_id).where(
        CollaborationParty.collaboration_id == collaboration_id,
        takes_part(by, today),
    )
    return sorted(voices(session, session.scalars(mine).all(), by=by, today=today))


def voices(session: Session, organisations: Iterable[UUID], *, by: Actor, today: date) -> dict[UUID, UUID]:
    """The organisations for which the actor may speak, each with the one through which: itself, or what it went into
    by a day."""
    return _voices(steps(session), organisations, by=by, today=today)


def _voices(merged: Mapping[UUID, Step], organisations: Iterable[UUID], *, by: Actor, today: date) -> dict[UUID, UUID]:
    own = by.organisations(*WRITERS)
    lines = {place: (place, *chain(merged, place, today)) for place in organisations}
    return {place: next(each for each in line if each in own) for place, line in lines.items() if own & set(line)}


def parties_of(session: Session, outcome: Outcome) -> set[UUID]:
    """The organisations that take part, or took part, in the collaborations of an outcome."""
    return _parties(session, [outcome.id])[outcome.id]


def _parties(session: Session, ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    linked = OutcomeCollaboration.collaboration_id == CollaborationParty.collaboration_id
    wanted = (
        select(OutcomeCollaboration.outcome_id, CollaborationParty.organisation_id)
        .join(OutcomeCollaboration, linked)
        .where(
            OutcomeCollaboration.outcome_id.in_(ids),
            CollaborationParty.joined_on.is_not(None),
            CollaborationParty.declined_at.is_(None),
        )
    )
    found: dict[UUID, set[UUID]] = {id: set() for id in ids}
    for id, place in session.execute(wanted):
        found[id].add(place)
    return found


def sides_of(session: Session, outcome: Outcome, *, by: Actor, today: date) -> dict[UUID | None, Side]:
    """The ways in which the actor stands to an outcome, by the organisation for which they would speak; an
    administrator, who speaks for none, only where they belong to no party."""
    return sides_of_each(session, [outcome], by=by, today=today)[outcome.id]


def sides_of_each(
    session: Session, outcomes: Collection[Outcome], *, by: Actor, today: date
) -> dict[UUID, dict[UUID | None, Side]]:
    """The ways in which the actor stands to each outcome, in a fixed number of statements."""
    ids = [row.id for row in outcomes]
    stands, parties = standings(session, outcomes, today), _parties(session, ids)
    everybody = {row.organisation_id for row in outcomes}.union(by.organisations(), *parties.values())
    tops, merged, stated = group_tops(session, everybody, today), steps(session), _stated_by(session, ids, by)
    found: dict[UUID, dict[UUID | None, Side]] = {}
    for row in outcomes:
        near = _Near(row, stands[row.id], parties[row.id], tops, stated=row.id in stated)
        around = {row.organisation_id, *near.stands.others, *near.parties}
        spoken = _voices(merged, around, by=by, today=today)
        found[row.id] = {place: side for place in spoken if (side := near.side(place, by)) is not None}
        if by.administrator and not by.organisations() & around:
            found[row.id][None] = Side.ADMINISTRATOR
    return found


def _stated_by(session: Session, ids: Collection[UUID], by: Actor) -> set[UUID]:
    """The outcomes whose words, or whose submission, are the actor's own."""
    if by.person_id is None:
        return set()
    verbs = OutcomeVerb.DRAFT, OutcomeVerb.REVISE, OutcomeVerb.SUBMIT
    mine = OutcomeEvent.outcome_id.in_(ids), OutcomeEvent.by == by.person_id, OutcomeEvent.verb.in_(verbs)
    return set(session.scalars(select(OutcomeEvent.outcome_id).where(*mine)))


@dataclass(frozen=True, slots=True)
class _Near:
    """What is known around one outcome; `stated` says that the actor entered, revised or handed it in."""

    row: Outcome
    stands: Standing
    parties: Collection[UUID]
    tops: Mapping[UUID, UUID]
    stated: bool = field(kw_only=True)

    def side(self, place: UUID, by: Actor) -> Side | None:
        """How the actor stands to it, speaking for an organisation; what is for administrators only has no other
        side, and nobody is both who reports and who confirms."""
        own = self.tops[self.row.organisation_id]
        if place == self.row.organisation_id:
            return Side.REPORTER
        if self.row.confidentiality is Confidentiality.ADMINISTRATORS:
            return None
        if place in self.stands.others:
            if place in self.stands.confirmed:
                return Side.CONFIRMED
            bound = self.stated or any(self.tops[each] == own for each in by.organisations())
            return Side.BOUND if bound else Side.OTHER
        return Side.PARTY if place in self.parties and self.tops[place] != own else None


def named_by(session: Session, outcome: Outcome, organisation_id: UUID, on: date) -> list[UUID]:
    """The people whom an organisation names for the collaborations of an outcome, and who still belong to it."""
    linked = select(OutcomeCollaboration.collaboration_id).where(OutcomeCollaboration.outcome_id == outcome.id)
    return named_people(session, session.scalars(linked).all(), [organisation_id], on).get(organisation_id, [])


def left(session: Session, outcome: Outcome, on: date) -> set[UUID]:
    """The organisations that took part in collaborations of an outcome and have left each of them by a day."""
    linked = OutcomeCollaboration.collaboration_id == CollaborationParty.collaboration_id
    wanted = (
        select(CollaborationParty.organisation_id)
        .join(OutcomeCollaboration, linked)
        .where(OutcomeCollaboration.outcome_id == outcome.id)
        .group_by(CollaborationParty.organisation_id)
        .having(func.bool_and(func.coalesce(CollaborationParty.left_on < on, False)))
    )
    return set(session.scalars(wanted))


def defaults_of(session: Session, collaboration_id: UUID) -> list[dict[str, str]]:
    """The parties of a collaboration as an outcome names them: whoever provides, uses and funds; partners own with
    them."""
    wanted = select(CollaborationParty).where(
        CollaborationParty.collaboration_id == collaboration_id,
        CollaborationParty.joined_on.is_not(None),
        CollaborationParty.declined_at.is_(None),
        CollaborationParty.left_on.is_(None),
    )
    rows = session.scalars(wanted.order_by(CollaborationParty.organisation_id)).all()
    said = {"partner": "co_owner"}
    return [
        {"organisation": str(row.organisation_id), "role": said.get(role, role)}
        for row in rows
        for role in sorted(row.roles)
    ]


def collaborations_of(session: Session, outcome: Outcome, *, by: Actor) -> Sequence[Collaboration]:
    """The collaborations of an outcome that the actor may see, the one that it was entered for first."""
    linked = OutcomeCollaboration.collaboration_id == Collaboration.id
    wanted = select(Collaboration).join(OutcomeCollaboration, linked)
    wanted = wanted.where(OutcomeCollaboration.outcome_id == outcome.id, visible_collaborations(by))
    order = Collaboration.id != outcome.collaboration_id, Collaboration.created_at, Collaboration.id
    return session.scalars(wanted.order_by(*order)).all()
