"""Who may see which outcome: the one condition that every list, filter, file and export asks."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, SQLColumnExpression, and_, cast, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from marketplace.accounts.policy import Actor
from marketplace.collaborations.models import CollaborationParty
from marketplace.collaborations.queries.mergers import gone_into
from marketplace.collaborations.rules.days import HERE
from marketplace.outcomes.models import (
    Confidentiality,
    Outcome,
    OutcomeCollaboration,
    OutcomeEvent,
    OutcomeEvidence,
    OutcomeStatus,
    OutcomeVersion,
)
from marketplace.values.refusal import NotFound


def visible_to(actor: Actor, today: date) -> ColumnElement[bool]:
    """Outcomes that `actor` may see: those that their organisations report; of the others, once submitted, those of
    collaborations in which an organisation of theirs takes part (of one that left, what stood before), unless they are
    for administrators only; all that were submitted for who oversees the platform. A draft is its reporter's alone."""
    if actor.via == "system":
        return true()
    if actor.person_id is None:
        return false()
    reported = Outcome.organisation_id.in_(own_of(actor))
    said = Outcome.status != OutcomeStatus.DRAFT
    if actor.administrator or actor.auditor:
        return or_(reported, said)
    shared = and_(said, Outcome.confidentiality != Confidentiality.ADMINISTRATORS, _takes_part(actor, today))
    return or_(reported, shared)


def public_on(today: date) -> ColumnElement[bool]:
    """Outcomes that anybody may be shown on a day: public, under no embargo, and confirmed."""
    free = or_(Outcome.embargo_until.is_(None), Outcome.embargo_until < today)
    return and_(Outcome.confidentiality == Confidentiality.PUBLIC, free, Outcome.status == OutcomeStatus.CONFIRMED)


def own_of(actor: Actor) -> Select[tuple[UUID]]:
    """The actor's organisations and all that went into them."""
    return gone_into(actor.organisations())


def takes_part(actor: Actor, today: date) -> ColumnElement[bool]:
    """Parties of collaborations, of the actor's organisations, that take part on a day."""
    staying = or_(CollaborationParty.left_on.is_(None), CollaborationParty.left_on >= today)
    return and_(_joined(), staying, CollaborationParty.organisation_id.in_(own_of(actor)))


def outcome(session: Session, outcome_id: UUID, *, by: Actor, today: date) -> Outcome:
    """One outcome that the actor may see. Raises NotFound."""
    found = session.scalar(select(Outcome).where(Outcome.id == outcome_id, visible_to(by, today)))
    if found is None:
        raise NotFound("outcome")
    return found


def sees_whole(session: Session, row: Outcome, actor: Actor) -> bool:
    """Whether the actor may read all that was ever written down of an outcome: its reporter and who oversees. Parties
    read its events, of the versions that were for them."""
    if actor.via == "system" or actor.administrator or actor.auditor:
        return True
    return row.organisation_id in set(session.scalars(own_of(actor)))


def versions_for(actor: Actor) -> ColumnElement[bool]:
    """Versions, beside `visible_to` on their outcomes: to others than the reporter, those that were submitted; to
    parties, none that was for administrators only."""
    if actor.via == "system":
        return true()
    reported = Outcome.organisation_id.in_(own_of(actor))
    said = OutcomeVersion.number >= first_said()
    if actor.administrator or actor.auditor:
        return or_(reported, said)
    return or_(reported, and_(said, OutcomeVersion.confidentiality != Confidentiality.ADMINISTRATORS))


def shown_to(actor: Actor, today: date, at: SQLColumnExpression[datetime]) -> ColumnElement[bool]:
    """What came to an outcome at an instant, beside `visible_to`: to parties, none that came after they had left."""
    if actor.via == "system" or actor.administrator or actor.auditor:
        return true()
    return or_(Outcome.organisation_id.in_(own_of(actor)), _takes_part(actor, today, at))


def papers_for(actor: Actor, today: date) -> ColumnElement[bool]:
    """Evidence, over `OutcomeEvidence` and the version under which it was added: to parties, none of a version that was
    for administrators only, and none that came after they had left."""
    if actor.via == "system" or actor.administrator or actor.auditor:
        return true()
    told = OutcomeVersion.confidentiality != Confidentiality.ADMINISTRATORS
    came = _takes_part(actor, today, OutcomeEvidence.added_at)
    return or_(Outcome.organisation_id.in_(own_of(actor)), and_(told, came))


def _joined() -> ColumnElement[bool]:
    return and_(CollaborationParty.joined_on.is_not(None), CollaborationParty.declined_at.is_(None))


def _takes_part(actor: Actor, today: date, *instants: SQLColumnExpression[datetime]) -> ColumnElement[bool]:
    """Whether an organisation of the actor's takes part, or did on the day of the last of these: the submission of the
    last version, its link to the collaboration, and further instants."""
    last = func.greatest(Outcome.submitted_at, OutcomeCollaboration.linked_at, *instants)
    before = CollaborationParty.left_on >= cast(func.timezone(HERE.key, last), Date)
    staying = or_(CollaborationParty.left_on.is_(None), CollaborationParty.left_on >= today, before)
    linked = OutcomeCollaboration.collaboration_id == CollaborationParty.collaboration_id
    return (
        select(CollaborationParty.organisation_id)
        .join(OutcomeCollaboration, linked)
        .where(
            OutcomeCollaboration.outcome_id == Outcome.id,
            CollaborationParty.organisation_id.in_(own_of(actor)),
            _joined(),
            staying,
        )
        .correlate(Outcome, OutcomeEvent, OutcomeEvidence)
        .exists()
    )


def first_said() -> ColumnElement[int]:
    """The number of the first version of an outcome that was submitted; beyond all where none was."""
    said = aliased(OutcomeEvent)
    first = (
        select(func.min(said.version))
        .where(said.outcome_id == Outcome.id, said.status == OutcomeStatus.SUBMITTED)
        .correlate(Outcome)
        .scalar_subquery()
    )
    return func.coalesce(first, 2**31 - 1)
