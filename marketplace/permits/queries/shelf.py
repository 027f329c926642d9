"""A few rule books that are kept for all threads of a process: the last ones that were put together."""

from __future__ import annotations

from threading import Lock
from typing import Any

from marketplace.permits.rules.book import RuleBook

Stamp = tuple[Any, ...]


class Shelf:
    """Room for so many books. Threads may read and put at once: the longest kept goes first, and once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._books: dict[Stamp, RuleBook] = {}
        self._lock = Lock()

    def get(self, stamp: Stamp) -> RuleBook | None:
        """The book of a stamp, None where it is not kept."""
        with self._lock:
            return self._books.get(stamp)

    def keep(self, stamp: Stamp, book: RuleBook) -> RuleBook:
        """Keep a book; where another thread was faster, its book is the one that all use."""
        with self._lock:
            if stamp not in self._books:
                while len(self._books) >= self._most:
                    del self._books[next(iter(self._books))]
                self._books[stamp] = book
            return self._books[stamp]

    def __len__(self) -> int:
        with self._lock:
            return len(self._books)
