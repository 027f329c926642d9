"""Whoever leaves takes their approvals along: nothing that these said stays, and the figures stay what they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM
from marketplace.files.models import StoredFile
from marketplace.history.models import HistoryText
from marketplace.notices.models import Notice
from marketplace.permits.actions.screening import NewParty, enter_party, look_at_party
from marketplace.permits.actions.vault import enter, reject, verify
from marketplace.permits.actions.vault_uses import note_uses
from marketplace.permits.models import ScreenedFor, ScreeningMatch, VaultEntry, VaultKind, VaultState
from marketplace.permits.queries.approvals import approvals_not_asked_again
from marketplace.permits.queries.vault import vault_facts
from marketplace.privacy.actions import erase
from marketplace.privacy.queries import everything_about
from tests.cast import Cast, actor_of
from tests.factories.approvals import card, entered

YEAR = date(2026, 1, 1), date(2026, 12, 31)


def file_of(session: Session, cast: Cast, now: datetime) -> StoredFile:
    row = StoredFile(sha256="0" * 64, size=3, media_type="text/plain", name="leung.txt", uploaded_by=cast.ada.id,
                     uploaded_at=now)  # fmt: skip
    session.add(row)
    session.flush()
    return row


def test_an_approval_is_taken_along(session: Session, cast: Cast, now: datetime) -> None:
    ada = actor_of(session, cast.ada, now=now)
    row = enter(session, card(cast.ada.id, number="H0123"), now=now, by=ada)
    [told] = everything_about(session, cast.ada.id, now=now)["vault"]
    assert (told["number"], told["id"], told["parties"]) == ("H0123", str(row.id), [])
    assert float(told["volume_used"]) == 0


def test_nothing_of_it_stays(session: Session, cast: Cast, now: datetime) -> None:
    ada = actor_of(session, cast.ada, now=now)
    used = enter(session, card(cast.ada.id, number="H0123", file_id=file_of(session, cast, now).id), now=now, by=ada)
    trained = replace(card(cast.ada.id, title="Leung’s laser course"), kind=VaultKind.TRAINING, rule_id=None)
    gone = enter(session, trained, now=now, by=ada).id
    verify(session, gone, now=now, by=SYSTEM)
    verify(session, used.id, now=now, by=SYSTEM)
    note_uses(session, uuid4(), [{"vault": str(used.id), "rule": "PPL-06", "effect": "replaces"}], now=now)
    saved = list(approvals_not_asked_again(session, *YEAR))
    listed = NewParty(names=["Ada Leung"], listed_for=ScreenedFor.OTHER, source="A list", listed_from=YEAR[0])
    look_at_party(session, enter_party(session, listed, now=now, by=SYSTEM).id, now=now)

    erase(session, cast.ada.id, now=now)

    session.expire_all()
    [row] = session.scalars(select(VaultEntry)).all()
    assert (row.id, row.state, row.file_id, row.scope) == (used.id, VaultState.REVOKED, None, {})
    assert "H0123" not in f"{row.number}{row.title}{row.issuer}"
    assert vault_facts(session, {"people_flows/0": [cast.ada.id]}, YEAR[0]) == []
    assert list(approvals_not_asked_again(session, *YEAR)) == saved != []
    assert not session.scalars(select(StoredFile)).all()
    assert not session.scalars(select(ScreeningMatch)).all()
    told = f"{session.scalars(select(Notice.details)).all()}{session.scalars(select(HistoryText.text)).all()}"
    assert "laser course" not in told


def test_words_about_the_approvals_of_others_go_too(session: Session, cast: Cast, now: datetime) -> None:
    row = entered(session, cast, now=now)
    reject(session, row.id, "Dee could not read it.", now=now, by=actor_of(session, cast.dee, now=now))
    erase(session, cast.dee.id, now=now)
    session.expire_all()
    assert row.reason == "…"
    assert row.number == "DH/2026/17"
