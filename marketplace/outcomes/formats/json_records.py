"""JSON from outside as plain values: of bounded size and depth, and walked without trusting any type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from marketplace.values.refusal import Invalid

MAX_BYTES = 10 * 2**20
MAX_DEPTH = 24


def loaded(text: str) -> Any:
    """The value of a JSON text; raises `Invalid` (file_json_broken, file_json_deep)."""
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Invalid.one("file", "file_json_broken") from None
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [member for each in level for member in _members(each)]
        if not level:
            return value
    raise Invalid.one("file", "file_json_deep", max=MAX_DEPTH)


def at(value: object, *path: str) -> Any:
    """What stands below these keys; None where any of them leads nowhere."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def many(value: object) -> list[Any]:
    """The members of a list; nothing for anything else."""
    return value if isinstance(value, list) else []


def first(value: object) -> Any:
    """The first member of a list, or the value itself where it is none."""
    return (value[0] if value else None) if isinstance(value, list) else value


def _members(value: object) -> Iterator[Any]:
    if isinstance(value, dict):
        return iter(value.values())
    return iter(value) if isinstance(value, list) else iter(())


def _no_constant(name: str) -> float:
    raise ValueError(name)
