"""Packs of evidence: gathered for whoever asked, as an archive and as a document."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.accounts.queries.actors import actor_for_person
from marketplace.collaborations.rules.days import HERE
from marketplace.spillovers.actions.evidence import WORK, frame_of_pack, keep_pack, refuse_pack
from marketplace.spillovers.models import EvidencePack
from marketplace.spillovers.packs.container import packed
from marketplace.spillovers.packs.contents import FIGURES, Pack, contents
from marketplace.spillovers.packs.texts import json_of
from marketplace.spillovers.queries.evidence import name_of
from marketplace.spillovers.queries.packing import packed_rows
from marketplace.values.localized import Language
from marketplace.values.refusal import Forbidden, NotFound, Refused
from marketplace.wording.evidence import pack_html
from marketplace.wording.packs import readme
from marketplace.worker.documents import pdf_of
from marketplace.worker.registry import Workshop, long_task


@long_task(WORK)
def make_pack(workshop: Workshop, arguments: Mapping[str, Any]) -> None:
    """Make a pack and keep it; one that is there already, or gone, is left alone. What its reader may see is asked
    anew: it may have changed since."""
    now, id = workshop.clock(), UUID(arguments["pack"])
    gathered = workshop.database.transact(lambda session: _gathered(session, id, now))
    if gathered is None:
        return
    pack, language = gathered
    archive, document = archive_of(pack), document_of(pack, language)
    workshop.database.transact(
        lambda session: keep_pack(session, workshop.store, id, archive=archive, document=document, now=now)
    )


def _gathered(session: Session, pack_id: UUID, now: datetime) -> tuple[Pack, Language] | None:
    """The rows of a pack and the language of its document; None where there is nothing to make, or it is refused."""
    row = session.get(EvidencePack, pack_id)
    if row is None or row.made_at is not None or row.refused is not None:
        return None
    try:
        by = _reader(session, row, now)
        pack = packed_rows(session, frame_of_pack(row), row.name, by=by, now=now)
    except (Forbidden, NotFound):
        refuse_pack(session, pack_id, "pack_not_allowed")
    except Refused as refused:
        refuse_pack(session, pack_id, refused.codes[0])
    else:
        return pack, cast(Language, row.language)
    return None


def archive_of(pack: Pack) -> bytes:
    """The archive: the same pack gives the same bytes."""
    return packed(contents(_instructed(pack)))


def document_of(pack: Pack, language: Language) -> bytes:
    """The PDF in a language, with the archive's SHA-256. Raises `NotMade`."""
    files = contents(_instructed(pack))
    digest = hashlib.sha256(packed(files)).hexdigest()
    figures = json_of(files[FIGURES], FIGURES)
    return pdf_of(pack_html(pack.about, figures, pack.tables, archive=digest, language=language))


def _instructed(pack: Pack) -> Pack:
    return Pack(about=pack.about, bases=pack.bases, tables=pack.tables, readme=readme(pack.about))


def _reader(session: Session, row: EvidencePack, now: datetime) -> Actor:
    """Whoever asked, as they stand now. Raises NotFound, Forbidden."""
    found = actor_for_person(session, row.asked_by, now=now)
    if found is None:
        raise NotFound("person")
    name_of(session, row.scope, by=found, today=now.astimezone(HERE).date())
    return found
