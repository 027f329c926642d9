"""Keeping an upload: checked by its content, stored under its hash, and written down."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from marketplace.files import looking, photos, rules
from marketplace.files.models import StoredFile
from marketplace.files.rules import Kind, Purpose
from marketplace.files.store import FileStore
from marketplace.values.refusal import demand

__all__ = ["Purpose", "drop", "keep", "keep_made", "remove_orphans"]

ORPHAN_AGE: Final = timedelta(days=2)


def keep(
    session: Session,
    store: FileStore,
    content: bytes,
    *,
    name: str,
    purpose: Purpose,
    by: UUID | None,
    now: datetime,
) -> StoredFile:
    """Check and store an upload; raises `Refused` with what is wrong with it.

    The bytes go to the store before the row is kept: a store that holds too much is tidied later, a row without its
    bytes could not be. Photos are drawn anew and become WebP; everything else is kept as it came.
    """
    demand(rules.size_refusals(len(content), purpose))
    kind = looking.kind_of(content, name)
    demand(rules.kind_refusals(kind, purpose))
    assert kind is not None
    if kind in rules.IMAGES:
        content, kind = _keep_photo(store, content)
    sha256 = hashlib.sha256(content).hexdigest()
    store.keep(sha256, content)
    kept = StoredFile(
        sha256=sha256,
        size=len(content),
        media_type=kind.media_type,
        name=rules.kept_name(name, kind),
        uploaded_by=by,
        uploaded_at=now,
    )
    session.add(kept)
    session.flush()
    return kept


def keep_made(
    session: Session, store: FileStore, content: bytes, *, name: str, media_type: str, now: datetime
) -> StoredFile:
    """Keep a file that the platform made itself: there is nothing to check, and nobody brought it."""
    sha256 = hashlib.sha256(content).hexdigest()
    store.keep(sha256, content)
    kept = StoredFile(sha256=sha256, size=len(content), media_type=media_type, name=name, uploaded_at=now)
    session.add(kept)
    session.flush()
    return kept


def drop(session: Session, file_id: UUID | None) -> None:
    """Forget a file that nothing names any more, if there was one; its bytes go with the orphans."""
    if file_id is not None:
        session.execute(delete(StoredFile).where(StoredFile.id == file_id))


def remove_orphans(session: Session, store: FileStore, *, now: datetime) -> int:
    """Delete blobs older than two days that no row names; returns their number."""
    removed = 0
    for key in store.keys(older_than=now - ORPHAN_AGE):
        if session.scalar(select(StoredFile.id).where(StoredFile.sha256 == key[:64]).limit(1)) is None:
            store.remove(key)
            removed += 1
    return removed


def _keep_photo(store: FileStore, content: bytes) -> tuple[bytes, Kind]:
    photo = photos.redrawn(content)
    sha256 = hashlib.sha256(photo.content).hexdigest()
    for width, smaller in photo.smaller.items():
        store.keep(f"{sha256}-{width}", smaller)
    return photo.content, Kind.WEBP
