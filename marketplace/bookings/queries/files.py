"""Who may see an upload: whoever may see what it hangs on, and whoever brought it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.bookings.models import Message, MessageFile, Thread
from marketplace.bookings.queries import threads
from marketplace.catalogue.models import Facility, FacilityFile
from marketplace.catalogue.queries import facilities
from marketplace.files.models import StoredFile
from marketplace.permits.models import VaultEntry
from marketplace.permits.queries import vault


def file_for(session: Session, file_id: UUID, *, by: Actor) -> StoredFile | None:
    """An upload if `by` may see it: their own, a visible listing's, an attachment of a conversation of theirs, or the
    copy of an approval in a vault that they see."""
    listed = (
        select(FacilityFile.id)
        .join(Facility, Facility.id == FacilityFile.facility_id)
        .where(FacilityFile.file_id == StoredFile.id, facilities.visible_to(by))
    )
    attached = (
        select(MessageFile.file_id)
        .join(Message, Message.id == MessageFile.message_id)
        .join(Thread, Thread.id == Message.thread_id)
        .join(Facility, Facility.id == Thread.facility_id)
        .where(MessageFile.file_id == StoredFile.id, threads.visible_to(by))
    )
    held = select(VaultEntry.id).where(VaultEntry.file_id == StoredFile.id, vault.visible_to(by))
    query = select(StoredFile).where(StoredFile.id == file_id)
    if not (by.administrator or by.auditor):
        own = StoredFile.uploaded_by == by.person_id if by.person_id else false()
        query = query.where(or_(own, listed.exists(), attached.exists(), held.exists()))
    return session.scalar(query)
