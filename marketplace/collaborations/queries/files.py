"""Who may see a paper of a collaboration: its parties, as far as they see the collaboration."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.collaborations.models import Collaboration, CollaborationFile
from marketplace.collaborations.queries.seats import parties_of, seats_of, sight_of, visible_to
from marketplace.collaborations.rules.days import today_of
from marketplace.files.models import StoredFile


def shared_file(session: Session, file_id: UUID, *, by: Actor, now: datetime) -> StoredFile | None:
    """An upload that hangs on a collaboration of the reader's, None where there is none that they see."""
    wanted = (
        select(CollaborationFile, StoredFile)
        .join(StoredFile, StoredFile.id == CollaborationFile.file_id)
        .join(Collaboration, Collaboration.id == CollaborationFile.collaboration_id)
        .where(CollaborationFile.file_id == file_id, visible_to(by))
    )
    for paper, file in session.execute(wanted):
        parties = parties_of(session, [paper.collaboration_id]).get(paper.collaboration_id, [])
        sight = sight_of(seats_of(session, parties, by, today_of(by, now)), by)
        if sight.saw(paper.added_at) and (paper.kind == "agreement" or not sight.asked):
            return file
    return None
