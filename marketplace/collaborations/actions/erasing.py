"""Taking a person out of collaborations: they are on no list any more, and no file bears a name that they gave it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from marketplace.collaborations.models import Collaboration, CollaborationFile, CollaborationPerson
from marketplace.files.models import StoredFile
from marketplace.notices.actions.inbox import UNSAID


def leave_collaborations(session: Session, person_id: UUID) -> None:
    """Take an erased person off the lists of people. What the parties agreed on and reported stays theirs."""
    session.execute(delete(CollaborationPerson).where(CollaborationPerson.person_id == person_id))
    shared = or_(
        StoredFile.id.in_(select(CollaborationFile.file_id)), StoredFile.id.in_(select(Collaboration.report_file_id))
    )
    ending = func.coalesce(func.substring(StoredFile.name, r"\.[A-Za-z0-9]{1,8}$"), "")
    theirs = update(StoredFile).where(shared, StoredFile.uploaded_by == person_id)
    session.execute(theirs.values(name=func.concat(UNSAID, ending)))
