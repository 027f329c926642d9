"""Erasing texts: the chain keeps a digest that nobody can guess from any more, since its salt goes too."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, null, select, update
from sqlalchemy.orm import Session

from marketplace.history.models import HistoryEntry, HistoryText
from marketplace.history.rules import Subject


def erase_texts(
    session: Session, *, subjects: Iterable[Subject] = (), actor_id: UUID | None = None, address: str | None = None
) -> int:
    """Erase the texts of these subjects' entries, of all that a person did, and those that hold their mail address;
    returns the number of texts erased."""
    by_kind: dict[str, list[UUID]] = {}
    for subject in subjects:
        by_kind.setdefault(subject.kind, []).append(subject.id)
    erased = sum(
        _erase(session, (HistoryEntry.subject_kind == kind) & HistoryEntry.subject_id.in_(ids))
        for kind, ids in by_kind.items()
    )
    if actor_id is not None:
        erased += _erase(session, HistoryEntry.actor_id == actor_id)
    if address is not None:
        found = select(HistoryText.entry_id).where(func.lower(HistoryText.text["email"].astext) == address.lower())
        erased += _erase(session, HistoryEntry.id.in_(found))
    return erased


def _erase(session: Session, entries: object) -> int:
    ids = select(HistoryEntry.id).where(entries)  # type: ignore[arg-type]
    change = update(HistoryText).where(HistoryText.entry_id.in_(ids), HistoryText.text.is_not(None))
    rows = session.execute(
        change.values(text=null(), salt=b"").returning(HistoryText.entry_id),
        execution_options={"synchronize_session": False},
    )
    return len(rows.all())
