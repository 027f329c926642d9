"""The job that brings a large file in: batch by batch, going on where a killed worker left it, and giving up aloud."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Settings
from marketplace.accounts.models import Membership
from marketplace.catalogue.actions import importing
from marketplace.catalogue.actions.importing import Upload, advance, begin_import, keep_prepared, start
from marketplace.catalogue.formats.parsing import parse
from marketplace.catalogue.models import Facility, ImportState, ListingImport
from marketplace.database import Database
from marketplace.files.actions import Purpose, keep
from marketplace.files.models import StoredFile
from marketplace.files.store import FileStore
from marketplace.notices.models import Notice
from marketplace.worker.listings import import_listings
from marketplace.worker.registry import Workshop
from tests.cast import actor_of, make_cast

ROWS = 1_203
SHEET = ("Type,Name,ID\n" + "".join(f"equipment,Tool {n},T{n}\n" for n in range(ROWS)) + "thing,Bad,X\n").encode()


@pytest.fixture
def workshop(committed: Database, settings: Settings, tmp_path: Path, now: datetime) -> Workshop:
    return Workshop(replace(settings, instance=tmp_path), committed, FileStore("", tmp_path), lambda: now)


@pytest.fixture
def begun(workshop: Workshop, now: datetime) -> UUID:
    def work(session: Session) -> UUID:
        cast = make_cast(session, now=now)
        bo = actor_of(session, cast.bo, now=now)
        kept = keep(session, workshop.store, SHEET, name="a.csv", purpose=Purpose.IMPORT, by=bo.id, now=now)
        parsed = parse(SHEET, "uniquip")
        read = keep_prepared(session, workshop.store, parsed, now=now)
        upload = Upload(file_id=kept.id, prepared_id=read, format="uniquip", encoding="utf-8")
        row = begin_import(session, cast.firm.id, upload, now=now, by=bo)
        as_read = {"head": parsed.head, "prepared_id": read, "zone_code": None}
        return start(session, row.id, rows=parsed.read, **as_read, now=now, by=bo).id

    return workshop.database.transact(work)


def row_of(database: Database, id: UUID) -> ListingImport:
    with database.reading() as session:
        return session.get_one(ListingImport, id)


def test_a_killed_job_goes_on_where_it_stood(workshop: Workshop, begun: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def dying(*args: object, **kwargs: object) -> bool:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return advance(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr("marketplace.worker.listings.advance", dying)
    with pytest.raises(KeyboardInterrupt):
        import_listings(workshop, {"import": str(begun)})
    half = row_of(workshop.database, begun)
    assert (half.state, half.rows_done) == (ImportState.RUNNING, importing.BATCH)
    import_listings(workshop, {"import": str(begun)})
    import_listings(workshop, {"import": str(begun)})  # a job may be handed out twice
    done = row_of(workshop.database, begun)
    assert (done.state, done.report["created"], done.report["rejected"]) == (ImportState.DONE, ROWS, 1)
    with workshop.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Facility)) == ROWS
        assert session.scalars(select(Notice.code)).all() == ["import_finished"]


def test_a_job_whose_person_lost_the_role_gives_up(workshop: Workshop, begun: UUID) -> None:
    def leave(session: Session) -> None:
        for row in session.scalars(select(Membership)):
            session.delete(row)

    workshop.database.transact(leave)
    import_listings(workshop, {"import": str(begun)})
    row = row_of(workshop.database, begun)
    assert (row.state, row.report["reason"]) == (ImportState.FAILED, "importer_gone")


def test_a_job_whose_file_is_gone_gives_up(workshop: Workshop, begun: UUID) -> None:
    for key in list(workshop.store.keys(older_than=datetime.max.replace(tzinfo=workshop.clock().tzinfo))):
        workshop.store.remove(key)
    import_listings(workshop, {"import": str(begun)})
    assert row_of(workshop.database, begun).report["reason"] == "file_gone"


def test_once_done_only_the_file_itself_is_kept(workshop: Workshop, begun: UUID) -> None:
    import_listings(workshop, {"import": str(begun)})
    row = row_of(workshop.database, begun)
    with workshop.database.reading() as session:
        kept = session.scalars(select(StoredFile.id)).all()
    assert (row.state, row.prepared_id, kept) == (ImportState.DONE, None, [row.file_id])
