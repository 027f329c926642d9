"""Terms and frameworks that many change at once: nothing is numbered twice, agreed twice, or missed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.database import Database
from marketplace.terms.actions import frameworks as actions
from marketplace.terms.actions import publish_terms
from marketplace.terms.models import Framework, FrameworkTerms, TermsVersion
from marketplace.terms.queries import current_terms
from marketplace.terms.rules.frameworks import Proposal
from tests.cast import make_cast
from tests.database import Server
from tests.factories.frameworks import make_parties
from tests.races.conftest import CLIENTS, INFO, Track

ROUNDS = 6


@dataclass
class Table:
    """Both sides, committed, and the facility that they talk about."""

    track: Track
    facility_id: UUID
    bo: Actor
    mara: Actor
    proposal: Proposal
    now: datetime

    def publish(self, words: str) -> Callable[[Session], object]:
        """Bo publishes."""
        return lambda session: publish_terms(session, self.facility_id, {"en": words}, now=self.now, by=self.bo)

    def propose(self) -> Callable[[Session], object]:
        """Mara proposes."""
        return lambda session: actions.propose(session, self.proposal, now=self.now, by=self.mara)

    def proposed(self) -> UUID:
        """A proposal that waits for Bo."""
        return self.track.do(lambda session: actions.propose(session, self.proposal, now=self.now, by=self.mara).id)

    def agree(self, framework_id: UUID) -> Callable[[Session], object]:
        """Bo agrees to what was first proposed."""
        return lambda session: actions.agree(session, framework_id, 1, now=self.now, by=self.bo)

    def named(self, framework_id: UUID) -> bool:
        """Whether the version in force is named by a framework."""
        with self.track.database.reading() as session:
            newest = current_terms(session, self.facility_id)
            wanted = FrameworkTerms.framework_id == framework_id, FrameworkTerms.terms_version_id == newest.id  # type: ignore[union-attr]
            return session.scalar(select(func.count()).select_from(FrameworkTerms).where(*wanted)) == 1

    def count(self, kind: type) -> int:
        """How many rows there are."""
        with self.track.database.reading() as session:
            return session.scalar(select(func.count()).select_from(kind)) or 0


@pytest.fixture
def table(server: Server, now: datetime) -> Iterator[Table]:
    with server.copy() as url:
        database = Database(url, pool_size=CLIENTS + 2, info=INFO)
        yield database.transact(lambda session: _laid(session, database, now))
        database.dispose()


def _laid(session: Session, database: Database, now: datetime) -> Table:
    parties = make_parties(session, make_cast(session, now=now), now)
    bo, mara = parties.actor("bo"), parties.actor("mara")
    track = Track(database, now, parties.facility.id, bo, [])
    return Table(track, parties.facility.id, bo, mara, parties.proposal(), now)


def test_versions_are_numbered_without_gap_or_double(table: Table) -> None:
    answers = table.track.race([table.publish(f"Rule {number}.") for number in range(CLIENTS)])
    assert answers.counts == {"won": CLIENTS}, answers.errors
    with table.track.database.reading() as session:
        numbers = session.scalars(select(TermsVersion.number).order_by(TermsVersion.number)).all()
    assert list(numbers) == list(range(1, CLIENTS + 2))


def test_the_same_words_at_once_are_one_version(table: Table) -> None:
    answers = table.track.race([table.publish("Wear boots.") for _ in range(CLIENTS)])
    assert answers.counts == {"won": CLIENTS}, answers.errors
    assert table.count(TermsVersion) == 2


def test_one_of_many_answers_stands(table: Table) -> None:
    framework_id = table.proposed()
    answers = table.track.race([table.agree(framework_id) for _ in range(CLIENTS)])
    assert answers.counts == {"won": 1, "StateForbids": CLIENTS - 1}, answers.errors


def test_agreeing_and_withdrawing_never_both_stand(table: Table) -> None:
    for _ in range(ROUNDS):
        framework_id = table.proposed()

        def withdraw(session: Session, id: UUID = framework_id) -> object:
            return actions.withdraw(session, id, now=table.now, by=table.mara)

        answers = table.track.race([table.agree(framework_id), withdraw])
        assert answers.counts == {"won": 1, "StateForbids": 1}, answers.errors


@pytest.mark.parametrize("guarded", [True, False])
def test_the_same_is_proposed_once(table: Table, guarded: bool) -> None:
    """Without its index the database lets several through: the index is what decides."""
    if not guarded:
        table.track.do(lambda session: session.execute(text("DROP INDEX uq_frameworks_open_proposal")))
    answers = table.track.race([table.propose() for _ in range(CLIENTS)])
    if guarded:
        assert answers.counts == {"won": 1, "framework_proposed_already": CLIENTS - 1}, answers.errors
    assert (table.count(Framework) == 1) is guarded


def test_a_version_published_meanwhile_is_never_missed(table: Table) -> None:
    for number in range(ROUNDS):
        framework_id = table.proposed()
        answers = table.track.race([table.agree(framework_id), table.publish(f"Agreed or not, {number}.")])
        assert answers.counts["won"] + answers.counts["framework_changed"] == 2, answers.errors
        assert table.named(framework_id)
        table.track.do(lambda session: session.execute(text("UPDATE frameworks SET state = 'declined'")))
    for number in range(ROUNDS):
        answers = table.track.race([table.propose(), table.publish(f"Proposed or not, {number}.")])
        assert answers.counts == {"won": 2}, answers.errors
        with table.track.database.reading() as session:
            newest = session.scalars(select(Framework.id).order_by(Framework.id.desc()).limit(1)).one()
        assert table.named(newest)
        table.track.do(lambda session: session.execute(text("UPDATE frameworks SET state = 'declined'")))
