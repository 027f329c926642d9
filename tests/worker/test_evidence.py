"""Packs made by the worker: an archive that verifies, a document in three languages, and what becomes of the rest."""

from __future__ import annotations

import base64
import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, update
from sqlalchemy.orm import Session

from config import Settings
from marketplace.accounts.models import Membership
from marketplace.accounts.policy import Actor
from marketplace.collaborations.models import Collaboration, CollaborationParty
from marketplace.database import Database
from marketplace.files.models import StoredFile
from marketplace.files.queries import blob_key
from marketplace.files.store import FileStore
from marketplace.spillovers.actions.evidence import MOST_WAITING, ask_for_pack, frame_of, frame_of_pack
from marketplace.spillovers.models import EvidencePack
from marketplace.spillovers.packs.contents import contents
from marketplace.spillovers.packs.verifying import verify
from marketplace.spillovers.queries.evidence import pack_for
from marketplace.spillovers.queries.packing import packed_rows
from marketplace.spillovers.registry import vocabulary
from marketplace.spillovers.rules.scopes import Scope, ScopeKind
from marketplace.values.localized import LANGUAGES, Language
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused
from marketplace.wording.evidence import pack_html
from marketplace.wording.pack_words import WORDS
from marketplace.worker import evidence
from marketplace.worker.registry import Workshop
from tests.cast import Cast, actor_of
from tests.factories.figures import Books
from tests.factories.outcomes import between, confirmed
from tests.factories.stage import make_stage_of

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


class Scene:
    """A collaboration with one confirmed article, and a workshop."""

    def __init__(self, session: Session, cast: Cast, now: datetime) -> None:
        self.session, self.cast, self.now = session, cast, now
        self.row: Collaboration = between(session, cast, now=now)
        confirmed(session, cast, self.row, now=now)

    def actor(self, name: str) -> Actor:
        return actor_of(self.session, self.cast.people[name], now=self.now)

    def ask(self, name: str = "ada", language: str = "en", scope: Scope | None = None) -> EvidencePack:
        wanted = scope or Scope(ScopeKind.COLLABORATION, id=self.row.id)
        frame = frame_of(wanted, FIRST, LAST, None, now=self.now)
        return ask_for_pack(self.session, frame, language, now=self.now, by=self.actor(name))


@pytest.fixture
def scene(session: Session, cast: Cast, now: datetime) -> Scene:
    return Scene(session, cast, now)


@pytest.fixture
def workshop(settings: Settings, database: Database, now: datetime, tmp_path: Path) -> Workshop:
    return Workshop(settings, database, FileStore(settings.files_url, tmp_path), lambda: now)


def content(workshop: Workshop, session: Session, file_id: object) -> bytes:
    file = session.get(StoredFile, file_id)
    assert file is not None
    return workshop.store.read(blob_key(file))


def test_an_archive_and_a_document_are_made_and_kept(scene: Scene, workshop: Workshop, tmp_path: Path) -> None:
    row = scene.ask()
    assert row.state == "preparing"
    evidence.make_pack(workshop, {"pack": str(row.id)})
    scene.session.refresh(row)
    assert row.state == "ready"
    archive = content(workshop, scene.session, row.archive_id)
    place = tmp_path / "made.zip"
    place.write_bytes(archive)
    assert verify(place).findings == []
    assert content(workshop, scene.session, row.document_id).startswith(b"%PDF-")
    evidence.make_pack(workshop, {"pack": str(row.id)})
    assert content(workshop, scene.session, row.archive_id) == archive


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_speaks_the_readers_language(scene: Scene, language: Language) -> None:
    row = scene.ask(language=language)
    pack = packed_rows(scene.session, frame_of_pack(row), row.name, by=scene.actor("ada"), now=scene.now)
    figures = json.loads(contents(pack)["figures.json"])
    html = pack_html(pack.about, figures, pack.tables, archive="ab" * 32, language=language)
    for word in (
        "title",
        "never_mixed",
        "response",
        "claims",
        "may_not",
        "baseline",
        "overseers_only",
        "deflators_none",
    ):
        assert WORDS[word][language] in html, word
    assert "ab" * 32 in html
    kinds = [html.index(f"<h2>{vocabulary('kinds')[kind][language]}</h2>") for kind in ("use", "output", "spillover")]
    assert kinds == sorted(kinds), "each kind has a section of its own"
    assert "%(" not in html


