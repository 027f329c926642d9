"""Acceptances as PDF documents: asked for, made by a worker, kept."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.database import new_id
from marketplace.files.actions import keep_made
from marketplace.files.store import FileStore
from marketplace.jobs.actions import defer_long
from marketplace.terms.models import AcceptanceDocument, TermsAcceptance
from marketplace.values.localized import LANGUAGES
from marketplace.values.refusal import Invalid, NotFound

WORK: Final = "terms.acceptance_document"
PDF: Final = "application/pdf"


def ask_for_document(
    session: Session, acceptance_id: UUID, language: str, *, now: datetime, by: Actor
) -> AcceptanceDocument:
    """Have an acceptance made into a PDF; asked again while it is made, or once it is there, changes nothing. Whether
    `by` may see the booking is the caller's question."""
    if language not in LANGUAGES:
        raise Invalid.one("language", "language")
    if session.get(TermsAcceptance, acceptance_id) is None:
        raise NotFound("acceptance")
    values = {"acceptance_id": acceptance_id, "language": language, "asked_at": now, "asked_by": by.person_id}
    session.execute(insert(AcceptanceDocument).values(id=new_id(), **values).on_conflict_do_nothing())
    chosen = AcceptanceDocument.acceptance_id == acceptance_id, AcceptanceDocument.language == language
    row = session.scalars(select(AcceptanceDocument).where(*chosen)).one()
    if row.file_id is None:
        defer_long(session, WORK, {"document": str(row.id)}, queueing_key=f"{WORK} {row.id}")
    return row


def keep_document(
    session: Session, store: FileStore, document_id: UUID, content: bytes, *, name: str, now: datetime
) -> None:
    """Keep the PDF that was made; the first one stays where two workers made it."""
    chosen = select(AcceptanceDocument).where(AcceptanceDocument.id == document_id).with_for_update()
    row = session.scalar(chosen)
    if row is None or row.file_id is not None:
        return
    row.file_id = keep_made(session, store, content, name=name, media_type=PDF, now=now).id
    row.made_at = now
    session.flush()
