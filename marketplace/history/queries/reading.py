"""Reading what happened: to one subject, or to all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from marketplace.history.models import HistoryEntry, HistoryText
from marketplace.history.rules import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened; `text` is None where there was none, or where it has been erased."""

    id: UUID
    subject: Subject
    number: int
    at: datetime
    actor_id: UUID | None
    verb: str
    details: Mapping[str, Any]
    text: Mapping[str, Any] | None
    erased: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a viewer asks for; what is None does not narrow. `verb` may be a concept alone, such as `booking`."""

    kind: str | None = None
    subject_id: UUID | None = None
    actor_id: UUID | None = None
    verb: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def entries(
    session: Session,
    subject: Subject,
    *,
    limit: int | None = 100,
    before: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    verb: str | None = None,
) -> list[Entry]:
    """What happened to one subject, newest first; `before` is the number of the last entry already shown."""
    query = _all().where(HistoryEntry.subject_kind == subject.kind, HistoryEntry.subject_id == subject.id)
    if since is not None:
        query = query.where(HistoryEntry.at >= since)
    if until is not None:
        query = query.where(HistoryEntry.at < until)
    if verb is not None:
        query = query.where(HistoryEntry.verb == verb)
    if before is not None:
        query = query.where(HistoryEntry.number < before)
    return _read(session, query.order_by(HistoryEntry.number.desc()).limit(limit))


def latest(session: Session, seen: Seen, *, limit: int = 100, before: UUID | None = None) -> list[Entry]:
    """What happened anywhere, newest first; `before` is the id of the last entry already shown."""
    query = _all()
    for column, wanted in (
        (HistoryEntry.subject_kind, seen.kind),
        (HistoryEntry.subject_id, seen.subject_id),
        (HistoryEntry.actor_id, seen.actor_id),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if seen.verb is not None:
        exact = "." in seen.verb
        query = query.where(
            HistoryEntry.verb == seen.verb if exact else HistoryEntry.verb.startswith(f"{seen.verb}.", autoescape=True)
        )
    if seen.since is not None:
        query = query.where(HistoryEntry.at >= seen.since)
    if seen.until is not None:
        query = query.where(HistoryEntry.at < seen.until)
    if before is not None:
        query = query.where(HistoryEntry.id < before)
    return _read(session, query.order_by(HistoryEntry.id.desc()).limit(limit))


def _all() -> Select[Any, Any, Any]:
    return select(HistoryEntry, HistoryText.text, HistoryText.entry_id).outerjoin(
        HistoryText, HistoryText.entry_id == HistoryEntry.id
    )


def _read(session: Session, query: Select[Any, Any, Any]) -> list[Entry]:
    return [
        Entry(
            id=row.id,
            subject=Subject(row.subject_kind, row.subject_id),
            number=row.number,
            at=row.at,
            actor_id=row.actor_id,
            verb=row.verb,
            details=row.details,
            text=text,
            erased=entry_id is not None and text is None,
        )
        for row, text, entry_id in session.execute(query)
    ]