def test_charts_stand_in_the_document_with_their_tables(scene: Scene) -> None:
    books = Books(scene.session, scene.cast, make_stage_of(scene.session, scene.cast, scene.now), scene.row)
    books.use(scene.cast.university, scene.now - timedelta(days=9), scene.now - timedelta(days=9, hours=-2))
    row = scene.ask(language="zh-Hant")
    pack = packed_rows(scene.session, frame_of_pack(row), row.name, by=scene.actor("ada"), now=scene.now)
    figures = json.loads(contents(pack)["figures.json"])
    html = pack_html(pack.about, figures, pack.tables, archive="ab" * 32, language="zh-Hant")
    pictures = [
        base64.b64decode(each).decode() for each in re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    ]
    assert len(pictures) == html.count('<div class="chart">') >= 3
    assert all(each.startswith("<svg ") and "<script" not in each for each in pictures)
    assert "香港" in pictures[0] and "2026年1月1日至" in html
    assert '<th scope="row">香港</th>' in html, "the table says what the picture shows"
    assert WORDS["see_charts"]["zh-Hant"] in html


def test_what_a_reader_may_no_longer_see_is_not_made(scene: Scene, workshop: Workshop) -> None:
    row = scene.ask("bo")
    scene.session.execute(delete(Membership).where(Membership.person_id == scene.cast.bo.id))
    evidence.make_pack(workshop, {"pack": str(row.id)})
    scene.session.refresh(row)
    assert (row.state, row.refused) == ("refused", "pack_not_allowed")
    with pytest.raises(NotFound):
        pack_for(scene.session, row.id, by=scene.actor("bo"), today=FIRST)


def test_who_may_ask_for_what(scene: Scene) -> None:
    firm = Scope(ScopeKind.ORGANISATION, id=scene.cast.firm.id)
    zone = Scope(ScopeKind.ZONE, code="ZON-HQ")
    for name, scope in (("ada", None), ("bo", None), ("dee", None), ("bo", firm), ("dee", firm), ("dee", zone)):
        assert scene.ask(name, scope=scope).state == "preparing"
    with pytest.raises(NotFound):
        scene.ask("eve")
    for name, scope in (("ada", firm), ("eve", firm), ("ada", zone), ("bo", zone)):
        with pytest.raises(Forbidden):
            scene.ask(name, scope=scope)
    with pytest.raises(NotFound):
        scene.ask("dee", scope=Scope(ScopeKind.ZONE, code="ZON-NONE"))


def test_a_pack_is_only_for_whoever_asked(scene: Scene) -> None:
    row = scene.ask("ada")
    for name in ("bo", "dee", "eve"):
        with pytest.raises(NotFound):
            pack_for(scene.session, row.id, by=scene.actor(name), today=FIRST)


def test_a_party_that_left_has_no_pack_of_what_came_after(scene: Scene) -> None:
    scene.session.execute(
        update(CollaborationParty)
        .where(CollaborationParty.organisation_id == scene.cast.firm.id)
        .values(left_on=date(2026, 1, 1), left_at=func.now())
    )
    with pytest.raises(Forbidden):
        scene.ask("bo")


def test_wishes_that_cannot_be(scene: Scene) -> None:
    scope = Scope(ScopeKind.COLLABORATION, id=scene.row.id)
    wrong = [
        (LAST, FIRST, None, "last_day"),
        (date(1, 1, 1), LAST, None, "first_day"),
        (FIRST, date(9999, 12, 31), None, "last_day"),
        (FIRST, LAST, scene.now + timedelta(seconds=1), "as_of"),
    ]
    for first, last, as_of, field in wrong:
        with pytest.raises(Invalid) as told:
            frame_of(scope, first, last, as_of, now=scene.now)
        assert told.value.errors[0].field == field
    for _ in range(MOST_WAITING):
        scene.ask()
    with pytest.raises(Refused) as refused:
        scene.ask()
    assert refused.value.codes == ("packs_in_the_making",)
