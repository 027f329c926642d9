"""Papers of a collaboration: agreements, reports, and what else its parties share."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.collaborations.actions.loading import locked
from marketplace.collaborations.actions.telling import note
from marketplace.collaborations.models import Collaboration, CollaborationFile
from marketplace.collaborations.rules.parts import FILE_KINDS, one_of
from marketplace.collaborations.rules.standing import Deed
from marketplace.database import new_id
from marketplace.files.actions import drop
from marketplace.files.models import StoredFile
from marketplace.values import refusal
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refusal

MOST_FILES = 200


def add_file(
    session: Session, collaboration_id: UUID, file_id: UUID, kind: str, *, now: datetime, by: Actor
) -> CollaborationFile:
    """Share an upload of one's own with the parties."""
    found = locked(session, collaboration_id, Deed.FILE, now=now, by=by)
    paper = hang(session, found.row, file_id, one_of(kind, FILE_KINDS, "kind"), now=now, by=by)
    note(session, found.row, "collaboration.file_added", now=now, by=by, details={"kind": kind})
    return paper


def remove_file(session: Session, collaboration_id: UUID, paper_id: UUID, *, now: datetime, by: Actor) -> None:
    """Take back a paper that one shared oneself; the paper of a closing report stays."""
    found = locked(session, collaboration_id, Deed.FILE, now=now, by=by)
    chosen = CollaborationFile.id == paper_id, CollaborationFile.collaboration_id == found.id
    paper = session.scalar(select(CollaborationFile).where(*chosen))
    if paper is None:
        raise NotFound("file")
    if paper.added_by != by.person_id and by.via != "system":
        raise Forbidden("collaboration.write")
    if paper.file_id == found.row.report_file_id:
        raise refusal.Refused([Refusal("report_file_stays")])
    session.delete(paper)
    session.flush()
    with suppress(IntegrityError), session.begin_nested():
        drop(session, paper.file_id)  # what hangs elsewhere too stays there
    note(session, found.row, "collaboration.file_removed", now=now, by=by, details={"kind": paper.kind})


def hang(
    session: Session, row: Collaboration, file_id: UUID, kind: str, *, now: datetime, by: Actor
) -> CollaborationFile:
    """Hang an upload of one's own on a collaboration; each once, and not one that hangs elsewhere."""
    uploaded = session.get(StoredFile, file_id)
    if uploaded is None or uploaded.uploaded_by != by.person_id:
        raise Invalid.one("file", "unknown")
    mine = CollaborationFile.collaboration_id == row.id
    known = session.scalars(select(CollaborationFile.file_id).where(mine)).all()
    if file_id in known:
        raise Invalid.one("file", "collaboration_twice")
    if len(known) >= MOST_FILES:
        raise Invalid.one("file", "too_many_items", max=MOST_FILES)
    paper = CollaborationFile(
        id=new_id(), collaboration_id=row.id, file_id=file_id, kind=kind, added_at=now, added_by=by.id
    )
    session.add(paper)
    session.flush()
    return paper
