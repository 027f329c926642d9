"""Erasing texts: the chain keeps a digest that nobody can guess from any more, since its salt goes too."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import null, select, update
from sqlalchemy.orm import Session

from marketplace.history.models import HistoryEntry, HistoryText
from marketplace.history.rules import Subject


def erase_texts(session: Session, *, subjects: Iterable[Subject] = (), actor_id: UUID | None = None) -> int:
    """Erase the texts of these subjects' entries and of all that a person did; returns the number of texts erased."""
    erased = 0
    for subject in subjects:
        of_subject = (HistoryEntry.subject_kind == subject.kind) & (HistoryEntry.subject_id == subject.id)
        erased += _erase(session, of_subject)
    if actor_id is not None:
        erased += _erase(session, HistoryEntry.actor_id == actor_id)
    return erased


def _erase(session: Session, entries: object) -> int:
    ids = select(HistoryEntry.id).where(entries)  # type: ignore[arg-type]
    change = update(HistoryText).where(HistoryText.entry_id.in_(ids), HistoryText.text.is_not(None))
    rows = session.execute(
        change.values(text=null(), salt=b"").returning(HistoryText.entry_id),
        execution_options={"synchronize_session": False},
    )
    return len(rows.all())
