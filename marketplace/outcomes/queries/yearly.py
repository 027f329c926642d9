"""Reading the yearly questions: which are open, and how many were answered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import Actor
from marketplace.collaborations.models import Collaboration
from marketplace.collaborations.queries.mergers import gone_into
from marketplace.outcomes.models import YearlyQuestion
from marketplace.outcomes.queries.sides import WRITERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whose answers are counted: of some collaborations, of some organisations; None means of all."""

    collaborations: Collection[UUID] | None = None
    organisations: Collection[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the collaboration it is about and the organisation that is asked."""

    row: YearlyQuestion
    collaboration: Collaboration
    organisation: Organisation


def responses(session: Session, scope: Scope, year: int) -> tuple[int, int]:
    """How many questions about a year were asked, and how many of them answered; nothing to report is an answer."""
    wanted = select(func.count(), func.count(YearlyQuestion.answer)).where(YearlyQuestion.year == year)
    if scope.collaborations is not None:
        wanted = wanted.where(YearlyQuestion.collaboration_id.in_(scope.collaborations))
    if scope.organisations is not None:
        wanted = wanted.where(YearlyQuestion.organisation_id.in_(scope.organisations))
    row = session.execute(wanted).one()
    return row[0], row[1]


def open_questions(
    session: Session, *, by: Actor, collaboration_id: UUID | None = None, limit: int = 200
) -> Sequence[Question]:
    """The questions that the actor may answer for an organisation of theirs, the oldest first."""
    wanted = (
        select(YearlyQuestion, Collaboration, Organisation)
        .join(Collaboration, Collaboration.id == YearlyQuestion.collaboration_id)
        .join(Organisation, Organisation.id == YearlyQuestion.organisation_id)
        .where(
            YearlyQuestion.answer.is_(None), YearlyQuestion.organisation_id.in_(gone_into(by.organisations(*WRITERS)))
        )
    )
    if collaboration_id is not None:
        wanted = wanted.where(YearlyQuestion.collaboration_id == collaboration_id)
    order = YearlyQuestion.year, YearlyQuestion.asked_at, Collaboration.reference, YearlyQuestion.organisation_id
    return [Question(*row) for row in session.execute(wanted.order_by(*order).limit(limit))]
