"""Packs of evidence as rows with the files that a worker would have made."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.database import new_id
from marketplace.files.models import StoredFile
from marketplace.spillovers.models import EvidencePack
from marketplace.spillovers.rules.scopes import Scope


def make_pack(session: Session, scope: Scope, asked_by: UUID, *, now: datetime) -> EvidencePack:
    """A pack of a scope and the year 2025 that somebody asked for, ready."""
    files = [made_file(session, f"evidence.{kind}", now=now) for kind in ("zip", "pdf")]
    row = EvidencePack(
        id=new_id(),
        scope_kind=scope.kind,
        scope_id=scope.id,
        scope_code=scope.code,
        name={"en": "Cleaner cells"},
        first_day=date(2025, 1, 1),
        after_day=date(2026, 1, 1),
        as_of=now,
        language="en",
        asked_at=now,
        asked_by=asked_by,
        archive_id=files[0].id,
        document_id=files[1].id,
        made_at=now,
    )
    session.add(row)
    session.flush()
    return row


def made_file(session: Session, name: str, *, now: datetime) -> StoredFile:
    """A file that nobody uploaded."""
    row = StoredFile(
        id=new_id(), name=name, media_type="application/zip", size=1, sha256="0" * 64, uploaded_at=now, uploaded_by=None
    )
    session.add(row)
    session.flush()
    return row
