"""Who may see a paper of an application: its applicant, its authority's officers, and whoever oversees."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.applications.models import ApplicationEvent
from marketplace.applications.queries.looking import look
from marketplace.files.models import StoredFile
from marketplace.files.queries import stored_file
from marketplace.values.refusal import NotFound


def paper_for(session: Session, file_id: UUID, *, by: Actor, now: datetime) -> StoredFile | None:
    """A paper if it came with an application that `by` may look into."""
    named = select(ApplicationEvent.application_id).where(ApplicationEvent.file_id == file_id).distinct()
    for application_id in session.scalars(named):
        try:
            found = look(session, application_id, by=by, now=now)
        except NotFound:
            continue
        if any(each.file_id == file_id for each in found.events):
            return stored_file(session, file_id)
    return None
