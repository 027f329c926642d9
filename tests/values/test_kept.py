"""What was worked out is kept by its key, so many values of it, and nothing of how it was made."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from marketplace.values.kept import Kept


def counted(made: list[str], name: str) -> Callable[[], str]:
    def make() -> str:
        made.append(name)
        return name.upper()

    return make


def test_a_value_is_made_once_and_the_longest_unasked_is_dropped() -> None:
    kept, made = Kept[str](2), list[str]()
    for name in ("a", "b", "a", "c", "a", "b"):
        assert kept.get(name, counted(made, name)) == name.upper()
    assert made == ["a", "b", "c", "b"] and len(kept) == 2


def test_what_fails_is_not_kept() -> None:
    kept = Kept[int](2)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 // 0)
    assert kept.get("a", lambda: 1) == 1


def test_what_makes_a_value_is_let_go() -> None:
    class Row:
        """Something that belongs to a session."""

    row, kept = Row(), Kept[str](2)
    seen = weakref.ref(row)
    assert kept.get("a", lambda held=row: type(held).__name__) == "Row"  # type: ignore[misc]
    del row
    gc.collect()
    assert seen() is None


def test_several_threads_get_the_same_values() -> None:
    kept = Kept[object](8)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: (number % 20, kept.get(number % 20, object)), range(2000)))
    assert len(found) == 2000 and len(kept) == 8
