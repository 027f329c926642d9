"""Token buckets: what may be spent at once, how it comes back, and what happens when they can't be read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.database import Database
from marketplace.limits.actions import TooMany, forget_full, spend
from marketplace.limits.models import Bucket
from marketplace.limits.rules import LIMITS


def spent(database: Database, kind: str, now: datetime, who: str = "ada") -> int:
    """How many acts pass before the bucket is empty."""
    for count in range(1000):
        try:
            spend(database, kind, who, now=now)
        except TooMany:
            return count
    raise AssertionError("never empty")


@pytest.mark.parametrize("kind", LIMITS)
def test_capacity_is_exact_and_comes_back_with_time(database: Database, now: datetime, kind: str) -> None:
    limit = LIMITS[kind]
    assert spent(database, kind, now) == limit.capacity
    assert spent(database, kind, now + timedelta(minutes=3.01 / limit.per_minute)) == min(3, limit.capacity)


def test_it_says_when_to_come_back_and_that_is_enough(database: Database, now: datetime) -> None:
    spent(database, "reset", now)
    with pytest.raises(TooMany) as refused:
        spend(database, "reset", "ada", now=now)
    with pytest.raises(TooMany):
        spend(database, "reset", "ada", now=now + timedelta(seconds=refused.value.retry_after - 2))
    spend(database, "reset", "ada", now=now + timedelta(seconds=refused.value.retry_after))


def test_people_do_not_share_and_names_are_not_kept(database: Database, session: Session, now: datetime) -> None:
    spent(database, "reset", now, "ada@example.org")
    spend(database, "reset", "bo@example.org", now=now)
    keys = session.scalars(select(Bucket.key)).all()
    assert len(keys) == 2
    assert not any("example" in key for key in keys)


def test_a_clock_that_goes_back_gives_nothing(database: Database, now: datetime) -> None:
    spent(database, "reset", now)
    with pytest.raises(TooMany):
        spend(database, "reset", "ada", now=now - timedelta(days=1))
    with pytest.raises(TooMany):
        spend(database, "reset", "ada", now=now)


def test_racing_requests_share_the_last_tokens_exactly(committed: Database, now: datetime) -> None:
    passed: list[bool] = []

    def hit() -> None:
        for _ in range(5):
            try:
                spend(committed, "sign_in", "ada", now=now)
                passed.append(True)
            except TooMany:
                passed.append(False)

    threads = [threading.Thread(target=hit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert passed.count(True) == LIMITS["sign_in"].capacity


@pytest.mark.parametrize(("kind", "outcome"), [("sign_in", "closed"), ("browse", "open")])
def test_without_buckets_credentials_close_and_browsing_opens(
    committed: Database, now: datetime, kind: str, outcome: str
) -> None:
    committed.transact(lambda session: session.execute(text("DROP TABLE buckets")))
    assert _outcome(lambda: spend(committed, kind, "ada", now=now)) == outcome


def test_switched_off_nothing_is_counted(committed: Database, now: datetime) -> None:
    committed.info["rate_limits"] = False
    for _ in range(100):
        spend(committed, "reset", "ada", now=now)


def test_full_buckets_are_forgotten(database: Database, session: Session, now: datetime) -> None:
    spend(database, "search", "ada", now=now)
    assert forget_full(session, before=now) == 0
    assert forget_full(session, before=now + timedelta(seconds=1)) == 1


def _outcome(act: Callable[[], None]) -> str:
    try:
        act()
    except TooMany:
        return "closed"
    return "open"
