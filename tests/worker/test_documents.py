"""Acceptances as PDF: asked for once, made by a worker, kept, with the fonts inside."""

from __future__ import annotations

import re
import zlib
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from config import Settings
from marketplace.bookings.actions import accept_terms
from marketplace.database import Database
from marketplace.files.models import StoredFile
from marketplace.files.queries import blob_key
from marketplace.files.store import FileStore
from marketplace.terms.actions import ask_for_document, publish_terms
from marketplace.terms.models import AcceptanceDocument
from marketplace.terms.queries import acceptance_for
from marketplace.terms.queries.acceptances import acceptance_record
from marketplace.values.localized import LANGUAGES, Language
from marketplace.values.refusal import Invalid, NotFound
from marketplace.wording.acceptances import BookedTime, acceptance_html, acceptance_name
from marketplace.worker import documents
from marketplace.worker.registry import Workshop, registry
from tests.factories.stage import Stage, hours, make_stage

CLAUSES = {"foreground_ip": {"pattern": "user_owns"}, "training": {"text": {"en": "<b>Ask</b> Bo & Co."}}}


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    return make_stage(session, now)


def accepted(stage: Stage) -> BookedTime:
    """A booking of Ada's whose terms she accepted."""
    words = {"en": "Wear shoes.", "zh-Hant": "請穿鞋。", "zh-Hans": "请穿鞋。"}
    by = stage.actor("bo")
    publish_terms(stage.session, stage.facility.id, words, clauses=CLAUSES, now=stage.now, by=by)
    booking = stage.book(hours(3, 10, 12))
    accept_terms(stage.session, booking.id, "1", now=stage.now, by=stage.actor("ada"))
    stage.booking = booking  # type: ignore[attr-defined]
    return BookedTime(booking.reference, booking.period.start, booking.period.end, "Asia/Hong_Kong")


def asked(stage: Stage, language: str = "en") -> AcceptanceDocument:
    found = acceptance_for(stage.session, stage.booking.id)  # type: ignore[attr-defined]
    assert found is not None
    return ask_for_document(stage.session, found.id, language, now=stage.now, by=stage.actor("ada"))


def workshop(settings: Settings, database: Database, now: datetime, tmp_path: Path) -> Workshop:
    return Workshop(settings, database, FileStore(settings.files_url, tmp_path), lambda: now)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_record_names_both_sides_and_the_digest(stage: Stage, language: Language) -> None:
    booked = accepted(stage)
    found = acceptance_for(stage.session, stage.booking.id)  # type: ignore[attr-defined]
    assert found is not None
    record = acceptance_record(stage.session, found.id)
    html = acceptance_html(record, booked, language, at=stage.now)
    for said in ("Bo Chen", "Ada Leung", "Hetao Microsystems", "Harbour University", booked.reference, found.digest):
        assert said in html, said
    assert record.version.digest == found.digest
    assert "&lt;b&gt;Ask&lt;/b&gt; Bo &amp; Co." in html and "<b>" not in html
    assert {"en": "Wear shoes.", "zh-Hant": "請穿鞋。", "zh-Hans": "请穿鞋。"}[language] in html
    assert {"en": "owns the results", "zh-Hant": "成果歸使用者", "zh-Hans": "成果归使用者"}[language] in html
    # A document that fetches nothing tells nobody that it is read.
    assert not re.search(r"(src|href)=|url\(|@import", html)
    assert acceptance_name(booked, language) == f"acceptance-{booked.reference}-{language}.pdf"


def test_asking_twice_is_asking_once(stage: Stage) -> None:
    accepted(stage)
    assert asked(stage).id == asked(stage).id
    assert asked(stage, "zh-Hans").id != asked(stage).id
    jobs = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'terms.acceptance_document'")
    assert stage.session.scalar(jobs) == 2
    with pytest.raises(Invalid):
        asked(stage, "fr")
    with pytest.raises(NotFound):
        ask_for_document(stage.session, stage.facility.id, "en", now=stage.now, by=stage.actor("ada"))


def test_a_worker_makes_it_once_and_fonts_are_inside(
    stage: Stage, settings: Settings, database: Database, now: datetime, tmp_path: Path
) -> None:
    accepted(stage)
    row = asked(stage, "zh-Hant")
    stage.session.flush()
    place = workshop(settings, database, now, tmp_path)
    work = registry().long["terms.acceptance_document"]
    work(place, {"document": str(row.id)})
    stage.session.expire_all()
    file = stage.session.get(StoredFile, row.file_id)
    assert file is not None and (file.media_type, row.made_at) == ("application/pdf", now)
    content = place.store.read(blob_key(file))
    assert content.startswith(b"%PDF-")
    assert re.search(rb"FontFile[23]?", whole(content)), "the fonts are not embedded"
    assert re.search(rb"/BaseFont ?/\w+\+[\w-]*CJK", whole(content)), "no face for Chinese"
    work(place, {"document": str(row.id)})
    assert len(stage.session.scalars(select(StoredFile)).all()) == 1


def whole(content: bytes) -> bytes:
    """A PDF with its compressed objects opened."""
    found = [content]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(found)


def test_what_cannot_be_made_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "COMMAND", ("false",))
    with pytest.raises(documents.NotMade):
        documents.pdf_of("<p>")
    monkeypatch.setattr(documents, "COMMAND", ("sleep", "5"))
    monkeypatch.setattr(documents, "LONGEST", 0.05)
    with pytest.raises(documents.NotMade, match="too long"):
        documents.pdf_of("<p>")


def test_work_for_what_is_gone_is_left_alone(
    stage: Stage, settings: Settings, database: Database, now: datetime, tmp_path: Path
) -> None:
    place = workshop(settings, database, now, tmp_path)
    registry().long["terms.acceptance_document"](place, {"document": str(stage.facility.id)})
    assert stage.session.scalars(select(StoredFile)).all() == []
