"""Photos and documents of a facility; the bytes were checked and kept by `files` before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.catalogue.actions.facilities import locked, touched
from marketplace.catalogue.models import AttachmentKind, FacilityFile
from marketplace.catalogue.rules.fields import line, localized
from marketplace.values.refusal import Invalid, NotFound, Refusal, Refused

MOST = {AttachmentKind.PHOTO: 12, AttachmentKind.DOCUMENT: 30}


def attach(
    session: Session,
    facility_id: UUID,
    file_id: UUID,
    kind: AttachmentKind,
    *,
    now: datetime,
    by: Actor,
    caption: Mapping[str, str] | None = None,
    credit: str | None = None,
) -> FacilityFile:
    """Hang a kept file on a facility, after those that hang there; the same one twice stays one."""
    facility = locked(session, facility_id, by)
    mine = FacilityFile.facility_id == facility_id
    present = session.scalar(select(FacilityFile).where(mine, FacilityFile.file_id == file_id))
    if present is not None:
        return present
    of_kind = select(func.count(), func.max(FacilityFile.position)).where(mine, FacilityFile.kind == kind)
    number, last = session.execute(of_kind).one()
    if number >= MOST[kind]:
        raise Refused([Refusal("too_many_files", {"max": MOST[kind]})])
    row = FacilityFile(
        facility_id=facility_id,
        file_id=file_id,
        kind=kind,
        position=0 if last is None else last + 1,
        caption=localized(caption or {}, "caption", longest=300),
        credit=line(credit, "credit"),
    )
    session.add(row)
    touched(session, facility, "listing.file_attached", now=now, by=by, details={"file": str(file_id)})
    return row


def change_attachment(
    session: Session, facility_id: UUID, attachment_id: UUID, fields: Mapping[str, Any], *, now: datetime, by: Actor
) -> FacilityFile:
    """Change a file's caption or credit, or move it (`move`: -1 before the one above it, 1 after the one below)."""
    facility = locked(session, facility_id, by)
    row = _attachment(session, facility_id, attachment_id)
    if "caption" in fields:
        row.caption = localized(fields["caption"], "caption", longest=300)
    if "credit" in fields:
        row.credit = line(fields["credit"], "credit")
    if "move" in fields:
        _move(session, row, fields["move"])
    touched(session, facility, "listing.file_changed", now=now, by=by, details={"file": str(row.file_id)})
    return row


def detach(session: Session, facility_id: UUID, attachment_id: UUID, *, now: datetime, by: Actor) -> None:
    """Take a file off a facility; the stored file itself stays for history."""
    facility = locked(session, facility_id, by)
    row = _attachment(session, facility_id, attachment_id)
    session.delete(row)
    touched(session, facility, "listing.file_detached", now=now, by=by, details={"file": str(row.file_id)})


def _attachment(session: Session, facility_id: UUID, attachment_id: UUID) -> FacilityFile:
    row = session.get(FacilityFile, attachment_id)
    if row is None or row.facility_id != facility_id:
        raise NotFound(str(attachment_id))
    return row


def _move(session: Session, row: FacilityFile, step: int) -> None:
    if step not in (-1, 1):
        raise Invalid.one("move", "choice")
    kind = FacilityFile.facility_id == row.facility_id, FacilityFile.kind == row.kind
    order = select(FacilityFile).where(*kind).order_by(FacilityFile.position, FacilityFile.id)
    rows = list(session.scalars(order))
    here = rows.index(row)
    there = min(max(here + step, 0), len(rows) - 1)
    rows[here], rows[there] = rows[there], rows[here]
    for position, each in enumerate(rows):
        each.position = position
