"""Finding uploads."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.files.models import StoredFile
from marketplace.files.photos import SMALL_WIDTHS


def stored_file(session: Session, file_id: UUID) -> StoredFile | None:
    """One upload's row."""
    return session.get(StoredFile, file_id)


def stored_files(session: Session, ids: Iterable[UUID]) -> dict[UUID, StoredFile]:
    """Several uploads' rows by id."""
    rows = session.scalars(select(StoredFile).where(StoredFile.id.in_(list(ids))))
    return {row.id: row for row in rows}


def blob_key(file: StoredFile, *, width: int | None = None) -> str:
    """The key of its bytes in the store; of a photo at least `width` pixels wide where a narrower one is kept."""
    if width is None or not file.media_type.startswith("image/"):
        return file.sha256
    fitting = next((kept for kept in SMALL_WIDTHS if kept >= width), None)
    return file.sha256 if fitting is None else f"{file.sha256}-{fitting}"
