"""What shows an outcome, and who may open it: whoever sees the outcome, and could when it was added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.files.models import StoredFile
from marketplace.outcomes.models import Outcome, OutcomeEvidence, OutcomeVersion
from marketplace.outcomes.queries.reach import papers_for, visible_to

_UNDER: Final = and_(
    OutcomeVersion.outcome_id == OutcomeEvidence.outcome_id, OutcomeVersion.number == OutcomeEvidence.version
)


def evidence_of(
    session: Session, outcome: Outcome, *, by: Actor, today: date
) -> Sequence[tuple[OutcomeEvidence, StoredFile | None]]:
    """The papers of an outcome that the actor may see, with their files, the first one first."""
    wanted = (
        select(OutcomeEvidence, StoredFile)
        .join(Outcome, Outcome.id == OutcomeEvidence.outcome_id)
        .join(OutcomeVersion, _UNDER)
        .outerjoin(StoredFile, StoredFile.id == OutcomeEvidence.file_id)
        .where(OutcomeEvidence.outcome_id == outcome.id, papers_for(by, today))
        .order_by(OutcomeEvidence.id)
    )
    return [(row, file) for row, file in session.execute(wanted)]


def evidence_file(session: Session, file_id: UUID, *, by: Actor, today: date) -> StoredFile | None:
    """An upload that shows an outcome which the actor may see, else None."""
    wanted = (
        select(StoredFile)
        .join(OutcomeEvidence, OutcomeEvidence.file_id == StoredFile.id)
        .join(Outcome, Outcome.id == OutcomeEvidence.outcome_id)
        .join(OutcomeVersion, _UNDER)
        .where(StoredFile.id == file_id, visible_to(by, today), papers_for(by, today))
    )
    return session.scalar(wanted.limit(1))
