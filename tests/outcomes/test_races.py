"""Two at once: one word wins, and the other is told how it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.database import Database
from marketplace.outcomes.actions.answering import confirm, dispute, settle, withdraw
from marketplace.outcomes.actions.drafting import revise
from marketplace.outcomes.actions.yearly import ask
from marketplace.outcomes.models import (
    Outcome,
    OutcomeEvent,
    OutcomeStatus,
    OutcomeVerb,
    OutcomeVersion,
    YearlyQuestion,
)
from marketplace.values.refusal import Refused, StateForbids
from tests.cast import Cast, actor_of, make_cast
from tests.factories.outcomes import between, said, submitted


def race(database: Database, works: Sequence[Callable[[Session], object]]) -> Counter[str]:
    """Everybody at the same moment, each in a unit of work; how it ended, counted."""
    barrier = Barrier(len(works))

    def run(work: Callable[[Session], object]) -> str:
        barrier.wait()
        try:
            database.transact(work)
        except (StateForbids, Refused) as refused:
            return type(refused).__name__
        return "done"

    with ThreadPoolExecutor(len(works)) as threads:
        return Counter(threads.map(run, works))


def waiting(database: Database, now: datetime) -> tuple[UUID, Cast, Actor, Actor]:
    """One outcome that waits for Bo, and who may act."""
    with database.unit_of_work() as session:
        cast = make_cast(session, now=now)
        row = submitted(session, cast, between(session, cast, now=now), now=now)
        return row.id, cast, actor_of(session, cast.ada, now=now), actor_of(session, cast.bo, now=now)


def test_what_is_withdrawn_is_not_confirmed(committed: Database, now: datetime) -> None:
    """Whoever comes first, a withdrawn outcome ends withdrawn and its events stand in one order."""
    outcome_id, _, ada, bo = waiting(committed, now)
    ends = race(
        committed,
        [
            lambda session: confirm(session, outcome_id, now=now, by=bo, seen=1),
            lambda session: withdraw(session, outcome_id, "Retracted.", now=now, by=ada),
        ],
    )
    assert ends in ({"done": 2}, {"done": 1, "StateForbids": 1})
    with committed.reading() as session:
        assert session.get_one(Outcome, outcome_id).status is OutcomeStatus.WITHDRAWN
        wanted = select(OutcomeEvent).where(OutcomeEvent.outcome_id == outcome_id).order_by(OutcomeEvent.number)
        happened = session.scalars(wanted).all()
    assert [each.number for each in happened] == list(range(1, len(happened) + 1))
    assert happened[-1].status is OutcomeStatus.WITHDRAWN


def test_one_side_confirms_once(committed: Database, now: datetime) -> None:
    outcome_id, _, _, bo = waiting(committed, now)
    work: Callable[[Session], object] = lambda session: confirm(session, outcome_id, now=now, by=bo)  # noqa: E731
    assert race(committed, [work] * 4) == {"done": 1, "Refused": 3}


def test_of_two_revisions_of_one_version_one_is_kept(committed: Database, now: datetime) -> None:
    outcome_id, cast, ada, _ = waiting(committed, now)

    def rewrite(title: str) -> Callable[[Session], object]:
        new = said(cast, title={"en": title})
        return lambda session: revise(session, outcome_id, new, now=now, by=ada, seen=1)

    assert race(committed, [rewrite("One"), rewrite("Two")]) == {"done": 1, "Refused": 1}
    with committed.reading() as session:
        kept = select(func.count()).select_from(OutcomeVersion).where(OutcomeVersion.outcome_id == outcome_id)
        assert session.scalar(kept) == 2


def test_without_looking_at_the_version_both_would_be_kept(committed: Database, now: datetime) -> None:
    """The control: whoever does not say what they changed overwrites what they never saw."""
    outcome_id, cast, ada, _ = waiting(committed, now)
    new = said(cast, title={"en": "Careless"})
    work: Callable[[Session], object] = lambda session: revise(session, outcome_id, new, now=now, by=ada)  # noqa: E731
    assert race(committed, [work, work]) == {"done": 2}


def test_a_question_is_asked_once_however_many_workers_ask(committed: Database, now: datetime) -> None:
    waiting(committed, now)
    race(committed, [lambda session: ask(session, now=now)] * 4)
    with committed.reading() as session:
        assert session.scalar(select(func.count()).select_from(YearlyQuestion)) == 2


def test_a_confirmation_never_falls_on_words_that_nobody_looked_at(committed: Database, now: datetime) -> None:
    """Whichever comes first, the last version stands unconfirmed: either the word came too late, or it was for the
    version before."""
    outcome_id, cast, ada, bo = waiting(committed, now)
    new = said(cast, title={"en": "Quite other words"})
    ends = race(
        committed,
        [
            lambda session: confirm(session, outcome_id, now=now, by=bo, seen=1),
            lambda session: revise(session, outcome_id, new, now=now, by=ada, seen=1),
        ],
    )
    assert ends in ({"done": 2}, {"done": 1, "Refused": 1})
    with committed.reading() as session:
        row = session.get_one(Outcome, outcome_id)
        assert (row.status, row.version, row.level, row.fully_confirmed) == (OutcomeStatus.SUBMITTED, 2, 0, False)
        word = (OutcomeEvent.verb == OutcomeVerb.CONFIRM) & (OutcomeEvent.outcome_id == outcome_id)
        assert set(session.scalars(select(OutcomeEvent.version).where(word))) <= {1}


def test_without_the_version_a_confirmation_may_fall_on_other_words(committed: Database, now: datetime) -> None:
    """The control: who does not say what they looked at confirms whatever stands by then."""
    outcome_id, cast, ada, bo = waiting(committed, now)
    new = said(cast, title={"en": "Quite other words"})
    with committed.unit_of_work() as session:
        revise(session, outcome_id, new, now=now, by=ada, seen=1)
    with committed.unit_of_work() as session:
        confirm(session, outcome_id, now=now, by=bo)
    with committed.reading() as session:
        assert session.get_one(Outcome, outcome_id).status is OutcomeStatus.CONFIRMED


def test_a_dispute_is_settled_once(committed: Database, now: datetime) -> None:
    outcome_id, cast, _, bo = waiting(committed, now)
    with committed.unit_of_work() as session:
        dispute(session, outcome_id, "Not with us.", now=now, by=bo, seen=1)
        dee = actor_of(session, cast.dee, now=now)

    def settled(stands: bool) -> Callable[[Session], object]:
        return lambda session: settle(session, outcome_id, "So it is.", stands=stands, now=now, by=dee, seen=1)

    assert race(committed, [settled(True), settled(False)]) == {"done": 1, "StateForbids": 1}
    with committed.reading() as session:
        decided = (OutcomeEvent.verb == OutcomeVerb.SETTLE) & (OutcomeEvent.outcome_id == outcome_id)
        [status] = session.scalars(select(OutcomeEvent.status).where(decided))
        assert session.get_one(Outcome, outcome_id).status is status


def test_of_two_reports_withdrawn_at_once_the_later_opens_the_question(committed: Database, now: datetime) -> None:
    with committed.unit_of_work() as session:
        cast = make_cast(session, now=now)
        around = between(session, cast, now=now)
        ask(session, now=now)
        ids = [submitted(session, cast, around, now=now, date_event=f"2025-0{n}-01").id for n in (5, 6)]
        ada, university = actor_of(session, cast.ada, now=now), cast.university.id

    def taken_back(id: UUID) -> Callable[[Session], object]:
        return lambda session: withdraw(session, id, "Not ours.", now=now, by=ada)

    assert race(committed, [taken_back(id) for id in ids]) == {"done": 2}
    with committed.reading() as session:
        mine = select(YearlyQuestion).where(YearlyQuestion.organisation_id == university)
        assert [row.answer for row in session.scalars(mine)] == [None]
