"""Packs of evidence: asked for, made by a worker, kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.accounts.policy import Actor
from marketplace.collaborations.rules.days import HERE
from marketplace.database import new_id
from marketplace.files.actions import drop, keep_made
from marketplace.files.store import FileStore
from marketplace.jobs.actions import defer_long
from marketplace.spillovers.models import EvidencePack
from marketplace.spillovers.queries.evidence import name_of
from marketplace.spillovers.rules.scopes import YEARS, Frame, Scope, Span
from marketplace.values.localized import LANGUAGES
from marketplace.values.refusal import Invalid, Refusal, demand

WORK: Final = "spillovers.evidence_pack"
ZIP: Final = "application/zip"
PDF: Final = "application/pdf"
# So many packs of one person may be in the making.
MOST_WAITING: Final = 5


def frame_of(scope: Scope, first: date, last: date, as_of: datetime | None, *, now: datetime) -> Frame:
    """A frame from what somebody wants: a period by its first and last day, and an instant that has been. Raises
    Invalid."""
    for field, day in (("first_day", first), ("last_day", last)):
        if not YEARS[0] <= day.year < YEARS[1]:
            raise Invalid.one(field, "between", min=YEARS[0], max=YEARS[1] - 1)
    if last < first:
        raise Invalid.one("last_day", "period_reversed")
    if as_of is not None and as_of > now:
        raise Invalid.one("as_of", "pack_as_of_past")
    return Frame(scope, Span(first, last + timedelta(days=1)), as_of or now)


def ask_for_pack(session: Session, frame: Frame, language: str, *, now: datetime, by: Actor) -> EvidencePack:
    """Have a pack made. Raises NotFound, Forbidden,
    Refused where too many are in the making."""
    if language not in LANGUAGES:
        raise Invalid.one("language", "language")
    name = name_of(session, frame.scope, by=by, today=now.astimezone(HERE).date())
    session.execute(select(Person.id).where(Person.id == by.id).with_for_update(key_share=True))
    waiting = EvidencePack.asked_by == by.id, EvidencePack.made_at.is_(None), EvidencePack.refused.is_(None)
    count = session.scalar(select(func.count()).select_from(EvidencePack).where(*waiting)) or 0
    demand([Refusal("packs_in_the_making", {"max": MOST_WAITING})] if count >= MOST_WAITING else [])
    row = EvidencePack(
        id=new_id(),
        scope_kind=frame.scope.kind,
        scope_id=frame.scope.id,
        scope_code=frame.scope.code,
        name=name,
        first_day=frame.span.first,
        after_day=frame.span.after,
        as_of=frame.as_of,
        language=language,
        asked_at=now,
        asked_by=by.id,
    )
    session.add(row)
    session.flush()
    defer_long(session, WORK, {"pack": str(row.id)}, queueing_key=f"{WORK} {row.id}")
    return row


def frame_of_pack(row: EvidencePack) -> Frame:
    """Everything that decides which rows it holds."""
    return Frame(row.scope, Span(row.first_day, row.after_day), row.as_of)


def keep_pack(
    session: Session, store: FileStore, pack_id: UUID, *, archive: bytes, document: bytes, now: datetime
) -> None:
    """Keep what was made; the first stays where two workers made it."""
    row = session.get(EvidencePack, pack_id, with_for_update=True)
    if row is None or row.made_at is not None or row.refused is not None:
        return
    stem = f"evidence-{row.first_day}-{row.id.hex[-8:]}"
    named = f"{stem}-{row.language}.pdf"
    kept = keep_made(session, store, archive, name=f"{stem}.zip", media_type=ZIP, now=now)
    told = keep_made(session, store, document, name=named, media_type=PDF, now=now)
    row.archive_id, row.document_id = kept.id, told.id
    row.made_at = now
    session.flush()


def refuse_pack(session: Session, pack_id: UUID, code: str) -> None:
    """Say why it is not made."""
    row = session.get(EvidencePack, pack_id, with_for_update=True)
    if row is not None and row.made_at is None:
        row.refused = code
        session.flush()


def drop_packs(session: Session, person_id: UUID) -> None:
    """Delete the packs that somebody asked for with their files; one in the making is not made any more."""
    gone = delete(EvidencePack).where(EvidencePack.asked_by == person_id)
    rows = session.execute(gone.returning(EvidencePack.archive_id, EvidencePack.document_id)).all()
    for file_id in (file for row in rows for file in row):
        drop(session, file_id)
