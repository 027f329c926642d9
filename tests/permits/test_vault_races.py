"""Two at once: one word on an entry, one last kilogram of it, one row for each match."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from decimal import Decimal
from threading import Barrier

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM
from marketplace.database import Database
from marketplace.jobs.models import Task
from marketplace.permits.actions.screening import NewParty, enter_party, look_at_organisation, look_at_party
from marketplace.permits.actions.vault import revoke, use_volume, verify
from marketplace.permits.models import ScreenedFor, ScreeningMatch, VaultEntry
from marketplace.values.refusal import Refused, StateForbids
from tests.cast import actor_of, make_cast
from tests.factories.approvals import entered, verified

RACERS = 6


def race(database: Database, work: Callable[[Session, int], object]) -> Counter[str]:
    """Everybody does the same at the same moment, each in a unit of work; how it ended, counted."""
    barrier = Barrier(RACERS)

    def run(number: int) -> str:
        barrier.wait()
        try:
            database.transact(lambda session: work(session, number))
        except (StateForbids, Refused) as refused:
            return type(refused).__name__
        return "done"

    with ThreadPoolExecutor(RACERS) as threads:
        return Counter(threads.map(run, range(RACERS)))


def test_one_word_is_given(committed: Database, now: datetime) -> None:
    with committed.unit_of_work() as session:
        cast = make_cast(session, now=now)
        entry_id = entered(session, cast, now=now).id
        dee = actor_of(session, cast.dee, now=now)
    ends = race(committed, lambda session, _: verify(session, entry_id, now=now, by=dee))
    assert ends == {"done": 1, "StateForbids": RACERS - 1}
    ends = race(committed, lambda session, _: revoke(session, entry_id, "Given back.", now=now, by=dee))
    assert ends == {"done": 1, "StateForbids": RACERS - 1}
    with committed.reading() as session:
        tasks = session.scalar(select(func.count()).select_from(Task).where(Task.name == "vault.changed"))
    assert tasks == 3


def test_the_last_volume_is_used_once(committed: Database, now: datetime) -> None:
    with committed.unit_of_work() as session:
        cast = make_cast(session, now=now)
        entry_id = verified(session, cast, now=now, volume_allowed=Decimal(5), volume_unit="kg").id
        bo = actor_of(session, cast.bo, now=now)
    ends = race(committed, lambda session, _: use_volume(session, entry_id, Decimal(2), now=now, by=bo))
    assert ends == {"done": 2, "Refused": RACERS - 2}
    with committed.reading() as session:
        assert session.get_one(VaultEntry, entry_id).volume_used == Decimal(4)


def test_without_a_lock_more_would_be_used_than_there_is(committed: Database, now: datetime) -> None:
    """The control: everybody reads before anybody writes, and the last writer hides the others."""
    with committed.unit_of_work() as session:
        cast = make_cast(session, now=now)
        entry_id = verified(session, cast, now=now, volume_allowed=Decimal(5), volume_unit="kg").id
    read = Barrier(RACERS)

    def careless(session: Session, _: int) -> None:
        row = session.get_one(VaultEntry, entry_id)
        used = row.volume_used + 2
        read.wait()
        row.volume_used = used

    assert race(committed, careless) == {"done": RACERS}
    with committed.reading() as session:
        assert session.get_one(VaultEntry, entry_id).volume_used == Decimal(2)


def test_a_match_is_found_once(committed: Database, now: datetime) -> None:
    with committed.unit_of_work() as session:
        cast = make_cast(session, now=now)
        firm_id = cast.firm.id
        new = NewParty(
            names=["HETAO MICROSYSTEMS CO., LTD."], listed_for=ScreenedFor.WATCHLIST, source="List 7",
            listed_from=date(2026, 1, 1),
        )  # fmt: skip
        party_id = enter_party(session, new, now=now, by=SYSTEM).id

    def look(session: Session, number: int) -> int:
        if number % 2:
            return look_at_party(session, party_id, now=now)
        return look_at_organisation(session, firm_id, now=now)

    assert race(committed, look) == {"done": RACERS}
    with committed.reading() as session:
        assert session.scalars(select(ScreeningMatch.organisation_id)).all() == [firm_id]
