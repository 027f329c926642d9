"""Keys and transactions, apart from any concept."""

from __future__ import annotations

from marketplace.database import new_id


def test_keys_sort_by_age_also_within_a_millisecond() -> None:
    made = [new_id() for _ in range(2000)]
    assert made == sorted(made)
    assert {key.version for key in made} == {7} and len(set(made)) == len(made)
    assert len({key.int >> 80 for key in made}) < len(made) / 4, "many were made in one millisecond"
