"""Bringing in a file of listings, batch by batch: each batch is judged, then made, and the progress kept with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor, demand
from marketplace.catalogue.actions.making import make
from marketplace.catalogue.formats import prepared
from marketplace.catalogue.formats.items import RejectedItem
from marketplace.catalogue.formats.parsing import Parsed
from marketplace.catalogue.models import ImportState, ListingImport, RejectedRow
from marketplace.catalogue.queries.importing import origin_of
from marketplace.catalogue.queries.judging import Judged, Outcome, judge
from marketplace.database import new_id
from marketplace.files.actions import drop, keep_made
from marketplace.files.store import FileStore
from marketplace.notices.actions import tell
from marketplace.values.refusal import NotFound, StateForbids

BATCH = 500
AT_ONCE = 1_000  # files of more rows run as a job
MOST_REPORTED = 2_000


@dataclass(slots=True)
class Tally:
    """The figures of a report. `kept` counts rows in which an edit of the host was kept; they may be updated too."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    rejected: int = 0
    kept_fields: list[dict[str, Any]] = field(default_factory=list)

    def add(self, judged: Iterable[Judged]) -> None:
        """Count some rows."""
        for each in judged:
            if each.outcome is not Outcome.KEPT:
                setattr(self, each.outcome.value, getattr(self, each.outcome.value) + 1)
            self.kept += bool(each.kept)
            room = max(MOST_REPORTED - len(self.kept_fields), 0)
            self.kept_fields += [{"row": each.item.row, "field": path} for path in each.kept][:room]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A kept file and how it is to be read; `prepared_id` is what it was read as (`formats.prepared`)."""

    file_id: UUID
    prepared_id: UUID | None = None
    format: str
    encoding: str
    zone_code: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)


def keep_prepared(session: Session, store: FileStore, parsed: Parsed, *, now: datetime) -> UUID:
    """Keep what a file was read as, so that pages and the job read that instead; answers the kept file."""
    content = prepared.write(parsed)
    return keep_made(session, store, content, name="rows", media_type=prepared.MEDIA_TYPE, now=now).id


def begin_import(session: Session, organisation_id: UUID, upload: Upload, *, now: datetime, by: Actor) -> ListingImport:
    """A file that is there and can be read, before anything is made of it."""
    demand(by, "listing.import", host=organisation_id)
    row = ListingImport(
        id=new_id(),
        organisation_id=organisation_id,
        file_id=upload.file_id,
        prepared_id=upload.prepared_id,
        format=upload.format,
        encoding=upload.encoding,
        zone_code=upload.zone_code,
        mapping=dict(upload.mapping),
        state=ImportState.UPLOADED,
        report={},
        created_by=by.person_id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def change_mapping(
    session: Session,
    import_id: UUID,
    *,
    mapping: Mapping[str, str],
    zone_code: str | None,
    prepared_id: UUID | None,
    by: Actor,
    now: datetime,  # noqa: ARG001 - every verb is handed its clock
) -> ListingImport:
    """Say which column is which field (`prepared_id` is what the file is read as then), and in which zone everything
    stands; only before the import has begun."""
    row = _locked(session, import_id, by)
    if row.state is not ImportState.UPLOADED:
        raise StateForbids(row.state.value, "listing.import")
    row.mapping, row.zone_code = dict(mapping), zone_code
    _prepare(session, row, prepared_id)
    return row


def start(
    session: Session,
    import_id: UUID,
    *,
    rows: int,
    head: Sequence[str],
    prepared_id: UUID | None,
    zone_code: str | None,
    now: datetime,
    by: Actor,
) -> ListingImport:
    """Say that the import of so many rows under this head runs from now on; a second time changes nothing.
    `StateForbids` where the columns or the zone are no more those that were read."""
    row = _locked(session, import_id, by)
    if (row.prepared_id, row.zone_code) != (prepared_id, zone_code):
        raise StateForbids(row.state.value, "listing.import")
    if row.state is ImportState.UPLOADED:
        row.state, row.rows_total = ImportState.RUNNING, rows
        row.report = {"started_at": now.isoformat(), "head": list(head)}
        session.flush()
    return row


def advance(session: Session, import_id: UUID, parsed: Parsed, *, now: datetime, by: Actor, limit: int = BATCH) -> bool:
    """Make the next rows of a running import and note how far it is, in one transaction: killed between two batches it
    goes on where it stood. True while rows are left."""
    row = _locked(session, import_id, by)
    if row.state is not ImportState.RUNNING:
        return False
    first = row.rows_done == 0 and not row.report.get("read")
    batch = parsed.items[row.rows_done : row.rows_done + limit]
    judged, rejected = import_batch(
        session, row.organisation_id, parsed, batch=slice(row.rows_done, row.rows_done + limit), zone=row.zone_code,
        now=now, by=by,
    )  # fmt: skip
    if first:
        rejected = [*parsed.rejected, *rejected]
    _keep_rejected(session, row, rejected)
    tally = _tally_of(row)
    tally.add(judged)
    tally.rejected += len(rejected) - sum(each.outcome is Outcome.REJECTED for each in judged)
    row.rows_done += len(batch)
    row.report = {**row.report, "read": parsed.read, **_as_json(tally)}
    if row.rows_done >= len(parsed.items):
        _finish(session, row, now=now)
    session.flush()
    return row.state is ImportState.RUNNING


def import_batch(
    session: Session,
    organisation_id: UUID,
    parsed: Parsed,
    *,
    batch: slice,
    zone: str | None,
    now: datetime,
    by: Actor,
) -> tuple[Sequence[Judged], list[RejectedItem]]:
    """Judge some rows of a file and make what they ask for; a rejected row stops no other."""
    demand(by, "listing.import", host=organisation_id)
    origin = origin_of(session, organisation_id, zone)
    judged = judge(session, organisation_id, parsed, parsed.items[batch], origin=origin)
    make(session, organisation_id, judged, now=now, by=by)
    return judged, [each.rejected for each in judged if each.rejected is not None]


def fail(session: Session, import_id: UUID, reason: str, *, now: datetime, by: Actor) -> None:
    """Note that a running import cannot go on, such as a file that is gone; what was made stays."""
    row = _locked(session, import_id, by)
    if row.state is not ImportState.RUNNING:
        return
    row.state, row.finished_at = ImportState.FAILED, now
    row.report = {**row.report, "reason": reason}
    session.flush()


def _prepare(session: Session, row: ListingImport, prepared_id: UUID | None) -> None:
    before, row.prepared_id = row.prepared_id, prepared_id
    session.flush()
    if before != prepared_id:
        drop(session, before)


def _locked(session: Session, import_id: UUID, by: Actor) -> ListingImport:
    chosen = select(ListingImport).where(ListingImport.id == import_id).with_for_update()
    row = session.scalar(chosen.execution_options(populate_existing=True))
    if row is None:
        raise NotFound(str(import_id))
    if by.via != "system" and row.organisation_id not in by.organisations():
        raise NotFound(str(import_id))
    demand(by, "listing.import", host=row.organisation_id)
    return row


def _tally_of(row: ListingImport) -> Tally:
    report = row.report
    figures = {name: report.get(name, 0) for name in ("created", "updated", "unchanged", "kept", "rejected")}
    return Tally(**figures, kept_fields=list(report.get("kept_fields", [])))


def _as_json(tally: Tally) -> dict[str, Any]:
    return {name: getattr(tally, name) for name in Tally.__dataclass_fields__}


def _keep_rejected(session: Session, row: ListingImport, rejected: Sequence[RejectedItem]) -> None:
    if rejected:
        rows = [
            {
                "import_id": row.id,
                "row": each.row,
                "field": each.field,
                "reason": each.reason,
                "cells": dict(each.cells),
            }
            for each in rejected
        ]
        session.execute(insert(RejectedRow).on_conflict_do_nothing(), rows)


def _finish(session: Session, row: ListingImport, *, now: datetime) -> None:
    row.state, row.finished_at = ImportState.DONE, now
    _prepare(session, row, None)
    if row.created_by is not None and (row.rows_total or 0) > AT_ONCE:
        names = ("read", "created", "updated", "unchanged", "kept", "rejected")
        details = {"import": str(row.id), **{name: row.report.get(name, 0) for name in names}}
        tell(session, [row.created_by], "import_finished", details, now=now)
