"""What was worked out and is kept while it is asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Values by keys that tell all they follow from: so many of them, the longest unasked is dropped first.

    Nothing but keys and values is kept, so what makes a value may hold whatever it needs. Several threads may ask;
    where two make the same value at once, the first stays.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._found: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._found)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key; made where it isn't kept."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        made = make()
        with self._lock:
            value = self._found.setdefault(key, made)
            self._found.move_to_end(key)
            while len(self._found) > self._size:
                self._found.popitem(last=False)
            return value
