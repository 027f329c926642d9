"""Rule books are kept for all threads of a process."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from marketplace.permits.queries import rule_book, vocabulary
from marketplace.permits.queries.shelf import Shelf
from marketplace.permits.rules.book import RuleBook

THREADS, ROUNDS, STAMPS, MOST = 8, 200, 23, 3


@dataclass(frozen=True)
class Key:
    """Part of a stamp that gives way to other threads whenever it is looked up."""

    number: int

    def __hash__(self) -> int:
        time.sleep(0)
        return self.number


@pytest.fixture
def hasty() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_many_threads_read_and_put_at_once(hasty: None) -> None:
    shelf, begin = Shelf(MOST), threading.Barrier(THREADS)
    books = {number: RuleBook([]) for number in range(STAMPS)}

    def work(thread: int) -> int:
        begin.wait()
        most = 0
        for turn in range(ROUNDS):
            number = (turn * (thread + 1)) % STAMPS
            stamp = (Key(number),)
            found = shelf.get(stamp) or shelf.keep(stamp, books[number])
            assert found is books[number]
            most = max(most, len(shelf))
        return most

    with ThreadPoolExecutor(THREADS) as pool:
        assert max(pool.map(work, range(THREADS))) <= MOST


def test_of_two_that_made_the_same_book_one_is_used_by_all() -> None:
    shelf, first, second = Shelf(MOST), RuleBook([]), RuleBook([])
    assert shelf.keep(("a",), first) is first
    assert shelf.keep(("a",), second) is first and shelf.get(("a",)) is first


def test_the_longest_kept_goes_first() -> None:
    shelf = Shelf(2)
    for name in "abc":
        shelf.keep((name,), RuleBook([]))
    assert shelf.get(("a",)) is None and shelf.get(("b",)) and shelf.get(("c",))


def test_the_book_of_a_moment_is_put_together_once(session: Session, now: datetime) -> None:
    assert rule_book(session) is rule_book(session)
    assert vocabulary(session, now) == vocabulary(session)
