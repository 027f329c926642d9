"""What was said of the outcomes of a collaboration, word by word, as far as a reader may see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import Actor
from marketplace.outcomes.models import (
    Outcome,
    OutcomeCollaboration,
    OutcomeEvent,
    OutcomeStatus,
    OutcomeVerb,
    OutcomeVersion,
)
from marketplace.outcomes.queries.reach import versions_for, visible_to

SAID: Final = (
    OutcomeVerb.SUBMIT,
    OutcomeVerb.CONFIRM,
    OutcomeVerb.DISPUTE,
    OutcomeVerb.SETTLE,
    OutcomeVerb.WITHDRAW,
    OutcomeVerb.CHECK,
)


@dataclass(frozen=True, slots=True)
class Said:
    """One word on an outcome: the title that it had then, and for whom it was said."""

    event: OutcomeEvent
    title: Mapping[str, str]
    organisation: Mapping[str, str] | None


def said_around(
    session: Session, collaboration_id: UUID, *, by: Actor, today: date, limit: int, until: datetime | None = None
) -> Sequence[Said]:
    """The latest words on a collaboration's outcomes before an instant, the first first; nothing of drafts."""
    here = select(OutcomeCollaboration.outcome_id).where(OutcomeCollaboration.collaboration_id == collaboration_id)
    revised = and_(OutcomeEvent.verb == OutcomeVerb.REVISE, OutcomeEvent.status != OutcomeStatus.DRAFT)
    about = and_(OutcomeVersion.outcome_id == OutcomeEvent.outcome_id, OutcomeVersion.number == OutcomeEvent.version)
    wanted = (
        select(OutcomeEvent, OutcomeVersion.title, Organisation.name)
        .join(Outcome, Outcome.id == OutcomeEvent.outcome_id)
        .join(OutcomeVersion, about)
        .outerjoin(Organisation, Organisation.id == OutcomeEvent.organisation_id)
        .where(Outcome.id.in_(here), visible_to(by, today), versions_for(by))
        .where(or_(OutcomeEvent.verb.in_(SAID), revised))
        .order_by(OutcomeEvent.at.desc(), OutcomeEvent.id.desc())
    )
    if until is not None:
        wanted = wanted.where(OutcomeEvent.at < until)
    return [Said(*row) for row in session.execute(wanted.limit(limit))][::-1]
