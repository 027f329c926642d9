"""Whoever leaves takes their words and name out of outcomes; what was reported and confirmed stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.files.models import StoredFile
from marketplace.outcomes.actions.answering import dispute
from marketplace.outcomes.actions.evidence import Paper, add_evidence
from marketplace.outcomes.models import OutcomeEvent, OutcomeEvidence, OutcomeStatus, OutcomeVersion
from marketplace.privacy.actions import erase
from marketplace.privacy.queries import everything_about
from marketplace.spillovers.models import EvidencePack
from marketplace.spillovers.rules.scopes import Scope, ScopeKind
from tests.cast import Cast, actor_of
from tests.factories.outcomes import between, submitted
from tests.factories.packs import make_pack


def test_a_persons_part_is_taken_along_and_out(session: Session, cast: Cast, now: datetime) -> None:
    people = [
        {"family": "Leung", "given": "Ada", "orcid": "0000-0002-1825-0097", "person_id": str(cast.ada.id)},
        {"family": "Chen", "given": "Bo"},
    ]
    row = submitted(session, cast, between(session, cast, now=now), now=now, creators=people)
    ada, bo = (actor_of(session, cast.people[name], now=now) for name in ("ada", "bo"))
    file = StoredFile(sha256="1" * 64, size=3, media_type="text/plain", name="a.txt", uploaded_by=cast.ada.id,
                      uploaded_at=now)  # fmt: skip
    session.add(file)
    session.flush()
    add_evidence(session, row.id, Paper(kind="letter", file_id=file.id, quote="I, Ada"), now=now, by=ada)
    dispute(session, row.id, "Ada was not there.", now=now, by=bo)
    told = everything_about(session, cast.ada.id, now=now)
    assert [each["id"] for each in told["outcomes"]] == [str(row.id)]
    assert (len(told["outcome_versions"]), len(told["outcome_events"]), len(told["outcome_evidence"])) == (1, 2, 1)

    erase(session, cast.ada.id, now=now)
    erase(session, cast.bo.id, now=now)

    session.expire_all()
    [version] = session.scalars(select(OutcomeVersion)).all()
    assert "Leung" not in str(version.creators) and "0097" not in str(version.creators)
    assert version.creators[1]["family"] == "Chen"
    [shown] = session.scalars(select(OutcomeEvidence)).all()
    assert (shown.digest, shown.file_id, "Ada" in shown.quote) == ("1" * 64, file.id, False)
    events = session.scalars(select(OutcomeEvent).order_by(OutcomeEvent.number)).all()
    assert "Ada" not in events[-1].reason and events[-1].status is OutcomeStatus.DISPUTED


def test_a_line_that_names_them_by_orcid_alone_goes_too(session: Session, cast: Cast, now: datetime) -> None:
    cast.ada.orcid = "0000-0002-1825-0097"
    people = [{"family": "Leung", "given": "Ada", "orcid": "0000-0002-1825-0097"}, {"family": "Chen", "given": "Bo"}]
    submitted(session, cast, between(session, cast, now=now), now=now, creators=people)
    assert len(everything_about(session, cast.ada.id, now=now)["outcome_versions"]) == 1

    erase(session, cast.ada.id, now=now)

    session.expire_all()
    [version] = session.scalars(select(OutcomeVersion)).all()
    assert "Leung" not in str(version.creators) and "0097" not in str(version.creators)
    assert version.creators[1]["family"] == "Chen"


def test_their_packs_of_evidence_are_taken_along_and_go_with_their_files(
    session: Session, cast: Cast, now: datetime
) -> None:
    scope = Scope(ScopeKind.COLLABORATION, id=between(session, cast, now=now).id)
    mine, other = (make_pack(session, scope, whose.id, now=now) for whose in (cast.ada, cast.bo))
    told = everything_about(session, cast.ada.id, now=now)["evidence_packs"]
    assert [(each["id"], each["path"]) for each in told] == [(str(mine.id), f"/evidence/{mine.id}")]

    erase(session, cast.ada.id, now=now)

    assert session.scalars(select(EvidencePack.id)).all() == [other.id]
    assert set(session.scalars(select(StoredFile.id))) == {other.archive_id, other.document_id}
